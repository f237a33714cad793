// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/compare_panel.h"

#include "figures/compare_figure.h"
#include "figures/overlay_figure.h"
#include "figures/views.h"
#include "panels/tool_tip.h"
#include "session/core_words.h"
#include "session/selection.h"
#include "session/session.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QTimer>
#include <QTreeWidget>

#include <algorithm>

namespace headlight {

namespace {

constexpr int lowPanel = 260, lowChoices = 180;
constexpr int headRole = Qt::UserRole, attentionRole = Qt::UserRole + 1, valueRole = Qt::UserRole + 2;

/// Columns are sorted by their numbers.
class DistanceItem final : public QTreeWidgetItem
{
public:
    using QTreeWidgetItem::QTreeWidgetItem;
    bool operator<(const QTreeWidgetItem& other) const override
    {
        const int column = treeWidget() ? treeWidget()->sortColumn() : 0;
        return data(column, valueRole).toDouble() < other.data(column, valueRole).toDouble();
    }
};

bool readsText(const Model& model)
{
    const auto& streams = model.program->streams;
    return std::any_of(streams.begin(), streams.end(),
                       [](const Stream& s) { return s.kind == Stream::Kind::Tokens && !s.decoded; });
}

} // namespace

ComparePanel::ComparePanel(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_selection(selection)
    , m_comparison(session)
    , m_with(new QComboBox(this))
    , m_what(new QComboBox(this))
    , m_models(new QComboBox(this))
    , m_examples(new QComboBox(this))
    , m_text(new QLineEdit(this))
    , m_note(new QLabel(this))
    , m_heads(new QTreeWidget(this))
    , m_view(new FigureView(this))
{
    setObjectName(QStringLiteral("comparePanel"));
    setAttribute(Qt::WA_StyledBackground);
    const auto choice = [](QComboBox* box, const char* name, const QString& accessible) {
        box->setObjectName(QLatin1String(name));
        box->setAccessibleName(accessible);
        box->setFocusPolicy(Qt::TabFocus);
    };
    choice(m_with, "compareWith", tr("What to compare with"));
    m_with->addItems({tr("with the unchanged run"), tr("with another text"), tr("with another model")});
    choice(m_what, "compareWhat", tr("View that is compared"));
    for (const auto& [words, view] : {std::pair{tr("this step"), "stage"},
                                      {tr("the head's pattern"), "head"},
                                      {tr("all heads"), "heads"},
                                      {tr("links"), "links"},
                                      {tr("query · key"), "qk"},
                                      {tr("queries and keys in a plane"), "scatter"},
                                      {tr("logit lens"), "lens"},
                                      {tr("direct logit attribution"), "dla"},
                                      {tr("contribution of tokens"), "sources"},
                                      {tr("residual norms"), "norms"},
                                      {tr("rollout"), "rollout"},
                                      {tr("attention flow"), "flow"},
                                      {tr("position encodings"), "positions"}})
        m_what->addItem(words, QLatin1String(view));
    choice(m_models, "compareModel", tr("The other model"));
    m_models->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_models->setMinimumContentsLength(16);
    m_models->setPlaceholderText(tr("Choose a model…"));
    choice(m_examples, "compareExample", tr("The other picture"));
    m_text->setObjectName(QStringLiteral("compareText"));
    m_text->setAccessibleName(tr("The other text"));
    m_text->setPlaceholderText(tr("Type the other text"));
    m_text->setFocusPolicy(Qt::StrongFocus);
    m_note->setObjectName(QStringLiteral("muted"));
    m_note->setTextFormat(Qt::PlainText);
    m_note->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_heads->setObjectName(QStringLiteral("compareHeads"));
    m_heads->setAccessibleName(tr("Heads, the most changed ones first"));
    m_heads->setHeaderLabels({tr("Head"), tr("JS"), tr("1 − cos")});
    m_heads->headerItem()->setToolTip(
        1, tr("Jensen–Shannon divergence of the two patterns in bits, mean over queries: 0 same, "
              "1 nothing in common (Lin 1991)"));
    m_heads->headerItem()->setToolTip(2, tr("1 − cosine of the two patterns, mean over queries"));
    m_heads->setRootIsDecorated(false);
    m_heads->setUniformRowHeights(true);
    m_heads->setSortingEnabled(true);
    m_heads->sortByColumn(1, Qt::DescendingOrder);
    m_heads->header()->setStretchLastSection(false);
    m_heads->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_heads->hide();
    m_heads->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setObjectName(QStringLiteral("compareView"));
    m_view->setAccessibleName(tr("Both runs side by side, and their difference"));

    m_choices = new QBoxLayout(QBoxLayout::LeftToRight);
    m_choices->setSpacing(6);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_with, m_text, m_examples, m_models, m_what})
        m_choices->addWidget(widget, widget == m_text ? 2 : 0);
    m_choices->addWidget(m_note, 1);
    // Tab goes from left to right.
    QWidget* last = m_with;
    for (QWidget* next : std::initializer_list<QWidget*>{m_text, m_examples, m_models, m_what, m_heads})
        setTabOrder(std::exchange(last, next), next);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(8);
    middle->addWidget(m_heads);
    middle->addWidget(m_view, 1);
    m_rows = new QBoxLayout(QBoxLayout::TopToBottom, this);
    m_rows->setContentsMargins(10, 4, 10, 4);
    m_rows->setSpacing(4);
    m_rows->addLayout(m_choices);
    m_rows->addLayout(middle, 1);

    connect(m_view, &FigureView::cellHovered, &selection, &Selection::hover);
    connect(m_view, &FigureView::cellClicked, &selection, &Selection::pin);
    connect(&session, &Session::modelChanged, this, &ComparePanel::modelChanged);
    connect(&session, &Session::traceChanged, this, &ComparePanel::otherChanged);
    connect(&m_comparison, &Comparison::changed, this, &ComparePanel::otherChanged);
    connect(&selection, &Selection::stepChanged, this, &ComparePanel::showLater);
    connect(&selection, &Selection::focusChanged, this, &ComparePanel::showLater);
    connect(m_with, &QComboBox::activated, this, [this] {
        chooseOther();
        if (m_text->isVisible())
            m_text->setFocus();
    });
    connect(m_text, &QLineEdit::textChanged, &m_comparison, [this](const QString& text) {
        if (m_with->currentIndex() == 1)
            m_comparison.useText(text);
    });
    connect(m_examples, &QComboBox::activated, &m_comparison, &Comparison::useExample);
    connect(m_models, &QComboBox::activated, this, [this](int index) {
        if (const QString folder = m_models->itemData(index).toString(); !folder.isEmpty()) {
            m_folder = folder;
            m_comparison.useModel(folder);
            return;
        }
        // Until a folder is chosen the model stays what it was.
        m_models->setCurrentIndex(modelIndex());
        emit folderWanted();
    });
    connect(m_what, &QComboBox::activated, this, &ComparePanel::showLater);
    const auto goToHead = [this](QTreeWidgetItem* item) {
        if (item)
            m_selection.jumpToHead(item->data(0, attentionRole).toInt(), item->data(0, headRole).toInt());
    };
    connect(m_heads, &QTreeWidget::itemClicked, this, goToHead);
    connect(m_heads, &QTreeWidget::itemActivated, this, goToHead);
    chooseOther();
}

void ComparePanel::setModels(const QStringList& bundled, const QStringList& recent)
{
    const QSignalBlocker quiet(m_models);
    m_models->clear();
    for (const QString& entry : bundled + recent) {
        const QString folder = entry.section(QLatin1Char('\t'), 0, 0);
        if (m_models->findData(folder) < 0)
            m_models->addItem(QFileInfo(folder).fileName(), folder);
    }
    m_models->addItem(tr("Open a folder…"), QString());
    m_models->setCurrentIndex(modelIndex());
}

int ComparePanel::modelIndex() const
{
    return m_folder.isEmpty() ? -1 : m_models->findData(m_folder);
}

void ComparePanel::compareWithModel(const QString& folder)
{
    int index = m_models->findData(folder);
    if (index < 0) {
        index = 0;
        m_models->insertItem(0, QFileInfo(folder).fileName(), folder);
    }
    m_models->setCurrentIndex(index);
    m_folder = folder;
    m_with->setCurrentIndex(2);
    chooseOther();
}

void ComparePanel::modelChanged()
{
    const ModelPtr& model = m_session.model();
    const bool reads = model && readsText(*model);
    const QSignalBlocker quietText(m_text), quietExamples(m_examples);
    m_with->setItemText(1, reads ? tr("with another text") : tr("with another picture"));
    m_examples->clear();
    for (const Example& example : model->examples)
        m_examples->addItem(coreWords(example.title));
    m_text->clear();
    // Over a picture there is something to see only where there is a picture.
    const int overlay = m_what->findData(QStringLiteral("overlay"));
    const bool sees = lastImageAttention(*model->program) >= 0;
    if (sees && overlay < 0)
        m_what->addItem(tr("over the picture"), QStringLiteral("overlay"));
    else if (!sees && overlay >= 0)
        m_what->removeItem(overlay);
    m_stale = true;
    chooseOther();
}

void ComparePanel::chooseOther()
{
    const int with = m_with->currentIndex();
    const bool reads = !m_session.model() || readsText(*m_session.model());
    m_text->setVisible(with == 1 && reads);
    m_examples->setVisible(with == 1 && !reads);
    m_models->setVisible(with == 2);
    if (with == 0) {
        m_comparison.useUnchanged();
    } else if (with == 2) {
        if (const QString folder = m_models->currentData().toString(); !folder.isEmpty())
            m_comparison.useModel(folder);
    } else if (!reads) {
        // A picture beside itself says nothing: unless a person wants just that, it is the next one.
        if (const int count = m_examples->count();
            count > 1 && m_examples->currentIndex() == m_session.input().example)
            m_examples->setCurrentIndex((m_examples->currentIndex() + 1) % count);
        m_comparison.useExample(m_examples->currentIndex());
    } else {
        if (m_text->text().isEmpty() && m_session.trace().valid()) {
            // From here one changes a word.
            const QSignalBlocker quiet(m_text);
            for (const StreamText& text : m_session.input().texts)
                if (!text.text.empty()) {
                    m_text->setText(QString::fromStdString(text.text));
                    break;
                }
        }
        m_comparison.useText(m_text->text());
    }
    showHeads();
    showLater(); // also when there is no other run yet: what is missing is said
}

void ComparePanel::otherChanged()
{
    m_stale = m_distancesStale = true;
    showLater();
}

void ComparePanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    showLater();
}

void ComparePanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    showHeads();
}

bool ComparePanel::isLow() const
{
    return height() < lowPanel;
}

void ComparePanel::showHeads()
{
    // Pictures live from the height: where there is little, the choices stand beside them. Before and after
    // have few choices, and need the width of a low panel themselves.
    const bool unchanged = m_comparison.with() == Comparison::With::Unchanged;
    const bool beside = isLow() && !unchanged;
    if (beside != (m_rows->direction() == QBoxLayout::LeftToRight)) {
        m_rows->setDirection(beside ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
        m_choices->setDirection(beside ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
        m_note->setWordWrap(beside);
        m_note->setSizePolicy(QSizePolicy::Ignored, beside ? QSizePolicy::Ignored : QSizePolicy::Preferred);
        for (QWidget* w :
             std::initializer_list<QWidget*>{m_with, m_what, m_text, m_examples, m_models, m_note})
            w->setMaximumWidth(beside ? lowChoices : QWIDGETSIZE_MAX);
    }
    m_heads->setVisible(m_heads->topLevelItemCount() > 0 && !m_distancesStale && !(isLow() && unchanged));
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

QString ComparePanel::note() const
{
    return m_note->text();
}

std::array<QString, 2> ComparePanel::sides() const
{
    if (m_comparison.with() == Comparison::With::Unchanged)
        return {};
    const auto textOf = [](const Trace& trace) {
        for (const auto& stream : trace.input().streams)
            if (!stream.text.empty())
                return QStringLiteral("“%1”").arg(
                    QString::fromStdString(stream.text).simplified()); // on one line
        return QString();
    };
    std::array<QString, 2> names{textOf(m_comparison.trace()), textOf(m_session.trace())};
    const int example = m_session.input().example;
    if (m_examples->isVisibleTo(this))
        names = {m_examples->currentText(),
                 example >= 0 && example < m_examples->count() ? m_examples->itemText(example) : QString()};
    if (m_comparison.with() == Comparison::With::Model)
        names = {QString::fromStdString(m_comparison.model()->name),
                 QString::fromStdString(m_session.model()->name)};
    if (names[0].isEmpty() || names[0] == names[1])
        names = {tr("the other"), tr("this run")};
    return names;
}

QString ComparePanel::shapesNote() const
{
    const Program &mine = m_session.trace().program(), &other = m_comparison.trace().program();
    QStringList words;
    if (&mine != &other) {
        const auto heads = [](const Program& program) {
            int most = 0;
            for (const AttentionLayer& layer : program.attention)
                most = std::max(most, layer.heads);
            return most;
        };
        if (mine.attention.size() != other.attention.size() || heads(mine) != heads(other))
            words << tr("%1 × %2 heads there, %3 × %4 here: what both have is compared")
                         .arg(other.attention.size())
                         .arg(heads(other))
                         .arg(mine.attention.size())
                         .arg(heads(mine));
        if (!m_session.trace().overrides().empty())
            words << tr("what-ifs on the right only");
    }
    for (std::size_t s = 0; s < std::min(mine.streams.size(), other.streams.size()); ++s) {
        if (mine.streams[s].kind != Stream::Kind::Tokens || other.streams[s].kind != Stream::Kind::Tokens)
            continue;
        const auto axis = [s](const Trace& trace) {
            return positions(static_cast<StreamIndex>(s),
                             static_cast<std::int64_t>(trace.input().streams[s].labels.size()));
        };
        const auto pairs = alignAxes(m_comparison.trace(), axis(m_comparison.trace()), m_session.trace(),
                                     axis(m_session.trace()));
        if (!pairs || pairs->identical())
            continue;
        const auto same = std::count_if(pairs->pairs.begin(), pairs->pairs.end(),
                                        [](const TokenPair& p) { return p.same; });
        const auto paired = static_cast<std::int64_t>(pairs->pairs.size());
        QStringList counts{tr("%1 tokens are the same").arg(same)};
        if (paired > same)
            counts << tr("%1 replaced (≠)").arg(paired - same);
        if (pairs->firstCount > paired)
            counts << tr("%1 only left (−)").arg(pairs->firstCount - paired);
        if (pairs->secondCount > paired)
            counts << tr("%1 only right (+)").arg(pairs->secondCount - paired);
        words << counts.join(QStringLiteral(", "));
    }
    return words.join(QStringLiteral(" · "));
}

void ComparePanel::showNote()
{
    QString words;
    if (m_comparison.busy())
        words = tr("computing…");
    else if (m_comparison.problem().isEmpty() && m_comparison.trace().valid() && m_session.trace().valid())
        words = shapesNote();
    m_note->setText(words);
    m_note->setToolTip(toolTipOf(words));
}

void ComparePanel::showPlaceholder(const QString& text)
{
    m_stale = m_distancesStale = true;
    m_view->setPlaceholder(text);
    if (m_view->figure())
        m_view->setFigure(nullptr);
    m_heads->hide();
}

void ComparePanel::makeFigure()
{
    const int step = m_selection.step();
    if (step < 0 || !m_session.trace().valid())
        return;
    if (m_stale)
        showNote();
    if (m_comparison.with() == Comparison::With::Unchanged && !m_session.changed()) {
        showPlaceholder(
            m_with->currentIndex() == 2
                ? tr("Choose the other model in the list beside, or open its folder there.")
            : m_with->currentIndex() == 1
                ? tr("Write the other text in the field beside.")
                : tr("Nothing is changed yet. Set a switch under “What if…” above, or type a number "
                     "into a cell (F2): then both runs stand here side by side. Or compare with another "
                     "text or model."));
        return;
    }
    if (!m_comparison.trace().valid()) {
        if (!m_comparison.busy())
            showPlaceholder(m_comparison.problem().isEmpty() ? tr("There is nothing to compare with yet.")
                                                             : m_comparison.problem());
        return; // what was shown stays until the other run is there
    }
    if (m_comparison.busy())
        return;
    makeDistances();

    const Trace& trace = m_session.trace();
    Shown wanted;
    wanted.view = m_what->currentData().toString();
    wanted.attention = m_selection.attention();
    wanted.step = wanted.view == QLatin1String("head") && wanted.attention >= 0
                      ? trace.program().attention[static_cast<std::size_t>(wanted.attention)].pattern
                      : step;
    for (const int i : TensorSlice::chosenAxes(trace.axes(wanted.step))) {
        const Axis& a = trace.axes(wanted.step)[static_cast<std::size_t>(i)];
        wanted.indices[a.name] = a.name == axis::head ? m_selection.head() : m_selection.coordinate(a);
    }
    // Over the picture only layers that look at it can be shown.
    if (wanted.view == QLatin1String("overlay") && !looksAtImage(trace.program(), wanted.attention))
        wanted.attention = lastImageAttention(trace.program());
    const AttentionLayer* layer =
        wanted.attention < 0 ? nullptr
                             : &trace.program().attention[static_cast<std::size_t>(wanted.attention)];
    const auto isView = [&wanted](std::initializer_list<const char*> names) {
        return std::any_of(names.begin(), names.end(),
                           [&](const char* name) { return wanted.view == QLatin1String(name); });
    };
    const bool ofHead = isView({"links", "qk", "scatter", "overlay"});
    if (ofHead)
        wanted.head = m_selection.head();
    if (layer && isView({"qk", "scatter", "overlay"})) {
        const Axes& axes = trace.axes(layer->pattern);
        // Until somebody chooses, the class token looks.
        const bool chosen = !isView({"overlay"}) || m_selection.queryToken(layer->queries) >= 0;
        wanted.query = chosen ? m_selection.coordinate(axes[1]) : 0;
        wanted.key = m_selection.coordinate(axes[2]);
    }
    const Prediction& prediction = trace.program().prediction;
    if (prediction.logits >= 0 && prediction.stream != noStream)
        wanted.position = m_selection.queryToken(prediction.stream);
    if (!m_stale && wanted == m_shown) {
        const auto& hovered = m_selection.hovered();
        const auto focus = hovered ? hovered : m_selection.pinned();
        m_view->setHighlight(focus ? Highlight{focus, {}} : Highlight{});
        showSelectedHead();
        return;
    }
    m_stale = false;
    m_shown = wanted;
    FigureSource source{trace, m_session.model()}, base{m_comparison.trace(), m_comparison.model()};
    // Large tensors take a moment, and some are computed again: never here.
    m_session.background(
        "compare",
        [this, source = std::move(source), base = std::move(base), wanted, ofHead,
         image = m_session.input().image, otherImage = m_comparison.image(),
         names = sides()](const std::stop_token&) mutable -> Session::Finish {
            auto made = std::make_shared<Result<FigurePtr>>([&]() -> Result<FigurePtr> {
                if (wanted.view == QLatin1String("stage") || wanted.view == QLatin1String("head")) {
                    CompareOptions options;
                    options.indices = wanted.indices;
                    options.names = names;
                    addPredictions(options, source, base, wanted.position);
                    auto figure =
                        CompareFigure::make(std::move(source), std::move(base),
                                            {TensorRef::Kind::Step, wanted.step}, std::move(options));
                    if (!figure)
                        return tl::unexpected(figure.error());
                    return FigurePtr(std::move(*figure));
                }
                ViewOptions options;
                options.base = std::move(base);
                options.sides = names[0].isEmpty() ? std::array{tr("before"), tr("after")} : names;
                if (wanted.position >= 0)
                    options.position = static_cast<int>(wanted.position);
                options.image = image;
                options.baseImage = otherImage;
                if (ofHead && wanted.attention >= 0) {
                    const auto& layers = source.trace.program().attention;
                    options.attention = layers[static_cast<std::size_t>(wanted.attention)].name;
                    options.layer = layers[static_cast<std::size_t>(wanted.attention)].layer;
                    options.head = wanted.head;
                }
                if (wanted.query >= 0)
                    options.query = static_cast<int>(wanted.query);
                if (wanted.key >= 0)
                    options.key = static_cast<int>(wanted.key);
                return pairForView(wanted.view.toStdString(), std::move(source), options);
            }());
            return [this, made, wanted] {
                // Another one has been asked for since: this one would only flash up.
                if (wanted.view != m_what->currentData().toString())
                    m_stale = true;
                if (m_stale || wanted != m_shown)
                    return;
                if (!*made) {
                    m_view->setPlaceholder(errorText(made->error()));
                    m_view->setFigure(nullptr);
                    return;
                }
                m_view->setFigure(std::shared_ptr<Figure>(std::move(**made)));
                showLater(); // the highlight
            };
        });
}

void ComparePanel::makeDistances()
{
    if (!std::exchange(m_distancesStale, false))
        return;
    m_session.background("compare heads",
                         [this, mine = m_session.trace(),
                          other = m_comparison.trace()](const std::stop_token&) -> Session::Finish {
                             auto distances = std::make_shared<Result<std::vector<PatternDistance>>>(
                                 patternDistances(other, mine));
                             return [this, distances] { takeDistances(std::move(*distances)); };
                         });
}

void ComparePanel::takeDistances(Result<std::vector<PatternDistance>> distances)
{
    m_heads->clear();
    if (!distances)
        return showHeads();
    const Program& program = m_session.trace().program();
    QList<QTreeWidgetItem*> items;
    for (const PatternDistance& d : *distances) {
        const AttentionLayer& layer = program.attention[static_cast<std::size_t>(d.attention)];
        auto* item = new DistanceItem;
        const QString stack = QString::fromStdString(layer.stack);
        const QString name = (stack.isEmpty() ? QString() : stack + QLatin1Char(' ')) +
                             (layer.kind == AttentionLayer::Kind::Cross ? tr("cross ") : QString()) +
                             QStringLiteral("L%1 H%2").arg(layer.layer).arg(d.head);
        item->setText(0, name);
        item->setToolTip(0, tr("%1, head %2").arg(QString::fromStdString(layer.name)).arg(d.head));
        item->setData(0, attentionRole, d.attention);
        item->setData(0, headRole, d.head);
        item->setData(0, valueRole, d.attention * 1000 + d.head);
        for (const auto& [column, value] : {std::pair{1, d.jensenShannon}, std::pair{2, d.cosine}}) {
            item->setText(column, QString::number(value, 'f', 3));
            item->setData(column, valueRole, value);
            item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        }
        items << item;
    }
    m_heads->addTopLevelItems(items);
    int width = 2 * m_heads->frameWidth() + 18;
    for (int c = 0; c < m_heads->columnCount(); ++c) {
        m_heads->resizeColumnToContents(c);
        width += m_heads->columnWidth(c);
    }
    m_heads->setFixedWidth(std::min(width, 260));
    showHeads();
    showSelectedHead();
}

void ComparePanel::showSelectedHead()
{
    for (int i = 0; i < m_heads->topLevelItemCount(); ++i) {
        QTreeWidgetItem* item = m_heads->topLevelItem(i);
        if (item->data(0, attentionRole).toInt() != m_selection.attention() ||
            item->data(0, headRole).toInt() != m_selection.head())
            continue;
        // The most changed heads stay in sight, wherever the selected one is.
        const QSignalBlocker quiet(m_heads);
        const int top = m_heads->verticalScrollBar()->value();
        m_heads->setCurrentItem(item);
        m_heads->verticalScrollBar()->setValue(top);
        return;
    }
}

} // namespace headlight
