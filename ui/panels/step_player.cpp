// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/step_player.h"

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>

namespace headlight {

namespace {

constexpr std::array stepSpeeds{0.25, 0.5, 1.0, 2.0, 4.0};
constexpr double fastestTick = 20;  // milliseconds; a screen shows no more
constexpr double longestJump = 900; // milliseconds at a whole row, with reduced motion
constexpr double mostMilliseconds = 20'000;

} // namespace

StepPlayer::StepPlayer(QWidget* parent)
    : QWidget(parent)
    , m_controls(new QHBoxLayout)
    , m_play(new QToolButton(this))
    , m_end(new QToolButton(this))
    , m_slider(new QSlider(Qt::Horizontal, this))
    , m_scope(new QComboBox(this))
    , m_speed(new QComboBox(this))
    , m_text(new QLabel(this))
{
    setObjectName(QStringLiteral("stepPlayer"));
    m_text->setObjectName(QStringLiteral("stepWords"));
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_text->setTextFormat(Qt::PlainText);
    for (QToolButton* button : {m_play, m_end}) {
        button->setObjectName(QStringLiteral("stepButton"));
        button->setFocusPolicy(Qt::TabFocus);
    }
    m_slider->setObjectName(QStringLiteral("frameSlider"));
    m_slider->setAccessibleName(tr("How far this step has computed"));
    m_slider->setFocusPolicy(Qt::StrongFocus);
    m_slider->setMinimumWidth(60);
    m_scope->setObjectName(QStringLiteral("watchScope"));
    m_scope->addItems({tr("whole result"), tr("this cell")});
    m_scope->setAccessibleName(tr("What is built up"));
    m_scope->setToolTip(tr("Build up the whole result, or only the selected cell (click another one)"));
    m_scope->setFocusPolicy(Qt::TabFocus);
    for (const double s : stepSpeeds)
        m_speed->addItem(tr("%1×").arg(s), s);
    m_speed->setObjectName(QStringLiteral("watchSpeed"));
    m_speed->setCurrentIndex(2);
    m_speed->setAccessibleName(tr("Speed inside the step"));
    m_speed->setToolTip(tr("Speed inside the step"));
    m_speed->setFocusPolicy(Qt::TabFocus);

    m_controls->setContentsMargins(0, 0, 0, 0);
    m_controls->setSpacing(7);
    m_controls->addWidget(m_play);
    m_controls->addWidget(m_slider, 1);
    m_controls->addWidget(m_scope);
    m_controls->addWidget(m_speed);
    m_controls->addWidget(m_end);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 8, 2);
    layout->setSpacing(3);
    layout->addWidget(m_text);
    layout->addLayout(m_controls);
    hide();

    connect(m_slider, &QSlider::valueChanged, this, [this](int value) {
        setPlaying(false); // whoever takes the slider wants to look
        setFrame(value);
    });
    connect(m_scope, &QComboBox::activated, this, &StepPlayer::scopeChanged);
    connect(m_speed, &QComboBox::activated, this, &StepPlayer::setPace);
    connect(&m_timer, &QTimer::timeout, this, &StepPlayer::advance);
}

void StepPlayer::setActions(QAction* watch, QAction* end)
{
    m_play->setDefaultAction(watch);
    m_play->setToolButtonStyle(Qt::ToolButtonIconOnly);
    m_play->setAccessibleName(tr("Play or pause inside the step"));
    m_end->setDefaultAction(end);
    m_end->setAccessibleName(tr("Show the finished step"));
}

void StepPlayer::begin(StepFrames frames, FigureSource source)
{
    m_frames = std::move(frames);
    m_speaker = StepWords(std::move(source));
    m_index = 0;
    {
        const QSignalBlocker quiet(m_slider);
        m_slider->setRange(0, m_frames->count() - 1);
        m_slider->setPageStep(std::max(1, m_frames->count() / 10));
    }
    setPace();
    show();
    showFrame();
    emit stateChanged();
}

void StepPlayer::end()
{
    if (!active())
        return;
    m_timer.stop();
    m_frames.reset();
    m_frame.reset();
    m_speaker = {};
    m_words.clear();
    setOnlyCell(false);
    hide();
    emit stateChanged();
}

void StepPlayer::setPlaying(bool playing)
{
    if (!active() || playing == m_timer.isActive())
        return;
    if (playing) {
        if (m_index >= m_frames->count() - 1)
            setFrame(0);
        m_timer.start();
    } else {
        m_timer.stop();
    }
    emit stateChanged();
}

void StepPlayer::setFrame(int index)
{
    if (!active())
        return;
    index = std::clamp(index, 0, m_frames->count() - 1);
    if (index == m_index)
        return;
    m_index = index;
    showFrame();
}

void StepPlayer::showFrame()
{
    m_frame = m_frames->at(m_index);
    m_words = m_speaker.of(m_frame.get());
    {
        const QSignalBlocker quiet(m_slider);
        m_slider->setValue(m_index);
    }
    m_slider->setAccessibleDescription(m_words);
    elide();
    emit frameChanged();
}

bool StepPlayer::onlyCell() const
{
    return m_scope->currentIndex() == 1;
}

void StepPlayer::setOnlyCell(bool only)
{
    m_scope->setCurrentIndex(only ? 1 : 0);
}

void StepPlayer::setReduceMotion(bool reduce)
{
    m_reduceMotion = reduce;
    setPace();
}

double StepPlayer::speed() const
{
    return m_speed->currentData().toDouble();
}

void StepPlayer::setSpeed(double factor)
{
    const int index = m_speed->findData(factor);
    m_speed->setCurrentIndex(index < 0 ? 2 : index);
    setPace();
}

void StepPlayer::setPace()
{
    if (!active())
        return;
    double frame = m_frames->duration() / m_frames->count() / speed();
    if (m_reduceMotion) {
        int stops = 0;
        for (int i = 0; i < m_frames->count() - 1; i = m_frames->nextWhole(i))
            ++stops;
        frame = std::min(longestJump, mostMilliseconds / std::max(1, stops)) / speed();
    }
    m_stride = m_reduceMotion ? 1 : std::max(1, static_cast<int>(std::lround(fastestTick / frame)));
    m_timer.setInterval(static_cast<int>(std::lround(std::max(fastestTick, frame * m_stride))));
}

void StepPlayer::advance()
{
    const int last = m_frames->count() - 1;
    setFrame(m_reduceMotion ? m_frames->nextWhole(m_index) : std::min(last, m_index + m_stride));
    if (active() && m_index >= last)
        setPlaying(false);
}

void StepPlayer::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_speed->setVisible(width() > 380);
    m_scope->setVisible(width() > 300);
    elide();
}

void StepPlayer::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        elide();
}

void StepPlayer::elide()
{
    const int room = m_text->width() > 0 ? m_text->width() : width();
    const QString shown = m_text->fontMetrics().elidedText(m_words, Qt::ElideRight, std::max(40, room - 2));
    m_text->setText(shown);
    m_text->setToolTip(shown == m_words ? QString() : m_words);
}

} // namespace headlight
