// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/color_map.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <string_view>

namespace headlight {

namespace {

struct Oklab
{
    double l, a, b;
};

double linearOf(double srgb)
{
    return srgb <= 0.04045 ? srgb / 12.92 : std::pow((srgb + 0.055) / 1.055, 2.4);
}
double srgbOf(double linear)
{
    return linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - 0.055;
}

/// Ottosson 2020, "A perceptual color space for image processing": linear sRGB to Oklab and back.
Oklab oklabOf(double r, double g, double b)
{
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}
std::array<double, 3> linearRgbOf(const Oklab& c)
{
    const double l = std::pow(c.l + 0.3963377774 * c.a + 0.2158037573 * c.b, 3);
    const double m = std::pow(c.l - 0.1055613458 * c.a - 0.0638541728 * c.b, 3);
    const double s = std::pow(c.l - 0.0894841775 * c.a - 1.2914855480 * c.b, 3);
    return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

/// Lightness, chroma and hue (degrees).
struct Point
{
    double l, c, h;
};

bool displayable(const std::array<double, 3>& rgb)
{
    return std::all_of(rgb.begin(), rgb.end(), [](double v) { return v >= -1e-4 && v <= 1.0001; });
}

/// The colour, or the most colourful one of the same lightness and hue that a screen can show.
QRgb rgbOf(const Point& p)
{
    const double angle = p.h * std::numbers::pi / 180;
    const auto at = [&](double chroma) {
        return linearRgbOf({p.l, chroma * std::cos(angle), chroma * std::sin(angle)});
    };
    double chroma = p.c;
    if (!displayable(at(chroma))) {
        double low = 0, high = chroma;
        for (int i = 0; i < 24; ++i) {
            const double middle = (low + high) / 2;
            (displayable(at(middle)) ? low : high) = middle;
        }
        chroma = low;
    }
    const auto rgb = at(chroma);
    const auto byte = [](double v) { return qRound(255 * srgbOf(std::clamp(v, 0.0, 1.0))); };
    return qRgb(byte(rgb[0]), byte(rgb[1]), byte(rgb[2]));
}

/// Control points at equal distances; lightness goes straight from the first to the last, chroma and hue
/// follow the points.
using Points = std::vector<Point>;

Point along(const Points& points, double t)
{
    const double place = t * static_cast<double>(points.size() - 1);
    const auto i = std::min(static_cast<std::size_t>(place), points.size() - 2);
    const double f = place - static_cast<double>(i);
    Point a = points[i];
    Point b = points[i + 1];
    // What is nearly grey has no hue of its own to start from.
    if (a.c < 0.02)
        a.h = b.h;
    if (b.c < 0.02)
        b.h = a.h;
    const double smooth = f * f * (3 - 2 * f);
    return {points.front().l + t * (points.back().l - points.front().l), a.c + f * (b.c - a.c),
            a.h + smooth * (b.h - a.h)};
}

struct Definition
{
    const char* id;
    Points light, dark;                 ///< sequential: low to high; diverging: centre to high
    Points lightLow = {}, darkLow = {}; ///< diverging: centre to low
};

/// The backgrounds that low ends blend with.
constexpr Point white{0.995, 0.002, 265};
constexpr Point night{0.25, 0.012, 265};

const std::vector<Definition>& definitions()
{
    static const std::vector<Definition> all{
        {"blues",
         {white, {0, 0.055, 245}, {0, 0.115, 250}, {0, 0.135, 256}, {0.32, 0.115, 262}},
         {night, {0, 0.075, 262}, {0, 0.125, 256}, {0, 0.12, 248}, {0.95, 0.05, 235}}},
        {"viridis",
         {{0.94, 0.17, 108}, {0, 0.17, 140}, {0, 0.12, 180}, {0, 0.11, 240}, {0.26, 0.13, 305}},
         {{0.26, 0.11, 305}, {0, 0.12, 265}, {0, 0.11, 215}, {0, 0.14, 160}, {0.94, 0.18, 108}}},
        // Blue to yellow through grey: the axis that the common colour deficiencies leave alone.
        {"cividis",
         {{0.95, 0.13, 102}, {0, 0.085, 98}, {0, 0.012, 95}, {0, 0.05, 262}, {0.26, 0.1, 262}},
         {{0.26, 0.09, 262}, {0, 0.05, 262}, {0, 0.012, 95}, {0, 0.085, 98}, {0.95, 0.14, 102}}},
        {"magma",
         {{0.975, 0.04, 90}, {0, 0.11, 55}, {0, 0.19, 18}, {0, 0.19, -25}, {0.2, 0.08, -70}},
         {{0.22, 0.05, -75}, {0, 0.15, -50}, {0, 0.2, -5}, {0, 0.15, 40}, {0.97, 0.05, 90}}},
        {"greys", {white, {0.2, 0.005, 265}}, {night, {0.97, 0.005, 265}}},
        // Pixels: black is black in any theme.
        {"image", {{0.05, 0, 0}, {1, 0, 0}}, {{0.05, 0, 0}, {1, 0, 0}}},
        {"puor",
         {white, {0, 0.085, 68}, {0, 0.165, 52}, {0.56, 0.19, 45}},
         {night, {0, 0.075, 50}, {0, 0.125, 54}, {0.8, 0.16, 62}},
         {white, {0, 0.06, 300}, {0, 0.13, 297}, {0.42, 0.2, 294}},
         {night, {0, 0.09, 293}, {0, 0.15, 296}, {0.74, 0.17, 302}}},
        {"bluered",
         {white, {0, 0.07, 40}, {0, 0.14, 30}, {0.5, 0.2, 26}},
         {night, {0, 0.09, 25}, {0, 0.15, 26}, {0.76, 0.15, 32}},
         {white, {0, 0.06, 240}, {0, 0.12, 250}, {0.46, 0.17, 258}},
         {night, {0, 0.08, 262}, {0, 0.13, 256}, {0.78, 0.12, 242}}},
    };
    return all;
}

} // namespace

struct ColorMapMaker
{
    static std::shared_ptr<const ColorMap> make(const Definition& d, bool dark)
    {
        auto map = std::make_shared<ColorMap>();
        map->m_diverging = !d.lightLow.empty();
        const Points& high = dark ? d.dark : d.light;
        const Points& low = dark ? d.darkLow : d.lightLow;
        for (int i = 0; i < ColorMap::size; ++i) {
            const double t = i / (ColorMap::size - 1.0);
            Point p = map->m_diverging ? along(t < 0.5 ? low : high, std::abs(2 * t - 1)) : along(high, t);
            map->m_table[static_cast<std::size_t>(i)] = rgbOf(p);
        }
        return map;
    }
};

std::shared_ptr<const ColorMap> ColorMap::named(const QString& id, bool dark)
{
    // Made before main's threads need them, then only read: a function's static is initialised once.
    static const auto all = [] {
        std::map<std::pair<QString, bool>, std::shared_ptr<const ColorMap>> maps;
        for (const Definition& d : definitions())
            for (const bool isDark : {false, true})
                maps[{QString::fromLatin1(d.id), isDark}] = ColorMapMaker::make(d, isDark);
        return maps;
    }();
    const auto it = all.find({id, dark});
    return it != all.end() ? it->second : all.at({QStringLiteral("blues"), dark});
}

std::vector<QString> ColorMap::sequentialIds()
{
    std::vector<QString> ids;
    for (const Definition& d : definitions())
        if (d.lightLow.empty() && d.id != std::string_view("image"))
            ids.push_back(QString::fromLatin1(d.id));
    return ids;
}

std::vector<QString> ColorMap::divergingIds()
{
    std::vector<QString> ids;
    for (const Definition& d : definitions())
        if (!d.lightLow.empty())
            ids.push_back(QString::fromLatin1(d.id));
    return ids;
}

double oklabLightness(QRgb color)
{
    return oklabOf(linearOf(qRed(color) / 255.0), linearOf(qGreen(color) / 255.0),
                   linearOf(qBlue(color) / 255.0))
        .l;
}

QColor readableOn(QRgb background)
{
    // WCAG 2's relative luminance decides; 0.2 is a little above where both contrast equally, since white
    // digits on saturated colours look better than their figure says.
    const double luminance = 0.2126 * linearOf(qRed(background) / 255.0) +
                             0.7152 * linearOf(qGreen(background) / 255.0) +
                             0.0722 * linearOf(qBlue(background) / 255.0);
    return luminance > 0.22 ? QColor(0x14171d) : QColor(0xffffff);
}

} // namespace headlight
