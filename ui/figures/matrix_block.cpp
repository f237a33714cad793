// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/matrix_block.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>
#include <utility>

namespace headlight {

namespace {

struct MatrixWords
{
    Q_DECLARE_TR_FUNCTIONS(Colors)
};

/// More cells than this are drawn as an image: a vector file of a million rectangles helps nobody.
constexpr std::int64_t mostRectangles = 6000;
constexpr double leastRectangle = 3;

constexpr double betweenStrokes = 5, leastHatched = 6;

/// Diagonal strokes within a rectangle, for masked cells; none where it is too small for them. Lines, and not
/// a brush, stay lines in SVG and PDF.
std::vector<QLineF> hatchOf(const QRectF& rect)
{
    std::vector<QLineF> strokes;
    if (rect.width() < leastHatched || rect.height() < leastHatched)
        return strokes;
    for (double d = betweenStrokes / 2; d < rect.width() + rect.height(); d += betweenStrokes)
        // From the left or lower edge up to the upper or right one.
        strokes.emplace_back(std::max(rect.left(), rect.left() + d - rect.height()),
                             std::min(rect.bottom(), rect.top() + d), std::min(rect.right(), rect.left() + d),
                             std::max(rect.top(), rect.top() + d - rect.width()));
    return strokes;
}

/// The same over all masked cells of a matrix. A stroke goes on from cell to cell: a causal mask over n
/// tokens has a few strokes a token, and not a few for each of its n²/2 cells.
/// @param masked [row, column], of the rows and columns that are shown
/// @param gap between two cells
std::vector<QLineF> hatchOf(const MatrixBlock& block, const std::vector<char>& masked, double gap)
{
    std::vector<QLineF> strokes;
    const Ruler &rows = block.rows, &columns = block.columns;
    if (rows.cell < leastHatched || columns.cell < leastHatched)
        return strokes;
    constexpr double hair = 1e-3; // at the edge of two cells, the one that the stroke goes into
    for (double d = betweenStrokes / 2; d < columns.length() + rows.length(); d += betweenStrokes) {
        const auto place = [&](double x) { return block.origin + QPointF(x, d - x); };
        bool drawing = false;
        double from = 0, to = 0;
        const auto finish = [&] {
            if (std::exchange(drawing, false) && to > from)
                strokes.emplace_back(place(from), place(to));
        };
        const double end = std::min(columns.length(), d);
        double x = std::max(0.0, d - rows.length());
        while (x < end) {
            const auto row = rows.at(d - x - hair), column = columns.at(x + hair);
            const bool on = row && column &&
                            masked[static_cast<std::size_t>((*row - rows.first) * columns.shown() + *column -
                                                            columns.first)] != 0;
            // Both ends are drawn: they stay off the cells beneath and to the right.
            if (on && !std::exchange(drawing, true))
                from = std::max(x, d - (rows.start(*row) + rows.cell - gap - 1));
            if (!on)
                finish();
            // To the next edge; across an ellipsis, in small steps.
            const double right = column ? columns.start(*column) + columns.cell : x + 1;
            const double up = row ? d - rows.start(*row) : x + 1;
            x = std::min(end, std::max(x + hair, std::min(right, up)));
            to = std::min(x, right - gap - 1);
        }
        finish();
    }
    return strokes;
}

constexpr double smallestNumber = 0.82;

QFont scaled(QFont font, double factor)
{
    font.setPixelSize(std::max(7, qRound(font.pixelSize() * factor)));
    return font;
}

QColor hatchColor(const FigureStyle& style)
{
    return style.dark ? style.masked.lighter(150) : style.masked.darker(114);
}

/// Without smoothing: a stroke at 45 degrees is as even without, and half of a pattern is masked cells.
void paintHatch(QPainter& painter, const std::vector<QLineF>& strokes, const FigureStyle& style)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(hatchColor(style), 1));
    painter.drawLines(strokes.data(), static_cast<int>(strokes.size()));
    painter.restore();
}

void paintSpecial(QPainter& painter, const QRectF& rect, SpecialValue kind, const ColorScale& scale,
                  const FigureStyle& style)
{
    const QColor fill = QColor::fromRgb(scale.special(kind));
    painter.fillRect(rect, fill);
    if (kind == SpecialValue::Masked) {
        paintHatch(painter, hatchOf(rect), style);
        return;
    }
    if (kind == SpecialValue::Hidden) { // an empty place with a dot in it
        painter.setPen(Qt::NoPen);
        painter.setBrush(style.mutedText);
        painter.drawEllipse(rect.center(), 1.2, 1.2);
        return;
    }
    if (rect.width() < 8 || rect.height() < 8)
        return;
    painter.save();
    painter.setPen(QPen(readableOn(fill.rgb()), 1.4));
    const double r = std::min(rect.width(), rect.height()) * 0.24;
    const QPointF c = rect.center();
    if (kind == SpecialValue::NaN) { // a cross
        painter.drawLine(c + QPointF(-r, -r), c + QPointF(r, r));
        painter.drawLine(c + QPointF(-r, r), c + QPointF(r, -r));
    } else { // two loops: ∞
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(c + QPointF(-r * 0.75, 0), r * 0.75, r * 0.62);
        painter.drawEllipse(c + QPointF(r * 0.75, 0), r * 0.75, r * 0.62);
    }
    painter.restore();
}

/// Entry ranges that share a pixel when cells are narrower than one; one entry a pixel otherwise.
std::vector<std::int64_t> pixelStarts(const Ruler& ruler)
{
    std::vector<std::int64_t> starts;
    const std::int64_t n = ruler.shown();
    const std::int64_t pixels =
        ruler.cell >= 1 ? n : std::max<std::int64_t>(1, std::llround(ruler.cell * static_cast<double>(n)));
    starts.reserve(static_cast<std::size_t>(pixels) + 1);
    for (std::int64_t p = 0; p <= pixels; ++p)
        starts.push_back(ruler.first + p * n / pixels);
    return starts;
}

/// Which of the cells that share a pixel is seen: larger magnitudes, before them infinities and NaN, masked
/// cells last.
float strength(float v)
{
    switch (specialOf(v)) {
    case SpecialValue::None:
        return std::abs(v);
    case SpecialValue::Masked:
    case SpecialValue::Hidden:
        return -1;
    case SpecialValue::Infinite:
        return std::numeric_limits<float>::max();
    case SpecialValue::NaN:
        break;
    }
    return std::numeric_limits<float>::infinity();
}

} // namespace

QRectF MatrixBlock::cellRect(std::int64_t row, std::int64_t column) const
{
    if (!rows.shows(row) || !columns.shows(column))
        return {};
    return {origin.x() + columns.start(column), origin.y() + rows.start(row), std::max(columns.cell, 1.0),
            std::max(rows.cell, 1.0)};
}

std::optional<std::pair<std::int64_t, std::int64_t>> MatrixBlock::at(const QPointF& point) const
{
    const auto row = rows.at(point.y() - origin.y());
    const auto column = columns.at(point.x() - origin.x());
    if (!row || !column)
        return std::nullopt;
    return std::pair{*row, *column};
}

QRectF MatrixBlock::frame(std::int64_t firstRow, std::int64_t lastRow, std::int64_t firstColumn,
                          std::int64_t lastColumn) const
{
    firstRow = std::max(firstRow, rows.first);
    lastRow = std::min(lastRow, rows.last - 1);
    firstColumn = std::max(firstColumn, columns.first);
    lastColumn = std::min(lastColumn, columns.last - 1);
    if (firstRow > lastRow || firstColumn > lastColumn)
        return {};
    return cellRect(firstRow, firstColumn).united(cellRect(lastRow, lastColumn));
}

QFont numberFontOf(const FigureStyle& style)
{
    QFont font = style.font;
    font.setPixelSize(std::max(7, qRound(style.font.pixelSize() * 0.77)));
    return font;
}

void MatrixBlock::fitNumbers(const FigureStyle& style)
{
    numbers = {};
    if (look == Look::Image)
        return;
    // A decimal more is worth a slightly smaller font.
    numberFont = numberFontOf(style);
    for (int decimals = CellNumbers::likedDecimals(range); decimals >= CellNumbers::leastDecimals(range);
         --decimals)
        for (const double factor : {1.0, 0.9, smallestNumber}) {
            const QFont font = scaled(numberFontOf(style), factor);
            const QFontMetricsF fm(font);
            if (rows.cell < fm.ascent() + 1)
                continue;
            const CellNumbers fitting(range, fm, columns.cell - 3, decimals);
            if (fitting.fit()) {
                numbers = fitting;
                numberFont = font;
                return;
            }
        }
}

QFont nameFontOf(const FigureStyle& style)
{
    return scaled(style.font, 0.84);
}

double numberWidth(const MatrixBlock& block, const FigureStyle& style, int decimals)
{
    const QFontMetricsF fm(scaled(numberFontOf(style), smallestNumber));
    return CellNumbers::room(block.range, fm, decimals) + 3;
}

QSizeF wantedCell(const MatrixBlock& block, const FigureStyle& style)
{
    if (block.look == MatrixBlock::Look::Image)
        return {9, 9};
    const QFontMetricsF fm(numberFontOf(style));
    return {std::ceil(CellNumbers::wantedRoom(block.range, fm) + 7), std::ceil(fm.height() * 1.75)};
}

float MatrixBlock::value(std::int64_t row, std::int64_t column) const
{
    const float v = slice->value(row, column);
    if (v == 0 && mask && specialOf(mask->value(row, column)) == SpecialValue::Masked)
        return -std::numeric_limits<float>::infinity();
    return v;
}

bool MatrixBlock::hidden(std::int64_t row, std::int64_t column) const
{
    if (!stored)
        return false;
    const Axis* across = slice->columnAxis();
    return across && across->name == axis::key ? column == 0 : row == 0;
}

SpecialValue MatrixBlock::special(std::int64_t row, std::int64_t column) const
{
    return hidden(row, column) ? SpecialValue::Hidden : specialOf(value(row, column));
}

void leaveOutSink(MatrixBlock& block, SinkTreatment treatment)
{
    const TensorSlice& all = *block.slice;
    const auto isKey = [](const Axis* axis) { return axis && axis->name == axis::key; };
    if (treatment == SinkTreatment::Shown || all.someRows() ||
        all.tensor()->axes().back().name != axis::key || (!isKey(all.rowAxis()) && !isKey(all.columnAxis())))
        return;
    block.stored = block.slice;
    block.slice = std::make_shared<const TensorSlice>(
        all.ref(), std::make_shared<const Tensor>(withoutFirstKey(*all.tensor(), treatment)), all.rowAxes(),
        all.columnAxes(), all.fixed());
    block.range.sink = treatment;
}

QString sinkNumbers(const FigureSource& source, const MatrixBlock& block, std::int64_t row,
                    std::int64_t column)
{
    const Axis *down = block.slice->rowAxis(), *across = block.slice->columnAxis();
    if (!block.stored || !down || !across)
        return {};
    const auto number = [](float value) { return shownNumber(static_cast<double>(value), 4); };
    const bool upright = down->name == axis::key; // keys run down
    const QString names =
        upright ? source.label(*across, column) + QStringLiteral(" → ") + source.label(*down, row)
                : source.label(*down, row) + QStringLiteral(" → ") + source.label(*across, column);
    const QString all = number(block.stored->value(row, column));
    if (block.hidden(row, column))
        return MatrixWords::tr("%1: %2, hidden").arg(names, all);
    if (block.range.sink == SinkTreatment::Hidden)
        return MatrixWords::tr("%1: %2").arg(names, all);
    return MatrixWords::tr("%1: %2 of the rest, %3 of all")
        .arg(names, number(block.slice->value(row, column)), all);
}

QString sinkNote(SinkTreatment treatment)
{
    switch (treatment) {
    case SinkTreatment::Hidden:
        return MatrixWords::tr("first token hidden");
    case SinkTreatment::Renormalised:
        return MatrixWords::tr("first token hidden, the rest of each row sums to 1");
    case SinkTreatment::Shown:
        break;
    }
    return {};
}

std::shared_ptr<const TensorSlice> maskOf(const Trace& trace, const TensorSlice& slice)
{
    if (slice.ref().kind != TensorRef::Kind::Step)
        return nullptr;
    const Step& step = trace.program().steps[static_cast<std::size_t>(slice.ref().index)];
    if (step.operands.empty() || trace.program().axesOf(step.operands.front()).size() !=
                                     static_cast<std::size_t>(slice.tensor()->rank()))
        return nullptr;
    const auto operand = trace.tensor(step.operands.front());
    if (!operand || !*operand)
        return nullptr;
    for (int a = 0; a < slice.tensor()->rank(); ++a)
        if (!(*operand)->axes()[static_cast<std::size_t>(a)].fits(
                slice.tensor()->axes()[static_cast<std::size_t>(a)]))
            return nullptr;
    auto mask = std::make_shared<const TensorSlice>(step.operands.front(), *operand, slice.rowAxes(),
                                                    slice.columnAxes(), slice.fixed());
    // A mask that starts beyond so many cells is none that anybody uses.
    constexpr std::int64_t mostRows = 4096;
    for (std::int64_t r = 0; r < std::min(mask->rows(), mostRows); ++r)
        for (std::int64_t c = 0; c < std::min(mask->columns(), mostRows); ++c)
            if (specialOf(mask->value(r, c)) == SpecialValue::Masked)
                return mask;
    return nullptr;
}

ValueRange rangeOf(const MatrixBlock& block, ScaleOptions::Extent extent)
{
    // Of very many cells every n-th is looked at: limits that a few cells exceed are better than a wait.
    constexpr std::int64_t mostCells = 8 << 20;
    ValueRange range;
    range.sink = block.range.sink;
    const std::int64_t columns = block.slice->columns(), cells = block.slice->rows() * columns;
    const std::int64_t step = cells / mostCells + 1;
    for (std::int64_t r = 0; r < block.slice->rows(); ++r)
        for (std::int64_t c = r % step; c < columns; c += step)
            if (!block.hidden(r, c))
                range.add(block.value(r, c));
    if (extent != ScaleOptions::Extent::Slice) {
        const Tensor& all = *block.slice->tensor();
        // Keys run along a pattern's last axis.
        const std::int64_t keys = block.stored ? all.axes().back().size : 0;
        for (std::int64_t i = 0; i < all.count(); i += all.count() / mostCells + 1)
            if (keys == 0 || i % keys != 0)
                range.add(all[i]);
    }
    return range;
}

ColorScale scaleOf(const MatrixBlock& block, const ScaleOptions& options, const FigureStyle& style)
{
    if (block.look == MatrixBlock::Look::Image) {
        ScaleOptions image;
        image.map = QStringLiteral("image");
        if (block.range.low < 0) // normalised pixels are no signed numbers
            image.low = block.range.low, image.high = block.range.high;
        return {block.range, image, style};
    }
    std::vector<float> ranked;
    if (options.curve == ScaleOptions::Curve::Rank) {
        // Ranks of a sample are as good as ranks of all, and sorting stays quick.
        const std::int64_t cells = block.slice->rows() * block.slice->columns();
        const std::int64_t step = std::max<std::int64_t>(1, cells / 65536);
        for (std::int64_t i = 0; i < cells; i += step)
            ranked.push_back(block.slice->value(i / block.slice->columns(), i % block.slice->columns()));
    }
    return {block.shared.value_or(block.range), options, style, std::move(ranked)};
}

QImage heatImage(const MatrixBlock& block, const Ruler& rows, const Ruler& columns, const ColorScale& scale,
                 const FigureStyle& style)
{
    const auto rowStarts = pixelStarts(rows), columnStarts = pixelStarts(columns);
    const auto height = static_cast<int>(rowStarts.size() - 1);
    const auto width = static_cast<int>(columnStarts.size() - 1);
    QImage image(width, height, QImage::Format_RGB32);
    if (image.isNull())
        return image;
    const QRgb dot = hatchColor(style).rgb();
    std::vector<float> line(static_cast<std::size_t>(width));
    for (int y = 0; y < height; ++y) {
        const std::int64_t r0 = rowStarts[static_cast<std::size_t>(y)];
        const std::int64_t r1 = std::max(rowStarts[static_cast<std::size_t>(y) + 1], r0 + 1);
        for (int x = 0; x < width; ++x) {
            const std::int64_t c0 = columnStarts[static_cast<std::size_t>(x)];
            const std::int64_t c1 = std::max(columnStarts[static_cast<std::size_t>(x) + 1], c0 + 1);
            float best = block.value(r0, c0);
            if (r1 - r0 > 1 || c1 - c0 > 1) {
                float most = strength(best);
                for (std::int64_t r = r0; r < r1; ++r)
                    for (std::int64_t c = c0; c < c1; ++c) {
                        const float v = block.value(r, c);
                        if (const float s = strength(v); s > most) {
                            most = s;
                            best = v;
                        }
                    }
            }
            line[static_cast<std::size_t>(x)] = best;
        }
        auto* pixels = reinterpret_cast<QRgb*>(image.scanLine(y));
        scale.colors(line, pixels);
        // Dots tell masked cells from pale ones, and what is hidden from both.
        for (int x = y % 2; x < width; x += 2)
            if (specialOf(line[static_cast<std::size_t>(x)]) == SpecialValue::Masked)
                pixels[x] = dot;
        if (block.stored)
            for (int x = 0; x < width; ++x)
                if (block.hidden(r0, columnStarts[static_cast<std::size_t>(x)]))
                    pixels[x] = y % 4 == 0 ? style.mutedText.rgb() : scale.special(SpecialValue::Hidden);
    }
    return image;
}

void MatrixBlock::paint(QPainter& painter, const FigureStyle& style) const
{
    if (rows.shown() <= 0 || columns.shown() <= 0)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    const bool rectangles =
        look == Look::Ids || (rows.cell >= leastRectangle && columns.cell >= leastRectangle &&
                              rows.shown() * columns.shown() <= mostRectangles);
    if (rectangles) {
        // A hair of background between cells that are large enough for it.
        const double gap = look == Look::Heat && rows.cell >= 10 && columns.cell >= 10 ? 1 : 0;
        painter.setFont(numberFont);
        const QFontMetricsF fm(numberFont);
        std::vector<char> masked(static_cast<std::size_t>(rows.shown() * columns.shown()));
        for (std::int64_t r = rows.first; r < rows.last; ++r)
            for (std::int64_t c = columns.first; c < columns.last; ++c) {
                const float v = value(r, c);
                const QRectF rect = cellRect(r, c).adjusted(0, 0, -gap, -gap);
                QColor ink = style.text;
                if (look == Look::Ids) {
                    painter.setPen(QPen(style.line, 1));
                    painter.drawRect(rect.adjusted(0, 0, -1, -1));
                } else if (const SpecialValue kind = special(r, c); kind == SpecialValue::Masked) {
                    painter.fillRect(rect, QColor::fromRgb(scale.special(kind)));
                    masked[static_cast<std::size_t>((r - rows.first) * columns.shown() + c - columns.first)] =
                        1;
                    continue;
                } else if (kind != SpecialValue::None) {
                    painter.setRenderHint(QPainter::Antialiasing, true);
                    paintSpecial(painter, rect, kind, scale, style);
                    painter.setRenderHint(QPainter::Antialiasing, false);
                    continue;
                } else {
                    const QRgb color = scale.color(v);
                    painter.fillRect(rect, QColor::fromRgb(color));
                    ink = readableOn(color);
                }
                if (numbers.fit()) {
                    const QString text = numbers.text(v);
                    // A nothing should not look like a number to read.
                    if (look == Look::Heat && CellNumbers::isZero(text))
                        ink.setAlpha(v == 0 ? 90 : 125);
                    painter.setPen(ink);
                    painter.drawText(QPointF(rect.center().x() - fm.horizontalAdvance(text) / 2,
                                             rect.center().y() + fm.ascent() / 2 - fm.descent() / 2),
                                     text);
                }
            }
        paintHatch(painter, hatchOf(*this, masked, gap), style);
    } else {
        // Runs between gaps are images of their own.
        std::int64_t from = rows.first;
        for (std::size_t b = 0; from < rows.last; ++b) {
            const std::int64_t to =
                b < rows.breaks.size() ? std::min(rows.breaks[b] + 1, rows.last) : rows.last;
            if (to <= from)
                continue;
            Ruler run = rows;
            run.breaks.clear();
            run.first = from;
            run.last = to;
            QImage image = heatImage(*this, run, columns, scale, style);
            const QRectF target(origin.x() + columns.start(columns.first), origin.y() + rows.start(from),
                                static_cast<double>(columns.shown()) * columns.cell,
                                static_cast<double>(to - from) * rows.cell);
            // Whole multiples keep cells sharp in viewers that smooth what they enlarge.
            const int sx = std::max(1, static_cast<int>(columns.cell)),
                      sy = std::max(1, static_cast<int>(rows.cell));
            if ((sx > 1 || sy > 1) && image.width() * sx <= 8192 && image.height() * sy <= 8192)
                image = image.scaled(image.width() * sx, image.height() * sy, Qt::IgnoreAspectRatio,
                                     Qt::FastTransformation);
            painter.drawImage(target, image);
            from = to;
        }
    }
    // Lines between the heads of head · d_head, and between patches.
    painter.setPen(QPen(style.background, 1));
    if (columnUnit > 1)
        for (std::int64_t c = (columns.first / columnUnit + 1) * columnUnit; c < columns.last;
             c += columnUnit) {
            const double x = origin.x() + columns.start(c) - (columns.cell >= 10 ? 1 : 0);
            painter.drawLine(QPointF(x, origin.y()), QPointF(x, origin.y() + rows.length() - 1));
        }
    if (rowUnit > 1)
        for (std::int64_t r = (rows.first / rowUnit + 1) * rowUnit; r < rows.last; r += rowUnit) {
            const double y = origin.y() + rows.start(r) - (rows.cell >= 10 ? 1 : 0);
            painter.drawLine(QPointF(origin.x(), y), QPointF(origin.x() + columns.length() - 1, y));
        }

    // Three dots where an axis goes on.
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    painter.setBrush(style.mutedText);
    const QRectF all = rect();
    const auto dots = [&](const QPointF& centre, const QPointF& step) {
        for (const int i : {-1, 0, 1})
            painter.drawEllipse(centre + i * step, 1.3, 1.3);
    };
    if (columns.before())
        dots({all.left() + Ruler::ellipsis / 2 - 1, all.center().y()}, {4, 0});
    if (columns.after())
        dots({all.right() - Ruler::ellipsis / 2 + 1, all.center().y()}, {4, 0});
    if (rows.before())
        dots({all.center().x(), all.top() + Ruler::ellipsis / 2 - 1}, {0, 4});
    if (rows.after())
        dots({all.center().x(), all.bottom() - Ruler::ellipsis / 2 + 1}, {0, 4});
    painter.restore();
}

namespace {

constexpr double stripHeight = 10;
constexpr double underStrip = 3, betweenLines = 4;
constexpr double swatchWidth = 14, afterSwatch = 5, betweenMarks = 12;

bool anyMark(const ValueRange& range)
{
    return range.masked || range.nan || range.infinite;
}

/// The marks that occur in a range, and what they are called.
std::vector<std::pair<SpecialValue, QString>> marksOf(const ValueRange& range)
{
    std::vector<std::pair<SpecialValue, QString>> marks;
    if (range.masked)
        marks.emplace_back(SpecialValue::Masked, MatrixWords::tr("masked"));
    if (range.nan)
        marks.emplace_back(SpecialValue::NaN, MatrixWords::tr("NaN"));
    if (range.infinite)
        marks.emplace_back(SpecialValue::Infinite, QStringLiteral("∞"));
    return marks;
}

/// Where the lines beneath the strip begin: limits, marks, sink, the sink's numbers.
double lineTop(int line, const QRectF& rect, const QFontMetricsF& fm)
{
    return rect.top() + stripHeight + underStrip + line * (fm.height() + betweenLines);
}

void paintMark(QPainter& painter, const QPointF& at, SpecialValue kind, const QString& words,
               const ColorScale& scale, const FigureStyle& style)
{
    const QFontMetricsF fm(painter.font());
    const QRectF swatch(at.x(), at.y(), swatchWidth, 12);
    paintSpecial(painter, swatch, kind, scale, style);
    painter.setPen(style.mutedText);
    painter.drawText(
        QPointF(swatch.right() + afterSwatch, swatch.center().y() + fm.ascent() / 2 - fm.descent() / 2),
        words);
}

/// Limits at the ends of the strip and between them what stands there; typed limits with a pointer each.
void paintLimits(QPainter& painter, const QRectF& strip, const ColorScale& scale, const FigureStyle& style)
{
    const QFontMetricsF fm(painter.font());
    struct Tick
    {
        double place;
        QString text;
        bool typed = false;
    };
    const double span = scale.barValue(1) - scale.barValue(0);
    const auto number = [&](double value) { return shownNumber(value, span >= 100 ? 4 : 3); };
    std::vector<Tick> ticks;
    if (scale.typed()) {
        ticks.push_back({scale.barFraction(scale.low()), number(scale.low()), true});
        ticks.push_back({scale.barFraction(scale.high()), number(scale.high()), true});
    }
    ticks.push_back({0, number(scale.barValue(0))});
    ticks.push_back({1, number(scale.barValue(1))});
    if (scale.diverging() || scale.curve() != ScaleOptions::Curve::Linear || strip.width() > 150)
        ticks.push_back({0.5, scale.diverging() ? QStringLiteral("0") : number(scale.barValue(0.5))});
    std::vector<std::pair<double, double>> taken;
    for (const Tick& t : ticks) {
        const double x = strip.left() + t.place * strip.width();
        if (t.typed) {
            painter.setPen(QPen(style.background, 1));
            painter.setBrush(style.text);
            painter.drawPolygon(QPolygonF({QPointF(x, strip.bottom() - 4), QPointF(x - 4, strip.bottom() + 3),
                                           QPointF(x + 4, strip.bottom() + 3)}));
        }
        const double w = fm.horizontalAdvance(t.text);
        const double left = std::clamp(x - w * (t.typed ? 0.5 : t.place), strip.left(),
                                       std::max(strip.left(), strip.right() - w));
        if (std::any_of(taken.begin(), taken.end(), [&](const auto& other) {
                return left < other.second + 6 && left + w > other.first - 6;
            }))
            continue;
        taken.emplace_back(left, left + w);
        painter.setPen(t.typed ? style.text : style.mutedText);
        painter.drawText(QPointF(left, strip.bottom() + underStrip + fm.ascent()), t.text);
    }
}

} // namespace

QRectF colorStrip(const QRectF& rect)
{
    return {rect.left(), rect.top(), rect.width(), stripHeight};
}

double colorBarHeight(const ValueRange& range, const FigureStyle& style)
{
    const double line = QFontMetricsF(numberFontOf(style)).height();
    const int further = (anyMark(range) ? 1 : 0) + (range.sink == SinkTreatment::Shown ? 0 : 2);
    return stripHeight + underStrip + line + further * (line + betweenLines);
}

double colorLegendWidth(const ValueRange& range, const FigureStyle& style)
{
    const QFontMetricsF fm(numberFontOf(style));
    double width = 0;
    for (const auto& [kind, words] : marksOf(range))
        width += swatchWidth + afterSwatch + fm.horizontalAdvance(words) + betweenMarks;
    if (range.sink != SinkTreatment::Shown)
        width = std::max(width, swatchWidth + afterSwatch + fm.horizontalAdvance(sinkNote(range.sink)));
    return width;
}

void paintColorBar(QPainter& painter, const QRectF& rect, const ColorScale& scale, const ValueRange& range,
                   const FigureStyle& style)
{
    painter.save();
    painter.setFont(numberFontOf(style));
    const QFontMetricsF fm(painter.font());
    const QRectF strip = colorStrip(rect);
    if (!range.empty()) {
        // Steps of one pixel or so: a gradient would be blended by each viewer in its own way.
        const int steps = std::clamp(static_cast<int>(strip.width()), 1, 256);
        painter.setRenderHint(QPainter::Antialiasing, false);
        for (int i = 0; i < steps; ++i) {
            const double x0 = std::floor(strip.width() * i / steps),
                         x1 = std::floor(strip.width() * (i + 1) / steps);
            painter.fillRect(QRectF(strip.left() + x0, strip.top(), x1 - x0, strip.height()),
                             QColor::fromRgb(scale.barColor((i + 0.5) / steps)));
        }
        painter.setPen(QPen(style.line, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(strip.adjusted(0, 0, -1, -1));
        painter.setRenderHint(QPainter::Antialiasing, true);
        paintLimits(painter, strip, scale, style);
    }
    // What the marks mean, where there are any.
    double x = rect.left();
    for (const auto& [kind, words] : marksOf(range)) {
        paintMark(painter, {x, lineTop(1, rect, fm)}, kind, words, scale, style);
        x += swatchWidth + afterSwatch + fm.horizontalAdvance(words) + betweenMarks;
    }
    if (range.sink != SinkTreatment::Shown)
        paintMark(painter, {rect.left(), lineTop(anyMark(range) ? 2 : 1, rect, fm)}, SpecialValue::Hidden,
                  sinkNote(range.sink), scale, style);
    painter.restore();
}

void paintSinkNumbers(QPainter& painter, const QRectF& rect, const ValueRange& range, const QString& numbers,
                      const FigureStyle& style)
{
    painter.save();
    painter.setFont(numberFontOf(style));
    const QFontMetricsF fm(painter.font());
    painter.setPen(style.text);
    painter.drawText(QPointF(rect.left(), lineTop(anyMark(range) ? 3 : 2, rect, fm) + fm.ascent()), numbers);
    painter.restore();
}

} // namespace headlight
