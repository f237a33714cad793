# SPDX-FileCopyrightText: 2026 Headlight authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the other scripts: what Headlight needs on Debian 12, and how it is installed.

build_packages=(g++ cmake ninja-build pkg-config qt6-base-dev qt6-svg-dev qt6-tools-dev qt6-tools-dev-tools
    qt6-l10n-tools libqcustomplot-dev libeigen3-dev nlohmann-json3-dev libexpected-dev libpcre2-dev libutf8proc-dev
    libsentencepiece-dev libzip-dev zlib1g-dev libgl-dev fonts-inter fonts-dejavu-core fonts-wqy-microhei
    qt6-translations-l10n)
# What the presets asan, tsan and fuzz need besides.
sanitizer_packages=(clang libclang-rt-dev lld llvm)

# install_missing PACKAGE …: installs what is not there yet, and says what. Does nothing, at once, when all is there.
install_missing()
{
    local missing=() package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    if ! command -v apt-get >/dev/null; then
        echo "Headlight needs these packages (Debian's names), and apt-get is not here: ${missing[*]}" >&2
        return 1
    fi
    local sudo=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "Not root and no sudo; as root: apt-get install ${missing[*]}" >&2; return 1; }
        sudo=(sudo)
    fi
    echo "Installing: ${missing[*]}" >&2
    "${sudo[@]}" apt-get update -qq >&2
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# build_preset PRESET [TARGET …]: configures when needed and builds, quietly unless something is wrong.
build_preset()
{
    local preset=$1 log
    shift
    log=$(mktemp)
    [ -f "build/$preset/build.ninja" ] || echo "Configuring and building ($preset): some minutes the first time" >&2
    if ! { [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" "${configure_options[@]}"; } >"$log" 2>&1 ||
        ! cmake --build --preset "$preset" ${1:+--target "$@"} >>"$log" 2>&1; then
        grep -E 'error|Error|FAILED|warning' "$log" >&2 || tail -n 30 "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}
configure_options=()
