# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts beside it: sourced, never run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export PATH="$PATH:/usr/sbin:/sbin" # bpftool

# A compiler cache is used where one is installed: what another checkout of the same tree has compiled is not compiled again.
if command -v ccache >/dev/null; then
  export CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER-ccache} CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=yes
  export CCACHE_SLOPPINESS=pch_defines,time_macros # for the tests, which precompile headers
fi

say() { printf '%s\n' "$*"; }

die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# build_preset <preset> [target...]: configures and builds it, quietly unless it fails.
build_preset() {
  local preset=$1 log=$root/build/$1.log started=$SECONDS
  shift
  mkdir -p "$root/build"
  say "building $preset ..."
  if ! (cd "$root" && cmake --preset "$preset" && cmake --build --preset "$preset" ${1:+--target "$@"}) >"$log" 2>&1; then
    grep -E -A12 'FAILED|error|Error' "$log" | grep -v '^/usr/bin' | cut -c1-300 | head -n 80 >&2 || true
    printf 'building %s failed; all of it is in %s\n' "$preset" "$log" >&2
    return 1
  fi
  say "built $preset in $((SECONDS - started)) s"
}

# format_sources <clang-format argument...>: over all C and C++ of the current folder, each file in the style of its folder.
format_sources() {
  find src bpf tests tools -type f \( -name '*.cpp' -o -name '*.hpp' -o -name '*.c' -o -name '*.h' \) -print0 |
    xargs -0 -r clang-format-19 "$@"
}
