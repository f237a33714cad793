// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/equation_figure.h"
#include "figures/head_grid_figure.h"
#include "figures/heatmap_figure.h"
#include "figures/positions_figure.h"
#include "figures/views.h"
#include "support_figures.h"

#include <QDir>
#include <QTest>

#include <cmath>
#include <set>

using namespace headlight;

namespace {

QStringList complaints;

void listen(QtMsgType type, const QMessageLogContext&, const QString& text)
{
    if (type != QtDebugMsg && !text.contains(QLatin1String("XDG_RUNTIME_DIR")))
        complaints << text;
}

/// What is under the middle of a cell's rectangle is that cell, for a sample of @p tensor's cells.
void expectRoundTrip(const Figure& figure, const Trace& trace, TensorRef ref, const QSizeF& size,
                     const FigureStyle& style, const char* what, bool must = true)
{
    const auto tensor = trace.tensor(ref);
    QVERIFY(tensor && *tensor);
    const QRectF area(QPointF(3, 5), size);
    const std::int64_t step = std::max<std::int64_t>(1, (*tensor)->count() / 53);
    int shown = 0;
    for (std::int64_t i = 0; i < (*tensor)->count(); i += step) {
        const CellRef cell{ref, (*tensor)->cellAt(i)};
        const QRectF rect = figure.cellRect(cell, area, style);
        if (rect.isEmpty())
            continue;
        QVERIFY2(area.adjusted(-1, -1, 1, 1).contains(rect.center()), what);
        const auto found = figure.cellAt(rect.center(), area, style);
        QVERIFY2(found.has_value(), what);
        // Several cells may share a pixel; then a neighbour is as good.
        if (rect.width() >= 2 && rect.height() >= 2) {
            QVERIFY2(*found == cell, what);
        } else {
            QVERIFY2(found->tensor == cell.tensor, what);
        }
        ++shown;
    }
    QVERIFY2(shown > 0 || !must || (*tensor)->count() > 60, what);
}

} // namespace

class TestFigures : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { qInstallMessageHandler(listen); }
    void cleanupTestCase() { qInstallMessageHandler(nullptr); }
    void init() { complaints.clear(); }
    void everyStepOfEveryModel_data();
    void everyStepOfEveryModel();
    void headsAndPositions_data();
    void headsAndPositions();
    void hookedSourcesAreFramed();
    void groupedKeyHeadsFollow();
    void lookedUpRowsOnly();
    void tallAndWideMatricesAreWindowed();
    void maskedCellsAreNotZero();
    void theHatchStaysOnMaskedCells_data();
    void theHatchStaysOnMaskedCells();
    void littleRoomIsForTheCells();
    void longPatternsAreWhole();
    void nanAndInfinityAreSeen();
    void patchesAreLabelledWithoutTheClassToken();
    void viewsByName();
    void viewErrors_data();
    void viewErrors();
};

void TestFigures::everyStepOfEveryModel_data()
{
    QTest::addColumn<QString>("name");
    for (const QString& name : test::bundledNames())
        QTest::newRow(qPrintable(name)) << name;
}

void TestFigures::everyStepOfEveryModel()
{
    QFETCH(QString, name);
    const FigureSource source = test::sourceOf(name);
    const FigureStyle light = test::pinned(FigureStyle::light()),
                      dark = test::pinned(FigureStyle::darkStyle());
    const auto& steps = source.trace.program().steps;
    for (int i = 0; i < static_cast<int>(steps.size()); ++i) {
        const char* hook = steps[static_cast<std::size_t>(i)].hook.c_str();
        const auto equation = EquationFigure::make(source, i);
        QVERIFY2(equation.has_value(), hook);
        const TensorRef ref{TensorRef::Kind::Step, i};
        const auto heat = HeatmapFigure::make(source, ref);
        QVERIFY2(heat.has_value(), hook);
        const CellRef last{ref,
                           (*source.trace.tensor(ref))->cellAt((*source.trace.tensor(ref))->count() - 1)};
        for (const Figure* figure :
             {static_cast<const Figure*>(equation->get()), static_cast<const Figure*>(heat->get())}) {
            QVERIFY(!figure->title().isEmpty());
            QVERIFY(figure->subtitle().contains(QString::fromLatin1(hook)));
            QVERIFY(!figure->describeCell(last).isEmpty());
            QVERIFY(figure->mainTensor() == ref);
            for (const QSize& size : {QSize(500, 420), QSize(1000, 620), QSize(160, 120)}) {
                const FigureStyle& style = size.width() == 500 ? dark : light;
                const QImage image = test::painted(*figure, size, style, highlightOf(source.trace, last));
                QVERIFY2(test::inked(image) > 60, hook);
                expectRoundTrip(*figure, source.trace, ref, size, style, hook);
            }
        }
        // Operands can be pointed at too.
        for (const TensorRef operand : steps[static_cast<std::size_t>(i)].operands)
            if (const auto t = source.trace.tensor(operand); t && *t)
                expectRoundTrip(**equation, source.trace, operand, {900, 560}, light, hook, false);
    }
    QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join(QLatin1Char('\n'))));
}

void TestFigures::headsAndPositions_data()
{
    everyStepOfEveryModel_data();
}

void TestFigures::headsAndPositions()
{
    QFETCH(QString, name);
    const FigureSource source = test::sourceOf(name);
    const FigureStyle style = test::pinned(FigureStyle::light());
    const auto grid = HeadGridFigure::make(source);
    QVERIFY(grid.has_value());
    const QRectF area(0, 0, 700, 420);
    QVERIFY(test::inked(test::painted(**grid, {700, 420}, style)) > 1000);
    const auto& attention = source.trace.program().attention;
    std::vector<QRectF> rects;
    for (int a = 0; a < static_cast<int>(attention.size()); ++a)
        for (int h = 0; h < attention[static_cast<std::size_t>(a)].heads; ++h) {
            const QRectF rect = (*grid)->headRect({a, h}, area, style);
            QVERIFY(area.contains(rect) && !rect.isEmpty());
            QCOMPARE((*grid)->headAt(rect.center(), area, style), std::optional<HeadRef>({a, h}));
            const auto cell = (*grid)->cellAt(rect.center(), area, style);
            QVERIFY(cell && cell->tensor.index == attention[static_cast<std::size_t>(a)].pattern &&
                    cell->cell[0] == h);
            QCOMPARE((*grid)->cursorRect(*cell, area, style), rect);
            const QRectF within = (*grid)->cellRect(*cell, area, style);
            QVERIFY(rect.adjusted(-0.1, -0.1, 0.1, 0.1).contains(within));
            QCOMPARE((*grid)->cellAt(within.center(), area, style), cell);
            for (const QRectF& other : rects)
                QVERIFY(!rect.intersects(other));
            rects.push_back(rect);
        }
    (*grid)->setSelected(HeadRef{0, 0});
    QVERIFY((*grid)->mainTensor().index == attention.front().pattern);
    // The arrow keys reach the last head, and stop there.
    std::optional<CellRef> at;
    for (int i = 0; i < 200; ++i)
        at = (*grid)->moved(at, 1, 1);
    QVERIFY(at.has_value());

    const auto positions = PositionsFigure::make(source);
    QVERIFY(positions.has_value());
    QVERIFY(!(*positions)->encodings().empty());
    for (int e = 0; e < static_cast<int>((*positions)->encodings().size()); ++e) {
        const auto one = PositionsFigure::make(source, {{}, {}, e});
        QVERIFY(one.has_value());
        for (const QSize& size : {QSize(420, 300), QSize(900, 600)})
            QVERIFY(test::inked(test::painted(**one, size, style)) > 500);
        if ((*one)->mainTensor().valid())
            expectRoundTrip(**one, source.trace, (*one)->mainTensor(), {800, 500}, style, "positions");
    }
    QVERIFY(!PositionsFigure::make(source, {{}, {}, 99}));
    QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join(QLatin1Char('\n'))));
}

void TestFigures::hookedSourcesAreFramed()
{
    const FigureSource source = test::sourceOf("stories260k");
    const FigureStyle style = test::pinned(FigureStyle::light());
    const int step = source.trace.program().findStep("blocks.1.attn.hook_qk");
    const auto figure = EquationFigure::make(source, step, {{{"head", 3}}, {}, true});
    QVERIFY(figure.has_value());
    const CellRef focus{{TensorRef::Kind::Step, step}, {3, 4, 2}};
    const Highlight highlight = highlightOf(source.trace, focus);
    QCOMPARE(highlight.sources.size(), std::size_t{16}); // eight of Q, eight of K
    const QRectF area(0, 0, 900, 500);
    const QImage plain = test::painted(**figure, {900, 500}, style);
    QImage framed = plain;
    {
        QPainter painter(&framed);
        (*figure)->paintHighlight(painter, area, style, highlight);
    }
    QVERIFY(framed == test::painted(**figure, {900, 500}, style, highlight));
    // The frame of the row of Q is blue, that of the column of Kᵀ orange.
    const auto frameColor = [&](const CellRef& cell, const QColor& color) {
        const QRectF rect = (*figure)->cellRect(cell, area, style);
        const int x = qRound(rect.center().x());
        for (int y = qRound(rect.top()) - 4; y < qRound(rect.top()) + 2; ++y)
            if (framed.pixelColor(x, y) == color)
                return true;
        return false;
    };
    QVERIFY(frameColor(highlight.sources.front(), style.query));
    QVERIFY(frameColor(highlight.sources[1], style.key));
    QVERIFY(frameColor(focus, style.text));
    // Another head's cell is not in the picture.
    QVERIFY((*figure)->cellRect({focus.tensor, {2, 4, 2}}, area, style).isEmpty());
}

void TestFigures::groupedKeyHeadsFollow()
{
    const FigureSource source = test::sourceOf("stories260k"); // 8 heads, 4 key heads
    const FigureStyle style = test::pinned(FigureStyle::light());
    const AttentionLayer& layer = source.trace.program().attention.front();
    QCOMPARE(layer.heads, 8);
    QCOMPARE(layer.keyHeads, 4);
    const auto figure = EquationFigure::make(source, source.trace.program().findStep("blocks.0.attn.hook_qk"),
                                             {{{"head", 5}}, {}, true});
    QVERIFY(figure.has_value());
    QCOMPARE((*figure)->chosenAxes().size(), std::size_t{1});
    QCOMPARE((*figure)->chosenAxes().front().size, std::int64_t{8});
    const QRectF area(0, 0, 900, 500);
    const TensorRef key{TensorRef::Kind::Step, layer.k};
    QVERIFY(!(*figure)->cellRect({key, {0, 2, 0}}, area, style).isEmpty());
    QVERIFY((*figure)->cellRect({key, {0, 3, 0}}, area, style).isEmpty());
}

void TestFigures::lookedUpRowsOnly()
{
    const FigureSource source = test::sourceOf("stories260k");
    const FigureStyle style = test::pinned(FigureStyle::light());
    const Program& program = source.trace.program();
    const int step = program.findStep("hook_embed");
    const auto figure = EquationFigure::make(source, step);
    QVERIFY(figure.has_value());
    const QRectF area(0, 0, 900, 500);
    const TensorRef table = program.steps[static_cast<std::size_t>(step)].operands[0];
    const TensorPtr ids = *source.trace.tensor(program.steps[static_cast<std::size_t>(step)].operands[1]);
    std::set<std::int64_t> used;
    for (std::int64_t i = 0; i < ids->count(); ++i)
        used.insert(static_cast<std::int64_t>((*ids)[i]));
    for (std::int64_t row = 0; row < 512; ++row)
        QCOMPARE((*figure)->cellRect({table, {row, 0}}, area, style).isEmpty(), !used.contains(row));
}

void TestFigures::tallAndWideMatricesAreWindowed()
{
    const FigureSource source = test::sourceOf("kjv-bert");
    const FigureStyle style = test::pinned(FigureStyle::light());
    const TensorRef logits = source.trace.program().find("hook_logits");
    const auto figure = EquationFigure::make(source, logits.index);
    QVERIFY(figure.has_value());
    const QRectF area(0, 0, 800, 480);
    QVERIFY(test::inked(test::painted(**figure, {800, 480}, style)) > 1000);
    for (const std::int64_t word : {0, 400, 1499}) {
        const CellRef cell{logits, {1, word}};
        (*figure)->reveal(cell);
        const QRectF rect = (*figure)->cellRect(cell, area, style);
        QVERIFY(!rect.isEmpty() && area.contains(rect));
        QVERIFY(!(*figure)->reveal(cell)); // it is there already
        // The weights' column goes along.
        const TensorRef weights =
            source.trace.program().steps[static_cast<std::size_t>(logits.index)].operands[1];
        QVERIFY(!(*figure)->cellRect({weights, {0, word}}, area, style).isEmpty());
    }
    // The cursor can walk out of the window.
    const auto next = (*figure)->moved(CellRef{logits, {1, 700}}, 1, 0);
    QCOMPARE(next, std::optional<CellRef>({logits, {1, 701}}));
    QCOMPARE((*figure)->moved(CellRef{logits, {0, 1499}}, 9, -9),
             std::optional<CellRef>({logits, {0, 1499}}));
}

void TestFigures::maskedCellsAreNotZero()
{
    const FigureSource source = test::sourceOf("stories260k");
    const FigureStyle style = test::pinned(FigureStyle::light());
    const QRectF area(0, 0, 600, 480);
    // Scores of −∞, and the zeros that the softmax makes of them.
    for (const char* hook : {"blocks.0.attn.hook_attn_scores", "blocks.0.attn.hook_pattern"}) {
        const TensorRef ref = source.trace.program().find(hook);
        const auto figure = HeatmapFigure::make(source, ref, {{{"head", 1}}, {}, false});
        QVERIFY(figure.has_value());
        const QImage image = test::painted(**figure, {600, 480}, style);
        const auto colorAt = [&](const Cell& cell) {
            const QRectF rect = (*figure)->cellRect({ref, cell}, area, style);
            return image.pixelColor(rect.topLeft().toPoint() + QPoint(2, 2));
        };
        QVERIFY(colorAt({1, 0, 3}).saturation() < 30);
        QVERIFY(colorAt({1, 0, 3}) != QColor(Qt::white));
        QVERIFY(colorAt({1, 0, 0}) != colorAt({1, 0, 3}));
    }
}

void TestFigures::theHatchStaysOnMaskedCells_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QSize>("size");
    QTest::newRow("large cells, a gap between them") << "stories260k" << QSize(420, 360);
    QTest::newRow("small cells") << "shakespeare-char" << QSize(120, 120);
}

void TestFigures::theHatchStaysOnMaskedCells()
{
    QFETCH(QString, model);
    QFETCH(QSize, size);
    const FigureSource source = test::sourceOf(model);
    const FigureStyle style = test::pinned(FigureStyle::light());
    const TensorRef ref = source.trace.program().find("blocks.0.attn.hook_pattern");
    const auto figure = HeatmapFigure::make(source, ref, {{{"head", 1}}, {}, false});
    QVERIFY(figure.has_value());
    const QImage image = test::painted(**figure, size, style);
    const std::int64_t n = source.trace.axes(ref.index).back().size;
    for (std::int64_t query = 0; query < n; ++query)
        for (std::int64_t key = 0; key < n; ++key) {
            const QRectF rect =
                (*figure)->cellRect({ref, {1, query, key}}, QRectF(QPointF(0, 0), QSizeF(size)), style);
            const QRect pixels = rect.toRect();
            QCOMPARE(QRectF(pixels), rect); // or the size does not test what it should
            std::set<QRgb> colors;
            for (int y = pixels.top(); y < pixels.bottom(); ++y) // without the gap
                for (int x = pixels.left(); x < pixels.right(); ++x)
                    colors.insert(image.pixel(x, y));
            QCOMPARE(colors.size(), key > query ? 2u : 1u);
        }
}

void TestFigures::littleRoomIsForTheCells()
{
    // Beside a head's numbers there is little room for its pattern: names and colour bar go before cells
    // shrink.
    const FigureStyle style = test::pinned(FigureStyle::light());
    const FigureSource source = test::sourceOf("fashion-vit");
    const auto figure = HeatmapFigure::make(source, source.trace.program().find("blocks.2.attn.hook_pattern"),
                                            {{{"head", 0}}, {}, true});
    QVERIFY(figure.has_value());
    const TensorRef ref = (*figure)->mainTensor();
    for (const QSizeF size : {QSizeF(220, 130), QSizeF(260, 200), QSizeF(500, 480)}) {
        const QRectF area(QPointF(0, 0), size);
        const QRectF cells = (*figure)->cellRect({ref, {0, 0, 0}}, area, style) |
                             (*figure)->cellRect({ref, {0, 16, 16}}, area, style);
        QVERIFY2(cells.height() > 0.55 * size.height(), qPrintable(QString::number(cells.height())));
    }
}

void TestFigures::longPatternsAreWhole()
{
    // As long as a context: every query and key is in the picture, however small.
    constexpr std::int64_t n = 1024;
    std::vector<float> values(n * n);
    for (std::int64_t i = 0; i < n; ++i)
        values[std::size_t(i * n + i)] = 1;
    const FigureSource source = test::sourceOf("stories260k");
    const auto pattern =
        std::make_shared<const Tensor>(Axes{positions(0, n), positions(0, n)}, std::move(values));
    const auto figure = HeatmapFigure::of(source, pattern, QStringLiteral("pattern"));
    const FigureStyle style = test::pinned(FigureStyle::light());
    for (const QSize size : {QSize(200, 150), QSize(640, 480)}) {
        const QRectF area(QPointF(0, 0), QSizeF(size));
        QVERIFY(!figure->cellRect({TensorRef{}, {0, 0}}, area, style).isEmpty());
        QVERIFY(!figure->cellRect({TensorRef{}, {n - 1, n - 1}}, area, style).isEmpty());
    }
}

void TestFigures::nanAndInfinityAreSeen()
{
    const ModelPtr model = test::bundled("nano-sort");
    Override edit;
    edit.target = "blocks.0.attn.hook_q";
    edit.change = Override::EditCells{
        {{{0, 0, 0}, std::nanf("")}, {{0, 0, 1}, std::numeric_limits<float>::infinity()}}};
    RunOptions options;
    options.overrides = {std::make_shared<const Override>(edit)};
    const FigureSource source{test::run(*model, test::anyInput(*model), options), model};
    const FigureStyle style = test::pinned(FigureStyle::light());
    const TensorRef ref = source.trace.program().find(edit.target);
    const auto figure = HeatmapFigure::make(source, ref, {{{"head", 0}}, {}, true});
    QVERIFY(figure.has_value());
    const QRectF area(0, 0, 700, 400);
    const QImage image = test::painted(**figure, {700, 400}, style);
    std::set<QRgb> corners;
    for (const std::int64_t d : {0, 1, 2}) {
        const QRectF rect = (*figure)->cellRect({ref, {0, 0, d}}, area, style);
        corners.insert(image.pixel(rect.topLeft().toPoint() + QPoint(2, 2)));
    }
    QCOMPARE(corners.size(), std::size_t{3});
    QVERIFY((*figure)->describeCell({ref, {0, 0, 0}}).contains(QLatin1String("NaN")));
    QVERIFY((*figure)->describeCell({ref, {0, 0, 1}}).contains(QChar(0x221e)));
    // All figures still draw, NaN spreading where it does.
    for (int i = 0; i < static_cast<int>(source.trace.program().steps.size()); ++i) {
        const auto equation = EquationFigure::make(source, i);
        QVERIFY(equation.has_value());
        QVERIFY(test::inked(test::painted(**equation, {600, 400}, style)) > 60);
    }
    QVERIFY(HeadGridFigure::make(source).has_value());
    QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join(QLatin1Char('\n'))));
}

void TestFigures::patchesAreLabelledWithoutTheClassToken()
{
    const FigureSource source = test::sourceOf("fashion-vit");
    const auto label = [&](const char* hook) {
        return source.label((*source.trace.tensor(hook))->axes()[0], 0);
    };
    QVERIFY(label("blocks.0.hook_resid_pre").contains(QLatin1String("CLS")));
    QVERIFY(!label("hook_patch_embed").contains(QLatin1String("CLS")));
}

void TestFigures::viewsByName()
{
    const FigureSource source = test::sourceOf("date-seq2seq");
    ViewOptions options;
    options.hook = "decoder.blocks.0.attn.hook_pattern";
    options.head = 2;
    for (const std::string& view : viewNames()) {
        const auto figure = figureForView(view, source, options);
        if (view == "overlay") {
            QVERIFY2(!figure, "this model sees no image");
            continue;
        }
        QVERIFY2(figure.has_value(), view.c_str());
        QVERIFY(!(*figure)->title().isEmpty());
    }
    ViewOptions cross;
    cross.attention = "cross";
    cross.layer = 1;
    cross.head = 3;
    const auto figure = figureForView("head", source, cross);
    QVERIFY(figure.has_value());
    QCOMPARE(source.trace.program().nameOf((*figure)->mainTensor()),
             std::string("decoder.blocks.1.cross_attn.hook_pattern"));
    QVERIFY((*figure)->title().contains(QLatin1String("head 3")));
}

void TestFigures::viewErrors_data()
{
    QTest::addColumn<QString>("view");
    QTest::addColumn<QString>("hook");
    QTest::addColumn<int>("layer");
    QTest::addColumn<int>("head");
    QTest::addColumn<QString>("said");
    QTest::newRow("view") << "pie"
                          << "" << -1 << -1
                          << "expected a view among stage, tensor, heads, head, links, qk, scatter, overlay, "
                             "positions, norms, lens, dla, sources, rollout, flow, compare; found \"pie\"";
    QTest::newRow("no hook") << "stage"
                             << "" << -1 << -1 << "expected the name of a hook for view stage, found none";
    QTest::newRow("hook")
        << "tensor"
        << "blocks.0.attn.hook_patern" << -1 << -1
        << "expected the name of a hook, found \"blocks.0.attn.hook_patern\"; the nearest is "
           "blocks.0.attn.hook_pattern";
    QTest::newRow("head") << "head"
                          << "" << 1 << 8
                          << "blocks.1.attn.hook_pattern: expected a head from 0 to 7, found 8";
    QTest::newRow("negative head") << "head"
                                   << "" << 1 << -2
                                   << "blocks.1.attn.hook_pattern: expected a head from 0 to 7, found -2";
    QTest::newRow("layer") << "head"
                           << "" << 5 << 0 << "expected a layer from 0 to 4, found 5";
    QTest::newRow("no head axis") << "tensor"
                                  << "hook_embed" << -1 << 1
                                  << "hook_embed: this tensor has no head axis, but head 1 was asked for";
    QTest::newRow("parameter") << "stage"
                               << "embed.W_E" << -1 << -1
                               << "embed.W_E: expected the result of a step, found a parameter or an input";
}

void TestFigures::viewErrors()
{
    QFETCH(QString, view);
    QFETCH(QString, hook);
    QFETCH(int, layer);
    QFETCH(int, head);
    QFETCH(QString, said);
    static const FigureSource source = test::sourceOf("stories260k");
    ViewOptions options;
    options.hook = hook.toStdString();
    if (layer >= 0)
        options.layer = layer;
    if (head != -1)
        options.head = head;
    const auto figure = figureForView(view.toStdString(), source, options);
    QVERIFY(!figure.has_value());
    QCOMPARE(QString::fromStdString(figure.error().text()), said);
}

QTEST_MAIN(TestFigures)
#include "test_figures.moc"
