# SPDX-License-Identifier: Apache-2.0
# The commit of the sources, for build_info and --version; "unknown" outside a checkout.
execute_process(
  COMMAND git -C ${PROJECT_SOURCE_DIR} rev-parse --short=12 HEAD
  OUTPUT_VARIABLE PROCLEDGER_REVISION
  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT PROCLEDGER_REVISION)
  set(PROCLEDGER_REVISION unknown)
endif()
configure_file(${PROJECT_SOURCE_DIR}/tools/cmake/version.hpp.in ${PROJECT_BINARY_DIR}/generated/base/version.hpp @ONLY)
