// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/head_colors.h"
#include "figures/line_image.h"
#include "figures/links_figure.h"
#include "support_figures.h"

#include <set>

using namespace headlight;

namespace {

/// A layer's links as somebody's pattern would have them: every query at itself, at the one before and, a
/// little, at everything.
std::shared_ptr<const AttentionLinks> manyLinks(int heads, std::int64_t tokens)
{
    Tensor pattern({named(axis::head, heads), named(axis::query, tokens), named(axis::key, tokens)});
    auto to = pattern.mutableValues();
    for (std::int64_t h = 0; h < heads; ++h)
        for (std::int64_t q = 0; q < tokens; ++q)
            for (std::int64_t k = std::max<std::int64_t>(0, q - 30); k <= q; ++k)
                to[static_cast<std::size_t>((h * tokens + q) * tokens + k)] = 0.03F;
    return std::make_shared<const AttentionLinks>(pattern);
}

} // namespace

class TestLinks : public QObject
{
    Q_OBJECT
private slots:
    void everyModelInBothForms_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : test::bundledNames())
            QTest::newRow(qPrintable(name)) << name;
    }
    void everyModelInBothForms()
    {
        QFETCH(QString, name);
        const FigureSource source = test::sourceOf(name);
        const auto& layers = source.trace.program().attention;
        for (std::size_t a = 0; a < layers.size(); ++a)
            for (const LinkForm form : {LinkForm::Columns, LinkForm::Arcs})
                for (const auto& style : {FigureStyle::light(), FigureStyle::darkStyle()}) {
                    LinksOptions options;
                    options.attention = static_cast<int>(a);
                    options.form = form;
                    const auto figure = LinksFigure::make(source, options);
                    QVERIFY(figure.has_value());
                    QCOMPARE(static_cast<int>((*figure)->options().heads.size()), layers[a].heads);
                    const QImage image = test::painted(**figure, {700, 420}, test::pinned(style));
                    QVERIFY(test::inked(image) > 300);
                    // Every token that is shown is found under its own place.
                    const QRectF area(0, 0, 700, 420);
                    int shown = 0;
                    for (std::int64_t q = 0; q < (*figure)->links()->queries(); ++q) {
                        const CellRef cell{(*figure)->mainTensor(), {0, q, -1}};
                        const QRectF rect = (*figure)->cellRect(cell, area, test::pinned(style));
                        if (rect.height() < 3 || rect.width() < 3)
                            continue;
                        QVERIFY((*figure)->cellAt(rect.center(), area, test::pinned(style)) == cell);
                        QVERIFY(!(*figure)->describeCell(cell).isEmpty());
                        ++shown;
                    }
                    QVERIFY(shown > 0);
                }
    }

    void linesAreInTheHeadsColour()
    {
        const FigureSource source = test::sourceOf("stories260k");
        const FigureStyle style = test::pinned(FigureStyle::light());
        LinksOptions options;
        options.attention = 1;
        options.heads = {3};
        auto figure = LinksFigure::make(source, options);
        QVERIFY(figure.has_value());
        const auto colored = [&](int head) {
            const QImage image = test::painted(**figure, {700, 420}, style);
            const QColor wanted = headColor(head, style);
            int count = 0;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < 480; ++x) {
                    const QColor c = image.pixelColor(x, y);
                    count += c.saturation() > 30 && std::abs(c.hsvHue() - wanted.hsvHue()) < 4 ? 1 : 0;
                }
            return count;
        };
        const int three = colored(3);
        QVERIFY(three > 500);
        (*figure)->setThreshold(1.01);
        QVERIFY2(colored(3) < three / 20, "nothing is as large as that");
        (*figure)->setHeads({1}, true);
        QVERIFY(colored(1) > 300);
        std::set<QRgb> all;
        for (int h = 0; h < 32; ++h)
            all.insert(headColor(h, style).rgb());
        QCOMPARE(all.size(), std::size_t(32));
    }

    void aHoveredTokenStandsAlone()
    {
        const FigureSource source = test::sourceOf("stories260k");
        const FigureStyle style = test::pinned(FigureStyle::light());
        LinksOptions options;
        options.attention = 1;
        const auto figure = LinksFigure::make(source, options);
        QVERIFY(figure.has_value());
        const QRectF area(0, 0, 700, 420);
        const auto ink = [&](const Highlight& highlight) {
            const QImage image = test::painted(**figure, {700, 420}, style, highlight);
            int count = 0;
            const double first =
                (*figure)->cellRect({(*figure)->mainTensor(), {0, 0, -1}}, area, style).right();
            for (int y = 60; y < image.height(); ++y)
                for (int x = static_cast<int>(first) + 40; x < static_cast<int>(first) + 100; ++x)
                    count += QColor(image.pixel(x, y)).lightness() < 200 ? 1 : 0;
            return count;
        };
        const int all = ink({});
        const int one = ink({CellRef{(*figure)->mainTensor(), {0, 4, -1}}, {}});
        QVERIFY(one > 0);
        QVERIFY2(one < all / 2, "lines of other tokens are veiled");
    }

    void longTextsScrollAndStayBounded()
    {
        const FigureStyle style = test::pinned(FigureStyle::light());
        LinksOptions options;
        options.threshold = 0.01;
        options.scroll = 0;
        const auto model = test::bundled("stories260k");
        const auto input = makeInput(*model, {{{}, std::vector<int>(200, 5)}});
        QVERIFY(input.has_value());
        const Trace trace = test::run(*model, *input);
        const auto tokens = trace.axes(trace.program().attention[0].pattern)[1].size;
        const auto figure = LinksFigure::make({trace, model}, options, manyLinks(6, tokens));
        QVERIFY(figure.has_value());
        const QRectF area(0, 0, 700, 300);
        const auto range = (*figure)->scrolling(area, style);
        QVERIFY(range.end > 100);
        QVERIFY((*figure)->count(area, style).all < 20U * 6 * 31);
        const CellRef last{(*figure)->mainTensor(), {0, tokens - 1, -1}};
        QVERIFY((*figure)->cellRect(last, area, style).isEmpty());
        QVERIFY((*figure)->reveal(last));
        QVERIFY(!(*figure)->cellRect(last, area, style).isEmpty());
        // All of it at once has a limit.
        (*figure)->setScroll(std::nullopt);
        const auto count = (*figure)->count(area, style);
        QVERIFY(count.all > 20'000);
        QVERIFY(count.drawn <= 1200);
    }

    void smoothLinesHaveTheirLengthTimesTheirWidthOfInk_data()
    {
        QTest::addColumn<QLineF>("line");
        QTest::addColumn<double>("width");
        QTest::addColumn<double>("length"); // of the part within the picture
        QTest::newRow("level") << QLineF(10.3, 50.2, 190.7, 50.2) << 1.0 << 180.4;
        QTest::newRow("upright") << QLineF(60.5, 180, 60.5, 20) << 1.6 << 160.0;
        QTest::newRow("flat") << QLineF(190, 60, 10, 45) << 2.8 << std::hypot(180, 15);
        QTest::newRow("steep") << QLineF(100, 10, 112, 190) << 1.0 << std::hypot(12, 180);
        QTest::newRow("diagonal") << QLineF(20, 20, 180, 180) << 1.0 << std::hypot(160, 160);
        QTest::newRow("from far outside") << QLineF(-1e5, 80, 1e5, 80) << 1.0 << 200.0;
        QTest::newRow("through a corner") << QLineF(-50, 50, 50, -50) << 1.0 << 0.7;
        QTest::newRow("beside it") << QLineF(-5, -20, 300, -3) << 2.0 << 0.0;
        QTest::newRow("a point") << QLineF(5, 5, 5, 5) << 2.0 << 0.0;
    }
    void smoothLinesHaveTheirLengthTimesTheirWidthOfInk()
    {
        QFETCH(QLineF, line);
        QFETCH(double, width);
        QFETCH(double, length);
        LineImage image(QSize(200, 200), Qt::white);
        QColor color(Qt::black);
        color.setAlphaF(0.5F);
        image.draw(line, width, color);
        double ink = 0;
        for (int y = 0; y < 200; ++y)
            for (int x = 0; x < 200; ++x)
                ink += (255 - qRed(image.image().pixel(x, y))) / 127.5;
        QVERIFY2(std::abs(ink - length * width) <= 0.04 * length * width + 1,
                 qPrintable(QString("%1 instead of %2").arg(ink).arg(length * width)));
    }
    void whatDoesNotExist()
    {
        const FigureSource source = test::sourceOf("nano-sort");
        LinksOptions options;
        options.attention = 99;
        QVERIFY(!LinksFigure::make(source, options));
        options.attention = 0;
        options.heads = {77};
        const auto figure = LinksFigure::make(source, options);
        QVERIFY(!figure);
        QVERIFY(figure.error().text().find("77") != std::string::npos);
    }
};

QTEST_MAIN(TestLinks)
#include "test_links.moc"
