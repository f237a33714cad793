// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Unicode's normal forms NFC, NFD, NFKC and NFKD (Unicode Standard Annex 15) on text that keeps its
// alignment. utf8proc knows how characters decompose and compose; it does not tell which came from where, so
// that the walk over the text is ours.

#include "tokenizers/aligned_text.h"

namespace headlight {

enum class NormalForm { C, D, KC, KD };

[[nodiscard]] AlignedText toNormalForm(const AlignedText& text, NormalForm form);

} // namespace headlight
