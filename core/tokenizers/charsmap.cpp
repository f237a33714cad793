// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/charsmap.h"

#include "tokenizers/unicode.h"

#include <algorithm>
#include <utf8proc.h>

namespace headlight {

namespace {

// The largest that is known, NFKC with case folding, has 0.3 MB.
constexpr std::size_t kMaxBlobBytes = std::size_t{4} * 1024 * 1024;
constexpr int kMaxRulesOnAWay = 31;
constexpr int kMaxDepth = 256;
constexpr std::size_t kMaxClusterBytes = 6;

Result<std::string> decodeBase64(std::string_view base64)
{
    while (base64.ends_with('='))
        base64.remove_suffix(1);
    std::string bytes;
    bytes.reserve(base64.size() / 4 * 3 + 3);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : base64) {
        std::uint32_t value = 0;
        if (c >= 'A' && c <= 'Z')
            value = static_cast<std::uint32_t>(c - 'A');
        else if (c >= 'a' && c <= 'z')
            value = static_cast<std::uint32_t>(c - 'a') + 26;
        else if (c >= '0' && c <= '9')
            value = static_cast<std::uint32_t>(c - '0') + 52;
        else if (c == '+' || c == '/')
            value = c == '+' ? 62 : 63;
        else
            return fail(ErrorCode::BadFile, "expected base64, found other characters");
        bits = bits << 6 | value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes.push_back(static_cast<char>(static_cast<unsigned char>(bits >> count)));
        }
    }
    return bytes;
}

std::uint32_t littleEndian(std::string_view bytes, std::size_t at)
{
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i]));
    };
    return byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;
}

constexpr std::size_t kUnit = sizeof(std::uint32_t);

// A unit of the double array, as darts-clone packs it.
bool hasLeaf(std::uint32_t unit)
{
    return (unit >> 8 & 1) == 1;
}
std::uint32_t valueOf(std::uint32_t unit)
{
    return unit & 0x7FFFFFFF;
}
std::uint32_t labelOf(std::uint32_t unit)
{
    return unit & 0x800000FF;
}
std::uint32_t offsetOf(std::uint32_t unit)
{
    return (unit >> 10) << ((unit & 0x200) >> 6);
}

std::size_t clusterEnd(std::string_view text, std::size_t begin)
{
    utf8proc_int32_t state = 0;
    CodePoint previous = codePointAt(text, begin);
    std::size_t end = begin + previous.length;
    while (end < text.size()) {
        const CodePoint next = codePointAt(text, end);
        if (utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(previous.value),
                                             static_cast<utf8proc_int32_t>(next.value), &state))
            break;
        end += next.length;
        previous = next;
    }
    return end;
}

} // namespace

Result<Charsmap> Charsmap::fromBase64(std::string_view base64)
{
    if (base64.size() > kMaxBlobBytes / 3 * 4)
        return fail(ErrorCode::TooLarge, "expected a character map of at most 4 MiB, found more");
    auto blob = decodeBase64(base64);
    if (!blob)
        return tl::unexpected(std::move(blob.error()));
    return fromBytes(*blob);
}

Result<Charsmap> Charsmap::fromBytes(std::string_view blob)
{
    if (blob.empty()) // No rules: text stays as it is.
        return Charsmap{};
    if (blob.size() > kMaxBlobBytes)
        return fail(ErrorCode::TooLarge, "expected a character map of at most 4 MiB, found more");
    if (blob.size() <= kUnit)
        return fail(ErrorCode::BadFile,
                    "expected a character map, found " + std::to_string(blob.size()) + " bytes");
    const std::size_t trieBytes = littleEndian(blob, 0);
    if (trieBytes == 0 || trieBytes % kUnit != 0 || trieBytes > blob.size() - kUnit)
        return fail(ErrorCode::BadFile, "expected a character map's trie of at most " +
                                            std::to_string(blob.size() - kUnit) + " bytes, found " +
                                            std::to_string(trieBytes));
    Charsmap map;
    map.m_trie.resize(trieBytes / kUnit);
    for (std::size_t i = 0; i < map.m_trie.size(); ++i)
        map.m_trie[i] = littleEndian(blob, kUnit + i * kUnit);
    map.m_replacements = blob.substr(kUnit + trieBytes);
    if (const auto bad = firstInvalidUtf8(map.m_replacements))
        return fail(ErrorCode::BadFile,
                    "expected UTF-8 in a character map's replacements, found a wrong byte at " +
                        std::to_string(*bad));
    if (auto checked = map.check(); !checked)
        return tl::unexpected(std::move(checked.error()));
    return map;
}

std::string Charsmap::identity()
{
    // 256 units without a transition, and one empty replacement.
    constexpr std::size_t trieBytes = 256 * kUnit;
    std::string blob(kUnit + trieBytes + 1, '\0');
    blob[1] = static_cast<char>(trieBytes >> 8);
    return blob;
}

Result<void> Charsmap::check()
{
    // What is known of the state at a place of the array: how many rules a way from here passes at most.
    // States are shared (the trie is a DAWG), so each is looked at once. The walk keeps its own stack.
    constexpr int kUnknown = -1;
    constexpr int kOpen = -2;
    std::vector<int> rulesFrom(m_trie.size(), kUnknown);
    struct Visit
    {
        std::uint32_t state = 0;
        std::uint32_t nextLabel = 0;
        int most = 0;
    };
    const std::uint32_t root = offsetOf(m_trie[0]);
    if (root >= m_trie.size())
        return fail(ErrorCode::BadFile, "expected a character map's trie, found one that leaves its array");
    std::vector<Visit> way{{root}};
    rulesFrom[root] = kOpen;
    while (!way.empty()) {
        Visit& visit = way.back();
        if (visit.nextLabel == 256) {
            const int most = visit.most;
            rulesFrom[visit.state] = most;
            way.pop_back();
            if (!way.empty()) {
                // The label that led here was the one before the next.
                Visit& parent = way.back();
                const std::uint32_t unit = m_trie[parent.state ^ (parent.nextLabel - 1)];
                parent.most = std::max(parent.most, most + (hasLeaf(unit) ? 1 : 0));
            }
            continue;
        }
        const std::uint32_t label = visit.nextLabel++;
        const std::uint32_t child = visit.state ^ label;
        if (child >= m_trie.size())
            return fail(ErrorCode::BadFile,
                        "expected a character map's trie, found one that leaves its array");
        const std::uint32_t unit = m_trie[child];
        // The place itself is no transition: an array of zeros has one there that leads nowhere.
        if (labelOf(unit) != label || (label == 0 && unit == 0))
            continue;
        const std::uint32_t state = child ^ offsetOf(unit);
        if (state >= m_trie.size())
            return fail(ErrorCode::BadFile,
                        "expected a character map's trie, found one that leaves its array");
        if (hasLeaf(unit)) {
            const auto replacement = replacementAt(state);
            if (!replacement)
                return fail(ErrorCode::BadFile,
                            "expected a character map's replacement, found none at its place");
            m_growth = std::max(m_growth, replacement->size());
        }
        if (rulesFrom[state] == kOpen || way.size() >= kMaxDepth)
            return fail(ErrorCode::BadFile, "expected a character map's trie, found one without end");
        if (rulesFrom[state] >= 0) {
            visit.most = std::max(visit.most, rulesFrom[state] + (hasLeaf(unit) ? 1 : 0));
        } else {
            rulesFrom[state] = kOpen;
            way.push_back({state});
        }
    }
    if (rulesFrom[root] > kMaxRulesOnAWay)
        return fail(ErrorCode::BadFile,
                    "expected at most 31 rules of a character map to begin with each other, found " +
                        std::to_string(rulesFrom[root]));
    return {};
}

std::optional<std::string_view> Charsmap::replacementAt(std::uint32_t leaf) const
{
    const std::size_t place = valueOf(m_trie[leaf]);
    if (place >= m_replacements.size() || (static_cast<unsigned char>(m_replacements[place]) & 0xC0) == 0x80)
        return std::nullopt;
    const std::size_t end = m_replacements.find('\0', place);
    if (end == std::string::npos)
        return std::nullopt;
    return std::string_view(m_replacements).substr(place, end - place);
}

std::optional<std::string_view> Charsmap::replacementFor(std::string_view part) const
{
    if (m_trie.empty())
        return std::nullopt;
    std::uint32_t node = offsetOf(m_trie[0]);
    for (const char c : part) {
        const auto byte = static_cast<unsigned char>(c);
        node ^= byte;
        if (byte == 0 || node >= m_trie.size() || labelOf(m_trie[node]) != byte)
            return std::nullopt;
        const std::uint32_t unit = m_trie[node];
        node ^= offsetOf(unit);
        if (hasLeaf(unit))
            return replacementAt(node);
    }
    return std::nullopt;
}

AlignedText Charsmap::apply(const AlignedText& given) const
{
    const std::string_view text = given.text();
    AlignedText result;
    result.reserve(given.size());
    const auto replace = [&](std::size_t begin, std::size_t end) {
        const std::string_view part = text.substr(begin, end - begin);
        const auto replacement = replacementFor(part);
        if (!replacement)
            return false;
        if (*replacement == part)
            result.keep(given, begin, end);
        else
            result.put(*replacement, given.origin(begin, end));
        return true;
    };
    // A hostile map can make a book of a letter: the caller refuses a result that is over the limit.
    for (std::size_t begin = 0; begin < text.size() && result.size() <= kMaxTextBytes;) {
        const std::size_t end = clusterEnd(text, begin);
        if (end - begin >= kMaxClusterBytes || !replace(begin, end)) {
            for (std::size_t at = begin; at < end && result.size() <= kMaxTextBytes;) {
                const std::size_t next = at + codePointAt(text, at).length;
                if (!replace(at, next))
                    result.keep(given, at, next);
                at = next;
            }
        }
        begin = end;
    }
    return result;
}

} // namespace headlight
