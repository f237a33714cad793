// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/checkpoint.h"

namespace headlight {

/// One .safetensors file of any name, memory-mapped. Errors as for openCheckpoint().
[[nodiscard]] Result<std::shared_ptr<const Checkpoint>>
openSafetensorsFile(const std::filesystem::path& file);

} // namespace headlight
