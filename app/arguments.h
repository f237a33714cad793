// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Command-line arguments, as a table says. The table makes both the parser and the help, so that neither
// knows an option which the other does not.

#include "failure.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headlight::app {

struct Option
{
    std::string_view name;  ///< "--only"
    std::string_view value; ///< what help calls its value: "GLOB"; empty for a flag
    std::string_view help;
    std::string_view letter = {}; ///< "-o"
    bool repeatable = false;
};

using Options = std::vector<Option>;

/// `--name VALUE`, `--name=VALUE`, `-o VALUE`, in any order with the operands; what follows `--` is an
/// operand whatever it looks like. An option's value is the next argument even if that begins with a dash.
class Arguments
{
public:
    [[nodiscard]] static Outcome<Arguments> parse(const Options& options,
                                                  std::span<const std::string> arguments);

    [[nodiscard]] bool has(std::string_view name) const { return m_values.find(name) != m_values.end(); }
    /// The value, or nothing.
    [[nodiscard]] std::optional<std::string> value(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> values(std::string_view name) const;
    [[nodiscard]] Outcome<std::string> required(std::string_view name) const;
    /// One of @p words; @p absent without the option.
    [[nodiscard]] Outcome<std::string> word(std::string_view name, const std::vector<std::string_view>& words,
                                            std::string_view absent) const;
    /// A whole number from @p least to @p most; @p absent without the option.
    [[nodiscard]] Outcome<int> integer(std::string_view name, int absent, int least, int most) const;
    /// A number from @p least to @p most; @p absent without the option.
    [[nodiscard]] Outcome<double> number(std::string_view name, double absent, double least,
                                         double most) const;
    /// Whole numbers with commas between them; nothing without the option.
    [[nodiscard]] Outcome<std::optional<std::vector<int>>> integers(std::string_view name) const;

    /// Two numbers with a comma between them, the smaller one first; nothing without the option.
    [[nodiscard]] Outcome<std::optional<std::pair<double, double>>> range(std::string_view name) const;

    /// Refuses an option that makes no sense beside another.
    [[nodiscard]] Outcome<void> notTogether(std::string_view one, std::string_view other) const;

    /// What is no option: MODEL.
    std::vector<std::string> operands;

private:
    std::map<std::string, std::vector<std::string>, std::less<>> m_values;
};

/// The options as help lists them, wrapped to 80 columns.
[[nodiscard]] std::string optionsHelp(const Options& options);
/// Words wrapped to 80 columns, each line indented; lines that begin with a space stay as they are.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t indent);

} // namespace headlight::app
