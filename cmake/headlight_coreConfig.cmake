# SPDX-FileCopyrightText: 2026 Headlight authors
# SPDX-License-Identifier: GPL-3.0-or-later
# What the static library links; none of it is seen in its headers but tl::expected.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(tl-expected)
find_dependency(Eigen3)
find_dependency(nlohmann_json)
find_dependency(PkgConfig)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(SENTENCEPIECE REQUIRED IMPORTED_TARGET sentencepiece)
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)
include(${CMAKE_CURRENT_LIST_DIR}/headlight_core_targets.cmake)
