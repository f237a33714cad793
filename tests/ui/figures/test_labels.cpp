// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/axis_labels.h"
#include "figures/equation_layout.h"
#include "support_figures.h"

#include <QTest>

using namespace headlight;

namespace {

/// A hair smaller, so that neighbours may touch.
QPolygonF shrunk(const QPolygonF& p)
{
    const QPointF c = p.boundingRect().center();
    QPolygonF result;
    for (const QPointF& point : p)
        result << c + (point - c) * 0.96;
    return result;
}

void expectApart(const std::vector<QPolygonF>& shapes, const char* what)
{
    for (std::size_t i = 0; i < shapes.size(); ++i)
        for (std::size_t j = i + 1; j < shapes.size(); ++j)
            if (shapes[i].boundingRect().intersects(shapes[j].boundingRect()))
                QVERIFY2(!shrunk(shapes[i]).intersects(shrunk(shapes[j])), what);
}

AxisLabels labels(AxisLabels::Side side, const QStringList& names, double cell, bool named = true)
{
    AxisLabels::Spec spec;
    spec.side = side;
    spec.names = named;
    spec.text = [names](std::int64_t i) { return names[static_cast<qsizetype>(i)]; };
    return {std::move(spec), Ruler(names.size(), cell), test::pinned(FigureStyle::light())};
}

} // namespace

class TestLabels : public QObject
{
    Q_OBJECT
private slots:
    void rulersMapThereAndBack();
    void labelsNeverOverlap_data();
    void labelsNeverOverlap();
    void allLabelsStandWhereThereIsRoom();
    void longNamesAreCut();
    void equationsKeepTheirTextsApart_data();
    void equationsKeepTheirTextsApart();
};

void TestLabels::rulersMapThereAndBack()
{
    Ruler whole(10, 12);
    QCOMPARE(whole.length(), 120.0);
    Ruler window(1000, 20);
    window.first = 400;
    window.last = 410;
    QCOMPARE(window.length(), 200 + 2 * Ruler::ellipsis);
    Ruler broken(6, 10);
    broken.breaks = {1, 4};
    QCOMPARE(broken.length(), 60 + 2 * Ruler::breakGap);
    Ruler dense(4096, 0.125);
    for (const Ruler& r : {whole, window, broken})
        for (std::int64_t i = r.first; i < r.last; ++i)
            QCOMPARE(r.at(r.middle(i)), std::optional<std::int64_t>(i));
    for (std::int64_t i = 0; i < dense.count; i += 97)
        QVERIFY(std::abs(*dense.at(dense.middle(i)) - i) <= 1);
    for (const Ruler& r : {whole, window, broken, dense}) {
        QVERIFY(!r.at(-1));
        QVERIFY(!r.at(r.length() + 2));
    }
    QVERIFY(!window.at(3)); // the dots are no entry
    QVERIFY(!broken.at(broken.start(2) - 2));
}

void TestLabels::labelsNeverOverlap_data()
{
    QTest::addColumn<bool>("top");
    QTest::addColumn<double>("cell");
    QTest::addColumn<QStringList>("names");
    QStringList words, letters, mixed;
    for (int i = 0; i < 40; ++i) {
        words << QStringLiteral("␣token%1").arg(i * i * i);
        letters << QString(QChar('a' + i % 26));
        mixed << (i % 3 == 0   ? QStringLiteral(",")
                  : i % 3 == 1 ? QStringLiteral("注意力機制")
                               : QStringLiteral("Wm"));
    }
    for (const bool top : {false, true})
        for (const double cell : {0.4, 1.0, 3.0, 7.0, 9.0, 11.0, 12.0, 14.0, 16.0, 20.0, 34.0, 80.0}) {
            QTest::addRow("words %s %g", top ? "top" : "left", cell) << top << cell << words;
            QTest::addRow("letters %s %g", top ? "top" : "left", cell) << top << cell << letters;
            QTest::addRow("mixed %s %g", top ? "top" : "left", cell) << top << cell << mixed;
        }
}

void TestLabels::labelsNeverOverlap()
{
    QFETCH(bool, top);
    QFETCH(double, cell);
    QFETCH(QStringList, names);
    const auto side = top ? AxisLabels::Side::Top : AxisLabels::Side::Left;
    for (const bool named : {true, false}) {
        const AxisLabels l = labels(side, names, cell, named);
        const auto shapes = l.outlines({200, 200});
        QVERIFY(!shapes.empty());
        expectApart(shapes, named ? "names" : "numbers");
        // They stay within the room that they ask for, and off the cells.
        for (const QPolygonF& shape : shapes) {
            const QRectF box = shape.boundingRect();
            if (top) {
                QVERIFY(box.bottom() <= 201);
                QVERIFY(box.top() >= 200 - l.room() - 1.5);
                QVERIFY(box.right() <= 200 + cell * static_cast<double>(names.size()) + l.overhang() + 1);
            } else {
                QVERIFY(box.right() <= 200);
                QVERIFY(box.left() >= 200 - l.room() - 1);
            }
        }
    }
}

void TestLabels::allLabelsStandWhereThereIsRoom()
{
    const QStringList words{"<s>", "␣Once", "␣upon", "␣a", "␣time", ",", "␣there", "␣was", "␣a", "␣little"};
    QCOMPARE(labels(AxisLabels::Side::Left, words, 20).outlines({0, 0}).size(), std::size_t{10});
    QCOMPARE(labels(AxisLabels::Side::Top, words, 24).outlines({0, 0}).size(), std::size_t{10});
    QCOMPARE(labels(AxisLabels::Side::Top, words, 14).outlines({0, 0}).size(), std::size_t{10}); // on end
    QVERIFY(labels(AxisLabels::Side::Top, words, 6).outlines({0, 0}).size() < 10);
}

void TestLabels::longNamesAreCut()
{
    const AxisLabels l = labels(AxisLabels::Side::Left, {QString(4000, QLatin1Char('x')), "a"}, 20);
    QVERIFY(l.room() < 130);
}

void TestLabels::equationsKeepTheirTextsApart_data()
{
    QTest::addColumn<QString>("name");
    for (const QString& name : test::bundledNames())
        QTest::newRow(qPrintable(name)) << name;
}

void TestLabels::equationsKeepTheirTextsApart()
{
    QFETCH(QString, name);
    const FigureSource source = test::sourceOf(name);
    const FigureStyle style = test::pinned(FigureStyle::light());
    const QFontMetricsF heading(headingFont(style));
    for (std::size_t step = 0; step < source.trace.program().steps.size(); ++step) {
        const auto equation = Equation::of(source, static_cast<int>(step), {}, {});
        QVERIFY(equation.has_value());
        for (const QSizeF& area : {QSizeF(500, 420), QSizeF(900, 500)}) {
            const EquationLayout l = layEquation(*equation, source, {}, {}, true, area, style);
            std::vector<QPolygonF> shapes;
            for (std::size_t b = 0; b < l.blocks.size(); ++b) {
                const EquationLayout::Block& block = l.blocks[b];
                for (const AxisLabels* labels : {&block.matrix.rowLabels, &block.matrix.columnLabels})
                    for (const QPolygonF& shape : labels->outlines(block.matrix.origin))
                        shapes.push_back(shape);
                const double half = heading.horizontalAdvance(equation->blocks[b].symbol) / 2;
                shapes.push_back(
                    QPolygonF(QRectF(block.heading.x() - half, block.heading.y() - heading.ascent() / 2,
                                     2 * half, heading.ascent())));
                // Matrices stand clear of each other and of all labels.
                shapes.push_back(QPolygonF(block.matrix.rect()));
                if (!block.bar.isEmpty())
                    shapes.push_back(QPolygonF(block.bar));
            }
            for (const EquationLayout::Part& part : l.parts)
                if (!part.size.isEmpty())
                    shapes.push_back(QPolygonF(QRectF(part.centre.x() - part.size.width() / 2,
                                                      part.centre.y() - part.size.height() / 2,
                                                      part.size.width(), part.size.height())));
            expectApart(shapes, source.trace.program().steps[step].hook.c_str());
            for (const QPolygonF& shape : shapes)
                QVERIFY2(QRectF(QPointF(-1, -1), l.natural + QSizeF(2, 2)).contains(shape.boundingRect()),
                         source.trace.program().steps[step].hook.c_str());
        }
    }
}

QTEST_MAIN(TestLabels)
#include "test_labels.moc"
