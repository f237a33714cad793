// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "failure.h"
#include "models/model.h"

#include <string>

namespace headlight::app {

/// An image file as the model sees it. Needs no display and no application object.
[[nodiscard]] Outcome<TensorPtr> pixelsFromImage(const Model& model, const std::string& file);

} // namespace headlight::app
