// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/compare_panel.h"

#include "figures/compare_figure.h"
#include "session/selection.h"
#include "session/session.h"

#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace headlight {

namespace {

constexpr int mostPredictions = 10;

} // namespace

ComparePanel::ComparePanel(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_selection(selection)
    , m_view(new FigureView(this))
{
    setObjectName(QStringLiteral("comparePanel"));
    setAttribute(Qt::WA_StyledBackground);
    m_view->setObjectName(QStringLiteral("compareView"));
    m_view->setAccessibleName(tr("Before and after the change"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 4, 10, 4);
    layout->addWidget(m_view);
    connect(m_view, &FigureView::cellHovered, &selection, &Selection::hover);
    connect(m_view, &FigureView::cellClicked, &selection, &Selection::pin);
    connect(&session, &Session::traceChanged, this, [this] {
        m_stale = true;
        showLater();
    });
    connect(&selection, &Selection::stepChanged, this, &ComparePanel::showLater);
    connect(&selection, &Selection::focusChanged, this, &ComparePanel::showLater);
}

void ComparePanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    showLater();
}

void ComparePanel::showLater()
{
    if (!isVisible() || std::exchange(m_waiting, true))
        return;
    QTimer::singleShot(0, this, [this] {
        m_waiting = false;
        makeFigure();
    });
}

void ComparePanel::makeFigure()
{
    const int step = m_selection.step();
    if (step < 0 || !m_session.trace().valid())
        return;
    if (!m_session.changed()) {
        m_stale = true;
        m_view->setPlaceholder(
            tr("Nothing is changed yet. Set a switch under “What if…” above, or type a number "
               "into a cell (F2): then both runs stand here side by side."));
        if (m_view->figure())
            m_view->setFigure(nullptr);
        return;
    }
    const Trace& trace = m_session.trace();
    CompareOptions options;
    for (const int i : TensorSlice::chosenAxes(trace.axes(step))) {
        const Axis& a = trace.axes(step)[static_cast<std::size_t>(i)];
        options.indices[a.name] = m_selection.coordinate(a);
    }
    const Prediction& prediction = trace.program().prediction;
    std::int64_t position = 0;
    if (prediction.logits >= 0 && prediction.stream != noStream) {
        const auto count = static_cast<std::int64_t>(
            trace.input().streams[static_cast<std::size_t>(prediction.stream)].labels.size());
        const std::int64_t chosen = m_selection.queryToken(prediction.stream);
        position = chosen < 0 ? count - 1 : std::min(chosen, count - 1);
        options.heading = tr("at “%1” the model says")
                              .arg(QString::fromStdString(trace.label(prediction.stream, position)));
    } else {
        options.heading = tr("the model says");
    }
    if (!m_stale && step == m_step && position == m_position && options.indices == m_indices) {
        const auto& hovered = m_selection.hovered();
        const auto focus = hovered ? hovered : m_selection.pinned();
        m_view->setHighlight(focus ? Highlight{focus, {}} : Highlight{});
        return;
    }
    m_stale = false;
    m_step = step;
    m_position = position;
    m_indices = options.indices;
    // Large tensors take a moment, and some are computed again: never here.
    m_session.background(
        "compare",
        [this, trace, base = m_session.plainTrace(), model = m_session.model(), step, position,
         options = std::move(options)](const std::stop_token&) mutable -> Session::Finish {
            if (trace.program().prediction.logits >= 0)
                if (auto changes = predictionChanges(*model, base, trace, position, mostPredictions))
                    options.predictions = std::move(*changes);
            auto made = std::make_shared<Result<std::unique_ptr<CompareFigure>>>(
                CompareFigure::make({trace, model}, base, {TensorRef::Kind::Step, step}, std::move(options)));
            return [this, made] { take(std::move(*made)); };
        });
}

void ComparePanel::take(Result<std::unique_ptr<CompareFigure>> figure)
{
    if (!figure) {
        m_view->setPlaceholder(errorText(figure.error()));
        m_view->setFigure(nullptr);
        return;
    }
    m_view->setFigure(std::shared_ptr<Figure>(std::move(*figure)));
    showLater(); // the highlight
}

} // namespace headlight
