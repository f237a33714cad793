// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A model's config.json. Getters never fail half-way: one that does not find what it expects gives a harmless
// value (0, 1, empty) and records what was wrong; the first such error stays. So a family reads all keys it
// needs in a row, and asks error() once before it builds anything.

#include "result/result.h"

#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

class Config
{
public:
    /// config.json of a model's folder.
    [[nodiscard]] static Result<Config> read(const std::filesystem::path& folder);
    /// Another JSON file with an object, such as preprocessor_config.json.
    [[nodiscard]] static Result<Config> readFile(const std::filesystem::path& file);
    /// @p name stands for the file in errors.
    [[nodiscard]] static Result<Config> parse(std::string_view bytes,
                                              const std::string& name = "config.json");

    /// Whether the key is there; null counts as absent, as the hub's configs use it so.
    [[nodiscard]] bool has(std::string_view key) const;
    /// Whether the key is there and a list; some keys are a list in one file and a number in another.
    [[nodiscard]] bool isList(std::string_view key) const;
    /// Whether the key holds an object, for keys that may also be a plain value.
    [[nodiscard]] bool isObject(std::string_view key) const;

    /// A whole number that fits an int (2.0 is one); 0 on failure. The one with Or gives @p absent without
    /// the key.
    [[nodiscard]] int integer(std::string_view key) const;
    [[nodiscard]] int integerOr(std::string_view key, int absent) const;
    /// A whole number from 1 to @p most: sizes, counts; 1 on failure.
    [[nodiscard]] int positive(std::string_view key, int most = std::numeric_limits<int>::max()) const;
    [[nodiscard]] int positiveOr(std::string_view key, int absent,
                                 int most = std::numeric_limits<int>::max()) const;
    /// A finite number; 0 on failure.
    [[nodiscard]] double number(std::string_view key) const;
    [[nodiscard]] double numberOr(std::string_view key, double absent) const;
    [[nodiscard]] bool flagOr(std::string_view key, bool absent) const;
    [[nodiscard]] std::string text(std::string_view key) const;
    [[nodiscard]] std::string textOr(std::string_view key, std::string absent) const;

    /// Lists; the whole list must be of the type.
    [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
    [[nodiscard]] std::vector<std::string> textsOr(std::string_view key,
                                                   std::vector<std::string> absent) const;
    [[nodiscard]] std::vector<int> integers(std::string_view key) const;
    [[nodiscard]] std::vector<int> integersOr(std::string_view key, std::vector<int> absent) const;
    [[nodiscard]] std::vector<double> numbers(std::string_view key) const;
    [[nodiscard]] std::vector<double> numbersOr(std::string_view key, std::vector<double> absent) const;

    /// What is written as text in an object (id2label); empty without the key.
    [[nodiscard]] std::map<std::string, std::string> textMap(std::string_view key) const;
    /// An object within this one (text_config, rope_scaling). It shares this one's error.
    [[nodiscard]] Config child(std::string_view key) const;
    /// The objects of a list; empty without the key.
    [[nodiscard]] std::vector<Config> children(std::string_view key) const;

    /// Records an error of the family's own about a key ("expected a multiple of num_attention_heads, found
    /// 10").
    void refuse(std::string_view key, std::string message) const;

    /// The first error of all getters of the file so far.
    [[nodiscard]] const std::optional<Error>& error() const;

private:
    struct Document;
    struct Node;
    explicit Config(std::shared_ptr<const Node> node);

    std::shared_ptr<const Node> m_node;
};

} // namespace headlight
