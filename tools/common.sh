# SPDX-License-Identifier: Apache-2.0
# Functions of the scripts in this folder, which source this file.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export PATH="$PATH:/usr/sbin:/sbin" # bpftool

# ccache, if it is installed, keeps objects that another checkout of the same tree has compiled.
if command -v ccache >/dev/null; then
  export CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER-ccache} CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=yes
  export CCACHE_SLOPPINESS=pch_defines,time_macros # for the tests, which precompile headers
fi

say() { printf '%s\n' "$*"; }

die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# CPU seconds of an average step of a build, on a machine that takes $probe_reference ms for the probe.
declare -A step_seconds=([release]=4 [bench]=4)
probe_reference=900

# The time that this machine needs to compile a short text with common headers, in ms.
probe_ms() {
  local started=${EPOCHREALTIME//[.,]/}
  printf '#include <%s>\n' algorithm functional map regex string vector | g++ -std=c++20 -fsyntax-only -x c++ - 2>/dev/null || true
  echo $(((${EPOCHREALTIME//[.,]/} - started) / 1000))
}

# in_words <seconds>: a rounded duration for a reader.
in_words() {
  if (($1 < 90)); then
    echo "$((($1 + 9) / 10 * 10)) s"
  else
    echo "$((($1 + 30) / 60)) minutes"
  fi
}

clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# show_progress <preset> <ms>: copies the output of ninja. The standard error gets an estimate of the duration, from the ms of the probe (0:
# unknown), and the progress: one line that is updated on a terminal, else a line every 20 s (PROGRESS_SECONDS).
show_progress() {
  local preset=$1 probe=$2 interval=${PROGRESS_SECONDS:-20} clear='' line='' part status begun=$SECONDS shown=$SECONDS finished=0 steps=0 expected=0 elapsed left
  [[ ! -t 2 ]] || interval=1 clear=$'\r\e[K'
  while :; do
    status=0
    IFS= read -r -t 1 part || status=$?
    line+=$part
    if ((status == 0)); then
      printf '%s\n' "$line"
      [[ $line =~ ^\[([1-9][0-9]*)/([0-9]+)\] ]] && finished=${BASH_REMATCH[1]} steps=${BASH_REMATCH[2]}
      line=
    elif ((status <= 128)); then # the end of the input, not the timeout of one second
      break
    fi
    ((steps > 0)) || continue
    if ((expected == 0 && probe > 0)); then
      expected=$((steps * ${step_seconds[$preset]:-3} * probe / probe_reference / $(nproc) + 1))
      printf '%s%s: %d steps, about %s%s\n' "$clear" "$preset" "$steps" "$(in_words "$expected")" \
        "${CMAKE_CXX_COMPILER_LAUNCHER:+, less with objects from $CMAKE_CXX_COMPILER_LAUNCHER}" >&2
    fi
    ((SECONDS - shown >= interval)) || continue
    shown=$SECONDS elapsed=$((SECONDS - begun))
    # At the start the estimate counts, at the end the measured time.
    left=$(((steps - finished) * (expected * (steps - finished) / steps + elapsed) / steps))
    printf '%s%s: %d of %d steps, %d %%, %s so far, about %s left%s' "$clear" "$preset" "$finished" "$steps" $((100 * finished / steps)) \
      "$(clock "$elapsed")" "$(clock "$left")" "${clear:+ }" >&2
    [[ -n $clear ]] || echo >&2
  done
  printf '%s' "$line"
  printf '%s' "$clear" >&2
}

# build_preset <preset> [target...]: configures and builds the preset, with an estimate, the progress, and the errors if the build fails.
build_preset() (
  preset=$1 log=$root/build/$1.log started=$SECONDS probe=0 failed=
  shift
  set -- cmake --build --preset "$preset" ${1:+--target "$@"}
  mkdir -p "$root/build"
  say "building $preset ..."
  cd "$root"
  [[ -e build/$preset/.ninja_log ]] || probe=$(probe_ms)
  if cmake --preset "$preset" >"$log" 2>&1; then
    "$@" 2>&1 | show_progress "$preset" "$probe" >>"$log" || failed=yes
  else
    failed=yes
  fi
  if [[ -n $failed ]]; then
    grep -E -A12 'FAILED|error|Error' "$log" | grep -v '^/usr/bin' | cut -c1-300 | head -n 80 >&2 || true
    printf 'building %s failed; the whole output is in %s\n' "$preset" "$log" >&2
    return 1
  fi
  say "built $preset in $((SECONDS - started)) s"
)

# format_sources <clang-format argument...>: runs clang-format over all C and C++ of the current folder, with the style of each folder.
format_sources() {
  find src bpf tests tools -type f \( -name '*.cpp' -o -name '*.hpp' -o -name '*.c' -o -name '*.h' \) -print0 |
    xargs -0 -r clang-format-19 "$@"
}
