// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/step_frames.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>

namespace headlight {

namespace {

/// So many frames are as fine as one can follow; beyond, terms go by in strides.
constexpr int fineFrames = 320;
/// And so many are the most that there are, when every row has only its few lines.
constexpr int mostFrames = 640;
/// Cells times terms of which all partial results are computed; wider rows fill up at once.
constexpr std::int64_t mostTermsOfRow = 60'000;
/// Cells times terms that may be looked at to plan.
constexpr std::int64_t mostTermsOfPlan = 120'000;
/// Terms that are lit one by one.
constexpr std::size_t mostLights = 512;
constexpr double mostMilliseconds = 20'000, longestFrame = 400;

int totalOf(const std::vector<int>& counts, int most)
{
    return std::accumulate(counts.begin(), counts.end(), 0,
                           [most](int sum, int n) { return sum + std::min(n, most); });
}

std::vector<int> limited(std::vector<int> counts, int most)
{
    for (int& n : counts)
        n = std::min(n, most);
    return counts;
}

/// Terms 0 … endOf(…) − 1 of a line are in after frame @p frame of @p frames.
int endOf(int terms, int frame, int frames)
{
    return static_cast<int>((static_cast<std::int64_t>(terms) * (frame + 1) + frames - 1) / frames);
}

/// All operand cells that a derivation reads, in order and each once.
std::set<std::pair<int, Cell>> readsOf(const Derivation& derivation)
{
    std::set<std::pair<int, Cell>> cells;
    visitCells(derivation, [&](int operand, const Cell& cell) { cells.emplace(operand, cell); });
    return cells;
}

bool isProductOfTwo(const Expr& e)
{
    return e.kind == Expr::Kind::Product && e.args.size() == 2 && e.args[0].kind == Expr::Kind::Operand &&
           e.args[1].kind == Expr::Kind::Operand;
}

} // namespace

int StepFrames::Unit::count() const
{
    return frames.empty() ? 1 : std::accumulate(frames.begin(), frames.end(), 0);
}

Result<StepFrames> StepFrames::make(FigureSource source, int step, TensorSlice result,
                                    const std::optional<CellRef>& only)
{
    StepFrames frames;
    auto operands = source.trace.operands(step);
    if (!operands)
        return tl::unexpected(operands.error());
    for (const TensorPtr& t : *operands) {
        if (!t)
            return fail(ErrorCode::NotFound, "expected all operands of the step, found one that is not kept");
        frames.m_operands.push_back(t.get());
    }
    if (!result.valid() || result.rows() < 1 || result.columns() < 1)
        return fail(ErrorCode::NotFound, "expected a result with numbers in it, found none");
    if (only) {
        frames.m_only = result.find(only->cell);
        if (only->tensor != result.ref() || !frames.m_only)
            return fail(ErrorCode::NotFound,
                        "expected a cell of the result that is shown, found " + describe(only->cell));
    }
    frames.m_kept = std::move(*operands);
    frames.m_source = std::move(source);
    frames.m_step = step;
    frames.m_result = std::move(result);
    frames.plan();
    return frames;
}

Derivation StepFrames::derive(std::int64_t row, std::int64_t column) const
{
    return m_source.trace.derive(m_step, m_operands, m_result.cell(row, column));
}

std::int64_t StepFrames::leadOf(std::int64_t row) const
{
    // The largest result is what one wants to hear of; masked cells have nothing to tell.
    std::int64_t best = 0;
    float most = -1;
    for (std::int64_t c = 0; c < m_result.columns(); ++c)
        if (const float size = std::abs(m_result.value(row, c)); std::isfinite(size) && size > most) {
            most = size;
            best = c;
        }
    return best;
}

std::vector<int> StepFrames::termCounts(std::int64_t row, std::int64_t column) const
{
    const Derivation derivation = derive(row, column);
    std::vector<int> counts;
    for (const auto& line : derivation.lines)
        counts.push_back(static_cast<int>(termsOf(line.expr).size()));
    return counts;
}

void StepFrames::plan()
{
    if (m_only) {
        Unit unit;
        unit.row = m_only->first;
        unit.lead = m_only->second;
        unit.columns = {unit.lead};
        const std::vector<int> counts = termCounts(unit.row, unit.lead);
        int most = std::numeric_limits<int>::max();
        for (int cap = fineFrames; totalOf(counts, most) > fineFrames; cap = cap / 2)
            most = std::max(1, cap);
        unit.frames = limited(counts, most);
        m_units.push_back(std::move(unit));
    } else if (!planGroups()) {
        planRows();
    }
    finishPlan();
}

bool StepFrames::planGroups()
{
    const std::int64_t rows = m_result.rows(), columns = m_result.columns();
    if (rows * columns > 2 * fineFrames)
        return false;
    const std::int64_t terms = totalOf(termCounts(rows - 1, leadOf(rows - 1)), 1 << 20);
    if (rows * columns * terms > mostTermsOfPlan)
        return false;
    int total = 0;
    std::vector<Unit> units;
    for (std::int64_t r = 0; r < rows; ++r) {
        // Cells that are made from the same ones (the two of a rotated pair, all of a softmax's row) come
        // about together; what is made from nothing (masked cells) is there with the first of its row.
        std::map<std::set<std::pair<int, Cell>>, std::size_t> unitOf;
        std::vector<std::int64_t> fromNothing;
        const std::size_t before = units.size();
        for (std::int64_t c = 0; c < columns; ++c) {
            const auto reads = readsOf(derive(r, c));
            if (reads.empty()) {
                fromNothing.push_back(c);
                continue;
            }
            const auto [known, fresh] = unitOf.try_emplace(reads, units.size());
            if (fresh) {
                units.emplace_back();
                units.back().row = r;
            }
            units[known->second].columns.push_back(c);
        }
        if (units.size() == before) {
            units.emplace_back();
            units.back().row = r;
        }
        auto& first = units[before].columns;
        first.insert(first.end(), fromNothing.begin(), fromNothing.end());
    }
    for (Unit& unit : units) {
        unit.lead =
            *std::max_element(unit.columns.begin(), unit.columns.end(), [&](std::int64_t a, std::int64_t b) {
                const auto size = [&](std::int64_t c) {
                    const float v = std::abs(m_result.value(unit.row, c));
                    return std::isfinite(v) ? v : -1.0F;
                };
                return size(a) < size(b);
            });
        unit.frames = termCounts(unit.row, unit.lead);
        total += unit.count();
        if (total > fineFrames)
            return false;
    }
    m_units = std::move(units);
    return true;
}

void StepFrames::planRows()
{
    const std::int64_t rows = m_result.rows();
    const auto one = [&](std::int64_t r) {
        Unit unit;
        unit.row = r;
        unit.lead = leadOf(r);
        return unit;
    };
    if (rows <= fineFrames) {
        for (std::int64_t r = 0; r < rows; ++r)
            m_units.push_back(one(r));
        // The last row tells what all are like where asking each would take long (a causal softmax's grow).
        const std::vector<int> last = termCounts(rows - 1, m_units.back().lead);
        const bool each = rows * totalOf(last, 1 << 20) <= mostTermsOfPlan;
        std::vector<std::vector<int>> counts;
        for (const Unit& unit : m_units)
            counts.push_back(each ? termCounts(unit.row, unit.lead) : last);
        for (const int most : {std::numeric_limits<int>::max(), 32, 16, 8, 4, 2, 1}) {
            int total = 0;
            for (const auto& c : counts)
                total += totalOf(c, most);
            if (total > (most == 1 ? mostFrames : fineFrames))
                continue;
            for (std::size_t i = 0; i < m_units.size(); ++i)
                m_units[i].frames = limited(counts[i], most);
            return;
        }
        return; // a frame a row
    }
    const std::int64_t stride = (rows + fineFrames - 1) / fineFrames;
    for (std::int64_t r = stride - 1; r < rows + stride - 1; r += stride)
        m_units.push_back(one(std::min(r, rows - 1)));
}

void StepFrames::finishPlan()
{
    int next = 1;
    for (Unit& unit : m_units) {
        unit.first = next;
        next += unit.count();
    }
    m_count = next + 1;
}

double StepFrames::duration() const
{
    return std::min(mostMilliseconds, m_count * longestFrame);
}

int StepFrames::nextWhole(int index) const
{
    for (std::size_t u = 0; u < m_units.size(); ++u) {
        const Unit& unit = m_units[u];
        int end = unit.first - 1; // the last frame of what is complete
        if (m_only) {
            for (const int n : unit.frames)
                if ((end += n) > index)
                    return end;
        } else if (u + 1 == m_units.size() || m_units[u + 1].row != unit.row) {
            end += unit.count();
            if (end > index)
                return end;
        }
    }
    return m_count - 1;
}

const StepFrames::Row& StepFrames::rowOf(int index) const
{
    if (m_row.unit == index)
        return m_row;
    const Unit& unit = m_units[static_cast<std::size_t>(index)];
    Row row;
    row.unit = index;
    const auto build = [&](std::int64_t c) {
        Built built;
        built.derivation = derive(unit.row, c);
        built.numbers = buildUp(built.derivation, m_operands);
        return built;
    };
    Built lead = build(unit.lead);
    std::int64_t terms = 0;
    for (const BuildUp::Line& line : lead.numbers.lines)
        terms += static_cast<std::int64_t>(line.terms.size());
    std::vector<std::int64_t> columns = unit.columns;
    if (columns.empty()) {
        if (unit.frames.empty() || m_result.columns() * terms > mostTermsOfRow) {
            columns = {unit.lead};
        } else {
            columns.resize(static_cast<std::size_t>(m_result.columns()));
            std::iota(columns.begin(), columns.end(), std::int64_t{0});
        }
    }
    for (const std::int64_t c : columns) {
        if (c == unit.lead)
            row.lead = row.cells.size();
        row.columns.push_back(c);
        row.cells.push_back(c == unit.lead ? lead : build(c));
    }
    // Another cell of the row tells what all have in common.
    row.shared.assign(lead.derivation.lines.size(), 0);
    for (std::int64_t c = 0; c < m_result.columns(); ++c) {
        if (c == unit.lead)
            continue;
        const Derivation other = derive(unit.row, c);
        if (other.lines.size() != lead.derivation.lines.size())
            continue;
        for (std::size_t l = 0; l + 1 < other.lines.size(); ++l)
            row.shared[l] = sameArithmetic(other.lines[l].expr, lead.derivation.lines[l].expr) ? 1 : 0;
        break;
    }
    const auto& refs = m_source.trace.program().steps[static_cast<std::size_t>(m_step)].operands;
    for (const auto& [operand, cell] : readsOf(lead.derivation))
        row.sources.push_back({refs[static_cast<std::size_t>(operand)], cell});
    m_row = std::move(row);
    return m_row;
}

void StepFrames::light(StepFrame& frame, const Row& row) const
{
    const auto& refs = m_source.trace.program().steps[static_cast<std::size_t>(m_step)].operands;
    const auto line = static_cast<std::size_t>(frame.line);
    const Built& lead = row.cells[row.lead];
    // The outermost cells that do the same arithmetic as the lead, for what the whole row reads at once.
    const auto alike = [&](const Built& cell) {
        return cell.derivation.lines.size() == lead.derivation.lines.size() &&
               termsOf(cell.derivation.lines[line].expr).size() ==
                   termsOf(lead.derivation.lines[line].expr).size();
    };
    const auto& cells = row.cells;
    const Built& first = *std::find_if(cells.begin(), cells.end(), alike);
    const Built& last = *std::find_if(cells.rbegin(), cells.rend(), alike);
    const auto terms = termsOf(lead.derivation.lines[line].expr);
    const auto firstTerms = termsOf(first.derivation.lines[line].expr);
    const auto lastTerms = termsOf(last.derivation.lines[line].expr);

    // Weights are shares when all cells of the row have them in common and none is negative.
    bool shares = terms.size() > 1 && std::all_of(terms.begin(), terms.end(), isProductOfTwo);
    if (shares) {
        const std::int64_t column = row.columns[row.lead];
        const Unit& unit = m_units[static_cast<std::size_t>(row.unit)];
        const Derivation other =
            derive(unit.row, column == 0 ? std::min<std::int64_t>(1, m_result.columns() - 1) : 0);
        shares = other.lines.size() == lead.derivation.lines.size() &&
                 termsOf(other.lines[line].expr).size() == terms.size();
        for (std::size_t t = 0; shares && t < terms.size(); ++t)
            shares = isProductOfTwo(termsOf(other.lines[line].expr)[t]) &&
                     sameArithmetic(terms[t].args[0], termsOf(other.lines[line].expr)[t].args[0]) &&
                     !(evaluate(terms[t].args[0], m_operands, {}) < 0);
    }
    const bool all = terms.size() <= mostLights;
    for (std::size_t t = 0; t < terms.size(); ++t) {
        const int index = static_cast<int>(t);
        const auto state = index > frame.lastTerm    ? StepFrame::Light::State::Waiting
                           : index < frame.firstTerm ? StepFrame::Light::State::Added
                                                     : StepFrame::Light::State::Now;
        if (!all && state != StepFrame::Light::State::Now)
            continue;
        std::vector<std::pair<int, Cell>> from, to;
        visitCells(firstTerms[t], [&](int o, const Cell& c) { from.emplace_back(o, c); });
        visitCells(lastTerms[t], [&](int o, const Cell& c) { to.emplace_back(o, c); });
        for (std::size_t i = 0; i < std::min(from.size(), to.size()); ++i) {
            StepFrame::Light light;
            const auto ref = [&](int operand) { return refs[static_cast<std::size_t>(operand)]; };
            light.first = {ref(from[i].first), from[i].second};
            light.last = {ref(to[i].first), to[i].second};
            light.state = state;
            if (shares && i == 1)
                light.share = evaluate(terms[t].args[0], m_operands, {});
            frame.lights.push_back(std::move(light));
        }
    }
}

std::shared_ptr<const StepFrame> StepFrames::at(int index) const
{
    if (index >= m_count - 1)
        return nullptr;
    auto frame = std::make_shared<StepFrame>();
    frame->rows = m_result.rows();
    frame->onlyCell = m_only.has_value();
    frame->built.assign(static_cast<std::size_t>(m_result.columns()), StepFrame::Built::Empty);
    frame->values.assign(frame->built.size(), 0);
    const auto isOnly = [&](std::int64_t c) { return m_only && c == m_only->second; };
    if (index <= 0) {
        frame->row = m_only ? m_only->first : 0;
        for (std::int64_t c = 0; m_only && c < m_result.columns(); ++c)
            if (!isOnly(c))
                frame->built[static_cast<std::size_t>(c)] = StepFrame::Built::Done;
        frame->lead = {m_result.ref(), m_result.cell(frame->row, m_units.front().lead)};
        return frame;
    }
    const auto next = std::upper_bound(m_units.begin(), m_units.end(), index,
                                       [](int i, const Unit& u) { return i < u.first; });
    const int u = static_cast<int>(next - m_units.begin()) - 1;
    const Unit& unit = m_units[static_cast<std::size_t>(u)];
    const Row& row = rowOf(u);
    frame->row = unit.row;
    frame->lead = CellRef{m_result.ref(), m_result.cell(unit.row, unit.lead)};
    frame->sources = row.sources;
    if (m_only) {
        std::fill(frame->built.begin(), frame->built.end(), StepFrame::Built::Done);
        frame->built[static_cast<std::size_t>(unit.lead)] = StepFrame::Built::Empty;
    }
    for (int before = u - 1; before >= 0 && m_units[static_cast<std::size_t>(before)].row == unit.row;
         --before)
        for (const std::int64_t c : m_units[static_cast<std::size_t>(before)].columns)
            frame->built[static_cast<std::size_t>(c)] = StepFrame::Built::Done;

    const Built& lead = row.cells[row.lead];
    if (unit.frames.empty()) {
        std::fill(frame->built.begin(), frame->built.end(), StepFrame::Built::Done);
        frame->whole = true;
        frame->line = static_cast<int>(lead.numbers.lines.size()) - 1;
        frame->value = lead.numbers.value();
        return frame;
    }
    // Which line, and which of its terms. Where the plan guessed, a row may have fewer of both.
    int left = index - unit.first;
    std::size_t line = 0;
    while (line + 1 < unit.frames.size() && left >= unit.frames[line])
        left -= unit.frames[line++];
    const std::size_t planned = line;
    line = std::min(line, lead.numbers.lines.size() - 1);
    const int frames = std::max(1, unit.frames[planned]);
    const auto& numbers = lead.numbers.lines[line];
    const int terms = static_cast<int>(numbers.terms.size());
    const int end = std::max(1, endOf(terms, left, frames));
    frame->line = static_cast<int>(line);
    frame->terms = terms;
    frame->lastTerm = end - 1;
    frame->firstTerm = std::min(frame->lastTerm, left == 0 ? 0 : endOf(terms, left - 1, frames));
    frame->value = numbers.partials[static_cast<std::size_t>(frame->lastTerm)];
    frame->before =
        frame->firstTerm > 0 ? numbers.partials[static_cast<std::size_t>(frame->firstTerm - 1)] : 0;

    const bool last = index + 1 == unit.first + unit.count();
    if (last && unit.columns.empty()) {
        std::fill(frame->built.begin(), frame->built.end(), StepFrame::Built::Done);
    } else {
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            const auto c = static_cast<std::size_t>(row.columns[i]);
            const auto& lines = row.cells[i].numbers.lines;
            // A cell with an arithmetic of its own (masked, or set by hand) is there at once.
            if (last || lines.size() != lead.numbers.lines.size()) {
                frame->built[c] = StepFrame::Built::Done;
                continue;
            }
            // What all cells of a row have in common is nobody's number: the last one of its own stays.
            std::size_t shown = line;
            while (shown > 0 && row.shared[shown])
                --shown;
            if (row.shared[shown])
                continue;
            const auto& partials = lines[shown].partials;
            const auto done =
                shown == line ? std::min(static_cast<std::size_t>(end), partials.size()) : partials.size();
            frame->built[c] = StepFrame::Built::Partial;
            frame->values[c] = static_cast<float>(partials[done - 1]);
        }
    }
    light(*frame, row);
    return frame;
}

} // namespace headlight
