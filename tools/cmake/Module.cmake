# SPDX-License-Identifier: Apache-2.0
# procledger_module(<name> [DEPENDS <module>...] [LIBRARIES <target>...]): one static library per folder of src/.
# DEPENDS must agree with the layer table in docs/architecture.md; tools/check_layers compares the includes with it.
function(procledger_module name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(TRANSFORM ARG_DEPENDS PREPEND procledger_)
  if(sources)
    add_library(procledger_${name} STATIC ${sources})
    target_include_directories(procledger_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(procledger_${name} PUBLIC ${ARG_DEPENDS} ${ARG_LIBRARIES} PRIVATE procledger_options)
    procledger_precompile(procledger_${name})
    procledger_unity(procledger_${name})
  else()
    add_library(procledger_${name} INTERFACE)
    target_include_directories(procledger_${name} INTERFACE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(procledger_${name} INTERFACE ${ARG_DEPENDS} ${ARG_LIBRARIES})
  endif()
endfunction()

# procledger_unity(<target>): compiles PROCLEDGER_UNITY sources of the target together, because headers, which all sources read, take most of
# the time. So no two sources of a folder may have the same name in an anonymous namespace. GCC treats an included source as a header and
# warns of classes with members of anonymous types.
function(procledger_unity target)
  if(PROCLEDGER_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${PROCLEDGER_UNITY})
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
endfunction()

# procledger_precompiled(<name> [<library>...] HEADERS <header>...): precompiles headers for targets that link these libraries.
function(procledger_precompiled name)
  cmake_parse_arguments(ARG "" "" "HEADERS" ${ARGN})
  file(WRITE ${PROJECT_BINARY_DIR}/generated/pch.cpp "")
  add_library(${name} OBJECT ${PROJECT_BINARY_DIR}/generated/pch.cpp)
  target_link_libraries(${name} PRIVATE ${ARG_UNPARSED_ARGUMENTS} procledger_options)
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
endfunction()

# procledger_precompile(<target>): precompiles the headers of the standard library that half of all sources read. Not with a compiler cache,
# which is faster without. clang-tidy reads every source without precompiled headers (tools/run_tidy), and so reports a missing include.
function(procledger_precompile target)
  if(NOT PROCLEDGER_PCH OR CMAKE_CXX_COMPILER_LAUNCHER)
    return()
  endif()
  if(NOT TARGET procledger_pch)
    procledger_precompiled(
      procledger_pch
      HEADERS
      <algorithm>
      <array>
      <chrono>
      <cstdint>
      <functional>
      <map>
      <memory>
      <optional>
      <set>
      <span>
      <string>
      <string_view>
      <unordered_map>
      <utility>
      <vector>
      <tl/expected.hpp>)
  endif()
  target_precompile_headers(${target} REUSE_FROM procledger_pch)
endfunction()

# procledger_program(<target>): an executable in the top folder of the build. With PROCLEDGER_SPLIT_DEBUG its symbols and debug info are in
# <target>.debug beside the program; gdb, perf and coredumpctl find the file by the link in the program.
function(procledger_program target)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
  if(NOT PROCLEDGER_SPLIT_DEBUG)
    return()
  endif()
  add_custom_command(
    TARGET ${target}
    POST_BUILD
    COMMAND ${CMAKE_OBJCOPY} --only-keep-debug --compress-debug-sections ${target} ${target}.debug
    COMMAND ${CMAKE_OBJCOPY} --strip-all --add-gnu-debuglink=${target}.debug ${target}
    BYPRODUCTS ${PROJECT_BINARY_DIR}/${target}.debug
    WORKING_DIRECTORY ${PROJECT_BINARY_DIR}
    VERBATIM)
endfunction()
