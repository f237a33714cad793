// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "command_line.h"

int main(int argc, char* argv[])
{
    return headlight::app::runCommandLine(argc, argv);
}
