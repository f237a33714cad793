// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/heads_panel.h"

#include "analysis/combined_pattern.h"
#include "figures/figure_colors.h"
#include "figures/heatmap_figure.h"
#include "panels/analyse_in_background.h"
#include "panels/elided_label.h"
#include "panels/head_facts.h"
#include "panels/stage_titles.h"
#include "session/core_words.h"
#include "session/selection.h"
#include "session/session.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <map>

namespace headlight {

namespace {

/// Fewer cells than this are read at once; more are read in the worker.
constexpr std::int64_t fewCells = 4'000'000;
constexpr int lowPanel = 260;
/// Tiles that have not come by then were dropped with a run that failed, and are asked for again.
constexpr int tilePatience = 5000; // milliseconds
/// What the list of orders holds beside the indices of allMetricDefinitions().
enum Order { byLayer = -2, byFinding = -1 };

/// The metric that has to be computed for this one: "" where all patterns' metrics are.
std::string neededFor(int order)
{
    const auto at = static_cast<std::size_t>(std::max(0, order));
    return at < metricDefinitions().size() ? std::string() : std::string(allMetricDefinitions()[at].key);
}

} // namespace

HeadsPanel::HeadsPanel(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_selection(selection)
    , m_grid(new FigureView(this))
    , m_pattern(new FigureView(this))
    , m_facts(new HeadFacts(this))
    , m_title(new ElidedLabel(Qt::ElideLeft, this))
    , m_label(new QLabel(this))
    , m_sort(new QComboBox(this))
    , m_show(new QComboBox(this))
    , m_combine(new QComboBox(this))
    , m_places(new QCheckBox(tr("keep places"), this))
    , m_progress(new QProgressBar(this))
    , m_cancel(new QPushButton(tr("&Cancel"), this))
    , m_missing(new QLabel(this))
{
    setObjectName(QStringLiteral("headsPanel"));
    setAttribute(Qt::WA_StyledBackground);
    m_grid->setObjectName(QStringLiteral("headGrid"));
    m_grid->setAccessibleName(tr("Attention patterns of all heads"));
    m_pattern->setObjectName(QStringLiteral("headPattern"));
    m_pattern->setAccessibleName(tr("Attention pattern of the selected head"));
    m_title->setObjectName(QStringLiteral("panelHeading"));
    m_label->setObjectName(QStringLiteral("headLabel"));
    m_label->setToolTip(tr("What this head does on this text, by the numbers below"));
    m_label->hide();
    m_sort->setObjectName(QStringLiteral("headSort"));
    m_sort->setAccessibleName(tr("What the heads are sorted and coloured by"));
    m_sort->addItem(tr("by layer"), byLayer);
    m_sort->addItem(tr("by what they do"), byFinding);
    m_sort->setItemData(1, tr("Heads that one number makes clear, together; above each that number"),
                        Qt::ToolTipRole);
    m_sort->insertSeparator(m_sort->count());
    const auto& all = allMetricDefinitions();
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i == metricDefinitions().size())
            m_sort->insertSeparator(m_sort->count()); // those that take a while
        m_sort->addItem(tr("by %1").arg(coreWords(all[i].title)), static_cast<int>(i));
        m_sort->setItemData(m_sort->count() - 1, coreWords(all[i].definition), Qt::ToolTipRole);
    }
    m_show->setObjectName(QStringLiteral("headShow"));
    m_show->setAccessibleName(tr("Which heads are shown"));
    m_show->addItems({tr("all heads"), tr("the 12 highest"), tr("the 24 highest"), tr("at least half")});
    m_show->setToolTip(tr("“At least half”: of the highest value that a head has here"));
    m_places->setObjectName(QStringLiteral("headPlaces"));
    m_places->setAccessibleName(tr("Only colour the heads, in their places"));
    m_combine->setObjectName(QStringLiteral("headCombine"));
    m_combine->setAccessibleName(tr("How the chosen heads are shown together"));
    m_combine->addItems({tr("this head"), tr("mean"), tr("largest"), tr("difference")});
    m_combine->setItemData(3, tr("The selected head minus the mean of the others"), Qt::ToolTipRole);
    for (QWidget* w : std::initializer_list<QWidget*>{m_sort, m_show, m_combine, m_places})
        w->setFocusPolicy(Qt::TabFocus);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(90);
    m_progress->setAccessibleName(tr("Progress of the metric"));
    m_missing->setObjectName(QStringLiteral("muted"));
    m_missing->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    for (QWidget* w :
         std::initializer_list<QWidget*>{m_show, m_places, m_combine, m_progress, m_cancel, m_missing})
        w->hide();
    m_grid->setMap(16);
    m_grid->installEventFilter(this);
    auto* left = new QWidget(this);
    m_leftLayout = new QBoxLayout(QBoxLayout::TopToBottom, left);
    m_leftLayout->setContentsMargins(0, 4, 0, 0);
    m_leftLayout->setSpacing(4);
    m_choices = new QBoxLayout(QBoxLayout::LeftToRight);
    m_choices->setSpacing(6);
    m_choices->addWidget(m_show);
    m_choices->addWidget(m_places);
    m_choices->addWidget(m_progress);
    m_choices->addWidget(m_cancel);
    m_choices->addWidget(m_missing, 1);
    m_choices->addStretch();
    m_leftLayout->addLayout(m_choices);
    m_leftLayout->addWidget(m_grid, 1);
    m_sort->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_sort->setMinimumContentsLength(14);
    // In a narrow window its words are cut before the name of the head is: its list has them whole.
    m_sort->setMinimumWidth(m_sort->fontMetrics().horizontalAdvance(tr("by layer")) + 44);
    m_sort->view()->setMinimumWidth(220);
    auto* right = new QWidget(this);
    auto* about = new QVBoxLayout;
    about->setSpacing(6);
    auto* top = new QHBoxLayout;
    top->setSpacing(12);
    top->addWidget(m_title);
    top->addWidget(m_label, 0, Qt::AlignVCenter);
    top->addStretch(1);
    top->addWidget(m_combine);
    top->addWidget(m_sort); // beside the grid it would take the room of thumbnails
    about->addLayout(top);
    about->addWidget(m_facts, 1);
    m_rightLayout = new QBoxLayout(QBoxLayout::LeftToRight, right);
    m_rightLayout->setContentsMargins(16, 8, 12, 6);
    m_rightLayout->setSpacing(18);
    m_rightLayout->addLayout(about, 3);
    m_rightLayout->addWidget(m_pattern, 2);
    auto* splitter = new QSplitter(this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(left);
    splitter->addWidget(right);
    // The numbers and the large pattern need more than thumbnails do.
    splitter->setStretchFactor(0, 2);
    splitter->setStretchFactor(1, 3);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 2, 0, 2);
    layout->addWidget(splitter);

    connect(&session, &Session::traceChanged, this, [this] {
        m_stale = true;
        m_known.clear();
        setWorking(nullptr);
        if (isVisible())
            makeGrid();
    });
    connect(&session, &Session::modelChanged, this, [this] {
        m_marked.clear();
        m_combine->hide();
        const QSignalBlocker quiet(m_sort);
        m_sort->setCurrentIndex(0);
        m_grid->setZoom(1);
    });
    connect(m_sort, &QComboBox::currentIndexChanged, this, &HeadsPanel::rank);
    connect(&session, &Session::busyChanged, this, [this](bool busy) {
        if (busy)
            setWorking(nullptr); // a new run has taken the worker, and will ask again
    });
    connect(&session, &Session::progressed, this, [this](int done, int total) {
        m_progress->setRange(0, total);
        m_progress->setValue(done);
    });
    connect(m_cancel, &QPushButton::clicked, this, [this] { m_sort->setCurrentIndex(0); });
    connect(m_show, &QComboBox::currentIndexChanged, this, &HeadsPanel::rank);
    connect(m_places, &QCheckBox::toggled, this, &HeadsPanel::rank);
    connect(m_combine, &QComboBox::currentIndexChanged, this, &HeadsPanel::makePattern);
    connect(m_grid, &FigureView::painted, this, &HeadsPanel::readTiles, Qt::QueuedConnection);
    connect(m_grid, &FigureView::cellHovered, this, [this](const std::optional<CellRef>& cell) {
        // From afar a cell is not what one points at.
        if (m_figure && m_figure->showsCells())
            m_selection.hover(cell);
        m_grid->setHighlight(m_figure && cell && m_figure->showsCells() ? Highlight{cell, {}} : Highlight{});
    });
    // The first token is left out of the grid and of the large picture alike.
    connect(&m_grid->colors(), &FigureColors::changed, this, [this] { takeSink(*m_grid, *m_pattern); });
    connect(&m_pattern->colors(), &FigureColors::changed, this, [this] { takeSink(*m_pattern, *m_grid); });
    connect(&selection, &Selection::stepChanged, this, &HeadsPanel::showSelected);
    connect(&selection, &Selection::focusChanged, this, &HeadsPanel::showSelected);
    connect(m_grid, &FigureView::clickedAt, this, [this](const QPointF& point) {
        if (!m_figure)
            return;
        const auto head = m_figure->headAt(point, m_grid->figureArea(), m_grid->figureStyle());
        if (head && (QApplication::keyboardModifiers() & Qt::ControlModifier))
            return mark(*head);
        if (head) {
            m_marked.clear();
            marksChanged();
            m_selection.jumpToHead(head->attention, head->head);
            if (m_figure->showsCells())
                if (const auto cell = m_figure->cellAt(point, m_grid->figureArea(), m_grid->figureStyle()))
                    m_selection.pin(*cell);
        }
        m_grid->clearFocus(); // one goes on from the step that opened, with the arrows
    });
    connect(m_grid, &FigureView::cellActivated, this, [this](const CellRef& cell) {
        const auto& layers = m_session.trace().program().attention;
        for (std::size_t i = 0; i < layers.size(); ++i)
            if (cell.tensor == TensorRef{TensorRef::Kind::Step, layers[i].pattern})
                m_selection.jumpToHead(static_cast<int>(i), static_cast<int>(cell.cell[0]));
    });
    const auto own = [](const CellRef& cell) { return cell.tensor.kind != TensorRef::Kind::None; };
    connect(m_pattern, &FigureView::cellClicked, this, [this, own](const CellRef& cell) {
        if (own(cell))
            m_selection.pin(cell);
    });
    connect(m_pattern, &FigureView::cellActivated, this, [this, own](const CellRef& cell) {
        if (own(cell))
            m_selection.jumpTo(cell);
    });
    connect(m_pattern, &FigureView::cellHovered, this, [this, own](const std::optional<CellRef>& cell) {
        if (!cell || own(*cell))
            m_selection.hover(cell);
        else
            m_pattern->setHighlight({cell, {}});
    });
}

void HeadsPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale && m_session.trace().valid())
        makeGrid();
}

void HeadsPanel::makeGrid()
{
    m_stale = false;
    const Trace trace = m_session.trace();
    const FigureSource source{trace, m_session.model()};
    std::int64_t cells = 0;
    bool kept = true;
    for (const AttentionLayer& layer : trace.program().attention) {
        cells += elementCount(trace.axes(layer.pattern));
        kept = kept && trace.kept(layer.pattern);
    }
    HeadGridOptions options;
    options.scale = m_grid->colors().scale();
    if (kept && cells < fewCells) {
        auto figure = HeadGridFigure::make(source, options);
        return takeGrid(figure ? std::shared_ptr<HeadGridFigure>(std::move(*figure)) : nullptr);
    }
    m_grid->setPlaceholder(tr("Reading the patterns of all heads…"));
    m_session.background("heads", [this, source, options](std::stop_token stop) -> Session::Finish {
        auto figure = HeadGridFigure::make(source, options, std::move(stop));
        std::shared_ptr<HeadGridFigure> shared = figure ? std::move(*figure) : nullptr;
        return [this, shared] { takeGrid(shared); };
    });
}

void HeadsPanel::takeSink(const FigureView& from, const FigureView& to)
{
    const SinkTreatment sink = from.colors().scale().sink;
    if (ScaleOptions other = to.colors().scale(); other.sink != sink) {
        other.sink = sink;
        to.colors().setScale(other);
    }
    // Other numbers, not only other colours: the patterns are read again.
    if (m_figure && m_figure->scale().sink != m_grid->colors().scale().sink && m_session.trace().valid())
        makeGrid();
}

void HeadsPanel::takeGrid(std::shared_ptr<HeadGridFigure> figure)
{
    m_figure = std::move(figure);
    m_reading.invalidate();
    if (m_figure) {
        m_grid->setMap(m_figure->mostZoom());
        m_figure->setMarked(m_marked);
    }
    m_grid->setPlaceholder(tr("This model has no attention"));
    m_attention = m_head = -1;
    showSelected();
    m_grid->setFigure(m_figure);
    rank();
}

void HeadsPanel::rank()
{
    const int order = m_sort->currentData().toInt();
    setWorking(nullptr); // another order is wanted than the one that was being computed
    m_missing->hide();
    m_show->setVisible(order >= 0);
    m_places->setVisible(order >= 0);
    m_show->setEnabled(!m_places->isChecked());
    if (!m_figure || !m_session.trace().valid())
        return;
    const std::string needed = neededFor(order);
    if (order != byLayer && !m_known.contains(needed))
        return compute(needed);
    const auto reason = std::find_if(m_analysis.missing.begin(), m_analysis.missing.end(),
                                     [&](const HeadAnalysis::Missing& m) { return m.metric == needed; });
    const bool missing = m_known.contains(needed) && reason != m_analysis.missing.end();
    if (order == byLayer || missing) {
        if (missing)
            m_missing->setText(coreLine(reason->reason));
        m_missing->setToolTip(m_missing->text());
        m_missing->setVisible(missing);
        if (m_figure->ranking()) {
            m_figure->setRanking(std::nullopt);
            m_grid->setFigure(m_figure);
        }
        return;
    }
    m_figure->setRanking(
        order == byFinding ? grouped() : ranked(allMetricDefinitions()[static_cast<std::size_t>(order)]));
    m_grid->setZoom(1);
    m_grid->setFigure(m_figure);
}

HeadRanking HeadsPanel::ranked(const MetricDefinition& definition) const
{
    HeadRanking ranking;
    ranking.title = coreWords(definition.title);
    ranking.rearrange = !m_places->isChecked();
    for (const AttentionLayer& layer : m_session.trace().program().attention)
        ranking.values.emplace_back(static_cast<std::size_t>(layer.heads));
    double highest = 0;
    std::vector<std::pair<double, HeadRef>> known;
    std::vector<HeadRef> unknown;
    for (const HeadMetrics& m : m_analysis.heads) {
        const auto value = m.value(definition.key);
        const HeadRef head{m.layer, m.head};
        ranking.values[static_cast<std::size_t>(m.layer)][static_cast<std::size_t>(m.head)] = value;
        if (value) {
            known.emplace_back(*value, head);
            highest = std::max(highest, *value);
        } else {
            unknown.push_back(head);
        }
    }
    ranking.most = definition.most > 0 ? definition.most : highest;
    std::stable_sort(known.begin(), known.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    const int show = m_show->currentIndex();
    const std::size_t most = show == 1 ? 12 : show == 2 ? 24 : known.size();
    for (std::size_t i = 0; i < known.size() && i < most; ++i)
        if (show != 3 || known[i].first >= highest / 2)
            ranking.order.push_back(known[i].second);
    // Heads without evidence come last, and only where nothing was asked of them.
    if (show == 0)
        ranking.order.insert(ranking.order.end(), unknown.begin(), unknown.end());
    return ranking;
}

HeadRanking HeadsPanel::grouped() const
{
    HeadRanking ranking;
    ranking.title = tr("what they do");
    for (const AttentionLayer& layer : m_session.trace().program().attention)
        ranking.values.emplace_back(static_cast<std::size_t>(layer.heads));
    struct Group
    {
        QString title;
        std::vector<std::pair<double, HeadRef>> heads;
    };
    std::map<std::string, Group> groups; // by label
    std::vector<HeadRef> unnamed;
    for (const HeadMetrics& m : m_analysis.heads) {
        const HeadRef head{m.layer, m.head};
        const auto finding = m.finding();
        if (!finding) {
            unnamed.push_back(head);
            continue;
        }
        ranking.values[static_cast<std::size_t>(m.layer)][static_cast<std::size_t>(m.head)] = finding->value;
        Group& group = groups[finding->label];
        group.heads.emplace_back(finding->value, head);
        for (const MetricDefinition& d : allMetricDefinitions())
            if (d.key == finding->metric)
                group.title = tr("%1: %2 over %3")
                                  .arg(headLabel(finding->label), coreWords(d.title))
                                  .arg(finding->threshold);
    }
    std::vector<Group> sorted;
    for (auto& [label, group] : groups) {
        std::stable_sort(group.heads.begin(), group.heads.end(),
                         [](const auto& a, const auto& b) { return a.first > b.first; });
        sorted.push_back(std::move(group));
    }
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Group& a, const Group& b) { return a.heads.size() > b.heads.size(); });
    for (const Group& group : sorted) {
        ranking.groups.push_back({group.title, static_cast<int>(group.heads.size())});
        for (const auto& [value, head] : group.heads)
            ranking.order.push_back(head);
    }
    if (!unnamed.empty())
        ranking.groups.push_back(
            {tr("no number is clear enough for a name"), static_cast<int>(unnamed.size())});
    ranking.order.insert(ranking.order.end(), unnamed.begin(), unnamed.end());
    return ranking;
}

void HeadsPanel::setWorking(std::shared_ptr<std::stop_source> stop)
{
    if (m_stop)
        m_stop->request_stop();
    m_stop = std::move(stop);
    m_progress->setVisible(m_stop != nullptr);
    m_cancel->setVisible(m_stop != nullptr);
}

void HeadsPanel::compute(const std::string& metric)
{
    auto own = std::make_shared<std::stop_source>();
    m_progress->setRange(0, 0);
    setWorking(own);
    analyseInBackground(m_session, "head ranking",
                        metric.empty() ? std::vector<std::string>{} : std::vector{metric}, own, true,
                        [this, own, metric](Result<HeadAnalysis> found) {
                            if (m_stop == own)
                                take(metric, std::move(found));
                        });
}

void HeadsPanel::take(const std::string& metric, Result<HeadAnalysis> analysis)
{
    setWorking(nullptr);
    if (!analysis) {
        m_missing->setText(errorText(analysis.error()));
        m_missing->setVisible(analysis.error().code != ErrorCode::Cancelled);
        return;
    }
    // What was known before stays known.
    if (!m_known.empty() && m_analysis.heads.size() == analysis->heads.size())
        for (std::size_t i = 0; i < analysis->heads.size(); ++i)
            for (std::size_t v = 0; v < analysis->heads[i].values.size(); ++v)
                if (!analysis->heads[i].values[v])
                    analysis->heads[i].values[v] = m_analysis.heads[i].values[v];
    if (!m_known.empty())
        analysis->missing.insert(analysis->missing.end(), m_analysis.missing.begin(),
                                 m_analysis.missing.end());
    m_analysis = std::move(*analysis);
    m_known.insert(std::string());
    m_known.insert(metric);
    rank();
}

void HeadsPanel::readTiles()
{
    if (!m_figure || (m_reading.isValid() && m_reading.elapsed() < tilePatience))
        return;
    auto keys = m_figure->missingTiles();
    if (keys.empty())
        return;
    // One layer at a time, so that something comes soon: a layer that is not kept is computed again.
    const int attention = keys.front().attention;
    std::erase_if(keys, [attention](const TileKey& key) { return key.attention != attention; });
    m_reading.start();
    m_session.background("tiles",
                         [this, keys, figure = m_figure,
                          trace = m_session.trace()](const std::stop_token& stop) -> Session::Finish {
                             auto tiles = std::make_shared<std::vector<PatternTile>>(
                                 headlight::readTiles(trace, keys, stop, figure->scale().sink));
                             return [this, figure, tiles] {
                                 m_reading.invalidate();
                                 if (figure != m_figure || tiles->empty())
                                     return;
                                 m_figure->addTiles(std::move(*tiles));
                                 m_grid->refresh();
                             };
                         });
}

void HeadsPanel::mark(HeadRef head)
{
    if (head == HeadRef{m_attention, m_head})
        return;
    const auto at = std::find(m_marked.begin(), m_marked.end(), head);
    if (at == m_marked.end())
        m_marked.push_back(head);
    else
        m_marked.erase(at);
    marksChanged();
}

void HeadsPanel::setMarked(std::vector<HeadRef> heads)
{
    if (heads == m_marked)
        return;
    m_marked = std::move(heads);
    marksChanged();
}

void HeadsPanel::marksChanged()
{
    m_combine->setVisible(!m_marked.empty());
    {
        const QSignalBlocker quiet(m_combine);
        // Whoever takes a second head wants to see them together.
        if (m_marked.empty())
            m_combine->setCurrentIndex(0);
        else if (m_combine->currentIndex() == 0)
            m_combine->setCurrentIndex(1);
    }
    if (!m_figure)
        return;
    m_figure->setMarked(m_marked);
    m_grid->refresh();
    if (m_session.trace().valid())
        makePattern();
}

void HeadsPanel::makeCombined(int how)
{
    std::vector<std::pair<int, int>> heads{{m_attention, m_head}};
    for (const HeadRef& h : m_marked)
        heads.emplace_back(h.attention, h.head);
    const QString name = tr("%1 of %2 heads").arg(m_combine->currentText()).arg(heads.size());
    m_title->setText(name);
    m_label->hide();
    m_facts->setFacts(std::nullopt);
    const FigureSource source{m_session.trace(), m_session.model()};
    m_session.background(
        "combined heads", [this, source, heads, how, name](std::stop_token stop) -> Session::Finish {
            auto found = std::make_shared<Result<TensorPtr>>(
                combinedPattern(source.trace, heads, static_cast<PatternCombination>(how), std::move(stop)));
            return [this, source, found, name] {
                m_pattern->setPlaceholder(*found ? QString() : errorText(found->error()));
                m_pattern->setFigure(
                    *found ? std::shared_ptr<Figure>(HeatmapFigure::of(source, **found, name)) : nullptr);
            };
        });
}

bool HeadsPanel::eventFilter(QObject* watched, QEvent* event)
{
    // Space takes the head under the cursor to the selected one, as Ctrl and a click do.
    const bool asked = event->type() == QEvent::ShortcutOverride, pressed = event->type() == QEvent::KeyPress;
    if (watched == m_grid && (asked || pressed) && m_figure && m_grid->cursor() &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space) {
        event->accept();
        if (pressed)
            if (const auto head = m_figure->headAt(
                    m_figure->cursorRect(*m_grid->cursor(), m_grid->figureArea(), m_grid->figureStyle())
                        .center(),
                    m_grid->figureArea(), m_grid->figureStyle()))
                mark(*head);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void HeadsPanel::showSelected()
{
    if (!m_figure || !m_session.trace().valid())
        return;
    const int attention = m_selection.attention(), head = m_selection.head();
    if (attention != m_attention || head != m_head) {
        m_attention = attention;
        m_head = head;
        m_figure->setSelected(attention < 0 ? std::nullopt
                                            : std::optional<HeadRef>(HeadRef{attention, head}));
        if (m_grid->figure())
            m_grid->refresh();
        makePattern();
    }
    // The same query and key as everywhere.
    if (attention < 0 || !m_pattern->figure() ||
        m_pattern->figure()->mainTensor().kind == TensorRef::Kind::None)
        return;
    const int step = m_session.trace().program().attention[static_cast<std::size_t>(attention)].pattern;
    CellRef cell{{TensorRef::Kind::Step, step}, {}};
    for (const Axis& a : m_session.trace().axes(step))
        cell.cell.push_back(m_selection.coordinate(a));
    if (const auto& hovered = m_selection.hovered(); hovered && hovered->tensor == cell.tensor)
        cell = *hovered;
    m_pattern->setHighlight({cell, {}});
}

void HeadsPanel::makePattern()
{
    if (m_attention < 0) {
        m_facts->setFacts(std::nullopt);
        return m_pattern->setFigure(nullptr);
    }
    if (!m_marked.empty() && m_combine->currentIndex() > 0)
        return makeCombined(m_combine->currentIndex() - 1);
    m_title->setText(
        tr("%1, head %2").arg(attentionTitle(m_session.trace().program(), m_attention)).arg(m_head));
    const Trace& trace = m_session.trace();
    HeatmapOptions options;
    options.indices = {{std::string(axis::head), m_head}};
    auto figure = HeatmapFigure::make(
        {trace, m_session.model()},
        {TensorRef::Kind::Step, trace.program().attention[static_cast<std::size_t>(m_attention)].pattern},
        options);
    m_pattern->setFigure(figure ? std::shared_ptr<Figure>(std::move(*figure)) : nullptr);
    showFacts();
}

void HeadsPanel::showFacts()
{
    const Trace trace = m_session.trace();
    const int attention = m_attention, head = m_head;
    const int step = trace.program().attention[static_cast<std::size_t>(attention)].pattern;
    const Axes& axes = trace.axes(step);
    const auto take = [this](Result<HeadMetrics> facts) {
        const QString label = facts ? headLabel(facts->label()) : QString();
        m_label->setText(label);
        m_label->setVisible(!label.isEmpty());
        m_facts->setFacts(facts ? std::optional<HeadMetrics>(std::move(*facts)) : std::nullopt);
    };
    if (trace.kept(step) && axes[1].size * axes[2].size < fewCells / 16)
        return take(headMetrics(trace, attention, head));
    m_session.background("head facts", [=](const std::stop_token&) -> Session::Finish {
        auto found = std::make_shared<Result<HeadMetrics>>(headMetrics(trace, attention, head));
        return [take, found] { take(std::move(*found)); };
    });
}

void HeadsPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    // Thumbnails live from the grid's height: where there is little, the choices stand beside it.
    const bool low = height() < lowPanel;
    m_leftLayout->setDirection(low ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_choices->setDirection(low ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    // The pattern has the whole height where that is little, and all that the numbers leave where it is not.
    m_rightLayout->setDirection(low ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_rightLayout->setSpacing(low ? 18 : 6);
    m_rightLayout->setStretch(0, low ? 3 : 0);
    m_facts->setSizePolicy(QSizePolicy::Preferred, low ? QSizePolicy::Preferred : QSizePolicy::Fixed);
}

} // namespace headlight
