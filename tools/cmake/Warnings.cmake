# SPDX-License-Identifier: Apache-2.0
# Compiler settings of all our C++ targets: strict warnings, which are errors for who develops and not for who builds to run it with a
# compiler that we never saw; optional sanitizers and coverage.
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
            # GCC 12 takes what happens to temporary strings for overruns and overlaps when it optimizes (its bugs 105329 and 105651).
            $<$<AND:$<CXX_COMPILER_ID:GNU>,$<NOT:$<CONFIG:Debug>>>:-Wno-array-bounds;-Wno-restrict>)
target_compile_options(procledger_options INTERFACE -pthread) # re2 asks for it, and precompiled headers for one set of flags
if(PROCLEDGER_SANITIZE)
  target_compile_options(procledger_options INTERFACE -fsanitize=${PROCLEDGER_SANITIZE} -fno-omit-frame-pointer
                                                      -fno-sanitize-recover=all)
  target_link_options(procledger_options INTERFACE -fsanitize=${PROCLEDGER_SANITIZE})
endif()
if(PROCLEDGER_COVERAGE)
  target_compile_options(procledger_options INTERFACE --coverage)
  target_link_options(procledger_options INTERFACE --coverage)
endif()
