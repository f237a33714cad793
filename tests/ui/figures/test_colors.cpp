// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/color_scale.h"
#include "figures/number_text.h"

#include <QTest>

#include <cmath>
#include <set>

using namespace headlight;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
const float notANumber = std::nanf("");

ValueRange rangeOf(std::initializer_list<float> values)
{
    ValueRange range;
    for (const float v : values)
        range.add(v);
    return range;
}

int distanceOf(QRgb a, QRgb b)
{
    return std::abs(qRed(a) - qRed(b)) + std::abs(qGreen(a) - qGreen(b)) + std::abs(qBlue(a) - qBlue(b));
}

} // namespace

class TestColors : public QObject
{
    Q_OBJECT
private slots:
    void sequentialMapsGoOneWay_data();
    void sequentialMapsGoOneWay();
    void divergingMapsAreCentred_data();
    void divergingMapsAreCentred();
    void lowEndsBlendWithTheBackground();
    void zeroIsNeutral();
    void specialValuesHaveMarksOfTheirOwn();
    void limitsCanBeTyped();
    void typedLimitsHoldForEveryCurve();
    void theBarReachesBeyondTypedLimits();
    void logAndRankKeepTheOrder();
    void manyColorsEqualSingleOnes();
    void rangesLeaveSpecialValuesOut();
    void roundingIsNoDifference();
    void numbersAreShort();
};

void TestColors::sequentialMapsGoOneWay_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<bool>("dark");
    for (const QString& id : ColorMap::sequentialIds())
        for (const bool dark : {false, true})
            QTest::addRow("%s %s", qPrintable(id), dark ? "dark" : "light") << id << dark;
}

void TestColors::sequentialMapsGoOneWay()
{
    QFETCH(QString, id);
    QFETCH(bool, dark);
    const auto map = ColorMap::named(id, dark);
    QVERIFY(!map->diverging());
    // Lightness falls on paper and rises in the dark, by equal steps: 8-bit colours round to about 0.004.
    const double first = oklabLightness(map->entry(0)), last = oklabLightness(map->entry(ColorMap::size - 1));
    QVERIFY(dark ? last - first > 0.5 : first - last > 0.5);
    for (int i = 0; i < ColorMap::size; ++i) {
        const double straight = first + (last - first) * i / (ColorMap::size - 1.0);
        QVERIFY2(std::abs(oklabLightness(map->entry(i)) - straight) < 0.008, qPrintable(QString::number(i)));
    }
}

void TestColors::divergingMapsAreCentred_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<bool>("dark");
    for (const QString& id : ColorMap::divergingIds())
        for (const bool dark : {false, true})
            QTest::addRow("%s %s", qPrintable(id), dark ? "dark" : "light") << id << dark;
}

void TestColors::divergingMapsAreCentred()
{
    QFETCH(QString, id);
    QFETCH(bool, dark);
    const auto map = ColorMap::named(id, dark);
    QVERIFY(map->diverging());
    const double sign = dark ? 1 : -1;
    // Away from the centre lightness only goes one way, on both sides.
    for (int i = ColorMap::size / 2; i + 1 < ColorMap::size; ++i)
        QVERIFY(sign * (oklabLightness(map->entry(i + 1)) - oklabLightness(map->entry(i))) > -0.004);
    for (int i = ColorMap::size / 2 - 1; i > 0; --i)
        QVERIFY(sign * (oklabLightness(map->entry(i - 1)) - oklabLightness(map->entry(i))) > -0.004);
    // The two ends are told apart by hue at least.
    QVERIFY(distanceOf(map->entry(0), map->entry(ColorMap::size - 1)) > 150);
}

void TestColors::lowEndsBlendWithTheBackground()
{
    for (const QString& id : {QStringLiteral("blues"), QStringLiteral("greys")}) {
        QVERIFY(oklabLightness(ColorMap::named(id, false)->entry(0)) > 0.97);
        QVERIFY(oklabLightness(ColorMap::named(id, true)->entry(0)) < 0.3);
    }
    QCOMPARE(ColorMap::named(QStringLiteral("no such map"), false),
             ColorMap::named(QStringLiteral("blues"), false));
}

void TestColors::zeroIsNeutral()
{
    const ColorScale scale(rangeOf({-3, 0, 10}), {}, FigureStyle::light());
    QVERIFY(scale.diverging());
    QCOMPARE(scale.low(), -10.0);
    QCOMPARE(scale.high(), 10.0);
    QCOMPARE(scale.fraction(0), 0.5);
    const QRgb zero = scale.color(0);
    QVERIFY(qRed(zero) > 245 && qGreen(zero) > 245 && qBlue(zero) > 245);

    const ColorScale probabilities(rangeOf({0.1F, 0.7F}), {}, FigureStyle::light());
    QVERIFY(!probabilities.diverging());
    QCOMPARE(probabilities.low(), 0.0);
}

void TestColors::specialValuesHaveMarksOfTheirOwn()
{
    for (const FigureStyle& style : {FigureStyle::light(), FigureStyle::darkStyle()})
        for (const ValueRange& range : {rangeOf({-1, 1}), rangeOf({0, 1})}) {
            const ColorScale scale(range, {}, style);
            std::set<QRgb> special{scale.color(notANumber), scale.color(infinity), scale.color(-infinity)};
            QCOMPARE(special.size(), std::size_t{3});
            // Far from anything a number can look like: NaN and ∞ cry out, masked cells are grey.
            for (int i = 0; i < ColorMap::size; ++i)
                QVERIFY(distanceOf(scale.map().entry(i), scale.color(notANumber)) > 40);
            QVERIFY(scale.color(-infinity) != scale.color(0));
        }
}

void TestColors::limitsCanBeTyped()
{
    ScaleOptions options;
    options.low = 0.2;
    options.high = 0.6;
    const ColorScale scale(rangeOf({0, 1}), options, FigureStyle::light());
    QCOMPARE(scale.fraction(0.1), 0.0);
    QCOMPARE(scale.fraction(0.4), 0.5);
    QCOMPARE(scale.fraction(0.9), 1.0);
    // One number, or none at all, still has a scale.
    QVERIFY(ColorScale(rangeOf({5}), {}, FigureStyle::light()).high() > 0);
    QVERIFY(ColorScale(rangeOf({0}), {}, FigureStyle::light()).high() > 0);
    QVERIFY(ColorScale(rangeOf({-infinity, notANumber}), {}, FigureStyle::light()).high() > 0);
}

void TestColors::typedLimitsHoldForEveryCurve()
{
    std::vector<float> values;
    ValueRange range;
    for (int i = 0; i <= 1000; ++i) {
        values.push_back(static_cast<float>(i) / 1000);
        range.add(values.back());
    }
    for (const auto curve :
         {ScaleOptions::Curve::Linear, ScaleOptions::Curve::Log, ScaleOptions::Curve::Rank}) {
        ScaleOptions options;
        options.curve = curve;
        options.low = 0.2;
        options.high = 0.6;
        const ColorScale scale(range, options, FigureStyle::light(), values);
        QCOMPARE(scale.fraction(0.2), 0.0);
        QCOMPARE(scale.fraction(0.05), 0.0);
        QCOMPARE(scale.fraction(0.6), 1.0);
        QCOMPARE(scale.fraction(0.9), 1.0);
        QVERIFY(scale.fraction(0.3) > 0.05 && scale.fraction(0.3) < scale.fraction(0.5));
    }
}

void TestColors::theBarReachesBeyondTypedLimits()
{
    const ColorScale automatic(rangeOf({0, 2}), {}, FigureStyle::light());
    QVERIFY(!automatic.typed());
    QCOMPARE(automatic.barColor(0.25), automatic.color(0.5F));
    ScaleOptions options;
    options.high = 1;
    const ColorScale drawnIn(rangeOf({0, 2}), options, FigureStyle::light());
    QVERIFY(drawnIn.typed());
    QCOMPARE(drawnIn.barValue(1), 2.0); // so that it can be drawn out again
    QCOMPARE(drawnIn.barFraction(1), 0.5);
    QCOMPARE(drawnIn.barColor(0.9), drawnIn.map().entry(ColorMap::size - 1));
    options.high = 8;
    QCOMPARE(ColorScale(rangeOf({0, 2}), options, FigureStyle::light()).barValue(1), 8.0);
}

void TestColors::logAndRankKeepTheOrder()
{
    const std::vector<float> values{-100, -1, -0.01F, 0, 0.01F, 1, 100};
    ValueRange range;
    for (const float v : values)
        range.add(v);
    for (const auto curve :
         {ScaleOptions::Curve::Linear, ScaleOptions::Curve::Log, ScaleOptions::Curve::Rank}) {
        ScaleOptions options;
        options.curve = curve;
        const ColorScale scale(range, options, FigureStyle::light(), values);
        QCOMPARE(scale.fraction(0), 0.5);
        for (std::size_t i = 0; i + 1 < values.size(); ++i)
            QVERIFY(scale.fraction(values[i]) < scale.fraction(values[i + 1]));
        // The colour bar reads back what it shows.
        if (curve != ScaleOptions::Curve::Rank)
            for (const float v : values)
                QVERIFY(std::abs(scale.valueAt(scale.fraction(v)) - v) < 1e-3 * 100);
    }
    // A logarithm sees small differences that a straight scale does not.
    ScaleOptions log;
    log.curve = ScaleOptions::Curve::Log;
    const ColorScale scale(range, log, FigureStyle::light());
    QVERIFY(scale.fraction(1) > 0.6);
}

void TestColors::manyColorsEqualSingleOnes()
{
    std::vector<float> values{notANumber, infinity, -infinity};
    for (int i = -50; i <= 50; ++i)
        values.push_back(static_cast<float>(i) * 0.37F);
    ValueRange range;
    for (const float v : values)
        range.add(v);
    const ColorScale scale(range, {}, FigureStyle::darkStyle());
    std::vector<QRgb> colors(values.size());
    scale.colors(values, colors.data());
    for (std::size_t i = 0; i < values.size(); ++i)
        // Single precision may fall on the other side of a table's step.
        QVERIFY(distanceOf(colors[i], scale.color(values[i])) < 12);
}

void TestColors::rangesLeaveSpecialValuesOut()
{
    const ValueRange range = rangeOf({-infinity, 2, notANumber, 5, infinity});
    QCOMPARE(range.low, 2.0);
    QCOMPARE(range.high, 5.0);
    QVERIFY(range.masked && range.nan && range.infinite && range.integers);
    QVERIFY(!rangeOf({0.5F}).integers);
    QVERIFY(rangeOf({notANumber}).empty());
}

void TestColors::roundingIsNoDifference()
{
    QCOMPARE(differenceLimit(0.25, 1), 0.25);
    QCOMPARE(differenceLimit(3e-7, 40), 4e-4);
    QCOMPARE(differenceLimit(3e-7, 0), 3e-7);
    // A map needs some limit where there is no difference at all, and masked cells are infinitely large.
    QVERIFY(differenceLimit(0, 40) > 0);
    QCOMPARE(differenceLimit(0.25, std::numeric_limits<double>::infinity()), 0.25);
}

void TestColors::numbersAreShort()
{
    QCOMPARE(fixedNumber(-2.71828, 1), QStringLiteral("−2.7"));
    QCOMPARE(fixedNumber(-0.04, 1), QStringLiteral("0.0")); // never "−0.0"
    QCOMPARE(fixedNumber(0.59, 2, true), QStringLiteral(".59"));
    QCOMPARE(fixedNumber(-0.59, 2, true), QStringLiteral("−.59"));
    QCOMPARE(shownNumber(-infinity, 4), QStringLiteral("−∞"));
    QCOMPARE(shownNumber(notANumber, 4), QStringLiteral("NaN"));
    QCOMPARE(shownNumber(-27.367670, 6), QStringLiteral("−27.3677"));
    QVERIFY(CellNumbers::isZero(QStringLiteral("0.00")));
    QVERIFY(!CellNumbers::isZero(QStringLiteral("0.01")));
}

QTEST_MAIN(TestColors)
#include "test_colors.moc"
