// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/stage_pane.h"

#include "figures/equation_figure.h"
#include "panels/cell_editor.h"
#include "panels/elided_label.h"
#include "panels/head_selector.h"
#include "panels/stage_titles.h"
#include "panels/step_player.h"
#include "panels/what_if_bar.h"
#include "panels/what_if_words.h"
#include "session/selection.h"
#include "session/session.h"

#include <QAction>
#include <QApplication>
#include <QEvent>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QRegularExpression>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

namespace headlight {

StagePane::StagePane(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_selection(selection)
    , m_title(new ElidedLabel(Qt::ElideLeft, this))
    , m_hook(new ElidedLabel(Qt::ElideLeft, this))
    , m_heads(new HeadSelector(this))
    , m_steps(new QWidget(this))
    , m_stepRow(new QHBoxLayout(m_steps))
    , m_view(new FigureView(this))
    , m_whatIfs(new WhatIfBar(session, selection, this))
    , m_editor(new CellEditor(*m_view))
    , m_player(new StepPlayer(this))
    , m_watch(new QToolButton(this))
    , m_unfold(new QToolButton(this))
{
    setObjectName(QStringLiteral("stagePane"));
    setAttribute(Qt::WA_StyledBackground);
    m_title->setObjectName(QStringLiteral("stageTitle"));
    m_hook->setObjectName(QStringLiteral("hookName"));
    m_hook->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_hook->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_view->setObjectName(QStringLiteral("stageView"));
    m_view->setAccessibleName(tr("The step as an equation of matrices"));
    m_view->setPlaceholder(tr("Opening the model…"));
    m_view->installEventFilter(this);
    m_stepRow->setContentsMargins(0, 0, 0, 0);
    m_stepRow->setSpacing(4);

    m_watch->setObjectName(QStringLiteral("watchButton"));
    m_watch->setFocusPolicy(Qt::TabFocus);
    m_unfold->setObjectName(QStringLiteral("unfoldWhatIfs"));
    m_unfold->setText(tr("What if…"));
    m_unfold->setAccessibleName(tr("Show what can be changed in this step"));
    m_unfold->setToolTip(m_unfold->accessibleName());
    m_unfold->setCheckable(true);
    m_unfold->setFocusPolicy(Qt::TabFocus);
    m_unfold->hide();
    connect(m_unfold, &QToolButton::toggled, this, &StagePane::makeRoom);
    auto* first = new QHBoxLayout;
    first->setContentsMargins(0, 0, 8, 0);
    first->addWidget(m_title, 1);
    first->addWidget(m_unfold);
    first->addWidget(m_watch);
    auto* second = new QHBoxLayout;
    second->setContentsMargins(0, 0, 0, 0);
    second->setSpacing(14);
    second->addWidget(m_hook);
    second->addWidget(m_steps);
    second->addWidget(m_heads);
    second->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(22, 14, 14, 6);
    layout->setSpacing(5);
    layout->addLayout(first);
    layout->addLayout(second);
    layout->addWidget(m_whatIfs);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_player);
    m_heads->hide();
    m_steps->hide();

    connect(m_heads, &HeadSelector::chosen, &selection, &Selection::setHead);
    connect(m_view, &FigureView::cellHovered, &selection, &Selection::hover);
    connect(m_view, &FigureView::cellClicked, this, [this](const CellRef& cell) {
        m_selection.pin(cell);
        // Who watches and points at a cell of the result wants to see that one.
        if (m_player->active() && cell.tensor == TensorRef{TensorRef::Kind::Step, m_selection.step()}) {
            m_player->setOnlyCell(true);
            beginWatch(m_player->playing());
        }
    });
    connect(m_player, &StepPlayer::frameChanged, this, &StagePane::showFocus);
    connect(m_player, &StepPlayer::scopeChanged, this, [this] { beginWatch(true); });
    connect(m_player, &StepPlayer::stateChanged, this, &StagePane::makeRoom);
    connect(m_view, &FigureView::cellActivated, this,
            [this](const CellRef& cell, Qt::KeyboardModifiers modifiers) {
                // What another step made is gone to; the rest can be changed here.
                if (cell.tensor.kind == TensorRef::Kind::Step && cell.tensor.index != m_selection.step())
                    m_selection.jumpTo(cell);
                else
                    openEditor(cell, modifiers & Qt::ShiftModifier);
            });
    connect(m_editor, &CellEditor::entered, this, &StagePane::takeNumbers);
    connect(m_whatIfs, &WhatIfBar::compareWanted, this, &StagePane::compareWanted);
    connect(&selection, &Selection::stepChanged, this, &StagePane::showStep);
    connect(&selection, &Selection::focusChanged, this, &StagePane::showFocus);
    connect(&selection, &Selection::pointedChanged, this, &StagePane::showFocus);
    connect(&session, &Session::traceChanged, this, &StagePane::showStep);
    connect(&session, &Session::tensorsReady, this, [this](int step) {
        if (step == m_selection.step())
            makeFigure();
    });
}

void StagePane::setWatchActions(QAction* watch, QAction* end)
{
    m_watch->setDefaultAction(watch);
    m_watch->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_watch->setAccessibleName(tr("Watch this step compute"));
    m_player->setActions(watch, end);
}

void StagePane::watch()
{
    if (m_player->active())
        m_player->setPlaying(!m_player->playing());
    else
        beginWatch(true);
}

void StagePane::beginWatch(bool play)
{
    const auto* figure = dynamic_cast<const EquationFigure*>(m_view->figure());
    if (!figure || !m_session.trace().valid())
        return;
    const bool fresh = !m_player->active();
    const FigureSource source{m_session.trace(), m_session.model()};
    auto frames = StepFrames::make(source, m_selection.step(), figure->result(),
                                   m_player->onlyCell() ? m_selection.pinned() : std::optional<CellRef>());
    if (!frames)
        return emit statusText(errorText(frames.error()));
    m_player->begin(std::move(*frames), source);
    m_player->setPlaying(play);
    // The arrows scrub at once.
    if (fresh)
        m_player->slider().setFocus(Qt::ShortcutFocusReason);
}

void StagePane::endWatch()
{
    if (!m_player->active())
        return;
    stopWatch();
    showFocus();
}

void StagePane::stopWatch()
{
    const bool focus = m_player->isAncestorOf(QApplication::focusWidget());
    m_player->end();
    if (focus)
        setFocus(); // the arrows walk again
}

bool StagePane::eventFilter(QObject* watched, QEvent* event)
{
    // Escape ends the watching before it takes the cursor away.
    if (event->type() == QEvent::ShortcutOverride && m_player->active() &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->ignore();
        return true;
    }
    if (event->type() == QEvent::Paint && m_view->figure() && !std::exchange(m_painted, true))
        QMetaObject::invokeMethod(this, &StagePane::painted, Qt::QueuedConnection);
    return QWidget::eventFilter(watched, event);
}

void StagePane::makeRoom()
{
    m_watch->setVisible(!m_player->active());
    // In a low pane the picture is worth more than what could be changed, and what moves even more.
    constexpr int lines = 20, low = 440;
    const bool fold = height() < lines * QFontInfo(font()).pixelSize();
    m_unfold->setVisible(fold);
    m_whatIfs->setFolded(fold && !m_unfold->isChecked());
    m_whatIfs->setMaximumHeight(m_player->active() && height() < low ? 0 : QWIDGETSIZE_MAX);
}

void StagePane::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    makeRoom();
    m_hook->setVisible(width() > 520);
}

void StagePane::editCell(bool row)
{
    const auto cell = m_view->cursor() ? m_view->cursor() : m_selection.focus();
    if (cell)
        openEditor(*cell, row);
    else
        emit statusText(tr("Click a cell first, or walk to one with Tab and the arrow keys"));
}

void StagePane::openEditor(const CellRef& cell, bool row)
{
    const Trace& trace = m_session.trace();
    const auto tensor = trace.valid() ? trace.tensor(cell.tensor) : fail(ErrorCode::NotFound, "no trace");
    if (!tensor || !(*tensor)->contains(cell.cell))
        return;
    const float now = (*tensor)->at(cell.cell);
    const auto text = [](float value) {
        return std::isinf(value) ? value < 0 ? QStringLiteral("-inf") : QStringLiteral("inf")
                                 : QString::number(static_cast<double>(value), 'g', 7);
    };
    // Asked with the number that is there, core tells whether such a cell can be changed at all.
    const auto allowed = overridesOf(trace.program(), editOf(cell, row, {now}), trace.input());
    if (!allowed)
        return emit m_session.problem({errorText(allowed.error()), {}, {}});
    QString shown = text(now);
    if (constexpr std::int64_t most = 64; row && (*tensor)->axes().back().size <= most) {
        QStringList all;
        Cell at = cell.cell;
        for (at.back() = 0; at.back() < (*tensor)->axes().back().size; ++at.back())
            all << text((*tensor)->at(at));
        shown = all.join(QStringLiteral(", "));
    }
    m_editor->open(cell, row, shown);
}

WhatIf StagePane::editOf(const CellRef& cell, bool row, std::vector<float> values) const
{
    WhatIf edit;
    edit.kind = WhatIf::Kind::Edit;
    edit.target = m_session.trace().program().nameOf(cell.tensor);
    edit.cell.assign(cell.cell.begin(), cell.cell.end());
    if (row && !edit.cell.empty())
        edit.cell.back().reset();
    edit.values = std::move(values);
    return edit;
}

void StagePane::takeNumbers(const QString& text)
{
    static const QRegularExpression between(QStringLiteral("[,;\\s]+"));
    const QStringList words = text.split(between, Qt::SkipEmptyParts);
    std::vector<float> values;
    for (const QString& word : words) {
        const auto value = parseCellValue(word.toStdString());
        if (!value)
            return m_editor->refuse(tr("expected a number, found “%1”").arg(word));
        values.push_back(*value);
    }
    if (values.empty() || (!m_editor->row() && values.size() > 1))
        return m_editor->refuse(tr("expected one number"));
    const WhatIf edit = editOf(m_editor->cell(), m_editor->row(), std::move(values));
    const auto ok = m_session.setWhatIf(
        edit, true, [program = m_session.model()->program, edit] { return whatIfWords(*program, edit); });
    if (!ok)
        m_editor->refuse(errorText(ok.error()));
}

void StagePane::showStep()
{
    const int step = m_selection.step();
    stopWatch();
    if (step < 0 || !m_session.trace().valid())
        return;
    const Program& program = m_session.trace().program();
    m_title->setText(breadcrumb(program, step));
    m_hook->setText(QString::fromStdString(program.steps[static_cast<std::size_t>(step)].hook));
    showSteps();
    if (m_session.need(step)) {
        makeFigure();
    } else {
        m_view->setFigure(nullptr);
        m_view->setPlaceholder(tr("Computing this step again…"));
    }
}

void StagePane::showSteps()
{
    const auto old = m_steps->findChildren<QToolButton*>();
    for (QToolButton* button : old) {
        button->hide();
        button->deleteLater();
    }
    const Program& program = m_session.trace().program();
    const int step = m_selection.step();
    const Stage& stage =
        program.stages[static_cast<std::size_t>(program.steps[static_cast<std::size_t>(step)].stage)];
    const bool several =
        stage.endStep - stage.firstStep > 1 && m_selection.granularity() != Granularity::Layer;
    m_steps->setVisible(several);
    if (!several)
        return;
    for (int i = stage.firstStep; i < stage.endStep; ++i) {
        const Step& s = program.steps[static_cast<std::size_t>(i)];
        auto* button = new QToolButton(m_steps);
        button->setObjectName(QStringLiteral("stepButton"));
        button->setText(
            QString::fromStdString(s.symbol).replace(QStringLiteral("W_O"), QStringLiteral("Wₒ")));
        button->setToolTip(QString::fromStdString(s.hook));
        button->setAccessibleName(stepTitle(s));
        button->setCheckable(true);
        button->setChecked(i == step);
        button->setFocusPolicy(Qt::TabFocus);
        connect(button, &QToolButton::clicked, this, [this, i] { m_selection.jumpTo(i); });
        m_stepRow->addWidget(button);
        button->show();
    }
}

std::map<std::string, std::int64_t> StagePane::wantedIndices() const
{
    std::map<std::string, std::int64_t> indices;
    const Axes& axes = m_session.trace().axes(m_selection.step());
    for (const int i : TensorSlice::chosenAxes(axes)) {
        const Axis& a = axes[static_cast<std::size_t>(i)];
        indices[a.name] = m_selection.coordinate(a);
    }
    // The operands may have heads where the result has none left, and query heads lead.
    if (m_selection.attention() >= 0)
        indices[std::string(axis::head)] = m_selection.head();
    return indices;
}

void StagePane::makeFigure()
{
    stopWatch(); // what is on its way belongs to the figure before
    const int step = m_selection.step();
    const Trace& trace = m_session.trace();
    EquationOptions options;
    m_indices = wantedIndices();
    options.indices = m_indices;
    const bool heads = m_selection.attention() >= 0;
    auto figure = EquationFigure::make({trace, m_session.model()}, step, options);
    if (!figure) {
        m_view->setFigure(nullptr);
        m_view->setPlaceholder(errorText(figure.error()));
        m_heads->hide();
        return;
    }
    bool choose = false;
    for (const Axis& a : (*figure)->chosenAxes())
        choose = choose || a.name == axis::head;
    const auto attention = static_cast<std::size_t>(std::max(0, m_selection.attention()));
    if (choose && heads) {
        const int count = trace.program().attention[attention].heads;
        m_heads->setAxis(tr("head"), count);
        m_heads->setCurrent(m_selection.head());
        std::set<int> off;
        for (int h = 0; h < count; ++h)
            if (m_session.headOff(static_cast<int>(attention), h))
                off.insert(h);
        m_heads->setOff(off);
    }
    m_heads->setVisible(choose && heads);
    m_view->setFigure(std::shared_ptr<Figure>(std::move(*figure)));
    showFocus();
}

void StagePane::showFocus()
{
    const int step = m_selection.step();
    if (step < 0 || !m_view->figure() || !m_session.trace().valid())
        return;
    // Another head is another picture; another cell only another highlight.
    if (wantedIndices() != m_indices)
        return makeFigure();
    if (auto* figure = dynamic_cast<EquationFigure*>(m_view->figure());
        figure && figure->frame() != m_player->frame()) {
        figure->setFrame(m_player->frame());
        m_view->update();
    }
    if (const auto& frame = m_player->frame()) {
        // A step on its way is not disturbed by what the mouse crosses.
        if (m_view->figure()->reveal(frame->lead))
            m_view->refresh();
        m_view->setHighlight(frame->highlight());
        return;
    }
    const auto focus = m_selection.focus();
    Highlight highlight = focus ? highlightOf(m_session.trace(), *focus) : Highlight{};
    // A whole tensor is a source without indices.
    if (m_selection.pointed().valid())
        highlight.sources.push_back({m_selection.pointed(), {}});
    m_view->setHighlight(highlight);
    if (!m_selection.hovered() && focus && m_view->figure()->reveal(*focus))
        m_view->refresh();
    if (focus) {
        const auto tensor = m_session.trace().tensor(focus->tensor);
        if (tensor && (*tensor)->contains(focus->cell))
            emit statusText(cellName(m_session.trace(), *focus) + QStringLiteral(" = ") +
                            QString::number(static_cast<double>((*tensor)->at(focus->cell)), 'g', 8));
    }
}

} // namespace headlight
