// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/command.h"

#include "models/attention_file.h"

#include "formats/files.h"
#include "models/model.h"
#include "result/quote.h"

namespace headlight::app {

Outcome<std::filesystem::path> modelFolder(const Arguments& arguments, const Context& context)
{
    if (arguments.operands.empty())
        return wrongUsage("expected MODEL, found none");
    if (arguments.operands.size() > 1)
        return wrongUsage("expected one MODEL, found " + quote(arguments.operands[1]) + " too");
    const std::string& name = arguments.operands.front();
    if (name.empty())
        return wrongUsage("expected MODEL, found an empty name");
    const std::filesystem::path folder = resolveModel(name, context.resources);
    std::error_code ignored;
    if (name.find('/') == std::string::npos && !std::filesystem::exists(folder, ignored)) {
        std::string known;
        for (const auto& bundled : bundledModels(context.resources))
            known += (known.empty() ? "" : ", ") + bundled.filename().string();
        return fail(ErrorCode::NotFound,
                    "expected a model's folder or a bundled model (" + known + "), found neither", name);
    }
    if (isAttentionFile(folder)) // the one kind of model that is a file
        return folder;
    if (auto ok = requireFolder(folder); !ok)
        return tl::unexpected(ok.error());
    return folder;
}

} // namespace headlight::app
