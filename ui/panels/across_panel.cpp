// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/across_panel.h"

#include "panels/tool_tip.h"
#include "session/call_in.h"
#include "session/selection.h"
#include "session/session.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace headlight {

namespace {

constexpr int patience = 150; // milliseconds

} // namespace

AcrossPanel::AcrossPanel(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_selection(selection)
    , m_chooser(new QComboBox(this))
    , m_meaning(new QLabel(this))
    , m_title(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_cancel(new QPushButton(this))
    , m_view(new FigureView(this))
{
    setObjectName(QStringLiteral("acrossPanel"));
    setAttribute(Qt::WA_StyledBackground);
    for (const AcrossView one : {AcrossView::Lens, AcrossView::Attribution, AcrossView::Sources,
                                 AcrossView::Norms, AcrossView::Rollout, AcrossView::Flow})
        m_chooser->addItem(acrossTitle(one), static_cast<int>(one));
    m_chooser->setObjectName(QStringLiteral("acrossChooser"));
    m_chooser->setAccessibleName(tr("What to follow across the layers"));
    m_chooser->setFocusPolicy(Qt::TabFocus);
    m_title->hide();
    m_title->setObjectName(QStringLiteral("panelHeading"));
    m_meaning->setObjectName(QStringLiteral("muted"));
    m_meaning->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_meaning->setWordWrap(true);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(90);
    m_progress->setAccessibleName(tr("Progress of the analysis"));
    m_cancel->setFocusPolicy(Qt::TabFocus);
    m_progress->hide();
    m_cancel->hide();
    m_view->setObjectName(QStringLiteral("acrossView"));
    m_view->setAccessibleName(tr("Across layers"));
    auto* top = new QHBoxLayout;
    top->setSpacing(12);
    top->addWidget(m_chooser);
    top->addWidget(m_progress);
    top->addWidget(m_cancel);
    top->addWidget(m_title);
    top->addWidget(m_meaning, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 4, 10, 2);
    layout->setSpacing(2);
    layout->addLayout(top);
    layout->addWidget(m_view, 1);

    const auto anew = [this] {
        m_stale = true;
        if (isVisible())
            makeTable();
    };
    connect(&session, &Session::traceChanged, this, anew);
    connect(m_chooser, &QComboBox::currentIndexChanged, this, anew);
    connect(&session, &Session::modelChanged, this, [this] {
        // What is known of the model decides what can be shown at all: patterns alone have no logits.
        const Program& program = *m_session.model()->program;
        const QSignalBlocker quiet(m_chooser); // its run is told next
        for (int i = 0; i < m_chooser->count() && !appliesTo(shown(), program); ++i)
            if (appliesTo(static_cast<AcrossView>(m_chooser->itemData(i).toInt()), program))
                m_chooser->setCurrentIndex(i);
    });
    connect(&session, &Session::busyChanged, this, [this, anew](bool busy) {
        if (busy && m_stop) {
            // A new run has taken the worker; should it come to nothing, this is still wanted.
            setWorking(nullptr);
            m_stale = true;
        } else if (!busy && m_stale && m_session.trace().valid()) {
            anew();
        }
    });
    connect(m_cancel, &QPushButton::clicked, this, [this] { m_stop ? cancel() : makeTable(); });
    const auto follow = [this] {
        if (!isVisible() || !m_session.trace().valid())
            return;
        if (followsPosition(shown()) && position() != m_position)
            makeTable();
        else
            markPosition();
    };
    connect(&selection, &Selection::focusChanged, this, follow);
    connect(&selection, &Selection::stepChanged, this, follow);
    connect(m_view, &FigureView::cellClicked, this, &AcrossPanel::choose);
    connect(m_view, &FigureView::cellActivated, this, &AcrossPanel::choose);
    connect(m_view, &FigureView::cellHovered, this, [this](const std::optional<CellRef>& cell) {
        m_view->setHighlight(cell ? Highlight{cell, {}} : Highlight{});
        const QString words = cell && m_figure ? m_figure->describeCell(*cell) : QString();
        m_view->setToolTip(toolTipOf(words));
        emit statusText(words);
    });
}

void AcrossPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_session.trace().valid() && (m_stale || (followsPosition(shown()) && position() != m_position)))
        makeTable();
}

AcrossView AcrossPanel::shown() const
{
    return static_cast<AcrossView>(m_chooser->currentData().toInt());
}

std::int64_t AcrossPanel::position() const
{
    const Program& program = m_session.trace().program();
    StreamIndex stream = program.prediction.stream;
    if (stream == noStream || shown() == AcrossView::Flow)
        stream = program.attention.empty() ? noStream : program.attention.back().queries;
    if (stream == noStream)
        return -1;
    const auto& streams = m_session.trace().input().streams;
    const auto count =
        static_cast<std::size_t>(stream) < streams.size()
            ? static_cast<std::int64_t>(streams[static_cast<std::size_t>(stream)].labels.size())
            : 0;
    const std::int64_t chosen = m_selection.queryToken(stream);
    return chosen < 0 ? -1 : std::min(chosen, count - 1);
}

void AcrossPanel::makeTable()
{
    m_stale = false;
    m_position = position();
    m_meaning->setText(acrossMeaning(shown()));
    m_meaning->setToolTip(m_meaning->text());
    const FigureSource source{m_session.trace(), m_session.model()};
    const AcrossRequest request{shown(), followsPosition(shown()) ? m_position : -1, -1, {}};
    setWorking(std::make_shared<std::stop_source>()); // what was wanted before would only be in the way
    // What is there at once needs no word.
    QTimer::singleShot(patience, this, [this, own = m_stop] {
        if (own == m_stop)
            showWorking();
    });
    m_session.background("across",
                         [this, source, request, own = m_stop, workers = m_session.workers(),
                          session = &m_session,
                          panel = QPointer(this)](const std::stop_token& stop) -> Session::Finish {
                             // Whoever stops first: a new run, another view, or the person.
                             const std::stop_callback link(stop, [own] { own->request_stop(); });
                             auto last = std::chrono::steady_clock::now();
                             const auto progress = [&](int done, int total) {
                                 const auto now = std::chrono::steady_clock::now();
                                 if (now - last < std::chrono::milliseconds(40))
                                     return;
                                 last = now;
                                 // The panel may go while this is computed; the session stays.
                                 callIn(session, [panel, own, done, total] {
                                     if (!panel || panel->m_stop != own)
                                         return;
                                     panel->m_progress->setRange(0, total);
                                     panel->m_progress->setValue(done);
                                 });
                             };
                             auto content = std::make_shared<Result<TableContent>>(
                                 acrossTable(source, *workers, request, own->get_token(), progress));
                             return [this, content, own, view = request.view] {
                                 if (own != m_stop)
                                     return;
                                 setWorking(nullptr);
                                 m_figureShows = view;
                                 take(std::move(*content));
                             };
                         });
}

void AcrossPanel::setWorking(std::shared_ptr<std::stop_source> stop)
{
    if (m_stop)
        m_stop->request_stop();
    m_stop = std::move(stop);
    m_progress->setRange(0, 0);
    m_progress->hide();
    m_cancel->hide();
}

void AcrossPanel::showWorking()
{
    m_progress->show();
    m_cancel->setText(tr("&Cancel"));
    m_cancel->show();
    // Another view's picture must not stand under this one's name for long.
    if (m_figure && m_figureShows == shown())
        return;
    m_figure = nullptr;
    m_title->hide();
    m_view->setPlaceholder(tr("Computing …"));
    m_view->setFigure(nullptr);
}

void AcrossPanel::cancel()
{
    setWorking(nullptr);
    m_figure = nullptr;
    m_title->hide();
    m_view->setPlaceholder(tr("Cancelled"));
    m_view->setFigure(nullptr);
    m_cancel->setText(tr("&Compute"));
    m_cancel->show();
}

void AcrossPanel::take(Result<TableContent> content)
{
    Result<std::unique_ptr<TableFigure>> figure =
        content ? TableFigure::make(std::move(*content)) : tl::unexpected(content.error());
    if (!figure) {
        if (figure.error().code == ErrorCode::Cancelled)
            return;
        m_figure = nullptr;
        m_title->hide();
        m_view->setPlaceholder(errorText(figure.error()));
        m_view->setFigure(nullptr);
        return;
    }
    m_figure = std::move(*figure);
    const QString title = m_figure->title();
    m_title->setText(title);
    m_title->setVisible(title != m_chooser->currentText());
    m_view->setFigure(m_figure);
    markPosition();
}

void AcrossPanel::markPosition()
{
    if (!m_figure || m_figure->content().stream == noStream)
        return;
    const std::int64_t chosen = m_selection.queryToken(m_figure->content().stream);
    m_figure->mark(chosen);
    if (chosen >= 0 && chosen < m_figure->content().values->size(1))
        m_figure->reveal({{}, {0, chosen}});
    m_view->refresh();
}

void AcrossPanel::choose(const CellRef& cell)
{
    if (!m_figure || cell.tensor.valid() || cell.cell.size() != 2)
        return;
    const TableContent& content = m_figure->content();
    const auto at = static_cast<std::size_t>(cell.cell[0] * content.values->size(1) + cell.cell[1]);
    if (at < content.steps.size() && content.steps[at] >= 0) {
        const auto& layers = m_session.trace().program().attention;
        const int step = content.steps[at], head = content.heads[at];
        for (std::size_t a = 0; a < layers.size(); ++a)
            if (head >= 0 && layers[a].z == step)
                return m_selection.jumpToHead(static_cast<int>(a), head);
        return m_selection.jumpTo(step);
    }
    // In a table of where a position's vector comes from, the row is the position, else the column.
    if (content.stream != noStream)
        m_selection.setQueryToken(content.stream,
                                  shown() == AcrossView::Rollout ? cell.cell[0] : cell.cell[1]);
}

} // namespace headlight
