// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

namespace headlight {

/// What a long analysis calls as it goes on, from whichever thread it runs in.
using AnalysisProgress = std::function<void(int done, int total)>;

} // namespace headlight
