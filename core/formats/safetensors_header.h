// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Internal to core/formats. A safetensors file is: the header's length (8 bytes, little-endian), the header
// (a JSON object: tensor name → {dtype, shape, data_offsets}), and the data, which the tensors cover without
// overlaps and holes.

#include "formats/checkpoint.h"
#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

struct SafetensorsEntry
{
    Checkpoint::Entry entry;
    std::uint64_t begin = 0; ///< first byte, counted from the start of the data
    std::uint64_t end = 0;   ///< behind the last byte
};

struct SafetensorsHeader
{
    std::vector<SafetensorsEntry> entries; ///< sorted by name
    std::map<std::string, std::string> metadata;
    std::size_t dataBegin = 0; ///< where in the file the data starts
};

/// Parses and checks the header of a whole file. @p where names the file in errors.
[[nodiscard]] Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view file,
                                                               const std::string& where);

/// The weight_map of a model.safetensors.index.json: tensor name → the shard that has it. Shards are plain
/// file names, never paths.
[[nodiscard]] Result<std::map<std::string, std::string>> parseSafetensorsIndex(std::string_view bytes,
                                                                               const std::string& where);

} // namespace headlight
