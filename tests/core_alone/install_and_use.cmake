# SPDX-FileCopyrightText: 2026 Headlight authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs the core to a fresh prefix, builds main.cpp against it and runs it.
set(prefix ${BUILD}/installed)
set(user ${BUILD}/installed-user)
file(REMOVE_RECURSE ${prefix} ${user})
foreach(command "${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix}"
                "${CMAKE_COMMAND} -S ${SOURCE}/tests/core_alone -B ${user} -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH=${prefix}"
                "${CMAKE_COMMAND} --build ${user}" "${user}/core_alone ${SOURCE}")
    separate_arguments(words UNIX_COMMAND "${command}")
    execute_process(COMMAND ${words} COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
endforeach()
