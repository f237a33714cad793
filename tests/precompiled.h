// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What nearly every test includes, compiled once for all of them: reading these headers is most of what
// compiling a test takes. Each test still includes what it uses.

#include "formats/npy.h"
#include "models/model.h"
#include "run/workers.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#ifdef QT_WIDGETS_LIB
#include "window/main_window.h"

#include <QtWidgets>
#endif
