// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace headlight {

/// Whether the person has switched animations off for the whole desktop, as far as its files tell: GTK's
/// settings (GNOME, Xfce) and KDE's. @p folder stands for the folder of settings in tests.
[[nodiscard]] bool desktopReducesMotion(const QString& folder = {});

} // namespace headlight
