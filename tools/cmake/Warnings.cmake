# SPDX-License-Identifier: Apache-2.0
# Compiler settings of all our C++ targets: strict warnings that are errors, optional sanitizers and coverage.
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
            -Werror)
if(PROCLEDGER_SANITIZE)
  target_compile_options(procledger_options INTERFACE -fsanitize=${PROCLEDGER_SANITIZE} -fno-omit-frame-pointer
                                                      -fno-sanitize-recover=all)
  target_link_options(procledger_options INTERFACE -fsanitize=${PROCLEDGER_SANITIZE})
endif()
if(PROCLEDGER_COVERAGE)
  target_compile_options(procledger_options INTERFACE --coverage)
  target_link_options(procledger_options INTERFACE --coverage)
endif()
