// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/tensor_source.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace headlight {

/// Writes float32 tensors, sorted by name, to a .safetensors file, atomically and one tensor at a time.
[[nodiscard]] Result<void> writeSafetensors(const std::filesystem::path& file,
                                            std::vector<TensorSource> tensors,
                                            const std::map<std::string, std::string>& metadata = {});

} // namespace headlight
