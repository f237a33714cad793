// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/charsmap.h"

#include "tokenizers/unicode.h"

#include <utf8proc.h>

namespace headlight {

namespace {

constexpr std::size_t kMaxBlobBytes = std::size_t{16} * 1024 * 1024;
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
        return fail(ErrorCode::TooLarge, "expected a character map of at most 16 MiB, found more");
    auto blob = decodeBase64(base64);
    if (!blob)
        return tl::unexpected(std::move(blob.error()));
    return fromBytes(*blob);
}

Result<Charsmap> Charsmap::fromBytes(std::string_view blob)
{
    constexpr std::size_t kUnit = sizeof(std::uint32_t);
    if (blob.empty()) // No rules: text stays as it is.
        return Charsmap{};
    if (blob.size() < kUnit)
        return fail(ErrorCode::BadFile,
                    "expected a character map, found " + std::to_string(blob.size()) + " bytes");
    const std::size_t trieBytes = littleEndian(blob, 0);
    if (trieBytes % kUnit != 0 || trieBytes > blob.size() - kUnit)
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
    return map;
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
        if (!hasLeaf(unit))
            continue;
        if (node >= m_trie.size())
            return std::nullopt;
        const std::size_t place = valueOf(m_trie[node]);
        if (place >= m_replacements.size() ||
            (static_cast<unsigned char>(m_replacements[place]) & 0xC0) == 0x80)
            return std::nullopt;
        const std::string_view rest = std::string_view(m_replacements).substr(place);
        return rest.substr(0, rest.find('\0'));
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
