# SPDX-License-Identifier: Apache-2.0
# Compiler settings of all C++ targets of the project: strict warnings, optional sanitizers and coverage. Warnings are errors in presets for
# development, and no errors in `release`, which may be built with an untested compiler.
add_library(procledger_options INTERFACE)
target_compile_options(
  procledger_options
  INTERFACE -Wall
            -Wextra
            -Wpedantic
            -Wshadow
            -Wconversion
            -Wsign-conversion
            -Wnon-virtual-dtor
            -Woverloaded-virtual
            -Wold-style-cast
            $<$<BOOL:${PROCLEDGER_WERROR}>:-Werror>
            # With optimization, GCC 12 reports false overruns and overlaps of temporary strings (GCC bugs 105329 and 105651).
            $<$<AND:$<CXX_COMPILER_ID:GNU>,$<NOT:$<CONFIG:Debug>>>:-Wno-array-bounds;-Wno-restrict>)
target_compile_options(procledger_options INTERFACE -pthread) # re2 needs the flag, and precompiled headers need the same flags everywhere
if(PROCLEDGER_SANITIZE)
  target_compile_options(procledger_options INTERFACE -fsanitize=${PROCLEDGER_SANITIZE} -fno-omit-frame-pointer
                                                      -fno-sanitize-recover=all)
  target_link_options(procledger_options INTERFACE -fsanitize=${PROCLEDGER_SANITIZE})
endif()
if(PROCLEDGER_COVERAGE)
  target_compile_options(procledger_options INTERFACE --coverage)
  target_link_options(procledger_options INTERFACE --coverage)
endif()
