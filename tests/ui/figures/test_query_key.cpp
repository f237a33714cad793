// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Queries and keys as bars and as points, and attention over a picture.

#include "figures/overlay_figure.h"
#include "figures/patch_pictures.h"
#include "figures/query_key_figure.h"
#include "support_figures.h"

using namespace headlight;

class TestQueryKey : public QObject
{
    Q_OBJECT
private slots:
    void everyModel_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : test::bundledNames())
            QTest::newRow(qPrintable(name)) << name;
    }
    void everyModel()
    {
        QFETCH(QString, name);
        const FigureSource source = test::sourceOf(name);
        const FigureStyle style = test::pinned(FigureStyle::light());
        const auto& layers = source.trace.program().attention;
        const QRectF area(0, 0, 760, 420);
        for (std::size_t a = 0; a < layers.size(); ++a) {
            const QueryKeyOptions options{static_cast<int>(a), layers[a].heads - 1, 1, 0};
            const auto bars = QueryKeyFigure::make(source, options);
            QVERIFY(bars.has_value());
            QVERIFY(test::inked(test::painted(**bars, {760, 420}, style)) > 500);
            QVERIFY(test::inked(test::painted(**bars, {300, 130}, style)) > 100);
            for (std::size_t d = 0; d < (*bars)->product().query.size(); d += 3) {
                const CellRef cell{(*bars)->mainTensor(), {1, options.head, static_cast<std::int64_t>(d)}};
                const QRectF rect = (*bars)->cellRect(cell, area, style);
                QVERIFY(area.contains(rect.center()));
                QVERIFY((*bars)->cellAt(rect.center(), area, style) == cell);
            }
            QCOMPARE((*bars)->data().tensor->size(0), std::int64_t(3));
            const auto scatter = ScatterFigure::make(source, options);
            QVERIFY(scatter.has_value());
            QVERIFY(test::inked(test::painted(**scatter, {760, 420}, style)) > 500);
            const auto labels = (*scatter)->labelRects(area, style);
            QVERIFY(labels.size() >= 2);
            for (std::size_t i = 0; i < labels.size(); ++i)
                for (std::size_t j = 0; j < i; ++j)
                    QVERIFY2(!labels[i].intersects(labels[j]), "labels touch");
            const CellRef point{(*scatter)->mainTensor(), {1, options.head, 0}};
            QVERIFY(!(*scatter)->cellRect(point, area, style).isEmpty());
            QVERIFY(!(*scatter)->describeCell(point).isEmpty());
        }
    }

    void thePictureIsWhatTheModelReads()
    {
        const FigureSource source = test::sourceOf("fashion-vit");
        const int attention = lastImageAttention(source.trace.program());
        QVERIFY(attention >= 0);
        const StreamIndex stream = source.trace.program().attention[static_cast<std::size_t>(attention)].keys;
        const QImage picture = modelPicture(source, stream);
        QCOMPARE(picture.size(), QSize(28, 28));
        const PatchPictures patches(source, stream);
        QVERIFY(patches.at(0).isNull());
        QCOMPARE(patches.at(1).size(), QSize(7, 7));
        QCOMPARE(patches.at(6).pixel(0, 0), picture.pixel(7, 7));
        QVERIFY(modelPicture(source, 99).isNull());
        QVERIFY(modelPicture(test::sourceOf("nano-sort"), 0).isNull());
    }

    void attentionIsPaintedWhereItIs()
    {
        const FigureSource source = test::sourceOf("fashion-vit");
        const FigureStyle style = test::pinned(FigureStyle::light());
        OverlayOptions options;
        // A grey picture of its own size, so that colour is attention alone.
        options.image = QImage(300, 300, QImage::Format_RGB32);
        options.image.fill(QColor(90, 90, 90));
        options.head = 1;
        const auto figure = OverlayFigure::make(source, options);
        QVERIFY(figure.has_value());
        const QSize size(900, 420);
        const QRectF area(QPointF(0, 0), QSizeF(size));
        const QImage image = test::painted(**figure, size, style);
        const TensorRef ref = (*figure)->mainTensor();
        const TensorPtr pattern = *source.trace.tensor(ref);
        std::int64_t strongest = 1, weakest = 1;
        for (std::int64_t k = 1; k < pattern->size(2); ++k) {
            strongest = pattern->at({2, 0, k}) > pattern->at({2, 0, strongest}) ? k : strongest;
            weakest = pattern->at({2, 0, k}) < pattern->at({2, 0, weakest}) ? k : weakest;
        }
        const auto orange = [&](std::int64_t key) {
            const QColor c =
                image.pixelColor((*figure)->cellRect({ref, {2, 0, key}}, area, style).center().toPoint());
            return c.red() - c.blue();
        };
        QVERIFY(orange(strongest) > 150);
        QVERIFY(orange(weakest) < orange(strongest) / 2);
        // The choosing picture, the class token, and every head's patches are found under the mouse.
        for (const CellRef& cell :
             {CellRef{ref, {1, 5, -1}}, CellRef{ref, {1, 0, -1}}, CellRef{ref, {3, 0, 9}}}) {
            const QRectF rect = (*figure)->cellRect(cell, area, style);
            QVERIFY(!rect.isEmpty());
            QVERIFY((*figure)->cellAt(rect.center(), area, style) == cell);
            QVERIFY(!(*figure)->describeCell(cell).isEmpty());
        }
        // The number at the mouse stays within its picture, at every edge of it.
        const auto pictures = (*figure)->pictures(area, style);
        for (const std::int64_t key : {std::int64_t(1), pattern->size(2) / 2, pattern->size(2) - 1}) {
            const QImage pointed = test::painted(**figure, size, style, {CellRef{ref, {1, 0, key}}, {}});
            for (int y = 0; y < size.height(); ++y)
                for (int x = 0; x < size.width(); ++x)
                    if (pointed.pixel(x, y) != image.pixel(x, y))
                        QVERIFY2(pictures[2].adjusted(-4, -4, 4, 4).contains(QPointF(x, y)),
                                 qPrintable(QString("key %1: %2, %3").arg(key).arg(x).arg(y)));
        }
        // One picture to choose in, four heads and the rollout.
        QCOMPARE((*figure)->pictures(area, style).size(), std::size_t(6));
        (*figure)->setQuery(7);
        QVERIFY(test::painted(**figure, size, style) != image);
        QVERIFY(!OverlayFigure::make(test::sourceOf("stories260k"), {}));
    }
};

QTEST_MAIN(TestQueryKey)
#include "test_query_key.moc"
