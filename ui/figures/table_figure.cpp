// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/table_figure.h"

#include "figures/axis_labels.h"
#include "figures/matrix_block.h"
#include "figures/number_text.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

struct TableWords
{
    Q_DECLARE_TR_FUNCTIONS(TableFigure)
};

constexpr double tableMargin = 10;
constexpr double widestText = 92, narrowestText = 34;

} // namespace

struct TableFigure::Layout
{
    QSizeF natural;
    QPointF origin;
    Ruler rows, columns;
    AxisLabels rowLabels, columnLabels;
    ColorScale scale;
    QFont textFont;
    bool texts = false, named = true;
    QRectF bar;
    QPointF rowName, columnName;
    QString columnWords; ///< the name, and which columns these are where there are more
    double nameWidth = 0;

    [[nodiscard]] QRectF cell(std::int64_t row, std::int64_t column) const
    {
        if (!rows.shows(row) || !columns.shows(column))
            return {};
        return {origin.x() + columns.start(column), origin.y() + rows.start(row), columns.cell, rows.cell};
    }
};

TableFigure::TableFigure(TableContent content)
    : m_content(std::move(content))
    , m_cache(std::make_shared<LayoutCache<Layout>>())
    , m_free(std::make_shared<LayoutCache<Layout>>())
{
    for (const float v : m_content.values->values())
        if (!std::isnan(v))
            m_range.add(v);
    if (m_content.wholeRange) {
        m_range.low = 0;
        m_range.high = 1;
    }
    // The end of a text is where a model speaks.
    m_centre = m_content.stream != noStream ? columnCount() - 1 : 0;
}

Result<std::unique_ptr<TableFigure>> TableFigure::make(TableContent content)
{
    if (!content.values || content.values->count() == 0 || content.values->rank() != 2)
        return fail(ErrorCode::NotFound, "expected a table with numbers in it, found none");
    return std::unique_ptr<TableFigure>(new TableFigure(std::move(content)));
}

QString TableFigure::text(std::int64_t row, std::int64_t column) const
{
    const auto at = static_cast<std::size_t>(row * columnCount() + column);
    if (!m_content.texts.empty())
        return m_content.texts[at];
    const float v = m_content.values->values()[at];
    return std::isnan(v) ? QString() : shownNumber(v, 2);
}

void TableFigure::shareRange(const ValueRange& range)
{
    m_range.add(range);
    m_cache->clear();
    m_free->clear();
}

std::int64_t TableFigure::columnsThatFit(const QSizeF& area, const FigureStyle& style) const
{
    const Layout& l =
        m_free->get(area, style, [&](const QSizeF& logical) { return lay(logical, style, std::nullopt); });
    return l.columns.last - l.columns.first;
}

void TableFigure::showColumns(const Columns& columns)
{
    if (std::exchange(m_asked, columns) != columns)
        m_cache->clear();
}

TableFigure::Layout TableFigure::lay(const QSizeF& area, const FigureStyle& style, const Columns& asked) const
{
    Layout l;
    const auto all = m_content.values->values();
    l.scale = ColorScale(m_range, m_content.scale, style,
                         m_content.scale.curve == ScaleOptions::Curve::Rank
                             ? std::vector<float>(all.begin(), all.end())
                             : std::vector<float>{});
    l.textFont = numberFontOf(style);
    const QFontMetricsF metrics(style.font), small(l.textFont);
    // What the texts would like to have; a few of a long table are enough to know.
    double wanted = narrowestText;
    const std::int64_t cells = rowCount() * columnCount(), stride = std::max<std::int64_t>(1, cells / 3000);
    for (std::int64_t c = 0; c < cells; c += stride)
        wanted = std::max(wanted, small.horizontalAdvance(text(c / columnCount(), c % columnCount())) + 10);
    wanted = std::min(wanted, widestText);
    const double wantedHeight = small.height() + 8, textHeight = small.height() - 1;
    const double m = static_cast<double>(rowCount()), n = static_cast<double>(columnCount());
    // In a low panel the words are worth more than the name of an axis and the colours' scale.
    double nameRoom = metrics.height() + 4, below = colorBarHeight(m_range, style) + 14;
    const double lowest = 2 * tableMargin + metrics.height() + m * textHeight;
    const bool few = rowCount() <= 64;
    const bool bar = !few || area.height() >= lowest + below + nameRoom;
    const bool named = !few || area.height() >= lowest + (bar ? below : 0) + nameRoom;
    below = bar ? below : 0;
    nameRoom = named ? nameRoom : 0;
    l.named = named;
    double left = 60, top = 30, right = 0;
    for (int round = 0; round < 2; ++round) {
        const double width =
                         std::max(60.0, area.width() - 2 * tableMargin - left - right - metrics.height() - 4),
                     height = std::max(24.0, area.height() - 2 * tableMargin - top - nameRoom - below);
        l.rows = Ruler(rowCount(), std::clamp(height / m, few ? textHeight : 0.02, wantedHeight));
        if (l.rows.cell >= 3)
            l.rows.cell = std::floor(l.rows.cell);
        l.texts = l.rows.cell >= small.height() - 1;
        const double fitting =
            asked ? (width - 2 * Ruler::ellipsis) / static_cast<double>(asked->second - asked->first)
                  : width / n;
        if (asked) {
            l.columns = Ruler(columnCount(), std::floor(std::min(fitting, wanted)));
            l.columns.first = asked->first;
            l.columns.last = asked->second;
        } else if (fitting >= wanted || (l.texts && fitting >= narrowestText)) {
            l.columns = Ruler(columnCount(), std::floor(std::min(fitting, wanted)));
        } else if (l.texts && !m_content.texts.empty()) {
            // Words are what this table is for: a window of it.
            l.columns = Ruler(columnCount(), wanted);
            const auto shown =
                std::max<std::int64_t>(1, static_cast<std::int64_t>((width - 2 * Ruler::ellipsis) / wanted));
            l.columns.first = std::clamp<std::int64_t>(m_centre - shown / 2, 0,
                                                       std::max<std::int64_t>(0, columnCount() - shown));
            l.columns.last = std::min(columnCount(), l.columns.first + shown);
        } else {
            l.texts = false;
            l.columns = Ruler(columnCount(), fitting >= 2 ? std::floor(fitting) : fitting);
        }
        const auto labels = [&](AxisLabels::Side side, const Ruler& ruler,
                                const std::vector<QString>& names) {
            AxisLabels::Spec spec;
            spec.side = side;
            spec.text = [&names](std::int64_t i) { return names[static_cast<std::size_t>(i)]; };
            spec.sparse = side == AxisLabels::Side::Left || m_content.stream != noStream;
            return AxisLabels(std::move(spec), ruler, style);
        };
        l.rowLabels = labels(AxisLabels::Side::Left, l.rows, m_content.rows);
        l.columnLabels = labels(AxisLabels::Side::Top, l.columns, m_content.columns);
        left = l.rowLabels.room();
        top = l.columnLabels.room();
        right = l.columnLabels.overhang();
    }
    const double rowName = m_content.rowName.isEmpty() ? 0 : metrics.height() + 4;
    l.origin = {std::round(tableMargin + rowName + left), std::round(tableMargin + nameRoom + top)};
    const double width = l.columns.length(), height = l.rows.length();
    l.rowName = {tableMargin + metrics.height() / 2, l.origin.y() + height / 2};
    l.columnWords = m_content.columnName;
    if (l.columns.first > 0 || l.columns.last < columnCount())
        l.columnWords = TableWords::tr("%1, %2 to %3 of %4")
                            .arg(m_content.columnName)
                            .arg(l.columns.first)
                            .arg(l.columns.last - 1)
                            .arg(columnCount());
    l.nameWidth = metrics.horizontalAdvance(l.columnWords) + 4;
    l.columnName = {l.origin.x() + std::max(width, l.nameWidth) / 2, tableMargin + metrics.height() / 2};
    if (bar)
        l.bar = QRectF(l.origin.x(), l.origin.y() + height + 12, std::clamp(width, 130.0, 280.0),
                       colorBarHeight(m_range, style));
    l.natural = {l.origin.x() + std::max({width + right, l.bar.width(), l.nameWidth}) + tableMargin,
                 l.origin.y() + height + below + tableMargin};
    // A name that is longer than the table is high stays within the picture.
    const double half = metrics.horizontalAdvance(m_content.rowName) / 2 + 2;
    if (l.natural.height() > 2 * half)
        l.rowName.setY(std::clamp(l.rowName.y(), half, l.natural.height() - half));
    return l;
}

const TableFigure::Layout& TableFigure::layout(const QSizeF& area, const FigureStyle& style) const
{
    return m_cache->get(area, style, [&](const QSizeF& logical) { return lay(logical, style, m_asked); });
}

ScaleChoices TableFigure::scaleChoices() const
{
    ScaleChoices choices;
    choices.kind = m_content.title;
    return choices;
}

void TableFigure::setScale(const ScaleOptions& scale)
{
    m_content.scale = scale;
    m_cache->clear();
    m_free->clear();
}

std::optional<ColorBar> TableFigure::colorBar(const QRectF& area, const FigureStyle& style) const
{
    const Layout& l = layout(area.size(), style);
    if (l.bar.isEmpty() || m_range.empty())
        return std::nullopt;
    return ColorBar{fitInto(l.natural, area, style).toPainter(colorStrip(l.bar)), l.scale};
}

QSizeF TableFigure::preferredSize(const FigureStyle& style) const
{
    FigureStyle plain = style;
    plain.zoom = 1;
    if (m_content.texts.empty() && std::min(rowCount(), columnCount()) > 64) {
        // A picture rather than a table: with square cells, and room for its labels besides.
        const double cell = std::clamp(
            std::floor(1000.0 / static_cast<double>(std::max(rowCount(), columnCount()))), 1.0, 14.0);
        const QSizeF cells(cell * static_cast<double>(columnCount()), cell * static_cast<double>(rowCount()));
        QSizeF area = cells;
        for (int round = 0; round < 3; ++round) {
            const Layout l = lay(area, plain, std::nullopt);
            area += cells - QSizeF(l.columns.length(), l.rows.length());
        }
        return lay(area, plain, std::nullopt).natural;
    }
    // Wide enough for the words, as far as a page can be.
    const double width = m_content.texts.empty() ? 1100 : 3200;
    return lay({width, 120 + 40.0 * static_cast<double>(std::min<std::int64_t>(rowCount(), 120))}, plain,
               std::nullopt)
        .natural;
}

void TableFigure::paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
                        const Highlight& highlight) const
{
    painter.fillRect(area, style.background);
    const Layout& l = layout(area.size(), style);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    fitInto(l.natural, area, style).apply(painter);
    const auto values = m_content.values->values();
    const std::int64_t n = columnCount();
    const auto value = [&](std::int64_t r, std::int64_t c) {
        return values[static_cast<std::size_t>(r * n + c)];
    };
    if (l.columns.cell >= 2 && l.rows.cell >= 1) {
        painter.setFont(l.textFont);
        const QFontMetricsF small(l.textFont);
        for (std::int64_t r = l.rows.first; r < l.rows.last; ++r)
            for (std::int64_t c = l.columns.first; c < l.columns.last; ++c) {
                const float v = value(r, c);
                const QRectF cell = l.cell(r, c);
                if (std::isnan(v)) {
                    // Struck out, since an empty cell looks like a zero.
                    painter.setPen(QPen(style.line, 1));
                    if (l.columns.cell >= 6 && l.rows.cell >= 6)
                        painter.drawLine(cell.adjusted(2, 2, -3, -3).bottomLeft(),
                                         cell.adjusted(2, 2, -3, -3).topRight());
                    continue;
                }
                const QRgb color = l.scale.color(v);
                painter.fillRect(cell.adjusted(0, 0, l.columns.cell >= 6 ? -1 : 0, l.rows.cell >= 6 ? -1 : 0),
                                 QColor(color));
                if (!l.texts || l.columns.cell < narrowestText - 6)
                    continue;
                QString words = small.elidedText(text(r, c), Qt::ElideRight, cell.width() - 5);
                if (m_content.texts.empty() && words != text(r, c)) {
                    // Half a number is another number.
                    words = shownNumber(v, 1);
                    if (small.horizontalAdvance(words) > cell.width() - 3)
                        continue;
                }
                painter.setPen(qGray(color) > 140 ? QColor(20, 22, 28) : QColor(250, 250, 252));
                painter.drawText(cell, Qt::AlignCenter, words);
            }
    } else {
        // Smaller than pixels: each shows the strongest of those that share it.
        const auto pixels = [](std::int64_t count, const Ruler& ruler) {
            return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::ceil(ruler.length())), 1, count);
        };
        const std::int64_t m = rowCount(), across = pixels(n, l.columns), down = pixels(m, l.rows);
        QImage image(static_cast<int>(across), static_cast<int>(down), QImage::Format_ARGB32);
        image.fill(Qt::transparent);
        for (std::int64_t q = 0; q < down; ++q)
            for (std::int64_t p = 0; p < across; ++p) {
                float strongest = std::numeric_limits<float>::quiet_NaN();
                for (std::int64_t r = q * m / down; r < (q + 1) * m / down; ++r)
                    for (std::int64_t c = p * n / across; c < (p + 1) * n / across; ++c)
                        if (!(std::abs(value(r, c)) <= std::abs(strongest)) && !std::isnan(value(r, c)))
                            strongest = value(r, c);
                if (!std::isnan(strongest))
                    image.setPixel(static_cast<int>(p), static_cast<int>(q),
                                   l.scale.color(strongest) | 0xff000000U);
            }
        painter.drawImage(QRectF(l.origin, QSizeF(l.columns.length(), l.rows.length())), image);
    }
    l.rowLabels.paint(painter, l.origin, style);
    l.columnLabels.paint(painter, l.origin, style);
    if (m_marked >= 0 && l.columns.shows(m_marked)) {
        l.columnLabels.paintOne(painter, l.origin, m_marked, style.query, style);
        painter.setPen(QPen(style.query, 1.6));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(l.origin.x() + l.columns.start(m_marked) - 0.5, l.origin.y() - 0.5,
                                std::max(l.columns.cell, 2.0), l.rows.length()));
    }
    painter.setFont(nameFontOf(style));
    painter.setPen(style.mutedText);
    if (l.named)
        painter.drawText(QRectF(l.columnName - QPointF(400, 12), QSizeF(800, 24)), Qt::AlignCenter,
                         l.columnWords);
    painter.save();
    painter.translate(l.rowName);
    painter.rotate(-90);
    painter.drawText(QRectF(-200, -12, 400, 24), Qt::AlignCenter, m_content.rowName);
    painter.restore();
    if (!l.bar.isEmpty())
        paintColorBar(painter, l.bar, l.scale, m_range, style);
    painter.restore();
    if (highlight.focus)
        paintHighlight(painter, area, style, highlight);
}

void TableFigure::paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                                 const Highlight& highlight) const
{
    if (!highlight.focus)
        return;
    const QRectF cell = cellRect(*highlight.focus, area, style);
    if (cell.isEmpty())
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(style.accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(cell.adjusted(-1, -1, 0, 0));
    painter.restore();
}

std::optional<CellRef> TableFigure::cellAt(const QPointF& point, const QRectF& area,
                                           const FigureStyle& style) const
{
    const Layout& l = layout(area.size(), style);
    const QPointF p = fitInto(l.natural, area, style).toLogical(point) - l.origin;
    const auto row = l.rows.at(p.y()), column = l.columns.at(p.x());
    if (!row || !column)
        return std::nullopt;
    return CellRef{{}, {*row, *column}};
}

QRectF TableFigure::cellRect(const CellRef& cell, const QRectF& area, const FigureStyle& style) const
{
    if (cell.tensor.valid() || !m_content.values->contains(cell.cell))
        return {};
    const Layout& l = layout(area.size(), style);
    return fitInto(l.natural, area, style).toPainter(l.cell(cell.cell[0], cell.cell[1]));
}

std::optional<CellRef> TableFigure::moved(const std::optional<CellRef>& from, int right, int down) const
{
    if (!from || from->tensor.valid() || !m_content.values->contains(from->cell))
        return CellRef{{}, {0, std::clamp<std::int64_t>(m_marked, 0, columnCount() - 1)}};
    return CellRef{{},
                   {std::clamp<std::int64_t>(from->cell[0] + down, 0, rowCount() - 1),
                    std::clamp<std::int64_t>(from->cell[1] + right, 0, columnCount() - 1)}};
}

bool TableFigure::reveal(const CellRef& cell)
{
    if (cell.tensor.valid() || !m_content.values->contains(cell.cell))
        return false;
    const auto& last = m_cache->last();
    if (last && last->columns.shows(cell.cell[1]))
        return false;
    m_centre = cell.cell[1];
    m_cache->clear();
    m_free->clear();
    return true;
}

QString TableFigure::describeCell(const CellRef& cell) const
{
    if (cell.tensor.valid() || !m_content.values->contains(cell.cell))
        return {};
    const auto at = static_cast<std::size_t>(cell.cell[0] * columnCount() + cell.cell[1]);
    if (at < m_content.details.size())
        return m_content.details[at];
    return QStringLiteral("%1, %2: %3")
        .arg(m_content.rows[static_cast<std::size_t>(cell.cell[0])],
             m_content.columns[static_cast<std::size_t>(cell.cell[1])],
             shownNumber(m_content.values->values()[at], 4));
}

FigureData TableFigure::data() const
{
    FigureData data;
    data.tensor = m_content.values;
    data.corner = (m_content.rowName + QStringLiteral(" \\ ") + m_content.columnName).toStdString();
    for (const QString& row : m_content.rows)
        data.rows.push_back(row.toStdString());
    for (const QString& column : m_content.columns)
        data.columns.push_back(column.toStdString());
    return data;
}

} // namespace headlight
