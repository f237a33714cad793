// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/pair_figure.h"

#include "analysis/token_alignment.h"
#include "figures/heatmap_figure.h"
#include "figures/number_text.h"
#include "figures/table_figure.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

struct PairWords
{
    Q_DECLARE_TR_FUNCTIONS(CompareFigure)
};

/// Tables with more rows than this are pictures of many patterns: there is nothing to read in one difference
/// of all, and aligning their rows would take long.
constexpr std::size_t mostRows = 2048;
constexpr double pairGap = 8;

/// The name of a pair: once when both sides say the same.
std::string nameOf(const TokenPair& pair, const std::vector<std::string>& first,
                   const std::vector<std::string>& second)
{
    const std::string &a = first[static_cast<std::size_t>(pair.first)],
                      &b = second[static_cast<std::size_t>(pair.second)];
    return pair.same ? b : a + " → " + b;
}

std::shared_ptr<const std::vector<std::string>> shared(std::vector<std::string> names)
{
    return std::make_shared<const std::vector<std::string>>(std::move(names));
}

/// Rows or columns of a table by their names.
std::vector<std::string> plainNames(const std::vector<QString>& names)
{
    std::vector<std::string> all;
    for (const QString& name : names)
        all.push_back(name.toStdString());
    return all;
}

double magnitudeOf(const Tensor& tensor)
{
    ValueRange range;
    for (const float value : tensor.values())
        range.add(value);
    return range.magnitude();
}

std::int64_t lengthOf(const std::vector<QString>& names)
{
    return static_cast<std::int64_t>(names.size());
}

} // namespace

PairFigure::PairFigure(FigurePtr left, FigurePtr right, PairOptions options)
    : m_left(std::move(left))
    , m_right(std::move(right))
    , m_difference(std::move(options.difference))
    , m_ownDifference(m_difference != nullptr)
    , m_names(std::move(options.names))
    , m_title(std::move(options.title))
    , m_apart(std::move(options.apart))
{
    if (m_difference || !m_apart.isEmpty())
        return;
    m_tables = {dynamic_cast<TableFigure*>(m_left.get()), dynamic_cast<TableFigure*>(m_right.get()), nullptr};
    if (m_tables[0] && m_tables[1])
        makeTableDifference();
    else
        makeDifference();
}

PairFigure::~PairFigure() = default;

std::vector<PairFigure::Slot> PairFigure::slotsOf(const TokenAlignment& alignment, bool replaced)
{
    std::vector<Slot> all;
    Slot next{0, 0};
    const auto upTo = [&](std::int64_t left, std::int64_t right) {
        for (; next.left < left; ++next.left)
            all.push_back({next.left, -1});
        for (; next.right < right; ++next.right)
            all.push_back({-1, next.right});
    };
    for (const TokenPair& pair : alignment.pairs) {
        if (!pair.same && !replaced)
            continue;
        upTo(pair.first, pair.second);
        all.push_back({next.left++, next.right++});
    }
    upTo(alignment.firstCount, alignment.secondCount);
    return all;
}

void PairFigure::makeTableDifference()
{
    const TableContent &was = m_tables[0]->content(), &is = m_tables[1]->content();
    if (static_cast<std::size_t>(std::max(
            {lengthOf(was.rows), lengthOf(is.rows), lengthOf(was.columns), lengthOf(is.columns)})) > mostRows)
        return;
    // A token may stand in the place of another; a layer or a head in that of no other.
    const bool tokens = was.values->axes()[0].isPositions() && is.values->axes()[0].isPositions(),
               positions = was.stream != noStream && is.stream != noStream;
    const auto rows = slotsOf(alignTokens(plainNames(was.rows), plainNames(is.rows)), tokens);
    m_allColumns = slotsOf(alignTokens(plainNames(was.columns), plainNames(is.columns)), positions);
    const auto drawn = [](const std::vector<Slot>& all, bool paired) {
        std::vector<Slot> some;
        for (const Slot& slot : all)
            if (slot.both() || !paired)
                some.push_back(slot);
        return some;
    };
    m_rows = drawn(rows, tokens);
    m_columns = drawn(m_allColumns, positions);
    const auto none = [](const std::vector<Slot>& all) {
        return std::none_of(all.begin(), all.end(), [](const Slot& slot) { return slot.both(); });
    };
    if (none(m_rows) || none(m_columns))
        return;
    const auto namesOf = [](const std::vector<Slot>& all, const std::vector<QString>& left,
                            const std::vector<QString>& right) {
        std::vector<QString> names;
        for (const Slot& slot : all) {
            const QString a = slot.left < 0 ? QString() : left[static_cast<std::size_t>(slot.left)],
                          b = slot.right < 0 ? QString() : right[static_cast<std::size_t>(slot.right)];
            names.push_back(slot.right < 0  ? QStringLiteral("− ") + a
                            : slot.left < 0 ? QStringLiteral("+ ") + b
                            : a == b        ? b
                                            : a + QStringLiteral(" → ") + b);
        }
        return names;
    };
    TableContent content;
    content.title = PairWords::tr("Difference");
    content.rowName = is.rowName;
    content.columnName = is.columnName;
    content.rows = namesOf(m_rows, was.rows, is.rows);
    content.columns = namesOf(m_columns, was.columns, is.columns);
    content.stream = positions ? is.stream : noStream;
    std::vector<float> values;
    double most = 0;
    for (const Slot& row : m_rows)
        for (const Slot& column : m_columns) {
            const bool both = row.both() && column.both();
            values.push_back(both ? is.values->at({row.right, column.right}) -
                                        was.values->at({row.left, column.left})
                                  : std::numeric_limits<float>::quiet_NaN());
            if (std::isfinite(values.back()))
                most = std::max(most, std::abs(static_cast<double>(values.back())));
        }
    content.values = std::make_shared<const Tensor>(
        Axes{named("row", lengthOf(content.rows)), named("column", lengthOf(content.columns))},
        std::move(values));
    content.scale.high = differenceLimit(most, std::max(magnitudeOf(*was.values), magnitudeOf(*is.values)));
    content.scale.low = -*content.scale.high;
    auto made = TableFigure::make(std::move(content));
    if (!made)
        return;
    m_tables[2] = made->get();
    m_difference = std::move(*made);
    // One scale for both, or a difference would look like a likeness.
    m_tables[0]->shareRange(m_tables[1]->range());
    m_tables[1]->shareRange(m_tables[0]->range());
}

void PairFigure::makeDifference()
{
    const FigureData was = m_left->data(), is = m_right->data();
    if (!was.tensor || !is.tensor || was.tensor->rank() != 2 || is.tensor->rank() != 2 ||
        std::max({was.rows.size(), is.rows.size(), was.columns.size(), is.columns.size()}) > mostRows)
        return;
    const auto fits = [](const FigureData& d) {
        return static_cast<std::int64_t>(d.rows.size()) == d.tensor->size(0) &&
               static_cast<std::int64_t>(d.columns.size()) == d.tensor->size(1);
    };
    if (!fits(was) || !fits(is))
        return;
    const TokenAlignment rows = alignTokens(was.rows, is.rows),
                         columns = alignTokens(was.columns, is.columns);
    if (rows.pairs.empty() || columns.pairs.empty())
        return;
    std::vector<std::string> rowNames, columnNames;
    for (const TokenPair& pair : rows.pairs)
        rowNames.push_back(nameOf(pair, was.rows, is.rows));
    for (const TokenPair& pair : columns.pairs)
        columnNames.push_back(nameOf(pair, was.columns, is.columns));
    // Axes of names, not of positions: the pairs are entries of neither run.
    const auto axisOf = [](const Axis& axis, const std::vector<std::string>& names) {
        return Axis{axis.name, static_cast<std::int64_t>(names.size()), noStream, shared(names)};
    };
    auto values = std::make_shared<Tensor>(
        Axes{axisOf(is.tensor->axes()[0], rowNames), axisOf(is.tensor->axes()[1], columnNames)});
    auto to = values->mutableValues().begin();
    double most = 0;
    for (const TokenPair& r : rows.pairs)
        for (const TokenPair& c : columns.pairs) {
            const float x = was.tensor->at({r.first, c.first}), y = is.tensor->at({r.second, c.second});
            // Masked in both is masked, not a number.
            const float d = x == y && !std::isfinite(x) ? x : y - x;
            if (std::isfinite(d))
                most = std::max(most, std::abs(static_cast<double>(d)));
            *to++ = d;
        }
    HeatmapOptions options;
    options.scale.high = differenceLimit(most, std::max(magnitudeOf(*was.tensor), magnitudeOf(*is.tensor)));
    options.scale.low = -*options.scale.high;
    for (const auto& [axis, names] : {std::pair{0, &rowNames}, {1, &columnNames}})
        for (const std::string& name : *names)
            options.names[axis].push_back(QString::fromStdString(name));
    m_table = {values, is.corner, std::move(rowNames), std::move(columnNames)};
    m_difference = HeatmapFigure::of({}, values, PairWords::tr("Difference"), options);
}

bool PairFigure::ownTitles() const
{
    // What a logit is explained of has to be said, also where both sides explain the same one.
    return m_left->title() != m_right->title() || (!m_title.isEmpty() && m_title != m_right->title());
}

QString PairFigure::caption(std::size_t side) const
{
    const QString title = (side == 0 ? m_left : m_right)->title();
    return ownTitles() ? m_names[side] + QLatin1Char('\n') + title : m_names[side];
}

double PairFigure::captionHeight(const FigureStyle& style) const
{
    return QFontMetricsF(style.font).height() * (ownTitles() ? 2 : 1) + 6;
}

std::vector<QRectF> PairFigure::places(const QRectF& area, const FigureStyle& style) const
{
    const int count = m_difference ? 3 : 2;
    const double caption = captionHeight(style);
    const double foot = m_apart.isEmpty() ? 0 : QFontMetricsF(style.font).height() + 8;
    // Tables are wide: where there is the height, they stand one above the other.
    const double line = QFontMetricsF(style.font).height();
    const double tall =
        m_tables[2] ? static_cast<double>(m_rows.size()) * (line + 2) + 5 * line + caption : 0;
    const bool row = m_tables[2] ? area.height() < 3 * tall : area.width() > 0.8 * area.height();
    const double width = row ? (area.width() - pairGap * (count - 1)) / count : area.width();
    const double whole = area.height() - foot, height = row ? whole : (whole - pairGap * (count - 1)) / count;
    std::vector<QRectF> all;
    for (int i = 0; i < count; ++i)
        all.emplace_back(area.left() + (row ? i * (width + pairGap) : 0),
                         area.top() + (row ? 0 : i * (height + pairGap)) + caption, width,
                         std::max(1.0, height - caption));
    return all;
}

void PairFigure::arrange(const std::vector<QRectF>& places, const FigureStyle& style) const
{
    if (!m_tables[2])
        return;
    std::array<std::int64_t, 2> room{};
    bool all = true;
    for (const std::size_t i : {0U, 1U}) {
        room[i] = m_tables[i]->columnsThatFit(places[i].size(), style);
        all = all && room[i] >= lengthOf(m_tables[i]->content().columns);
    }
    if (all) {
        for (TableFigure* table : m_tables)
            table->showColumns(std::nullopt);
        return;
    }
    // Around the pair that is nearest to the middle of the right table, as many as both have room for.
    const auto count = static_cast<std::int64_t>(m_allColumns.size());
    const auto at = [this](std::int64_t i) -> const Slot& {
        return m_allColumns[static_cast<std::size_t>(i)];
    };
    std::int64_t centre = 0;
    while (centre + 1 < count && at(centre).right < m_tables[1]->centre())
        ++centre;
    std::int64_t from = centre;
    for (std::int64_t off = 0; off < count; ++off) {
        if (from = centre - off; from >= 0 && at(from).both())
            break;
        if (from = centre + off; from < count && at(from).both())
            break;
    }
    std::int64_t to = from + 1;
    room[0] -= 1;
    room[1] -= 1;
    const auto take = [&](std::int64_t i) {
        const Slot& slot = at(i);
        if (room[0] < (slot.left >= 0) || room[1] < (slot.right >= 0))
            return false;
        room[0] -= slot.left >= 0;
        room[1] -= slot.right >= 0;
        return true;
    };
    for (bool before = true, after = true; before || after;) {
        before = before && from > 0 && take(from - 1);
        from -= before;
        after = after && to < count && take(to);
        to += after;
    }
    std::array<std::pair<std::int64_t, std::int64_t>, 3> shown;
    shown.fill({std::numeric_limits<std::int64_t>::max(), 0});
    std::int64_t drawn = 0; // columns of the difference so far
    for (std::int64_t i = 0; i < to; ++i) {
        const bool isDrawn = at(i).both() || m_columns.size() == m_allColumns.size();
        const std::array<std::int64_t, 3> columns{at(i).left, at(i).right, isDrawn ? drawn++ : -1};
        for (std::size_t part = 0; i >= from && part < 3; ++part)
            if (columns[part] >= 0)
                shown[part] = {std::min(shown[part].first, columns[part]), columns[part] + 1};
    }
    for (std::size_t part = 0; part < 3; ++part)
        m_tables[part]->showColumns(shown[part]);
}

std::optional<CellRef> PairFigure::toPart(std::size_t part, const CellRef& cell) const
{
    if (part == 1 || (part == 2 && m_ownDifference))
        return cell;
    if (!m_tables[2] || cell.tensor.valid() || cell.cell.size() != 2)
        return std::nullopt;
    CellRef there;
    for (const auto& [all, entry] : {std::pair{&m_rows, cell.cell[0]}, {&m_columns, cell.cell[1]}}) {
        const auto found =
            std::find_if(all->begin(), all->end(), [e = entry](const Slot& slot) { return slot.right == e; });
        if (found == all->end() || (part == 0 && found->left < 0))
            return std::nullopt;
        there.cell.push_back(part == 0 ? found->left : found - all->begin());
    }
    return there;
}

std::optional<CellRef> PairFigure::fromPart(std::size_t part, const CellRef& cell) const
{
    if (part == 1 || (part == 2 && m_ownDifference))
        return cell;
    if (!m_tables[2] || cell.tensor.valid() || cell.cell.size() != 2)
        return std::nullopt;
    CellRef here;
    for (const auto& [all, entry] : {std::pair{&m_rows, cell.cell[0]}, {&m_columns, cell.cell[1]}}) {
        const auto found = part == 2 ? all->begin() + entry
                                     : std::find_if(all->begin(), all->end(),
                                                    [e = entry](const Slot& slot) { return slot.left == e; });
        if (found == all->end() || found->right < 0)
            return std::nullopt;
        here.cell.push_back(found->right);
    }
    return here;
}

QSizeF PairFigure::preferredSize(const FigureStyle& style) const
{
    const QSizeF a = m_left->preferredSize(style), b = m_right->preferredSize(style);
    const double width = std::clamp(std::max(a.width(), b.width()), 260.0, 900.0);
    const double height = std::clamp(std::max(a.height(), b.height()), 200.0, 900.0);
    const int count = m_difference ? 3 : 2;
    const double foot = m_apart.isEmpty() ? 0 : QFontMetricsF(style.font).height() + 8;
    return {width * count + pairGap * (count - 1), height + captionHeight(style) + foot};
}

void PairFigure::paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
                       const Highlight& highlight) const
{
    painter.fillRect(area, style.background);
    const auto all = places(area, style);
    arrange(all, style);
    const auto figures = parts();
    QFont bold = style.font;
    bold.setBold(true);
    const double line = QFontMetricsF(style.font).height();
    const QString quantity = m_tables[1] ? m_tables[1]->content().quantity : QString();
    const QString differs = quantity.isEmpty()
                                ? PairWords::tr("difference: right − left")
                                : PairWords::tr("difference of %1: right − left").arg(quantity);
    for (std::size_t i = 0; i < all.size(); ++i) {
        painter.save();
        painter.setClipRect(all[i], Qt::IntersectClip);
        figures[i]->paint(painter, all[i], style);
        painter.restore();
        const QStringList words = (i == 2 ? differs : this->caption(i)).split(QLatin1Char('\n'));
        QRectF above(all[i].left(), all[i].top() - captionHeight(style) + 3, all[i].width(), line);
        for (qsizetype w = 0; w < words.size(); ++w, above.translate(0, line)) {
            const QFont& font = w == 0 ? bold : style.font;
            painter.setFont(font);
            painter.setPen(i == 2 ? style.accent : style.text);
            painter.drawText(above, Qt::AlignCenter,
                             QFontMetricsF(font).elidedText(words[w], Qt::ElideRight, above.width()));
        }
    }
    if (!m_apart.isEmpty()) {
        painter.setFont(style.font);
        painter.setPen(style.mutedText);
        painter.drawText(
            QRectF(area.left(), area.bottom() - line - 6, area.width(), line), Qt::AlignCenter,
            QFontMetricsF(style.font)
                .elidedText(PairWords::tr("no difference: %1").arg(m_apart), Qt::ElideRight, area.width()));
    }
    if (highlight.focus)
        paintHighlight(painter, area, style, highlight);
}

void PairFigure::paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                                const Highlight& highlight) const
{
    const auto all = places(area, style);
    arrange(all, style);
    const auto figures = parts();
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i == 1)
            figures[i]->paintHighlight(painter, all[i], style, highlight);
        else if (const auto there = highlight.focus ? toPart(i, *highlight.focus) : std::nullopt)
            figures[i]->paintHighlight(painter, all[i], style, {there, {}});
    }
}

std::optional<CellRef> PairFigure::cellAt(const QPointF& point, const QRectF& area,
                                          const FigureStyle& style) const
{
    const auto all = places(area, style);
    arrange(all, style);
    const auto figures = parts();
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].contains(point)) {
            const auto cell = figures[i]->cellAt(point, all[i], style);
            return cell ? fromPart(i, *cell) : std::nullopt;
        }
    return std::nullopt;
}

QRectF PairFigure::cellRect(const CellRef& cell, const QRectF& area, const FigureStyle& style) const
{
    const auto all = places(area, style);
    arrange(all, style);
    return m_right->cellRect(cell, all[1], style);
}

QString PairFigure::title() const
{
    return PairWords::tr("%1: %2 and %3")
        .arg(m_title.isEmpty() ? m_right->title() : m_title, m_names[0], m_names[1]);
}

QString PairFigure::describeCell(const CellRef& cell) const
{
    if (m_ownDifference)
        return m_difference->describeCell(cell);
    const QString words = m_right->describeCell(cell);
    const auto left = toPart(0, cell), differs = toPart(2, cell);
    if (words.isEmpty() || !left || !differs)
        return words;
    const float was = m_tables[0]->content().values->at(left->cell),
                by = m_tables[2]->content().values->at(differs->cell);
    return std::isnan(by) ? words
                          : PairWords::tr("%1; left %2, difference %3")
                                .arg(words, shownNumber(was, 4), shownNumber(by, 4));
}

FigureData PairFigure::data() const
{
    return m_table.tensor ? m_table : (m_difference ? m_difference : m_right)->data();
}

} // namespace headlight
