// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/expression_syntax.h"

#include <algorithm>
#include <array>
#include <utility>

namespace headlight {

namespace {

constexpr std::string_view kSpaceRanges =
    R"(\x09-\x0d\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";
// That some of Latin-1's fractions and superscripts are word characters, but no other numbers of their
// category, is Oniguruma's own way.
constexpr std::string_view kWordRanges =
    R"(\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\x{b2}\x{b3}\x{b9}\x{bc}-\x{be}\x{24b6}-\x{24e9})"
    R"(\x{1f130}-\x{1f149}\x{1f150}-\x{1f169}\x{1f170}-\x{1f189})";
constexpr std::string_view kNotSpaceRanges =
    R"(\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027})"
    R"(\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{10ffff})";
constexpr std::string_view kHexRanges = "0-9a-fA-F";

struct PropertyName
{
    std::string_view theirs; ///< of properties in lower case, without spaces, hyphens and underscores
    std::string_view ours;
};

constexpr std::array kPropertyNames = {
    PropertyName{"letter", "L"},
    PropertyName{"uppercaseletter", "Lu"},
    PropertyName{"lowercaseletter", "Ll"},
    PropertyName{"titlecaseletter", "Lt"},
    PropertyName{"modifierletter", "Lm"},
    PropertyName{"otherletter", "Lo"},
    PropertyName{"mark", "M"},
    PropertyName{"nonspacingmark", "Mn"},
    PropertyName{"spacingmark", "Mc"},
    PropertyName{"enclosingmark", "Me"},
    PropertyName{"number", "N"},
    PropertyName{"decimalnumber", "Nd"},
    PropertyName{"letternumber", "Nl"},
    PropertyName{"othernumber", "No"},
    PropertyName{"punctuation", "P"},
    PropertyName{"connectorpunctuation", "Pc"},
    PropertyName{"dashpunctuation", "Pd"},
    PropertyName{"openpunctuation", "Ps"},
    PropertyName{"closepunctuation", "Pe"},
    PropertyName{"initialpunctuation", "Pi"},
    PropertyName{"finalpunctuation", "Pf"},
    PropertyName{"otherpunctuation", "Po"},
    PropertyName{"symbol", "S"},
    PropertyName{"mathsymbol", "Sm"},
    PropertyName{"currencysymbol", "Sc"},
    PropertyName{"modifiersymbol", "Sk"},
    PropertyName{"othersymbol", "So"},
    PropertyName{"separator", "Z"},
    PropertyName{"spaceseparator", "Zs"},
    PropertyName{"lineseparator", "Zl"},
    PropertyName{"paragraphseparator", "Zp"},
    PropertyName{"other", "C"},
    PropertyName{"control", "Cc"},
    PropertyName{"format", "Cf"},
    PropertyName{"digit", "Nd"},
    // A script's bare name would mean its script extensions too.
    PropertyName{"arabic", "sc:Arabic"},
    PropertyName{"armenian", "sc:Armenian"},
    PropertyName{"bengali", "sc:Bengali"},
    PropertyName{"cyrillic", "sc:Cyrillic"},
    PropertyName{"devanagari", "sc:Devanagari"},
    PropertyName{"georgian", "sc:Georgian"},
    PropertyName{"greek", "sc:Greek"},
    PropertyName{"gujarati", "sc:Gujarati"},
    PropertyName{"gurmukhi", "sc:Gurmukhi"},
    PropertyName{"han", "sc:Han"},
    PropertyName{"hangul", "sc:Hangul"},
    PropertyName{"hebrew", "sc:Hebrew"},
    PropertyName{"hiragana", "sc:Hiragana"},
    PropertyName{"kannada", "sc:Kannada"},
    PropertyName{"katakana", "sc:Katakana"},
    PropertyName{"khmer", "sc:Khmer"},
    PropertyName{"lao", "sc:Lao"},
    PropertyName{"latin", "sc:Latin"},
    PropertyName{"malayalam", "sc:Malayalam"},
    PropertyName{"mongolian", "sc:Mongolian"},
    PropertyName{"myanmar", "sc:Myanmar"},
    PropertyName{"sinhala", "sc:Sinhala"},
    PropertyName{"tamil", "sc:Tamil"},
    PropertyName{"telugu", "sc:Telugu"},
    PropertyName{"thai", "sc:Thai"},
    PropertyName{"tibetan", "sc:Tibetan"},
    PropertyName{"alnum", "Xan"},
    PropertyName{"alpha", "Alphabetic"},
    PropertyName{"upper", "Uppercase"},
    PropertyName{"lower", "Lowercase"},
    PropertyName{"punct", "P"},
    PropertyName{"space", "White_Space"},
};

/// What [:alpha:] … stand for within a character class.
constexpr std::array kPosixClasses = {
    PropertyName{"[:alnum:]", R"(\p{Alphabetic}\p{Nd})"},
    PropertyName{"[:alpha:]", R"(\p{Alphabetic})"},
    PropertyName{"[:digit:]", R"(\p{Nd})"},
    PropertyName{"[:lower:]", R"(\p{Lowercase})"},
    PropertyName{"[:punct:]", R"(\p{P}\p{S})"},
    PropertyName{"[:space:]", kSpaceRanges},
    PropertyName{"[:upper:]", R"(\p{Uppercase})"},
    PropertyName{"[:word:]", kWordRanges},
    PropertyName{"[:xdigit:]", kHexRanges},
};

std::string propertyName(std::string_view name)
{
    std::string plain;
    for (const char c : name) {
        if (c != ' ' && c != '-' && c != '_')
            plain.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    }
    for (const PropertyName& known : kPropertyNames) {
        if (known.theirs == plain)
            return std::string(known.ours);
    }
    return std::string(name);
}

/// Walks through an expression once and writes what PCRE2 should read.
class Translator
{
public:
    explicit Translator(std::string_view expression)
        : m_in(expression)
    {
    }

    Result<std::string> run()
    {
        while (m_at < m_in.size()) {
            const char c = m_in[m_at];
            if (c == '\\') {
                escape();
            } else if (m_inClass) {
                if (auto error = classCharacter(c); !error)
                    return tl::unexpected(std::move(error.error()));
            } else {
                m_out.push_back(c);
                ++m_at;
                if (c == '[')
                    beginClass();
            }
        }
        return std::move(m_out);
    }

private:
    void beginClass()
    {
        m_inClass = true;
        if (m_at < m_in.size() && m_in[m_at] == '^')
            m_out.push_back(m_in[m_at++]);
        if (m_at < m_in.size() && m_in[m_at] == ']') { // A bracket that comes first stands for itself.
            m_out += "\\]";
            ++m_at;
        }
    }

    Result<void> classCharacter(char c)
    {
        if (c == '[') {
            const std::size_t close =
                m_in.substr(m_at, 2) == "[:" ? m_in.find(":]", m_at + 2) : std::string_view::npos;
            if (close == std::string_view::npos)
                return fail(ErrorCode::Unsupported, "a character class within a character class");
            const std::string_view name = m_in.substr(m_at, close + 2 - m_at);
            const auto* known = std::find_if(kPosixClasses.begin(), kPosixClasses.end(),
                                             [&](const PropertyName& posix) { return posix.theirs == name; });
            m_out += known != kPosixClasses.end() ? known->ours : name;
            m_at = close + 2;
            return {};
        }
        if (m_in.substr(m_at, 2) == "&&")
            return fail(ErrorCode::Unsupported, "an intersection (&&) of character classes");
        if (c == ']')
            m_inClass = false;
        m_out.push_back(c);
        ++m_at;
        return {};
    }

    void putRanges(std::string_view ranges, bool negated)
    {
        if (m_inClass) {
            m_out += ranges;
            return;
        }
        m_out += negated ? "[^" : "[";
        m_out += ranges;
        m_out.push_back(']');
    }

    void escape()
    {
        const char next = m_at + 1 < m_in.size() ? m_in[m_at + 1] : '\0';
        const auto ranges = [next]() -> std::string_view {
            switch (next) {
            case 's':
            case 'S':
                return kSpaceRanges;
            case 'w':
            case 'W':
                return kWordRanges;
            case 'h':
            case 'H':
                return kHexRanges;
            default:
                return {};
            }
        }();
        const bool negated = next >= 'A' && next <= 'Z';
        if (next == 'S' && m_inClass) {
            m_out += kNotSpaceRanges;
            m_at += 2;
        } else if (next == 'v') {
            m_out += R"(\x0b)";
            m_at += 2;
        } else if (!ranges.empty() && !(negated && m_inClass)) {
            putRanges(ranges, negated);
            m_at += 2;
        } else if ((next == 'p' || next == 'P') && m_in.substr(m_at + 2, 1) == "{") {
            property();
        } else if ((next == 'b' || next == 'B') && !m_inClass) {
            wordBoundary(next == 'B');
            m_at += 2;
        } else if (next == 'u' && m_in.size() - m_at >= 6) {
            m_out += "\\x{";
            m_out.append(m_in, m_at + 2, 4);
            m_out.push_back('}');
            m_at += 6;
        } else {
            m_out.append(m_in, m_at, 2);
            m_at += 2;
        }
    }

    void wordBoundary(bool negated)
    {
        const std::string word = "[" + std::string(kWordRanges) + "]";
        const std::string here = "(?=" + word + ")";
        const std::string notHere = "(?!" + word + ")";
        m_out += "(?:(?<=" + word + ")" + (negated ? here : notHere);
        m_out += "|(?<!" + word + ")" + (negated ? notHere : here) + ")";
    }

    void property()
    {
        const std::size_t close = m_in.find('}', m_at);
        if (close == std::string_view::npos) {
            m_out.append(m_in, m_at, 3); // PCRE2 will say that the brace is missing.
            m_at += 3;
            return;
        }
        std::string_view name = m_in.substr(m_at + 3, close - m_at - 3);
        m_out.append(m_in, m_at, 3);
        if (name.starts_with('^')) {
            m_out.push_back('^');
            name.remove_prefix(1);
        }
        m_out += propertyName(name);
        m_out.push_back('}');
        m_at = close + 1;
    }

    std::string_view m_in;
    std::string m_out;
    std::size_t m_at = 0;
    bool m_inClass = false;
};

} // namespace

Result<std::string> translateExpression(std::string_view expression)
{
    return Translator(expression).run();
}

} // namespace headlight
