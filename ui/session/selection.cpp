// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/selection.h"

#include "session/session.h"

#include <algorithm>
#include <utility>

namespace headlight {

namespace {

constexpr std::size_t longestHistory = 200;

/// One coordinate for all axes of the same meaning: a position that looks is the same thing on queries,
/// scores and the residual stream.
std::string keyOf(const Axis& a)
{
    if (!a.isPositions())
        return a.name;
    return (a.name == axis::key ? "key " : "query ") + std::to_string(a.stream);
}

std::string queryKey(StreamIndex stream)
{
    return "query " + std::to_string(stream);
}

std::string keyKey(StreamIndex stream)
{
    return "key " + std::to_string(stream);
}

} // namespace

Selection::Selection(Session& session, QObject* parent)
    : QObject(parent)
    , m_session(session)
{
    connect(&session, &Session::modelChanged, this, &Selection::modelChanged);
    connect(&session, &Session::traceChanged, this, &Selection::traceChanged);
    connect(&session, &Session::exampleShown, this, [this](int example) { lookAt(example, 0); });
}

bool Selection::canGoNext() const
{
    return m_now.step >= 0 && m_stops.next(m_now.granularity, m_now.step) >= 0;
}

bool Selection::canGoPrevious() const
{
    return m_now.step >= 0 && m_stops.previous(m_now.granularity, m_now.step) >= 0;
}

bool Selection::inAttention() const
{
    return m_now.step >= 0 && attentionOf(m_now.step) >= 0;
}

void Selection::setGranularity(Granularity granularity)
{
    if (m_now.granularity == granularity)
        return;
    m_now.granularity = granularity;
    emit stepChanged();
}

void Selection::next()
{
    if (canGoNext())
        go(m_stops.next(m_now.granularity, m_now.step));
}

void Selection::previous()
{
    if (canGoPrevious())
        go(m_stops.previous(m_now.granularity, m_now.step));
}

void Selection::first()
{
    if (m_now.step >= 0)
        go(m_stops.at(m_now.granularity).front().step);
}

void Selection::last()
{
    if (m_now.step >= 0)
        go(m_stops.at(m_now.granularity).back().step);
}

void Selection::stepInto()
{
    if (m_now.step < 0 || m_now.granularity == Granularity::Op)
        return;
    m_now.granularity = static_cast<Granularity>(static_cast<int>(m_now.granularity) + 1);
    m_now.step = m_stops.into(m_now.granularity, m_now.step);
    follow();
    emit stepChanged();
}

void Selection::stepOut()
{
    if (m_now.step < 0 || m_now.granularity == Granularity::Layer)
        return;
    m_now.granularity = static_cast<Granularity>(static_cast<int>(m_now.granularity) - 1);
    m_now.step = m_stops.outOf(m_now.granularity, m_now.step);
    follow();
    emit stepChanged();
}

void Selection::runToBreakpoint()
{
    if (m_now.step < 0)
        return;
    const auto& stops = m_stops.at(m_now.granularity);
    for (auto i = static_cast<std::size_t>(m_stops.indexOf(m_now.granularity, m_now.step)) + 1;
         i < stops.size(); ++i)
        if (const auto hit = m_breakpoints.lower_bound(stops[i].firstStep);
            hit != m_breakpoints.end() && *hit < stops[i].endStep)
            return go(stops[i].step);
    last();
}

void Selection::showStop(int index)
{
    const auto& stops = m_stops.at(m_now.granularity);
    if (m_now.step >= 0 && index >= 0 && static_cast<std::size_t>(index) < stops.size())
        go(stops[static_cast<std::size_t>(index)].step);
}

void Selection::sameInLayer(int direction)
{
    if (m_now.step < 0)
        return;
    // Hooks of the same kind differ in the number of their block only.
    const auto& steps = m_session.model()->program->steps;
    const auto kind = [&](int step) {
        std::string name = steps[static_cast<std::size_t>(step)].hook;
        const auto from = name.find("blocks.");
        if (from == std::string::npos)
            return std::string();
        const auto end = name.find('.', from + 7);
        return end == std::string::npos ? std::string() : name.erase(from + 7, end - from - 7);
    };
    const std::string own = kind(m_now.step);
    for (int i = m_now.step + direction; !own.empty() && i >= 0 && i < static_cast<int>(steps.size());
         i += direction)
        if (kind(i) == own)
            return go(i);
}

void Selection::jumpTo(int step)
{
    if (m_now.step < 0 || step == m_now.step)
        return;
    remember();
    go(step);
}

void Selection::jumpTo(const CellRef& cell)
{
    if (m_now.step < 0)
        return;
    remember();
    take(cell);
    if (cell.tensor.kind == TensorRef::Kind::Step && cell.tensor.index != m_now.step) {
        go(cell.tensor.index);
    } else {
        hold(cell);
        m_hovered.reset();
        emit focusChanged();
    }
}

void Selection::jumpToHead(int attention, int head)
{
    const ModelPtr& model = m_session.model();
    if (!model || attention < 0 || static_cast<std::size_t>(attention) >= model->program->attention.size())
        return;
    remember();
    const AttentionLayer& layer = model->program->attention[static_cast<std::size_t>(attention)];
    m_now.coordinates[std::string(axis::head)] = {head, layer.heads};
    m_now.attention = attention;
    if (m_now.step == layer.pattern)
        emit focusChanged();
    else
        go(layer.pattern);
}

std::optional<CellRef> Selection::pinned() const
{
    const TensorRef ref{TensorRef::Kind::Step, m_now.step};
    const Axes* axes = axesOf(ref);
    if (!axes)
        return std::nullopt;
    CellRef cell{ref, {}};
    for (const Axis& a : *axes) {
        if (a.size <= 0)
            return std::nullopt;
        cell.cell.push_back(coordinate(a));
    }
    // Of an answer that nobody has chosen, the likeliest is what one wants to see.
    const Prediction& prediction = m_session.trace().program().prediction;
    const bool answer = m_now.step == prediction.logits || m_now.step == prediction.probs;
    if (answer && !axes->empty() && !m_now.coordinates.contains(keyOf(axes->back())) &&
        m_session.trace().kept(m_now.step))
        if (const auto tensor = m_session.trace().step(m_now.step)) {
            Cell at = cell.cell;
            for (at.back() = 0; at.back() < axes->back().size; ++at.back())
                if ((*tensor)->at(at) > (*tensor)->at(cell.cell))
                    cell.cell.back() = at.back();
        }
    return cell;
}

std::optional<CellRef> Selection::focus() const
{
    return m_hovered ? m_hovered : m_now.held ? m_now.held : pinned();
}

void Selection::hover(const std::optional<CellRef>& cell)
{
    if (m_hovered == cell)
        return;
    m_hovered = cell;
    emit focusChanged();
}

void Selection::pin(const CellRef& cell)
{
    take(cell);
    hold(cell);
    emit focusChanged();
}

void Selection::hold(const CellRef& cell)
{
    m_now.held.reset();
    if (m_now.step < 0)
        return;
    const auto& operands = m_session.trace().program().steps[static_cast<std::size_t>(m_now.step)].operands;
    const bool own = cell.tensor == TensorRef{TensorRef::Kind::Step, m_now.step};
    if (!own && std::find(operands.begin(), operands.end(), cell.tensor) != operands.end())
        m_now.held = cell;
}

void Selection::point(TensorRef tensor)
{
    if (std::exchange(m_pointed, tensor) != tensor)
        emit pointedChanged();
}

int Selection::head() const
{
    const ModelPtr& model = m_session.model();
    if (!model || m_now.attention < 0)
        return 0;
    const int heads = model->program->attention[static_cast<std::size_t>(m_now.attention)].heads;
    Axis a = named(axis::head, heads);
    return static_cast<int>(coordinate(a));
}

void Selection::setHead(int head)
{
    const ModelPtr& model = m_session.model();
    if (!model || m_now.attention < 0)
        return;
    const int heads = model->program->attention[static_cast<std::size_t>(m_now.attention)].heads;
    m_now.coordinates[std::string(axis::head)] = {std::clamp(head, 0, heads - 1), heads};
    m_hovered.reset();
    emit focusChanged();
}

std::int64_t Selection::coordinate(const Axis& a) const
{
    const auto it = m_now.coordinates.find(keyOf(a));
    if (a.size <= 0)
        return 0;
    if (it == m_now.coordinates.end())
        return a.isPositions() && a.name != axis::key ? a.size - 1 : 0;
    auto index = it->second.index;
    // Query heads share key heads in groups (Ainslie et al. 2023): head 6 of 8 is key head 3 of 4.
    if (a.name == axis::head && it->second.size != a.size && it->second.size > 0)
        index = index * a.size / it->second.size;
    return std::clamp<std::int64_t>(index, 0, a.size - 1);
}

std::int64_t Selection::queryToken(StreamIndex stream) const
{
    const auto it = m_now.coordinates.find(queryKey(stream));
    return it == m_now.coordinates.end() ? -1 : it->second.index;
}

std::int64_t Selection::keyToken(StreamIndex stream) const
{
    const auto it = m_now.coordinates.find(keyKey(stream));
    return it == m_now.coordinates.end() ? -1 : it->second.index;
}

void Selection::setQueryToken(StreamIndex stream, std::int64_t position)
{
    m_now.coordinates[queryKey(stream)] = {position, position + 1};
    m_hovered.reset();
    emit focusChanged();
}

void Selection::setKeyToken(StreamIndex stream, std::int64_t position)
{
    m_now.coordinates[keyKey(stream)] = {position, position + 1};
    m_hovered.reset();
    emit focusChanged();
}

void Selection::toggleBreakpoint(int step)
{
    if (!m_breakpoints.erase(step))
        m_breakpoints.insert(step);
    emit breakpointsChanged();
}

void Selection::back()
{
    if (m_back.empty())
        return;
    m_forward.push_back(m_now);
    const State state = std::move(m_back.back());
    m_back.pop_back();
    restore(state);
}

void Selection::forward()
{
    if (m_forward.empty())
        return;
    m_back.push_back(m_now);
    const State state = std::move(m_forward.back());
    m_forward.pop_back();
    restore(state);
}

struct Selection::Memento
{
    State now;
    std::set<int> breakpoints;
    std::vector<State> back, forward;
};

std::shared_ptr<const Selection::Memento> Selection::memento() const
{
    return std::make_shared<const Memento>(Memento{m_now, m_breakpoints, m_back, m_forward});
}

void Selection::restore(const Memento& memento)
{
    m_breakpoints = memento.breakpoints;
    m_back = memento.back;
    m_forward = memento.forward;
    emit breakpointsChanged();
    restore(memento.now);
}

void Selection::modelChanged()
{
    m_stops = Stops(*m_session.model()->program);
    m_back.clear();
    m_forward.clear();
    m_breakpoints.clear();
    m_hovered.reset();
    const Granularity kept = m_now.granularity;
    m_now = {};
    m_now.granularity = kept;
    m_now.attention = m_session.model()->program->attention.empty() ? -1 : 0;
    emit historyChanged();
    emit breakpointsChanged();
}

void Selection::traceChanged()
{
    m_hovered.reset();
    // Another text may not have the cells.
    m_now.held.reset();
    for (std::vector<State>* history : {&m_back, &m_forward})
        for (State& state : *history)
            state.held.reset();
    if (m_now.step < 0) {
        // The first picture is the first attention pattern: that is what people come for.
        const auto& attention = m_session.trace().program().attention;
        m_now.step =
            attention.empty() ? m_stops.at(m_now.granularity).front().step : attention.front().pattern;
        follow();
        emit stepChanged();
        return;
    }
    emit focusChanged();
}

void Selection::lookAt(int example, int index)
{
    if (!m_session.model() || !m_session.trace().valid() || example < 0 ||
        static_cast<std::size_t>(example) >= m_session.model()->examples.size())
        return;
    const Model& model = *m_session.model();
    const auto& looks = model.examples[static_cast<std::size_t>(example)].lookAt;
    if (index < 0 || static_cast<std::size_t>(index) >= looks.size())
        return;
    const Example::Look& look = looks[static_cast<std::size_t>(index)];
    const auto& layers = model.program->attention;
    const auto kind = look.attention == "cross" ? AttentionLayer::Kind::Cross : AttentionLayer::Kind::Self;
    const auto it = std::find_if(layers.begin(), layers.end(), [&](const AttentionLayer& l) {
        return l.layer == look.layer && l.kind == kind &&
               (look.attention.empty() || look.attention == "cross" || look.attention == l.stack);
    });
    if (it == layers.end())
        return;
    const int step = it->pattern;
    const Axes* axes = axesOf({TensorRef::Kind::Step, step});
    const Cell cell{look.head, look.query, look.key};
    if (!axes || axes->size() != cell.size())
        return;
    for (std::size_t i = 0; i < cell.size(); ++i)
        if (cell[i] < 0 || cell[i] >= (*axes)[i].size)
            return;
    if (index > 0)
        remember();
    take({{TensorRef::Kind::Step, step}, cell});
    m_now.attention = static_cast<int>(it - layers.begin());
    if (m_now.step == step)
        emit focusChanged();
    else
        go(step);
}

void Selection::go(int step)
{
    if (step < 0 || step == m_now.step)
        return;
    m_now.step = step;
    m_hovered.reset();
    follow();
    emit stepChanged();
}

void Selection::follow()
{
    m_now.held.reset();
    if (const int a = attentionOf(m_now.step); a >= 0)
        m_now.attention = a;
}

void Selection::remember()
{
    m_back.push_back(m_now);
    if (m_back.size() > longestHistory)
        m_back.erase(m_back.begin());
    m_forward.clear();
    emit historyChanged();
}

void Selection::take(const CellRef& cell)
{
    const Axes* axes = axesOf(cell.tensor);
    if (!axes || axes->size() != cell.cell.size())
        return;
    for (std::size_t i = 0; i < axes->size(); ++i)
        m_now.coordinates[keyOf((*axes)[i])] = {cell.cell[i], (*axes)[i].size};
}

void Selection::restore(const State& state)
{
    m_now = state;
    m_hovered.reset();
    emit historyChanged();
    emit stepChanged();
}

const Axes* Selection::axesOf(TensorRef ref) const
{
    const Trace& trace = m_session.trace();
    if (!trace.valid() || ref.index < 0)
        return nullptr;
    switch (ref.kind) {
    case TensorRef::Kind::Step:
        return &trace.axes(ref.index);
    case TensorRef::Kind::Input: {
        const TensorPtr& tensor = trace.input().tensors[static_cast<std::size_t>(ref.index)];
        return tensor ? &tensor->axes() : nullptr;
    }
    case TensorRef::Kind::Parameter:
        return &trace.program().axesOf(ref);
    case TensorRef::Kind::None:
        break;
    }
    return nullptr;
}

int Selection::attentionOf(int step) const
{
    const Program& program = *m_session.model()->program;
    const std::string& hook = program.steps[static_cast<std::size_t>(step)].hook;
    for (std::size_t i = 0; i < program.attention.size(); ++i)
        if (hook.starts_with(program.attention[i].name + "."))
            return static_cast<int>(i);
    return -1;
}

} // namespace headlight
