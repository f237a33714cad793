// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/pattern.h"

#include "result/quote.h"
#include "tokenizers/expression_syntax.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace headlight {

template <auto release>
struct ReleasePcre
{
    template <class T>
    void operator()(T* what) const
    {
        release(what);
    }
};

namespace {

constexpr std::size_t kMaxExpressionBytes = 64 * 1024;
// A sensible expression tries a few steps at each character, or as many as a run of spaces is long. These
// limits stop the ones that would try all ways to divide a text.
constexpr std::uint32_t kMaxSteps = 2'000'000;
constexpr std::uint32_t kMaxHeapKilobytes = 64 * 1024;
constexpr std::size_t kStartsPerCall = 64;
constexpr std::chrono::seconds kMaxTime{5};

using CompileContext = std::unique_ptr<pcre2_compile_context, ReleasePcre<pcre2_compile_context_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, ReleasePcre<pcre2_match_context_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, ReleasePcre<pcre2_match_data_free>>;

std::string messageOf(int code)
{
    std::array<PCRE2_UCHAR, 256> buffer{};
    pcre2_get_error_message(code, buffer.data(), buffer.size());
    return reinterpret_cast<const char*>(buffer.data());
}

std::size_t nextCharacter(std::string_view text, std::size_t at)
{
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80)
        ++at;
    return at;
}

} // namespace

struct Pattern::Code
{
    std::unique_ptr<pcre2_code, ReleasePcre<pcre2_code_free>> code;
};

Pattern::Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Pattern Pattern::literal(std::string text)
{
    Pattern pattern;
    pattern.m_literal = std::move(text);
    return pattern;
}

Result<Pattern> Pattern::regex(std::string_view expression)
{
    if (expression.size() > kMaxExpressionBytes)
        return fail(ErrorCode::TooLarge, "expected a regular expression of at most 65536 bytes, found " +
                                             std::to_string(expression.size()));
    auto translated = translateExpression(expression);
    if (!translated)
        return fail(ErrorCode::Unsupported, "expected a regular expression that PCRE2 can run, found " +
                                                translated.error().message + " in " + quote(expression));
    const CompileContext context(pcre2_compile_context_create(nullptr));
    if (!context)
        return fail(ErrorCode::TooLarge, "no memory for a regular expression");
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    int code = 0;
    PCRE2_SIZE place = 0;
    Pattern pattern;
    pattern.m_code = std::make_unique<Code>();
    pattern.m_code->code.reset(pcre2_compile(
        reinterpret_cast<PCRE2_SPTR>(translated->data()), translated->size(),
        PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT, &code,
        &place, context.get()));
    if (!pattern.m_code->code)
        return fail(ErrorCode::Unsupported, "expected a regular expression that PCRE2 can run, found " +
                                                quote(expression) + ": " + messageOf(code));
    return pattern;
}

Result<std::vector<Pattern::Match>> Pattern::findAll(std::string_view text) const
{
    std::vector<Match> matches;
    if (!m_code) {
        for (std::size_t at = 0; !m_literal.empty(); at += m_literal.size()) {
            at = text.find(m_literal, at);
            if (at == std::string_view::npos)
                break;
            matches.push_back({at, at + m_literal.size()});
        }
        return matches;
    }

    const MatchContext context(pcre2_match_context_create(nullptr));
    const MatchData data(pcre2_match_data_create(1, nullptr));
    if (!context || !data)
        return fail(ErrorCode::TooLarge, "no memory to run a regular expression");
    pcre2_set_match_limit(context.get(), kMaxSteps);
    pcre2_set_heap_limit(context.get(), kMaxHeapKilobytes);
    const auto start = std::chrono::steady_clock::now();
    std::size_t previousEnd = 0;
    std::size_t at = 0;
    while (at <= text.size()) {
        // The step limit counts anew for each start, so that only few starts are tried between two looks at
        // the clock. The subject is valid UTF-8, that is checked where text enters.
        const std::size_t lastStart = std::min(text.size(), at + kStartsPerCall);
        pcre2_set_offset_limit(context.get(), lastStart);
        const int found = pcre2_match(m_code->code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()),
                                      text.size(), at, PCRE2_NO_UTF_CHECK, data.get(), context.get());
        if (found < 0 && found != PCRE2_ERROR_NOMATCH)
            return fail(ErrorCode::BadInput, "the tokenizer's split expression gave up: " + messageOf(found));
        if (std::chrono::steady_clock::now() - start > kMaxTime)
            return fail(ErrorCode::BadInput, "the tokenizer's split expression takes too long for this text");
        if (found == PCRE2_ERROR_NOMATCH) {
            at = lastStart == text.size() ? text.size() + 1 : nextCharacter(text, lastStart);
            continue;
        }
        const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(data.get());
        const Match match{ends[0], ends[1]};
        if (match.begin > match.end || match.begin < previousEnd)
            return fail(ErrorCode::BadInput, "the tokenizer's split expression matches backwards");
        const bool empty = match.begin == match.end;
        // An empty match right after a match is the same place again.
        if (!empty || matches.empty() || match.begin != previousEnd)
            matches.push_back(match);
        previousEnd = match.end;
        at = empty ? nextCharacter(text, match.end) : match.end;
    }
    return matches;
}

} // namespace headlight
