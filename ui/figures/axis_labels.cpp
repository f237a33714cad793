// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/axis_labels.h"

#include <QFontMetricsF>
#include <QTransform>

#include <algorithm>
#include <cmath>

namespace headlight {

double Ruler::start(std::int64_t i) const
{
    const auto gaps = std::lower_bound(breaks.begin(), breaks.end(), i) -
                      std::lower_bound(breaks.begin(), breaks.end(), first);
    return (before() ? ellipsis : 0) + static_cast<double>(i - first) * cell +
           static_cast<double>(gaps) * breakGap;
}

double Ruler::length() const
{
    if (last <= first)
        return 0;
    return start(last - 1) + cell + (after() ? ellipsis : 0);
}

std::optional<std::int64_t> Ruler::at(double distance) const
{
    if (last <= first || cell <= 0 || distance < start(first))
        return std::nullopt;
    std::int64_t i = 0;
    if (breaks.empty()) {
        i = first + static_cast<std::int64_t>((distance - start(first)) / cell);
    } else {
        std::int64_t low = first, high = last; // the last entry that starts at or before the place
        while (high - low > 1) {
            const std::int64_t middle = low + (high - low) / 2;
            (start(middle) <= distance ? low : high) = middle;
        }
        i = low;
    }
    if (!shows(i) || distance > start(i) + std::max(cell, 1.0))
        return std::nullopt;
    return i;
}

namespace {

constexpr double offset = 5; ///< between a label and its cells
constexpr double leastPicture = 9, mostPicture = 26;
constexpr double tight = 0.84; ///< of a font's line height, from the top of a letter to its lowest tail

/// 1, 2, 5, 10, 20, 50 …
std::int64_t roundStep(double least)
{
    for (std::int64_t ten = 1;; ten *= 10)
        for (const std::int64_t step : {ten, 2 * ten, 5 * ten})
            if (static_cast<double>(step) >= least || step > (1LL << 40))
                return step;
}

} // namespace

AxisLabels::AxisLabels(Spec spec, const Ruler& ruler, const FigureStyle& style)
    : m_spec(std::move(spec))
    , m_ruler(ruler)
    , m_font(style.font)
{
    const bool top = m_spec.side == Side::Top;
    m_font.setPixelSize(std::max(7, qRound(style.font.pixelSize() * (m_spec.names ? 0.92 : 0.77))));
    // A line's height has air of its own, which labels beside cells do not need.
    m_height = QFontMetricsF(m_font).height() * tight;
    if (ruler.shown() <= 0 || ruler.cell <= 0)
        return;
    if (m_spec.picture && ruler.cell >= leastPicture) {
        layPictures();
        return;
    }
    // Where all names would stand with a slightly smaller font, they do.
    if (m_spec.names && ruler.cell < m_height && ruler.cell >= m_height * 0.72) {
        m_font.setPixelSize(std::max(8, static_cast<int>(m_font.pixelSize() * ruler.cell / m_height)));
        m_height = QFontMetricsF(m_font).height() * tight;
    }
    // Every tenth token of a text still says where one is; every tenth entry of a vocabulary says nothing.
    if (m_spec.names && !m_spec.sparse && ruler.cell < m_height) {
        m_spec.names = false;
        m_font.setPixelSize(std::max(7, qRound(style.font.pixelSize() * 0.77)));
        m_height = QFontMetricsF(m_font).height() * tight;
    }
    const QFontMetricsF fm(m_font);
    m_ascent = fm.ascent() - fm.height() * (1 - tight) / 2;
    std::int64_t step = 1;
    double widest = 0;
    if (!m_spec.names) {
        widest = fm.horizontalAdvance(QString::number(std::max<std::int64_t>(ruler.last / m_spec.unit, 1)));
        const double needed = (top ? widest + 5 : m_height * 1.1) / ruler.cell;
        step = m_spec.unit * roundStep(needed / static_cast<double>(m_spec.unit));
        if (ruler.count == 1)
            return;
    } else {
        // Texts are measured only where they could be drawn.
        step = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(m_height / ruler.cell)));
    }
    std::int64_t from = (ruler.first + step - 1) / step * step;
    if (m_spec.names && step == 1)
        from = ruler.first;
    for (std::int64_t i = from; i < ruler.last; i += step) {
        m_items.push_back(itemOf(i, fm));
        widest = std::max(widest, m_items.back().width);
    }
    if (m_items.empty())
        return;
    // The ones that are left out must fit too, since any of them may be pointed at.
    if (m_spec.names && step > 1 && ruler.shown() <= 1024)
        for (std::int64_t i = ruler.first; i < ruler.last; ++i)
            widest = std::max(widest, itemOf(i, fm).width);
    if (!top) {
        m_room = widest + offset;
        return;
    }
    bool upright = true;
    for (std::size_t i = 1; i < m_items.size(); ++i)
        upright = upright && (m_items[i - 1].width + m_items[i].width) / 2 + 1.5 <=
                                 ruler.middle(m_items[i].index) - ruler.middle(m_items[i - 1].index);
    if (!m_spec.names || upright) {
        m_room = m_height + 2;
        m_overhang = std::max(0.0, (widest - ruler.cell) / 2);
        return;
    }
    // Turned labels stand clear of each other when their distance across the text is a line's height; a
    // little sparser at a readable slant is better than all of them on end.
    const double distance = ruler.cell * static_cast<double>(step);
    const auto across = [&](double angle) { return distance * std::sin(angle * M_PI / 180); };
    m_angle = 50;
    if (step == 1)
        for (const double steeper : {50.0, 64.0, 90.0})
            if (across(steeper) >= m_height) {
                m_angle = steeper;
                break;
            }
    if (across(m_angle) < m_height) {
        const auto every = static_cast<std::size_t>(std::ceil(m_height / across(m_angle)));
        std::vector<Item> sparser;
        for (std::size_t i = 0; i < m_items.size(); i += every)
            sparser.push_back(std::move(m_items[i]));
        m_items = std::move(sparser);
    }
    const double radians = m_angle * M_PI / 180;
    m_room = widest * std::sin(radians) + m_height * 0.5 * std::cos(radians) + offset;
    for (const Item& item : m_items)
        m_overhang = std::max(m_overhang, ruler.middle(item.index) + item.width * std::cos(radians) +
                                              m_height * 0.5 * std::sin(radians) - ruler.length());
}

void AxisLabels::layPictures()
{
    m_picture = std::min(std::floor(m_ruler.cell) - 1, mostPicture);
    // Entries without a picture keep their name, upright beside the rows and on end above the columns.
    m_font.setPixelSize(std::max(7, std::min(m_font.pixelSize(), static_cast<int>(m_ruler.cell * 0.8))));
    const QFontMetricsF fm(m_font);
    m_height = fm.height() * tight;
    m_ascent = fm.ascent() - fm.height() * (1 - tight) / 2;
    m_angle = m_spec.side == Side::Top ? 90 : 0;
    double widest = m_picture;
    for (std::int64_t i = m_ruler.first; i < m_ruler.last; ++i) {
        m_items.push_back(itemOf(i, fm));
        if (m_items.back().picture.isNull())
            widest = std::max(widest, m_items.back().width);
    }
    m_room = widest + offset;
}

QRectF AxisLabels::pictureRect(const Item& item, const QPointF& origin) const
{
    const QPointF at = anchor(item, origin);
    return m_spec.side == Side::Left
               ? QRectF(at.x() - m_picture, at.y() - m_picture / 2, m_picture, m_picture)
               : QRectF(at.x() - m_picture / 2, at.y() - m_picture, m_picture, m_picture);
}

AxisLabels::Item AxisLabels::itemOf(std::int64_t index, const QFontMetricsF& metrics) const
{
    Item item{index, m_spec.names ? m_spec.text(index) : QString::number(index / m_spec.unit), 0, {}};
    if (m_picture > 0)
        item.picture = m_spec.picture(index);
    item.width = metrics.horizontalAdvance(item.text);
    if (item.width > m_spec.most) {
        item.text = metrics.elidedText(item.text, Qt::ElideMiddle, m_spec.most);
        item.width = metrics.horizontalAdvance(item.text);
    }
    return item;
}

QPointF AxisLabels::anchor(const Item& item, const QPointF& origin) const
{
    // The middle of the side of the text that faces the cells.
    const double place = m_ruler.middle(item.index);
    if (m_spec.side == Side::Left)
        return {origin.x() - offset, origin.y() + place};
    return {origin.x() + place, origin.y() - offset + (m_angle == 0 ? offset - 2 : 0)};
}

QPolygonF AxisLabels::outline(const Item& item, const QPointF& origin) const
{
    if (!item.picture.isNull())
        return QPolygonF(pictureRect(item, origin));
    const QPointF at = anchor(item, origin);
    const double h = m_height;
    if (m_spec.side == Side::Left)
        return QPolygonF(QRectF(at.x() - item.width, at.y() - h / 2, item.width, h));
    if (m_angle == 0)
        return QPolygonF(QRectF(at.x() - item.width / 2, at.y() - h, item.width, h));
    QTransform turn;
    turn.translate(at.x(), at.y());
    turn.rotate(-m_angle);
    return turn.map(QPolygonF(QRectF(0, -h / 2, item.width, h)));
}

std::vector<QPolygonF> AxisLabels::outlines(const QPointF& origin) const
{
    std::vector<QPolygonF> all;
    for (const Item& item : m_items)
        all.push_back(outline(item, origin));
    return all;
}

void AxisLabels::drawItem(QPainter& painter, const Item& item, const QPointF& origin) const
{
    if (!item.picture.isNull()) {
        painter.drawImage(pictureRect(item, origin), item.picture);
        return;
    }
    const QPointF at = anchor(item, origin);
    const double baseline = m_ascent - m_height / 2;
    if (m_spec.side == Side::Left) {
        painter.drawText(QPointF(at.x() - item.width, at.y() + baseline), item.text);
    } else if (m_angle == 0) {
        painter.drawText(QPointF(at.x() - item.width / 2, at.y() - m_height / 2 + baseline), item.text);
    } else {
        painter.save();
        painter.translate(at);
        painter.rotate(-m_angle);
        painter.drawText(QPointF(0, baseline), item.text);
        painter.restore();
    }
}

void AxisLabels::paint(QPainter& painter, const QPointF& origin, const FigureStyle& style) const
{
    painter.setFont(m_font);
    painter.setPen(m_spec.names ? style.text : style.mutedText);
    for (const Item& item : m_items)
        drawItem(painter, item, origin);
}

void AxisLabels::paintOne(QPainter& painter, const QPointF& origin, std::int64_t index, const QColor& color,
                          const FigureStyle& style) const
{
    if (!m_spec.names || !m_spec.text || !m_ruler.shows(index))
        return;
    const Item item = itemOf(index, QFontMetricsF(m_font));
    painter.save();
    painter.setPen(Qt::NoPen);
    painter.setBrush(style.background);
    const QPolygonF own = outline(item, origin);
    painter.drawPolygon(own);
    // A label that was left out takes the place of its neighbours, whole.
    for (const Item& other : m_items)
        if (other.index != index &&
            std::abs(m_ruler.middle(other.index) - m_ruler.middle(index)) < 2 * m_height)
            if (const QPolygonF shape = outline(other, origin); shape.intersects(own))
                painter.drawPolygon(shape);
    painter.setFont(m_font);
    painter.setPen(color);
    drawItem(painter, item, origin);
    if (!item.picture.isNull()) {
        painter.setPen(QPen(color, 1.6));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(own.boundingRect());
    }
    painter.restore();
}

} // namespace headlight
