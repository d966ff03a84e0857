# SPDX-License-Identifier: Apache-2.0
# The hardening of every program in every build. Presets and packages add no other flags. tools/check_hardening reads a finished program and
# reports missing hardening; docs/architecture.md gives the reason for each flag.
include(CheckCXXSourceCompiles)

# PROCLEDGER_PREFIX_MAP: programs contain paths of sources relative to the top of the tree, and no folder of the machine of the build.
set(PROCLEDGER_PREFIX_MAP -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
cmake_path(IS_PREFIX PROJECT_SOURCE_DIR ${PROJECT_BINARY_DIR} NORMALIZE inside)
if(NOT inside)
  list(APPEND PROCLEDGER_PREFIX_MAP -ffile-prefix-map=${PROJECT_BINARY_DIR}=build)
endif()

add_library(procledger_hardening INTERFACE)
target_compile_options(
  procledger_hardening INTERFACE -fPIE -fstack-protector-strong -fstack-clash-protection ${PROCLEDGER_PREFIX_MAP}
                                 $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection=full>
                                 $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},aarch64>:-mbranch-protection=standard>)
target_compile_definitions(procledger_hardening INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(procledger_hardening INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--build-id)

# _FORTIFY_SOURCE needs the optimizer, which knows the sizes of objects. AddressSanitizer replaces the functions that _FORTIFY_SOURCE checks.
string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
if("${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}}" MATCHES "-O[1-9sg]" AND NOT PROCLEDGER_SANITIZE)
  set(CMAKE_REQUIRED_FLAGS "-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -Werror")
  check_cxx_source_compiles(
    "#include <cstring>
     #if !__has_builtin(__builtin_dynamic_object_size) || !__GLIBC_PREREQ(2, 35)
     #error this compiler and C library have no level 3
     #endif
     int main() {}"
    PROCLEDGER_FORTIFY_3)
  unset(CMAKE_REQUIRED_FLAGS)
  target_compile_options(procledger_hardening INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$<IF:$<BOOL:${PROCLEDGER_FORTIFY_3}>,3,2>)
endif()
target_link_libraries(procledger_options INTERFACE procledger_hardening)
