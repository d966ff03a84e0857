# SPDX-License-Identifier: Apache-2.0
# The BPF toolchain, and procledger_bpf_object(<name> <source>...): every source compiled alone, linked into one CO-RE object,
# and turned into the skeleton header <name>.skel.h by bpftool.
find_program(BPF_CLANG NAMES clang-19 REQUIRED)
find_program(BPF_STRIP NAMES llvm-strip-19 REQUIRED)
find_program(BPFTOOL NAMES bpftool PATHS /usr/sbin REQUIRED)

string(REPLACE "x86_64" "x86" bpf_arch ${CMAKE_SYSTEM_PROCESSOR})
string(REPLACE "aarch64" "arm64" bpf_arch ${bpf_arch})

function(procledger_bpf_object name)
  set(objects)
  foreach(source ${ARGN})
    get_filename_component(stem ${source} NAME_WE)
    set(object ${CMAKE_CURRENT_BINARY_DIR}/${stem}.bpf.o)
    add_custom_command(
      OUTPUT ${object}
      COMMAND
        ${BPF_CLANG} -target bpf -mcpu=v3 -O2 -g -std=gnu11 -Wall -Wextra -Werror -Wno-unused-parameter -Wno-missing-declarations
        -D__TARGET_ARCH_${bpf_arch} -I${PROJECT_SOURCE_DIR}/vmlinux/x86_64 -I${PROJECT_SOURCE_DIR}/bpf -MD -MF ${object}.d -MT
        ${object} -c ${CMAKE_CURRENT_SOURCE_DIR}/${source} -o ${object}
      COMMAND ${BPF_STRIP} -g ${object}
      DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${source}
      DEPFILE ${object}.d
      COMMENT "BPF ${source}"
      VERBATIM)
    list(APPEND objects ${object})
  endforeach()
  set(skeleton ${CMAKE_CURRENT_BINARY_DIR}/${name}.skel.h)
  add_custom_command(
    OUTPUT ${skeleton}
    COMMAND ${BPFTOOL} gen object ${CMAKE_CURRENT_BINARY_DIR}/${name}.linked.o ${objects}
    COMMAND sh -c "'${BPFTOOL}' gen skeleton '${CMAKE_CURRENT_BINARY_DIR}/${name}.linked.o' name ${name}_bpf > '${skeleton}.tmp' && mv '${skeleton}.tmp' '${skeleton}'"
    DEPENDS ${objects}
    COMMENT "BPF skeleton ${name}"
    VERBATIM)
  add_custom_target(${name}_skeleton DEPENDS ${skeleton})
  add_library(${name}_bpf INTERFACE)
  add_dependencies(${name}_bpf ${name}_skeleton)
  target_include_directories(${name}_bpf SYSTEM INTERFACE ${CMAKE_CURRENT_BINARY_DIR})
endfunction()
