// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/metaspace.h"

#include "result/quote.h"
#include "tokenizers/json_node.h"
#include "tokenizers/unicode.h"

namespace headlight {

Metaspace readMetaspaceOptions(const JsonNode& node)
{
    Metaspace metaspace;
    metaspace.replacement = node.text("replacement", metaspace.replacement);
    if (metaspace.replacement.empty() ||
        codePointAt(metaspace.replacement, 0).length != metaspace.replacement.size())
        node.fail(ErrorCode::BadFile,
                  "expected one character as replacement, found " + quote(metaspace.replacement));
    const bool addsSpace = node.flag("add_prefix_space", true);
    const std::string scheme = node.text("prepend_scheme", addsSpace ? "always" : "never");
    if (scheme == "always")
        metaspace.prepend = Metaspace::Prepend::Always;
    else if (scheme == "first")
        metaspace.prepend = Metaspace::Prepend::First;
    else if (scheme == "never")
        metaspace.prepend = Metaspace::Prepend::Never;
    else
        node.fail(ErrorCode::Unsupported,
                  "expected always, first or never, found prepend_scheme " + quote(scheme));
    metaspace.split = node.flag("split", true);
    return metaspace;
}

} // namespace headlight
