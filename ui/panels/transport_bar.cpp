// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/transport_bar.h"

#include "actions/action_registry.h"
#include "session/selection.h"

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

#include <array>

namespace headlight {

namespace {

constexpr int comfortableSlider = 110;                ///< pixels, where something else could go instead
constexpr std::array speeds{0.5, 1.0, 2.0, 4.0, 8.0}; // stops a second

QToolButton* buttonFor(QAction* action, const char* name, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setObjectName(QLatin1String(name));
    button->setDefaultAction(action);
    button->setFocusPolicy(Qt::TabFocus);
    button->setAccessibleName(ActionRegistry::plainText(action->text()));
    return button;
}

} // namespace

TransportBar::TransportBar(Selection& selection, const TransportActions& actions, QWidget* parent)
    : QWidget(parent)
    , m_selection(selection)
    , m_actions(actions)
    , m_slider(new QSlider(Qt::Horizontal, this))
    , m_where(new QLabel(this))
    , m_hint(new QLabel(tr("← → step   ↓ into   ↑ out"), this))
    , m_granularity(new QComboBox(this))
    , m_speed(new QComboBox(this))
{
    setObjectName(QStringLiteral("transport"));
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 8, 14, 8);
    layout->setSpacing(7);
    layout->setSizeConstraint(QLayout::SetNoConstraint);
    setMinimumWidth(480);
    layout->addWidget(buttonFor(actions.first, "transportButton", this));
    layout->addWidget(buttonFor(actions.previous, "transportButton", this));
    m_next = buttonFor(actions.next, "primaryButton", this);
    m_next->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    layout->addWidget(m_next);
    m_play = buttonFor(actions.play, "playButton", this);
    m_play->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    layout->addWidget(m_play);
    layout->addWidget(buttonFor(actions.last, "transportButton", this));
    m_breakpoint = buttonFor(actions.toBreakpoint, "transportButton", this);
    layout->addWidget(m_breakpoint);
    layout->addSpacing(6);
    layout->addWidget(m_where);
    layout->addWidget(m_slider, 1);
    m_granularity->addItems({tr("by layer"), tr("by stage"), tr("by op")});
    m_granularity->setAccessibleName(tr("How far one step goes"));
    m_granularity->setToolTip(tr("How far one step goes (↓ finer, ↑ coarser)"));
    m_granularity->setFocusPolicy(Qt::TabFocus);
    layout->addWidget(m_granularity);
    for (const double s : speeds)
        m_speed->addItem(tr("%1/s").arg(s), s);
    m_speed->setCurrentIndex(1);
    m_speed->setAccessibleName(tr("Speed of playing"));
    m_speed->setToolTip(tr("Steps a second while playing"));
    m_speed->setFocusPolicy(Qt::TabFocus);
    layout->addWidget(m_speed);
    m_hint->setObjectName(QStringLiteral("muted"));
    layout->addWidget(m_hint);
    m_where->setObjectName(QStringLiteral("where"));
    m_slider->setObjectName(QStringLiteral("stepSlider"));
    m_slider->setAccessibleName(tr("Step"));
    m_slider->setFocusPolicy(Qt::TabFocus);
    m_slider->setMinimumWidth(40);

    connect(m_slider, &QSlider::valueChanged, &selection, &Selection::showStop);
    connect(m_granularity, &QComboBox::activated, this, [this](int index) {
        const auto wanted = static_cast<Granularity>(index);
        while (m_selection.granularity() < wanted)
            m_selection.stepInto();
        while (m_selection.granularity() > wanted)
            m_selection.stepOut();
    });
    connect(m_speed, &QComboBox::activated, this,
            [this] { m_timer.setInterval(static_cast<int>(1000 / m_speed->currentData().toDouble())); });
    m_timer.setInterval(1000);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (m_selection.canGoNext())
            m_selection.next();
        else
            setPlaying(false);
    });
    connect(&selection, &Selection::stepChanged, this, &TransportBar::showAll);
    showAll();
}

void TransportBar::setPlaying(bool playing)
{
    if (playing == m_timer.isActive())
        return;
    if (playing) {
        if (!m_selection.canGoNext())
            m_selection.first();
        m_timer.start();
    } else {
        m_timer.stop();
    }
    emit playingChanged(playing);
}

void TransportBar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fit();
}

void TransportBar::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        QMetaObject::invokeMethod(this, &TransportBar::fit,
                                  Qt::QueuedConnection); // children have theirs then
}

void TransportBar::fit()
{
    m_next->setMinimumWidth(0);
    m_play->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    // What there would be room for, were it all there; what is least needed goes first, however large the
    // letters are.
    const QMargins margins = layout()->contentsMargins();
    int wanted = margins.left() + margins.right() + 6;
    for (int i = 0; i < layout()->count(); ++i)
        if (const QWidget* widget = layout()->itemAt(i)->widget())
            wanted += layout()->spacing() + (widget == m_slider  ? comfortableSlider
                                             : widget == m_where ? m_where->minimumWidth()
                                                                 : widget->sizeHint().width());
    const auto leave = [&](QWidget* widget) {
        const bool out = wanted > width();
        widget->setVisible(!out);
        if (out)
            wanted -= layout()->spacing() +
                      (widget == m_where ? m_where->minimumWidth() : widget->sizeHint().width());
    };
    leave(m_hint);
    leave(m_speed);
    leave(m_where);
    if (wanted > width()) {
        wanted -= m_play->sizeHint().width();
        m_play->setToolButtonStyle(Qt::ToolButtonIconOnly);
        wanted += m_play->sizeHint().width();
    }
    leave(m_breakpoint);
    wanted -=
        comfortableSlider - m_slider->minimumWidth(); // how far a step goes is worth more than a long slider
    leave(m_granularity);
    m_next->setMinimumWidth(m_next->sizeHint().width());
}

void TransportBar::showAll()
{
    const bool any = m_selection.step() >= 0;
    const auto& stops = m_selection.stops().at(m_selection.granularity());
    const int index = any ? m_selection.stops().indexOf(m_selection.granularity(), m_selection.step()) : 0;
    const QSignalBlocker quiet(m_slider);
    m_slider->setRange(0, std::max(0, static_cast<int>(stops.size()) - 1));
    m_slider->setValue(index);
    const auto count = static_cast<int>(stops.size());
    m_where->setText(any ? tr("step %1 of %2").arg(index + 1).arg(count) : QString());
    // The widest text that this program can show, so that nothing moves while one walks.
    m_where->setMinimumWidth(fontMetrics().horizontalAdvance(tr("step %1 of %2").arg(count).arg(count)) + 4);
    fit();
    m_granularity->setCurrentIndex(static_cast<int>(m_selection.granularity()));
    m_actions.first->setEnabled(any && m_selection.canGoPrevious());
    m_actions.previous->setEnabled(any && m_selection.canGoPrevious());
    m_actions.next->setEnabled(m_selection.canGoNext());
    m_actions.last->setEnabled(m_selection.canGoNext());
    m_actions.toBreakpoint->setEnabled(m_selection.canGoNext());
    m_actions.play->setEnabled(any);
}

} // namespace headlight
