# SPDX-License-Identifier: Apache-2.0
# The BPF toolchain, and procledger_bpf_object(<library> <source>... [SKELETON <name>] [DEFINES <macro>...]), which compiles every source
# alone, links them into one CO-RE object, and makes the skeleton header <name>.skel.h with the struct <name>_bpf by bpftool. A target that
# links <library> finds the header. Two objects in one program need two names; the default is procledger.
find_program(BPF_CLANG NAMES clang-19 REQUIRED)
find_program(BPF_STRIP NAMES llvm-strip-19 REQUIRED)
find_program(BPFTOOL NAMES bpftool PATHS /usr/sbin REQUIRED)

string(REPLACE "x86_64" "x86" bpf_arch ${CMAKE_SYSTEM_PROCESSOR})
string(REPLACE "aarch64" "arm64" bpf_arch ${bpf_arch})

function(procledger_bpf_object library)
  cmake_parse_arguments(ARG "" "SKELETON" "DEFINES" ${ARGN})
  if(NOT ARG_SKELETON)
    set(ARG_SKELETON procledger)
  endif()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${library})
  file(MAKE_DIRECTORY ${folder})
  list(TRANSFORM ARG_DEFINES PREPEND -D)
  set(objects)
  foreach(source ${ARG_UNPARSED_ARGUMENTS})
    get_filename_component(stem ${source} NAME_WE)
    set(object ${folder}/${stem}.bpf.o)
    add_custom_command(
      OUTPUT ${object}
      COMMAND
        ${BPF_CLANG} -target bpf -mcpu=v3 -O2 -g -std=gnu11 -Wall -Wextra -Werror -Wno-unused-parameter -Wno-missing-declarations
        -D__TARGET_ARCH_${bpf_arch} ${ARG_DEFINES} ${PROCLEDGER_PREFIX_MAP} -I${PROJECT_SOURCE_DIR}/vmlinux/x86_64 -I${PROJECT_SOURCE_DIR}/bpf -MD -MF ${object}.d -MT
        ${object} -c ${CMAKE_CURRENT_SOURCE_DIR}/${source} -o ${object}
      COMMAND ${BPF_STRIP} -g ${object}
      DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${source}
      DEPFILE ${object}.d
      COMMENT "BPF ${source}"
      VERBATIM)
    list(APPEND objects ${object})
  endforeach()
  set(linked ${folder}/${ARG_SKELETON}.linked.o)
  set(skeleton ${folder}/${ARG_SKELETON}.skel.h)
  add_custom_command(
    OUTPUT ${skeleton}
    COMMAND ${BPFTOOL} gen object ${linked} ${objects}
    COMMAND sh -c "'${BPFTOOL}' gen skeleton '${linked}' name ${ARG_SKELETON}_bpf > '${skeleton}.tmp' && mv '${skeleton}.tmp' '${skeleton}'"
    DEPENDS ${objects}
    COMMENT "BPF skeleton ${library}"
    VERBATIM)
  add_custom_target(${library}_skeleton DEPENDS ${skeleton})
  add_library(${library} INTERFACE)
  add_dependencies(${library} ${library}_skeleton)
  target_include_directories(${library} SYSTEM INTERFACE ${folder})
endfunction()
