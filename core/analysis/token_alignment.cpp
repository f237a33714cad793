// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/token_alignment.h"

#include "result/trimmed.h"

#include <algorithm>
#include <unordered_map>

namespace headlight {

namespace {

std::vector<std::int64_t> pairIndices(const TokenAlignment& alignment, std::int64_t TokenPair::*side,
                                      std::int64_t count)
{
    std::vector<std::int64_t> all(static_cast<std::size_t>(count), -1);
    for (std::size_t i = 0; i < alignment.pairs.size(); ++i)
        all[static_cast<std::size_t>(alignment.pairs[i].*side)] = static_cast<std::int64_t>(i);
    return all;
}

/// Adds the pairs of a longest common subsequence of a[0 … n) and b[0 … m), whose first entries stand at
/// @p start in both lists. Only one bit a pair of entries is kept: whether to pass over the first list's.
void pairEqual(std::span<const int> a, std::span<const int> b, std::int64_t start, TokenAlignment& into)
{
    const std::size_t n = a.size(), m = b.size();
    std::vector<bool> passFirst(n * m);
    std::vector<int> below(m + 1, 0), row(m + 1, 0); // lengths for a[i + 1 …) and a[i …) against b[j …)
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t j = m; j-- > 0;) {
            if (a[i] == b[j]) {
                row[j] = below[j + 1] + 1;
                continue;
            }
            const bool pass = below[j] >= row[j + 1];
            passFirst[i * m + j] = pass;
            row[j] = pass ? below[j] : row[j + 1];
        }
        std::swap(below, row);
    }
    for (std::size_t i = 0, j = 0; i < n && j < m;) {
        if (a[i] == b[j])
            into.pairs.push_back(
                {start + static_cast<std::int64_t>(i++), start + static_cast<std::int64_t>(j++), true});
        else if (passFirst[i * m + j])
            ++i;
        else
            ++j;
    }
}

/// What a position stands for, without what tokenizers write around it.
std::string lettersOf(const ModelInput::StreamInput& stream, const PositionLabel& label)
{
    if (label.begin < label.end && label.end <= stream.text.size()) {
        const std::string_view letters =
            trimmed(std::string_view(stream.text).substr(label.begin, label.end - label.begin));
        if (!letters.empty())
            return std::string(letters);
    }
    std::string_view text = label.text;
    if (label.special)
        return std::string(text);
    for (const std::string_view mark : {"␣", "▁", "##"})
        if (text.size() > mark.size() && text.substr(0, mark.size()) == mark)
            text.remove_prefix(mark.size());
    return std::string(text);
}

} // namespace

bool TokenAlignment::identical() const
{
    return firstCount == secondCount && pairs.size() == static_cast<std::size_t>(firstCount) &&
           std::all_of(pairs.begin(), pairs.end(),
                       [](const TokenPair& p) { return p.same && p.first == p.second; });
}

std::vector<std::int64_t> TokenAlignment::pairOfFirst() const
{
    return pairIndices(*this, &TokenPair::first, firstCount);
}

std::vector<std::int64_t> TokenAlignment::pairOfSecond() const
{
    return pairIndices(*this, &TokenPair::second, secondCount);
}

TokenAlignment alignTokens(std::span<const std::string> first, std::span<const std::string> second)
{
    std::unordered_map<std::string, int> numbers;
    const auto numbered = [&](std::span<const std::string> list) {
        std::vector<int> all;
        all.reserve(list.size());
        for (const std::string& text : list)
            all.push_back(numbers.try_emplace(text, static_cast<int>(numbers.size())).first->second);
        return all;
    };
    const std::vector<int> a = numbered(first), b = numbered(second);
    TokenAlignment equal;
    const std::size_t most = std::min(a.size(), b.size());
    std::size_t head = 0, tail = 0;
    while (head < most && a[head] == b[head]) {
        equal.pairs.push_back({static_cast<std::int64_t>(head), static_cast<std::int64_t>(head), true});
        ++head;
    }
    while (tail < most - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
        ++tail;
    pairEqual(std::span(a).subspan(head, a.size() - head - tail),
              std::span(b).subspan(head, b.size() - head - tail), static_cast<std::int64_t>(head), equal);
    for (std::size_t i = tail; i-- > 0;)
        equal.pairs.push_back(
            {static_cast<std::int64_t>(a.size() - 1 - i), static_cast<std::int64_t>(b.size() - 1 - i), true});

    TokenAlignment all;
    all.firstCount = static_cast<std::int64_t>(a.size());
    all.secondCount = static_cast<std::int64_t>(b.size());
    std::int64_t i = 0, j = 0;
    const auto fillUpTo = [&](std::int64_t endFirst, std::int64_t endSecond) {
        while (i < endFirst && j < endSecond)
            all.pairs.push_back({i++, j++, false});
    };
    for (const TokenPair& pair : equal.pairs) {
        fillUpTo(pair.first, pair.second);
        all.pairs.push_back(pair);
        i = pair.first + 1;
        j = pair.second + 1;
    }
    fillUpTo(all.firstCount, all.secondCount);
    return all;
}

Result<TokenAlignment> alignAxes(const Trace& first, const Axis& firstAxis, const Trace& second,
                                 const Axis& secondAxis)
{
    const auto letters = [](const Trace& trace, const Axis& axis) {
        std::vector<std::string> all;
        if (axis.stream < 0 || static_cast<std::size_t>(axis.stream) >= trace.input().streams.size())
            return all;
        const auto& stream = trace.input().streams[static_cast<std::size_t>(axis.stream)];
        // Patches before [CLS] stands in front of them have no entry for it.
        const auto count = static_cast<std::int64_t>(stream.labels.size());
        for (std::int64_t i = std::max<std::int64_t>(0, count - axis.size); i < count; ++i)
            all.push_back(lettersOf(stream, stream.labels[static_cast<std::size_t>(i)]));
        return all;
    };
    const auto a = letters(first, firstAxis), b = letters(second, secondAxis);
    if (firstAxis.isPositions() && secondAxis.isPositions() &&
        a.size() == static_cast<std::size_t>(firstAxis.size) &&
        b.size() == static_cast<std::size_t>(secondAxis.size))
        return alignTokens(a, b);
    if (firstAxis.size != secondAxis.size)
        return fail(ErrorCode::BadShape, firstAxis.name + " has " + std::to_string(firstAxis.size) +
                                             " entries in one run and " + std::to_string(secondAxis.size) +
                                             " in the other");
    TokenAlignment one;
    one.firstCount = one.secondCount = firstAxis.size;
    for (std::int64_t i = 0; i < firstAxis.size; ++i)
        one.pairs.push_back({i, i, true});
    return one;
}

std::int64_t counterpart(const Trace& trace, StreamIndex stream, std::int64_t position, const Trace& other)
{
    const auto &ones = trace.input().streams, &others = other.input().streams;
    const auto s = static_cast<std::size_t>(stream);
    if (stream < 0 || s >= ones.size() || s >= others.size() || others[s].labels.empty())
        return 0;
    const auto size = [s](const auto& streams) {
        return static_cast<std::int64_t>(streams[s].labels.size());
    };
    if (const auto pairs =
            alignAxes(trace, positions(stream, size(ones)), other, positions(stream, size(others))))
        for (const TokenPair& pair : pairs->pairs)
            if (pair.first == position)
                return pair.second;
    return size(others) - 1;
}

} // namespace headlight
