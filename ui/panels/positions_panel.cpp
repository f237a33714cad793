// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/positions_panel.h"

#include "figures/dial_figure.h"
#include "figures/position_row_figure.h"
#include "figures/positions_figure.h"
#include "panels/flow_layout.h"
#include "panels/what_if_words.h"
#include "session/selection.h"
#include "session/session.h"

#include <QComboBox>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace headlight {

namespace {

using Positions = WhatIf::Positions;

/// Encodings of fewer numbers are drawn at once; likeness of more takes the worker.
constexpr std::int64_t positionsFewNumbers = 40'000;

/// What can be put in place, in the order of the list.
std::vector<WhatIf> swapsOf(const Program& program)
{
    std::vector<WhatIf> list;
    WhatIf none;
    none.kind = WhatIf::Kind::NoPositions;
    list.push_back(none);
    for (const Positions positions : {Positions::Sinusoidal, Positions::Rotary, Positions::Alibi,
                                      Positions::Reversed, Positions::Shuffled, Positions::Shifted}) {
        WhatIf one;
        one.kind = WhatIf::Kind::Positions;
        one.positions = positions;
        one.size = 1;
        list.push_back(one);
    }
    std::erase_if(list, [&](const WhatIf& one) { return !overridesOf(program, one); });
    return list;
}

bool numbered(const WhatIf& whatIf)
{
    return whatIf.kind == WhatIf::Kind::Positions &&
           (whatIf.positions == Positions::Shuffled || whatIf.positions == Positions::Shifted);
}

bool sameSwap(const WhatIf& a, const WhatIf& b)
{
    return a.kind == b.kind && (a.kind != WhatIf::Kind::Positions || a.positions == b.positions);
}

} // namespace

QString PositionsPanel::swapWords(const WhatIf& whatIf)
{
    if (whatIf.kind == WhatIf::Kind::NoPositions)
        return tr("none");
    switch (whatIf.positions) {
    case Positions::Sinusoidal:
        return tr("sinusoidal");
    case Positions::Rotary:
        return tr("rotary");
    case Positions::Alibi:
        return tr("ALiBi");
    case Positions::Reversed:
        return tr("reversed");
    case Positions::Shuffled:
        return tr("shuffled, seed");
    case Positions::Shifted:
        return tr("shifted by");
    }
    return {};
}

PositionsPanel::PositionsPanel(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_selection(selection)
    , m_encodings(new QComboBox(this))
    , m_pictures(new QComboBox(this))
    , m_likeness(new QComboBox(this))
    , m_turning(new QWidget(this))
    , m_position(new QSlider(Qt::Horizontal, m_turning))
    , m_offset(new QSlider(Qt::Horizontal, m_turning))
    , m_step(new QToolButton(this))
    , m_swaps(new QComboBox(this))
    , m_amount(new QSpinBox(this))
    , m_effects(new QComboBox(this))
    , m_view(new FigureView(this))
    , m_effect(new FigureView(this))
{
    setObjectName(QStringLiteral("positionsPanel"));
    setAttribute(Qt::WA_StyledBackground);
    addControls();
    m_view->setObjectName(QStringLiteral("positionsView"));
    m_view->setAccessibleName(tr("Positional encoding"));
    m_effect->setObjectName(QStringLiteral("positionsEffect"));
    m_effect->setAccessibleName(tr("What positions do to the heads"));

    connect(&session, &Session::modelChanged, this, [this] {
        m_curves.clear();
        const QSignalBlocker quiet(m_encodings);
        m_encodings->clear();
    });
    connect(&session, &Session::traceChanged, this, &PositionsPanel::traceChanged);
    connect(&selection, &Selection::focusChanged, this, &PositionsPanel::follow);
    connect(&selection, &Selection::stepChanged, this, &PositionsPanel::follow);
    for (FigureView* view : {m_view, m_effect})
        connect(view, &FigureView::cellHovered, this,
                [this, view](const std::optional<CellRef>& cell) { hovered(*view, cell); });
    connect(m_view, &FigureView::cellClicked, this, &PositionsPanel::toggle);
    connect(m_view, &FigureView::cellActivated, this, [this](const CellRef& cell) { toggle(cell); });
    connect(m_effect, &FigureView::cellClicked, this, &PositionsPanel::chooseEffect);
    connect(m_effect, &FigureView::cellActivated, this, [this](const CellRef& cell) { chooseEffect(cell); });
}

void PositionsPanel::addControls()
{
    const auto list = [this](QComboBox* box, const char* name, const QString& spoken) {
        box->setObjectName(QLatin1String(name));
        box->setAccessibleName(spoken);
        box->setToolTip(spoken);
        box->setFocusPolicy(Qt::TabFocus);
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    };
    list(m_encodings, "positionsEncoding", tr("Which positional encoding"));
    m_encodings->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_encodings->setMinimumContentsLength(22);
    list(m_pictures, "positionsPicture", tr("What to see of the encoding"));
    list(m_likeness, "positionsLikeness", tr("How likeness of positions is measured"));
    m_likeness->addItems({tr("dot product"), tr("cosine")});
    list(m_swaps, "positionsSwap", tr("What if the run had other positions"));
    list(m_effects, "positionsEffects", tr("What to see of the effect"));
    m_effects->addItem(tr("one row"), static_cast<int>(PositionPicture::Row));
    m_effects->addItem(tr("all heads"), static_cast<int>(PositionPicture::Heads));
    m_amount->setObjectName(QStringLiteral("positionsAmount"));
    m_amount->setRange(1, 9999);
    m_amount->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_amount->setKeyboardTracking(false);
    m_amount->setFocusPolicy(Qt::TabFocus);
    m_amount->hide();
    m_step->setObjectName(QStringLiteral("positionsStep"));
    m_step->setText(tr("Step"));
    m_step->setToolTip(tr("Go to the step that makes this encoding"));
    m_step->setAccessibleName(m_step->toolTip());
    m_step->setFocusPolicy(Qt::TabFocus);
    auto* turning = new QHBoxLayout(m_turning);
    turning->setContentsMargins(0, 0, 0, 0);
    turning->setSpacing(5);
    for (const auto& [slider, name, label, spoken] :
         {std::tuple(m_position, "positionsTurn", tr("position"),
                     tr("Position of the query; the key keeps its distance")),
          std::tuple(m_offset, "positionsOffset", tr("offset"),
                     tr("How far the key stands before the query"))}) {
        auto* words = new QLabel(label, m_turning);
        words->setObjectName(QStringLiteral("muted"));
        turning->addWidget(words);
        slider->setObjectName(QLatin1String(name));
        slider->setAccessibleName(spoken);
        slider->setToolTip(spoken);
        slider->setFixedWidth(76);
        slider->setFocusPolicy(Qt::StrongFocus);
        turning->addWidget(slider);
        connect(slider, &QSlider::valueChanged, this, &PositionsPanel::turn);
    }
    auto* controls = new QWidget(this);
    auto* flow = new FlowLayout(controls);
    auto* what = new QLabel(tr("What if…"), controls);
    what->setObjectName(QStringLiteral("muted"));
    for (QWidget* one : std::initializer_list<QWidget*>{m_encodings, m_pictures, m_likeness, m_turning,
                                                        m_step, what, m_swaps, m_amount, m_effects})
        flow->addWidget(one);
    auto* splitter = new QSplitter(this);
    splitter->setObjectName(QStringLiteral("positionsSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_view);
    splitter->addWidget(m_effect);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setSizes({600, 400});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 4, 10, 2);
    layout->setSpacing(3);
    layout->addWidget(controls);
    layout->addWidget(splitter, 1);

    connect(m_encodings, &QComboBox::activated, this, [this] {
        fillPictures();
        makeFigure();
    });
    for (QComboBox* box : {m_pictures, m_likeness})
        connect(box, &QComboBox::activated, this, &PositionsPanel::makeFigure);
    connect(m_effects, &QComboBox::activated, this, &PositionsPanel::makeEffect);
    connect(m_swaps, &QComboBox::activated, this, &PositionsPanel::swap);
    connect(m_amount, &QSpinBox::valueChanged, this, &PositionsPanel::swap);
    connect(m_step, &QToolButton::clicked, this, [this] {
        const int index = m_encodings->currentIndex();
        if (index >= 0 && static_cast<std::size_t>(index) < m_known.size() &&
            m_known[static_cast<std::size_t>(index)].code.step >= 0)
            m_selection.jumpTo(m_known[static_cast<std::size_t>(index)].code.step);
    });
}

void PositionsPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale && m_session.trace().valid())
        traceChanged();
    else
        follow();
}

PositionPicture PositionsPanel::picture() const
{
    return static_cast<PositionPicture>(m_pictures->currentData().toInt());
}

PositionsPanel::Looked PositionsPanel::looked() const
{
    Looked now;
    now.attention = m_selection.attention();
    if (now.attention < 0)
        return now;
    const Trace& trace = m_session.trace();
    const Axes& axes = trace.axes(trace.program().attention[static_cast<std::size_t>(now.attention)].pattern);
    now.head = m_selection.head();
    now.query = m_selection.coordinate(axes[1]);
    now.key = m_selection.coordinate(axes[2]);
    return now;
}

void PositionsPanel::traceChanged()
{
    m_stale = true;
    m_wantsContrast = true;
    m_contrast.reset();
    if (!isVisible() || !m_session.trace().valid())
        return;
    m_stale = false;
    fillEncodings();
    fillPictures();
    fillSwaps();
    makeFigure();
    makeContrast();
}

void PositionsPanel::fillEncodings()
{
    // The same one stays chosen while there is one of its name.
    const QString chosen = m_encodings->currentText();
    m_known = positionEncodings(m_session.trace());
    const QSignalBlocker quiet(m_encodings);
    m_encodings->clear();
    for (const PositionEncoding& one : m_known)
        m_encodings->addItem(one.title, one.about);
    // Unless another has been put in the run's place: then that is what one wants to see.
    const bool textbook = !m_known.empty() && m_known.front().code.step >= 0 && chosen.isEmpty();
    const int same = textbook ? -1 : m_encodings->findText(chosen);
    const auto own = [&](int index) { return m_known[static_cast<std::size_t>(index)].code.step >= 0; };
    m_encodings->setCurrentIndex(same >= 0 && (own(same) || !positionChangeOf(m_session.overrides())) ? same
                                                                                                      : 0);
}

void PositionsPanel::fillPictures()
{
    const int index = m_encodings->currentIndex();
    if (index < 0)
        return;
    const PositionEncoding& encoding = m_known[static_cast<std::size_t>(index)];
    const int chosen = m_pictures->currentData().toInt();
    const QSignalBlocker quiet(m_pictures);
    m_pictures->clear();
    for (const PositionPicture one : positionPictures())
        if (one != PositionPicture::Row && one != PositionPicture::Heads && hasPicture(encoding, one))
            m_pictures->addItem(pictureTitle(one), static_cast<int>(one));
    m_pictures->setCurrentIndex(std::max(0, m_pictures->findData(chosen)));
    m_encodings->setToolTip(encoding.about);
}

void PositionsPanel::fillSwaps()
{
    const Program& program = m_session.trace().program();
    const auto now = positionChangeOf(m_session.overrides());
    const QSignalBlocker quiet(m_swaps), alsoQuiet(m_amount);
    m_swaps->clear();
    m_swaps->addItem(tr("own positions"));
    for (WhatIf one : swapsOf(program)) {
        const QString words = swapWords(one);
        m_swaps->addItem(words, QString::fromStdString(specOf(one)));
        if (now && sameSwap(*now, one))
            m_swaps->setCurrentIndex(m_swaps->count() - 1);
    }
    m_swaps->setEnabled(m_swaps->count() > 1);
    m_amount->setVisible(now && numbered(*now));
    if (now && numbered(*now)) {
        m_amount->setValue(now->size);
        m_amount->setAccessibleName(now->positions == Positions::Shuffled
                                        ? tr("Seed of the order")
                                        : tr("How many positions later the tokens count"));
        m_amount->setToolTip(m_amount->accessibleName());
    }
}

void PositionsPanel::swap()
{
    Overrides list = withOwnPositions(m_session.overrides());
    const bool had = list.size() != m_session.overrides().size();
    const std::string spec = m_swaps->currentData().toString().toStdString();
    if (spec.empty()) {
        if (had)
            m_session.setOverrides(std::move(list), [] { return tr("The model's own positions"); });
        return;
    }
    auto whatIf = parseWhatIf(spec);
    if (!whatIf)
        return;
    if (numbered(*whatIf) && m_amount->isVisible())
        whatIf->size = m_amount->value();
    const Program& program = *m_session.model()->program;
    const auto added = overridesOf(program, *whatIf, m_session.trace().input());
    if (!added) {
        emit m_session.problem({errorText(added.error()), {}, {}});
        return fillSwaps();
    }
    list = with(std::move(list), *added);
    const auto now = positionChangeOf(m_session.overrides());
    if (!now || changeText(*now) != changeText(*whatIf))
        m_session.setOverrides(std::move(list), [model = m_session.model(), one = *whatIf] {
            return whatIfWords(*model->program, one);
        });
}

void PositionsPanel::follow()
{
    if (!isVisible() || m_stale || !m_session.trace().valid())
        return;
    const Looked now = looked();
    if (picture() == PositionPicture::Dial && !(now == m_shown))
        makeDial();
    else if (picture() == PositionPicture::Distance && now.attention != m_shown.attention)
        makeEncoding();
    if (m_contrast &&
        (now.attention != m_row.attention || now.head != m_row.head || now.query != m_row.query))
        makeEffect();
    showHighlight();
}

void PositionsPanel::makeFigure()
{
    const int index = m_encodings->currentIndex();
    if (index < 0)
        return;
    const PositionEncoding& encoding = m_known[static_cast<std::size_t>(index)];
    m_likeness->setVisible(picture() == PositionPicture::Similarity);
    m_turning->setVisible(picture() == PositionPicture::Dial);
    m_step->setEnabled(encoding.code.step >= 0);
    m_dial.reset();
    if (picture() == PositionPicture::Dial)
        makeDial();
    else
        makeEncoding();
}

void PositionsPanel::makeEncoding()
{
    m_shown = looked();
    PositionsOptions options;
    options.encoding = m_encodings->currentIndex();
    options.picture = picture();
    options.likeness = m_likeness->currentIndex() == 1 ? Likeness::Cosine : Likeness::Dot;
    options.attention = std::max(0, m_shown.attention);
    const PositionEncoding& encoding = m_known[static_cast<std::size_t>(options.encoding)];
    const QString key = encoding.title + QLatin1Char('\n') + m_pictures->currentText();
    if (const auto at = m_curves.find(key); at != m_curves.end())
        options.curves = at->second;
    const FigureSource source{m_session.trace(), m_session.model()};
    const auto take = [this](Result<std::unique_ptr<PositionsFigure>> figure) {
        m_view->setPlaceholder(figure ? QString() : errorText(figure.error()));
        m_view->setFigure(figure ? std::shared_ptr<Figure>(std::move(*figure)) : nullptr);
        showHighlight();
    };
    const bool large = encoding.code.values && encoding.code.values->count() > positionsFewNumbers;
    if (!large || picture() != PositionPicture::Similarity)
        return take(PositionsFigure::make(source, options));
    m_view->setPlaceholder(tr("Computing …"));
    m_session.background("positions", [take, source, options](const std::stop_token&) -> Session::Finish {
        auto made = std::make_shared<Result<std::unique_ptr<PositionsFigure>>>(
            PositionsFigure::make(source, options));
        return [take, made] { take(std::move(*made)); };
    });
}

void PositionsPanel::makeDial()
{
    m_shown = looked();
    DialOptions options;
    options.encoding = m_encodings->currentIndex();
    options.attention = std::max(0, m_shown.attention);
    options.head = m_shown.head;
    options.query = m_shown.query;
    options.key = m_shown.key;
    auto figure = DialFigure::make({m_session.trace(), m_session.model()}, options);
    m_view->setPlaceholder(figure ? QString() : errorText(figure.error()));
    m_dial = figure ? std::shared_ptr<DialFigure>(std::move(*figure)) : nullptr;
    if (m_dial) {
        const QSignalBlocker quiet(m_position), alsoQuiet(m_offset);
        m_position->setRange(
            0, static_cast<int>(std::max<std::int64_t>(2 * leastPositions, 2 * m_dial->position())));
        m_offset->setRange(-static_cast<int>(leastPositions), static_cast<int>(leastPositions));
        m_position->setValue(static_cast<int>(m_dial->position()));
        m_offset->setValue(static_cast<int>(m_dial->offset()));
    }
    m_view->setFigure(m_dial);
}

void PositionsPanel::turn()
{
    if (!m_dial)
        return;
    m_dial->turn(m_position->value(), m_offset->value());
    m_view->refresh();
    emit statusText(m_dial->words());
}

void PositionsPanel::makeContrast()
{
    if (!std::exchange(m_wantsContrast, false))
        return;
    m_effect->setPlaceholder(tr("Running the model without its positions …"));
    if (!m_effect->figure())
        m_effect->update();
    m_session.background(
        "positions contrast",
        [this, trace = m_session.trace(), model = m_session.model(),
         workers = m_session.workers()](const std::stop_token& stop) -> Session::Finish {
            auto made =
                std::make_shared<Result<PositionContrast>>(positionContrast(*model, trace, workers, stop));
            return [this, made] {
                if (!*made) {
                    const bool none = made->error().code == ErrorCode::NotFound;
                    m_effect->setPlaceholder(
                        none && m_swaps->count() > 1
                            ? tr("This model has no positions to leave out. Choose some under “What if…”, "
                                 "and both runs stand here.")
                        : none ? tr("There is nothing to run without positions here.")
                               : errorText(made->error()));
                    m_effect->setFigure(nullptr);
                    return;
                }
                m_contrast = std::move(**made);
                makeEffect();
            };
        });
}

void PositionsPanel::makeEffect()
{
    if (!m_contrast)
        return;
    m_row = looked();
    if (m_row.attention < 0) {
        m_effect->setPlaceholder(tr("This model has no attention"));
        m_effect->setFigure(nullptr);
        return;
    }
    const auto take = [this](auto figure) {
        m_effect->setPlaceholder(figure ? QString() : errorText(figure.error()));
        m_effect->setFigure(figure ? std::shared_ptr<Figure>(std::move(*figure)) : nullptr);
        showHighlight();
    };
    if (m_effects->currentData().toInt() == static_cast<int>(PositionPicture::Row))
        return take(PositionRowFigure::make(m_session.model(), *m_contrast,
                                            {m_row.attention, m_row.head, m_row.query}));
    // All patterns of two runs: some of them may have to be computed again.
    m_session.background(
        "positions heads", [take, contrast = *m_contrast](const std::stop_token&) -> Session::Finish {
            auto made = std::make_shared<Result<TableContent>>(positionHeads(contrast));
            return [take, made] {
                take(*made ? TableFigure::make(std::move(**made))
                           : Result<std::unique_ptr<TableFigure>>(tl::unexpected(made->error())));
            };
        });
}

void PositionsPanel::toggle(const CellRef& cell)
{
    const auto* figure = dynamic_cast<const PositionsFigure*>(m_view->figure());
    const auto row = figure ? figure->rowOf(cell) : std::nullopt;
    if (!row)
        return;
    const PositionEncoding& encoding = m_known[static_cast<std::size_t>(m_encodings->currentIndex())];
    m_curves[encoding.title + QLatin1Char('\n') + m_pictures->currentText()] =
        toggledCurve(figure->curves(), *row);
    makeEncoding();
}

void PositionsPanel::chooseEffect(const CellRef& cell)
{
    const auto* table = dynamic_cast<const TableFigure*>(m_effect->figure());
    if (table && cell.cell.size() == 2) {
        const auto at =
            static_cast<std::size_t>(cell.cell[0] * table->content().values->size(1) + cell.cell[1]);
        if (at < table->content().heads.size() && table->content().heads[at] >= 0)
            m_selection.jumpToHead(static_cast<int>(cell.cell[0]), table->content().heads[at]);
    } else if (cell.tensor.valid() && cell.cell.size() == 3) {
        const AttentionLayer& layer =
            m_session.trace().program().attention[static_cast<std::size_t>(m_row.attention)];
        m_selection.setKeyToken(layer.keys, cell.cell[2]);
    }
}

void PositionsPanel::hovered(FigureView& view, const std::optional<CellRef>& cell)
{
    if (!cell || cell->tensor.valid())
        m_selection.hover(cell);
    if (!cell || !cell->tensor.valid())
        view.setHighlight(cell ? Highlight{cell, {}} : Highlight{});
    const QString words = cell && view.figure() ? view.figure()->describeCell(*cell) : QString();
    view.setToolTip(words);
    emit statusText(words);
}

void PositionsPanel::showHighlight()
{
    const auto& hovered = m_selection.hovered();
    for (FigureView* view : {m_view, m_effect}) {
        const auto& now = view->highlight().focus;
        // A cell of a picture's own stays until the mouse leaves it.
        if (!hovered && now && !now->tensor.valid())
            continue;
        view->setHighlight(hovered ? Highlight{hovered, {}} : Highlight{});
    }
}

} // namespace headlight
