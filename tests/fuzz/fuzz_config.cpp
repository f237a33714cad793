// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/config.h"

#include "fuzz.h"

#include <cmath>

using namespace headlight;

namespace {

void readAll(const Config& config, int depth)
{
    for (const char* key :
         {"a", "b", "hidden_size", "model_type", "id2label", "text_config", "layers", "eps"}) {
        (void)config.has(key);
        (void)config.isObject(key);
        (void)config.integer(key);
        require(config.positive(key, 100) >= 1 && config.positive(key, 100) <= 100);
        require(std::isfinite(config.number(key)));
        (void)config.flagOr(key, true);
        (void)config.text(key);
        (void)config.texts(key);
        (void)config.integers(key);
        (void)config.numbers(key);
        (void)config.textMap(key);
        if (depth > 0) {
            readAll(config.child(key), depth - 1);
            const auto children = config.children(key);
            if (!children.empty())
                readAll(children.front(), depth - 1);
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto config = Config::parse(textOf(data, size));
    if (!config) {
        requireOneLine(config.error().text());
        return 0;
    }
    readAll(*config, 1);
    require(config->error().has_value()); // no value has all types
    requireOneLine(config->error()->text());
    return 0;
}
