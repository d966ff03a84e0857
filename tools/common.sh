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

# CPU seconds of an average step of a build, on a machine that takes $probe_reference ms for the probe.
declare -A step_seconds=([release]=4 [bench]=4)
probe_reference=900

# What this machine takes for a piece of what compilers do all the time, in ms.
probe_ms() {
  local started=${EPOCHREALTIME//[.,]/}
  printf '#include <%s>\n' algorithm functional map regex string vector | g++ -std=c++20 -fsyntax-only -x c++ - 2>/dev/null || true
  echo $(((${EPOCHREALTIME//[.,]/} - started) / 1000))
}

# in_words <seconds>: as people say it.
in_words() {
  if (($1 < 90)); then
    echo "$((($1 + 9) / 10 * 10)) s"
  else
    echo "$((($1 + 30) / 60)) minutes"
  fi
}

clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# show_progress <preset> <ms>: passes on what ninja says. On the standard error: how long it may take, by what the probe took (0: that is
# not known), and how far it is. There it is one line that is kept up to date if that is a terminal, else a line every 20 s (PROGRESS_SECONDS).
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
    elif ((status <= 128)); then # the end, and not the second that was waited for
      break
    fi
    ((steps > 0)) || continue
    if ((expected == 0 && probe > 0)); then
      expected=$((steps * ${step_seconds[$preset]:-3} * probe / probe_reference / $(nproc) + 1))
      printf '%s%s: %d steps, about %s%s\n' "$clear" "$preset" "$steps" "$(in_words "$expected")" \
        "${CMAKE_CXX_COMPILER_LAUNCHER:+, less with what $CMAKE_CXX_COMPILER_LAUNCHER has}" >&2
    fi
    ((SECONDS - shown >= interval)) || continue
    shown=$SECONDS elapsed=$((SECONDS - begun))
    # First what was expected counts, and in the end what it took.
    left=$(((steps - finished) * (expected * (steps - finished) / steps + elapsed) / steps))
    printf '%s%s: %d of %d steps, %d %%, %s so far, about %s left%s' "$clear" "$preset" "$finished" "$steps" $((100 * finished / steps)) \
      "$(clock "$elapsed")" "$(clock "$left")" "${clear:+ }" >&2
    [[ -n $clear ]] || echo >&2
  done
  printf '%s' "$line"
  printf '%s' "$clear" >&2
}

# build_preset <preset> [target...]: configures and builds it, and says how long that may take, how far it is, and more if it fails.
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
    printf 'building %s failed; all of it is in %s\n' "$preset" "$log" >&2
    return 1
  fi
  say "built $preset in $((SECONDS - started)) s"
)

# format_sources <clang-format argument...>: over all C and C++ of the current folder, each file in the style of its folder.
format_sources() {
  find src bpf tests tools -type f \( -name '*.cpp' -o -name '*.hpp' -o -name '*.c' -o -name '*.h' \) -print0 |
    xargs -0 -r clang-format-19 "$@"
}
