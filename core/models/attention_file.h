// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Attention from elsewhere: a file of arrays, as a model whose program has only patterns. Whatever needs no
// more than patterns (heads, metrics, links, rollout, flow) works with it.
//
// .npy, or .npz or .safetensors with one array: [layer, head, query, key], also with a batch of which the
// first entry is taken: [layer, batch, head, query, key] (torch.stack of a model's attentions) or [1, layer,
// head, query, key]; [head, query, key] is one layer. .npz and .safetensors with several arrays: one a layer,
// [head, query, key] or [batch, head, query, key], in the order of the numbers in their names.
//
// The tokens are in a file beside it, NAME.json, NAME.txt, tokens.json or tokens.txt: a JSON list of strings
// (or an object that has one as "tokens"), or one token a line. Without one, positions are numbers.

#include "models/model.h"

namespace headlight {

/// Whether a path names a file of this kind, by its ending.
[[nodiscard]] bool isAttentionFile(const std::filesystem::path& file);

/// Errors: NotFound, BadFile, BadShape (what was expected, what was found, in which array), TooLarge,
/// Unsupported (queries and keys that are different positions).
[[nodiscard]] Result<ModelPtr> openAttentionFile(const std::filesystem::path& file);

} // namespace headlight
