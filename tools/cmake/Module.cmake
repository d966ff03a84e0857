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
  else()
    add_library(procledger_${name} INTERFACE)
    target_include_directories(procledger_${name} INTERFACE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(procledger_${name} INTERFACE ${ARG_DEPENDS} ${ARG_LIBRARIES})
  endif()
endfunction()
