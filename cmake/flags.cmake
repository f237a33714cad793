# SPDX-FileCopyrightText: 2026 Headlight authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Flags reach our targets through two interface targets, so that nothing leaks into what we install.

add_library(headlight_flags INTERFACE)
target_compile_options(headlight_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                                 -Wno-missing-field-initializers
                                                 # g++ 12 sees overlaps in std::string where there are none (GCC bug 105651).
                                                 $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(CMAKE_UNITY_BUILD)
    # A file that another one includes looks like a header to g++, and what is the file's own like everybody's.
    target_compile_options(headlight_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
if(HEADLIGHT_WERROR)
    target_compile_options(headlight_flags INTERFACE -Werror)
endif()
if(HEADLIGHT_SANITIZE)
    add_compile_options(-fsanitize=${HEADLIGHT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${HEADLIGHT_SANITIZE})
endif()

# Seventy programs of tests are linked with everything: faster linkers take a tenth to a quarter of ld's time.
include(CheckLinkerFlag)
foreach(linker lld gold)
    check_linker_flag(CXX -fuse-ld=${linker} HEADLIGHT_HAS_${linker})
    if(HEADLIGHT_HAS_${linker})
        add_link_options(-fuse-ld=${linker})
        break()
    endif()
endforeach()

# Arithmetic is compiled for AVX2 and FMA where the building machine has them, but tuned for no one
# processor: g++ 12's tuning for znver3 costs Eigen's products about 40 % (measured at 768 x 3072).
add_library(headlight_arithmetic INTERFACE)
include(CheckCXXSourceRuns)
set(CMAKE_REQUIRED_FLAGS "-march=x86-64-v3")
check_cxx_source_runs("int main() { return __builtin_cpu_supports(\"avx2\") && __builtin_cpu_supports(\"fma\") ? 0 : 1; }"
                      HEADLIGHT_HAS_X86_64_V3)
unset(CMAKE_REQUIRED_FLAGS)
if(HEADLIGHT_HAS_X86_64_V3)
    target_compile_options(headlight_arithmetic INTERFACE -march=x86-64-v3)
endif()
