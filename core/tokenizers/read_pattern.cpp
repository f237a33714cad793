// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/read_pattern.h"

#include "tokenizers/json_node.h"

#include <utility>

namespace headlight {

Pattern readPattern(const JsonNode& node)
{
    if (node.isText()) // The first versions of the format had the plain string alone.
        return Pattern::literal(node.text());
    if (node.has("String"))
        return Pattern::literal(node.text("String"));
    auto pattern = Pattern::regex(node.text("Regex"));
    if (!pattern) {
        node.fail(pattern.error().code, pattern.error().message);
        return {};
    }
    return std::move(*pattern);
}

} // namespace headlight
