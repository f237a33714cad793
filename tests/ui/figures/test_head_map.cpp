// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The grid of heads as a map: from all heads to one cell, sorted, and within its memory.

#include "figures/head_grid_figure.h"
#include "figures/head_grid_layout.h"
#include "support_figures.h"

#include <QFontMetricsF>

#include <cmath>

using namespace headlight;

namespace {

/// A text that is longer than a thumbnail has pixels.
FigureSource longSource()
{
    const ModelPtr model = test::bundled("stories260k");
    std::vector<int> ids;
    for (int i = 0; i < 400; ++i)
        ids.push_back(3 + i * 37 % 500);
    const auto input = makeInput(*model, {{{}, ids}});
    if (!input)
        qFatal("%s", input.error().text().c_str());
    return {test::run(*model, *input), model};
}

/// What FigureView does: the figure in an area as many times as large, shifted so that a place is in the
/// middle.
QImage seen(const HeadGridFigure& figure, const FigureStyle& style, double zoom, const CellRef& cell)
{
    const QSizeF size(800, 500);
    FigureStyle zoomed = style;
    zoomed.zoom = zoom;
    QRectF area(QPointF(0, 0), size * zoom);
    area.translate(QPointF(400, 250) - figure.cellRect(cell, area, zoomed).center());
    QImage image(size.toSize(), QImage::Format_RGB32);
    image.fill(Qt::magenta);
    QPainter painter(&image);
    figure.paint(painter, area, zoomed);
    return image;
}

} // namespace

class TestHeadMap : public QObject
{
    Q_OBJECT
private slots:
    void fromTheWholeToOneCell()
    {
        const FigureSource source = longSource();
        const FigureStyle style = test::pinned(FigureStyle::light());
        const auto made = HeadGridFigure::make(source);
        QVERIFY(made.has_value());
        HeadGridFigure& figure = **made;
        const int step = source.trace.program().attention[2].pattern;
        const TensorPtr pattern = *source.trace.step(step);
        const CellRef cell{{TensorRef::Kind::Step, step}, {5, 390, 201}};
        (void)seen(figure, style, 1, cell);
        QVERIFY2(figure.missingTiles().empty(), "the thumbnails are fine enough for the whole");
        QVERIFY(!figure.showsCells());
        bool asked = false;
        for (double zoom = 1; zoom < figure.mostZoom(); zoom *= 1.3) {
            (void)seen(figure, style, zoom, cell);
            const auto keys = figure.missingTiles();
            asked = asked || !keys.empty();
            QVERIFY(keys.size() < 80);
            figure.addTiles(readTiles(source.trace, keys, {}));
            (void)seen(figure, style, zoom, cell);
            QVERIFY2(figure.missingTiles().empty(), "what was read is drawn");
        }
        QVERIFY(asked);
        // From close by a cell has the colour of its own number, and is found under its place.
        FigureStyle zoomed = style;
        zoomed.zoom = figure.mostZoom();
        const QImage close = seen(figure, style, zoomed.zoom, cell);
        QVERIFY(figure.showsCells());
        const QRectF area(QPointF(0, 0), QSizeF(800, 500) * zoomed.zoom);
        const QRectF rect = figure.cellRect(cell, area, zoomed);
        QVERIFY(rect.width() > 30);
        QVERIFY(figure.cellAt(rect.center(), area, zoomed) == cell);
        ValueRange range;
        for (std::int64_t q = 0; q < 400; ++q)
            for (std::int64_t k = 0; k < 400; ++k)
                range.add(pattern->at({5, q, k}));
        const ColorScale scale(range, {}, style);
        const QPoint corner(400 - static_cast<int>(rect.width() / 2) + 3,
                            250 - static_cast<int>(rect.height() / 2) + 3);
        const QColor expected(scale.color(pattern->at(cell.cell))), found = close.pixelColor(corner);
        QVERIFY(std::abs(expected.red() - found.red()) <= 3 && std::abs(expected.blue() - found.blue()) <= 3);
        // The arrows move from cell to cell now.
        QCOMPARE(figure.moved(cell, 1, -1)->cell, (Cell{5, 389, 202}));
        QVERIFY2(figure.bytes() < (160u << 20U), "memory is bounded");
    }

    void aGestureKeepsItsPlace()
    {
        const FigureSource source = test::sourceOf("stories260k");
        const FigureStyle style = test::pinned(FigureStyle::light());
        const auto figure = HeadGridFigure::make(source);
        QVERIFY(figure.has_value());
        // The picture in an area that is so many times larger is the same picture, so many times larger.
        const QRectF one = (*figure)->headRect({3, 2}, QRectF(0, 0, 700, 400), style);
        for (const double zoom : {1.3, 4.0, 77.0}) {
            FigureStyle zoomed = style;
            zoomed.zoom = zoom;
            const QRectF many = (*figure)->headRect({3, 2}, QRectF(0, 0, 700 * zoom, 400 * zoom), zoomed);
            QVERIFY(std::abs(many.left() - one.left() * zoom) < 1e-6 * many.left());
            QVERIFY(std::abs(many.width() - one.width() * zoom) < 1e-6 * many.width());
        }
    }

    /// The names at the edges hide nothing that one has moved the view to.
    void namesCoverNoCells()
    {
        const FigureSource source = test::sourceOf("stories260k");
        const FigureStyle style = test::pinned(FigureStyle::light());
        const auto made = HeadGridFigure::make(source);
        QVERIFY(made.has_value());
        HeadGridFigure& figure = **made;
        const int step = source.trace.program().attention[0].pattern;
        const TensorPtr pattern = *source.trace.step(step);
        const std::int64_t n = pattern->size(1);
        ValueRange range;
        for (std::int64_t q = 0; q < n; ++q)
            for (std::int64_t k = 0; k < n; ++k)
                range.add(pattern->at({0, q, k}));
        const ColorScale scale(range, {}, style);
        QVERIFY2(figure.edges({800, 500}, style).isEmpty(), "the whole has room for its names");
        for (const double zoom : {3.0, 6.0, 9.0}) {
            FigureStyle zoomed = style;
            zoomed.zoom = zoom;
            const QSizeF edges = figure.edges({800, 500}, zoomed);
            QVERIFY(edges.width() > 10 && edges.height() > 10);
            // As far to the right and down as the view lets the picture be moved.
            const QRectF area(QPointF(edges.width(), edges.height()), QSizeF(800, 500) * zoom);
            QImage image(800, 500, QImage::Format_RGB32);
            QPainter painter(&image);
            figure.paint(painter, area, zoomed);
            painter.end();
            int looked = 0;
            for (std::int64_t q = 0; q < n; ++q)
                for (std::int64_t k = 0; k <= q; ++k) {
                    const CellRef cell{{TensorRef::Kind::Step, step}, {0, q, k}};
                    const QPoint at =
                        (figure.cellRect(cell, area, zoomed).topLeft() + QPointF(2.5, 2.5)).toPoint();
                    if (!image.rect().contains(at))
                        continue;
                    const QColor expected(scale.color(pattern->at(cell.cell))), found = image.pixelColor(at);
                    QVERIFY2(std::abs(expected.red() - found.red()) <= 3 &&
                                 std::abs(expected.blue() - found.blue()) <= 3,
                             qPrintable(QString("zoom %1, query %2, key %3").arg(zoom).arg(q).arg(k)));
                    ++looked;
                }
            QVERIFY(looked > 5);
            // And there are names beside them.
            QVERIFY(test::inked(image.copy(0, 0, int(edges.width()) - 2, 500)) > 20);
        }
    }

    void namesOfStacksAreReadInLittleRoom()
    {
        // Of a translation, beside the numbers of a head in a window of 1024 x 700.
        const std::vector<HeadGridSection> sections{{"Encoder self-attention", {0, 1}, 4},
                                                    {"Decoder self-attention", {2, 4}, 4},
                                                    {"Decoder cross-attention", {3, 5}, 4}};
        const std::vector<int> heads(6, 4);
        const FigureStyle style = test::pinned(FigureStyle::light());
        const QFontMetricsF names(style.font);
        const QSizeF room(320, 130);
        double scale = 0;
        HeadGridLayout layout;
        for (double larger = 1; larger < 3 && scale * larger < 0.999; larger += 0.1) {
            layout = layOutByLayer(sections, heads, room * larger, style);
            scale = std::min(room.width() / layout.natural.width(), room.height() / layout.natural.height());
        }
        QVERIFY2(scale * style.font.pixelSize() >= 9, qPrintable(QString::number(scale)));
        QVERIFY(scale * layout.thumbnail.width() >= 14);
        for (std::size_t s = 0; s < sections.size(); ++s) {
            const HeadGridLayout::Place& place = layout.sections[s];
            QCOMPARE(place.titleLines.join(' '), sections[s].title);
            const double lines = static_cast<double>(place.titleLines.size() - 1) * names.height();
            QVERIFY(place.title.y() + lines + names.descent() <
                    place.origin.y() - 5 - 8); // the heads' numbers
            const double end = s + 1 < sections.size() ? layout.sections[s + 1].title.x() - layout.labelWidth
                                                       : layout.natural.width();
            for (const QString& line : place.titleLines)
                QVERIFY2(place.title.x() + names.horizontalAdvance(line) < end, qPrintable(line));
        }
    }

    void tilesAreThePatternsLargestWeights()
    {
        const FigureSource source = longSource();
        const TensorPtr pattern = *source.trace.step(source.trace.program().attention[1].pattern);
        const auto tiles = readTiles(source.trace, {{1, 3, 0, 1, 0}, {1, 3, 1, 0, 0}, {1, 3, 0, 9, 9}}, {});
        QCOMPARE(tiles.size(), std::size_t(2)); // there is no tenth row
        for (const PatternTile& tile : tiles) {
            const std::int64_t cells = std::int64_t{1} << tile.key.level;
            for (int y = 0; y < tile.part.height; y += 13)
                for (int x = 0; x < tile.part.width; x += 11) {
                    float most = -1;
                    for (std::int64_t q = 0; q < cells; ++q)
                        for (std::int64_t k = 0; k < cells; ++k)
                            most = std::max(
                                most, pattern->at({3, tile.key.row * tileSide * cells + y * cells + q,
                                                   tile.key.column * tileSide * cells + x * cells + k}));
                    const float found = tile.part.values[static_cast<std::size_t>(y * tile.part.width + x)];
                    if (std::isfinite(found))
                        QCOMPARE(found, most);
                    else
                        QCOMPARE(most, 0.0F);
                }
        }
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(readTiles(source.trace, {{1, 3, 0, 0, 0}}, stop.get_token()).empty());
    }

    void theCacheForgetsWhatWasNotLookedAt()
    {
        TileCache cache(4 * 8 * tileSide * tileSide);
        const auto tile = [](int column) {
            PatternTile t{{0, 0, 0, 0, column}, {}};
            t.part.width = t.part.height = tileSide;
            t.part.values.assign(static_cast<std::size_t>(tileSide) * tileSide, 0.5F);
            return t;
        };
        for (int i = 0; i < 4; ++i)
            cache.add(tile(i));
        QVERIFY(cache.find({0, 0, 0, 0, 0}));
        cache.add(tile(9));
        QVERIFY(cache.bytes() <= cache.budget());
        QVERIFY2(cache.find({0, 0, 0, 0, 0}), "it was looked at last");
        QVERIFY(!cache.find({0, 0, 0, 0, 1}));
        QVERIFY(cache.find({0, 0, 0, 0, 9}));
    }

    void ranked()
    {
        const FigureSource source = test::sourceOf("date-seq2seq");
        const FigureStyle style = test::pinned(FigureStyle::light());
        const auto figure = HeadGridFigure::make(source);
        QVERIFY(figure.has_value());
        const QImage before = test::painted(**figure, {700, 400}, style);
        HeadRanking ranking;
        ranking.title = "something";
        ranking.order = {{2, 1}, {0, 3}, {1, 0}};
        for (const AttentionLayer& layer : source.trace.program().attention)
            ranking.values.emplace_back(static_cast<std::size_t>(layer.heads), 0.5);
        (*figure)->setRanking(ranking);
        const QRectF area(0, 0, 700, 400);
        QVERIFY(test::painted(**figure, {700, 400}, style) != before);
        std::vector<QRectF> rects;
        for (const HeadRef head : ranking.order) {
            rects.push_back((*figure)->headRect(head, area, style));
            QVERIFY(!rects.back().isEmpty());
            QVERIFY((*figure)->headAt(rects.back().center(), area, style) == head);
        }
        QVERIFY(rects[0].left() < rects[1].left() || rects[0].top() < rects[1].top());
        QVERIFY2((*figure)->headRect({0, 0}, area, style).isEmpty(), "the others are left out");
        auto at = (*figure)->moved(std::nullopt, 0, 0);
        at = (*figure)->moved(at, 1, 0);
        QCOMPARE(at->tensor.index, source.trace.program().attention[0].pattern);
        QCOMPARE(at->cell[0], std::int64_t(3));
        (*figure)->setRanking(std::nullopt);
        QVERIFY(test::painted(**figure, {700, 400}, style) == before);
    }
};

QTEST_MAIN(TestHeadMap)
#include "test_head_map.moc"
