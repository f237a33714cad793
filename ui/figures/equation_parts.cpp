// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/equation_parts.h"

#include "figures/colored_figure.h"
#include "figures/highlight_painter.h"
#include "session/core_words.h"

#include <algorithm>
#include <set>

namespace headlight {

namespace {

using Kind = EquationPart::Kind;

/// Adds the signs, words and parentheses of a piece of notation.
void addText(std::vector<EquationPart>& parts, const QString& text)
{
    static const QStringList signs{QStringLiteral("·"), QStringLiteral("="), QStringLiteral("+"),
                                   QStringLiteral("−"), QStringLiteral("⊙"), QStringLiteral("/"),
                                   QStringLiteral("×")};
    QStringList words;
    const auto flush = [&] {
        if (words.isEmpty())
            return;
        const QString joined = words.join(QLatin1Char(' '));
        const bool factor =
            words.size() == 1 && (joined.contains(QChar(0x221a)) || joined.contains(QLatin1Char('/')) ||
                                  joined.front().isDigit() || joined.size() == 1);
        parts.push_back({factor ? Kind::Factor : Kind::Words, joined, -1, 0});
        words.clear();
    };
    for (const QString& token : text.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        if (signs.contains(token)) {
            flush();
            parts.push_back({Kind::Sign, token, -1, 0});
        } else if (token == QLatin1String("(") || token == QLatin1String(")")) {
            flush();
            parts.push_back({token == QLatin1String("(") ? Kind::Open : Kind::Close, {}, -1, 0});
        } else if (token.endsWith(QLatin1Char('('))) {
            flush();
            parts.push_back({Kind::Function, token.chopped(1), -1, 0});
            parts.push_back({Kind::Open, {}, -1, 0});
        } else {
            words << token;
        }
    }
    flush();
}

QString keyOf(const TensorSlice& slice, const std::vector<int>& axes)
{
    QString key;
    for (const int a : axes) {
        const Axis& axis = slice.tensor()->axes()[static_cast<std::size_t>(a)];
        key += axis.isPositions() ? QStringLiteral("stream%1").arg(axis.stream)
                                  : QString::fromStdString(axis.name);
        key += QLatin1Char(':') + QString::number(axis.size) + QLatin1Char(' ');
    }
    return key;
}

bool samePlaces(const Axis& a, const Axis& b)
{
    if (a.isPositions() || b.isPositions())
        return a.stream == b.stream && a.size == b.size;
    return a.name == b.name && a.size == b.size;
}

const Axis* findSame(const TensorSlice& slice, const std::vector<int>& axes, const Axis& wanted)
{
    for (const int a : axes)
        if (const Axis& axis = slice.tensor()->axes()[static_cast<std::size_t>(a)]; samePlaces(axis, wanted))
            return &axis;
    return nullptr;
}

/// The slice of an operand that goes with the result's slice: axes that the result has stand as they stand
/// there, those that are summed over across from them; a head axis that the result has lost is drawn too.
TensorSlice sliceWith(const TensorSlice& result, TensorRef ref, const TensorPtr& tensor)
{
    const Axes& axes = tensor->axes();
    const Axes& resultAxes = result.tensor()->axes();
    Cell fixed(axes.size(), 0);
    std::vector<int> open;
    for (int a = 0; a < tensor->rank(); ++a) {
        const Axis& axis = axes[static_cast<std::size_t>(a)];
        const int same = findAxis(resultAxes, axis.name);
        const bool chosen =
            same >= 0 && std::count(result.rowAxes().begin(), result.rowAxes().end(), same) +
                                 std::count(result.columnAxes().begin(), result.columnAxes().end(), same) ==
                             0;
        if (chosen) {
            // Fewer key heads than heads: each serves a group.
            const std::int64_t of =
                std::max<std::int64_t>(resultAxes[static_cast<std::size_t>(same)].size, 1);
            fixed[static_cast<std::size_t>(a)] =
                result.fixed()[static_cast<std::size_t>(same)] * axis.size / of;
        } else if (axis.name == axis::channel && axes.size() == 3) {
            fixed[static_cast<std::size_t>(a)] = 0; // one channel of an image
        } else {
            open.push_back(a);
        }
    }
    const auto inRows = [&](int a) {
        return findSame(result, result.rowAxes(), axes[static_cast<std::size_t>(a)]);
    };
    const auto inColumns = [&](int a) {
        return findSame(result, result.columnAxes(), axes[static_cast<std::size_t>(a)]);
    };
    std::vector<int> rows, columns;
    if (open.size() == 1) {
        (inRows(open.front()) ? rows : columns).push_back(open.front());
    } else if (open.size() == 2) {
        rows.push_back(open[0]);
        columns.push_back(open[1]);
    } else {
        // What is shared decides where it stands; the rest, in order, stands across.
        const bool leads = !open.empty() && inRows(open.front());
        for (const int a : open) {
            if (leads)
                (a == open.front() ? rows : columns).push_back(a);
            else
                (inColumns(a) ? columns : rows).push_back(a);
        }
        if (columns.empty() && rows.size() > 1) {
            columns.push_back(rows.back());
            rows.pop_back();
        }
    }
    return {ref, tensor, std::move(rows), std::move(columns), std::move(fixed)};
}

/// Whether the operand is a table of which each row of the result takes one row: then only those are shown.
/// Found out by asking for derivations, so that no op need be known.
std::vector<std::int64_t> lookedUpRows(const Op& op, const Operands& operands, int operand,
                                       const TensorSlice& table, const TensorSlice& result)
{
    constexpr std::int64_t mostRows = 4096;
    if (table.rowAxes().size() != 1 || table.rows() < 2 || result.rowAxes().size() != 1 ||
        result.rows() > mostRows)
        return {};
    const auto axis = static_cast<std::size_t>(table.rowAxes().front());
    std::set<std::int64_t> rows;
    for (std::int64_t r = 0; r < result.rows(); ++r) {
        std::set<std::int64_t> here;
        bool tooMany = false;
        visitCells(op.derive(operands, result.cell(r, 0)), [&](int o, const Cell& cell) {
            if (o == operand && !tooMany)
                here.insert(cell[axis]);
            tooMany = here.size() > 1;
        });
        if (here.size() != 1)
            return {};
        rows.insert(here.begin(), here.end());
    }
    return {rows.begin(), rows.end()};
}

} // namespace

Result<Equation> Equation::of(const FigureSource& source, int step, const AxisIndices& indices,
                              const ScaleOptions& scale)
{
    const Trace& trace = source.trace;
    const Program& program = trace.program();
    const Step& s = program.steps[static_cast<std::size_t>(step)];
    const auto result = trace.step(step);
    if (!result)
        return tl::unexpected(result.error());
    const auto operands = trace.operands(step);
    if (!operands)
        return tl::unexpected(operands.error());
    if ((*result)->count() == 0)
        return fail(ErrorCode::NotFound, "expected a tensor with numbers in it, found none", s.hook);
    const OpPtr op = trace.op(step);
    const TensorRef resultRef{TensorRef::Kind::Step, step};

    TensorSlice shown = TensorSlice::of(resultRef, *result, indices);
    const auto notation = op->notation();
    const bool alone = std::none_of(notation.begin(), notation.end(), [](const NotationPart& p) {
        return p.kind == NotationPart::Kind::Operand;
    });
    // A value for each position stands upright beside the matrix whose rows it goes with.
    if (shown.rowAxes().empty() && shown.columnAxis() && shown.columnAxis()->isPositions() && !alone)
        shown = shown.transposed();

    Equation e;
    Operands plain;
    for (const TensorPtr& t : *operands)
        plain.push_back(t.get());
    const bool complete =
        std::all_of(operands->begin(), operands->end(), [](const TensorPtr& t) { return t; });

    const auto addBlock = [&](TensorSlice slice, int operand, bool transposed) {
        EquationBlock b;
        b.operand = operand;
        b.symbol = QString::fromStdString(program.symbolOf(slice.ref()));
        if (slice.ref().kind == TensorRef::Kind::Input)
            b.symbol = coreWords(b.symbol.replace(QLatin1Char('_'), QLatin1Char(' ')).toStdString());
        if (transposed) {
            slice = slice.transposed();
            b.symbol += QChar(0x1d40);
        }
        b.rowName = slice.rowName();
        b.columnName = slice.columnName();
        b.rowKey = keyOf(slice, slice.rowAxes());
        b.columnKey = keyOf(slice, slice.columnAxes());
        if (slice.someRows())
            b.rowKey += QStringLiteral("looked up");
        if (operand >= 0) {
            // A position that is the result's query or key is called so everywhere in the equation.
            if (slice.rowAxis())
                if (const Axis* same = findSame(shown, shown.rowAxes(), *slice.rowAxis()))
                    b.rowName = axisName(*same);
            if (slice.columnAxis())
                if (const Axis* same = findSame(shown, shown.columnAxes(), *slice.columnAxis()))
                    b.columnName = axisName(*same);
        }
        // Heads side by side are told apart by lines.
        const auto unit = [&](const std::vector<int>& axes) {
            std::int64_t n = 1;
            for (std::size_t i = 1; i < axes.size(); ++i)
                n *= slice.tensor()->size(axes[i]);
            return n;
        };
        b.matrix.rowUnit = unit(slice.rowAxes());
        b.matrix.columnUnit = unit(slice.columnAxes());
        b.matrix.look = lookOf(program, slice);
        if (operand < 0)
            b.matrix.mask = maskOf(trace, slice);
        b.matrix.slice = std::make_shared<const TensorSlice>(std::move(slice));
        if (scale.sink != SinkTreatment::Shown && isPattern(program, b.matrix.slice->ref()))
            leaveOutSink(b.matrix, operand < 0 ? scale.sink : SinkTreatment::Hidden);
        b.matrix.range = rangeOf(b.matrix, scale.extent);
        e.parts.push_back({Kind::Block, {}, static_cast<int>(e.blocks.size()), 0});
        e.blocks.push_back(std::move(b));
    };

    for (const NotationPart& part : notation) {
        switch (part.kind) {
        case NotationPart::Kind::Text:
            addText(e.parts, coreLine(part.text)); // "rows 0, 1, 2 … of"
            break;
        case NotationPart::Kind::Result:
            e.result = static_cast<int>(e.blocks.size());
            addBlock(shown, -1, false);
            break;
        case NotationPart::Kind::Operand: {
            const auto i = static_cast<std::size_t>(part.operand);
            if (i >= operands->size() || !(*operands)[i]) {
                if (!e.parts.empty() && e.parts.back().kind == Kind::Sign)
                    e.parts.pop_back();
                break;
            }
            TensorSlice slice = sliceWith(shown, s.operands[i], (*operands)[i]);
            if (complete && !part.transposed && s.operands[i].kind == TensorRef::Kind::Parameter &&
                slice.rowAxis() && !findSame(shown, shown.rowAxes(), *slice.rowAxis()))
                if (auto rows = lookedUpRows(*op, plain, part.operand, slice, shown); !rows.empty())
                    slice = slice.withRows(std::move(rows));
            addBlock(std::move(slice), part.operand, part.transposed);
            break;
        }
        }
    }
    if (e.result < 0) {
        e.result = static_cast<int>(e.blocks.size());
        addBlock(shown, -1, false);
    }
    // The note stands beneath the result, where the bar is.
    ValueRange& noted = e.blocks[static_cast<std::size_t>(e.result)].matrix.range;
    for (const EquationBlock& b : e.blocks)
        noted.sink = std::max(noted.sink, b.matrix.range.sink);
    if (scale.extent == ScaleOptions::Extent::Figure) {
        ValueRange all;
        for (const EquationBlock& b : e.blocks)
            if (b.matrix.look == MatrixBlock::Look::Heat)
                all.add(b.matrix.range);
        for (EquationBlock& b : e.blocks)
            if (b.matrix.look == MatrixBlock::Look::Heat)
                b.matrix.shared = all;
    }
    // Patches are drawn into the image that they are cut from.
    const auto sizeOf = [](const EquationBlock& b, std::string_view name) -> std::int64_t {
        const Axes& axes = b.matrix.slice->tensor()->axes();
        const int a = findAxis(axes, name);
        return a < 0 ? 0 : axes[static_cast<std::size_t>(a)].size;
    };
    for (EquationBlock& image : e.blocks)
        if (image.matrix.look == MatrixBlock::Look::Image)
            for (const EquationBlock& filter : e.blocks)
                if (const std::int64_t rows = sizeOf(filter, axis::row),
                    columns = sizeOf(filter, axis::column);
                    &filter != &image && rows > 1 && columns > 1) {
                    image.matrix.rowUnit = rows;
                    image.matrix.columnUnit = columns;
                }
    int depth = 0;
    for (EquationPart& part : e.parts) {
        if (part.kind == Kind::Close)
            --depth;
        part.depth = depth + (part.kind == Kind::Function ? 1 : 0);
        if (part.kind == Kind::Open)
            ++depth;
    }
    return e;
}

} // namespace headlight
