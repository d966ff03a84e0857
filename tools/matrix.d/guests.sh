# SPDX-License-Identifier: Apache-2.0
# Run rows: in guests under software emulation, one guest per CPU at a time, and on this machine.

results=$root/build/test-results
declare -A initramfs_of=()
trap end_guests EXIT

# The process ids are those of jobs of this script.
end_guests() {
  local -a emulators
  mapfile -t emulators < <(jobs -p)
  ((${#emulators[@]} == 0)) || kill "${emulators[@]}" 2>/dev/null || true
  wait
}

# filter_of <row> <filter>: the tests of the filter that are meaningful in the row. PID 1 of this machine may be hidden from BPF, which only
# tests/kernel/conservation_test.cpp takes into account. The guest with many CPUs, on one thread, is for tests that need many CPUs.
filter_of() {
  case $1 in
  host) say "$2-Conservation*:ManyCpus*" ;;
  8cpu) say "Smoke*:Conservation*:ManyCpus*" ;;
  *) say "$2-ManyCpus*" ;;
  esac
}

console_of() { say "$results/matrix-$1${2:+-$2}.log"; }
seconds_of() { sed -n 's/^MATRIX-SECONDS //p' "$(console_of "$@")"; }

# run_rows <tests program> <filter> <seconds> <row...>: each row leaves its console. The row of this machine runs first, and alone.
run_rows() {
  local tests=$1 filter=$2 seconds=$3 row running=0
  shift 3
  [[ " $* " != *" host "* ]] || run_row host "$tests" "$filter" "$seconds"
  for row in "$@"; do
    [[ $row != host ]] || continue
    prepare_guest "$row" "$tests"
    run_row "$row" "$tests" "$filter" "$seconds" &
    ((++running < $(nproc))) && continue
    wait -n || true
    running=$((running - 1))
  done
  wait
}

prepare_guest() { # <row> <tests program>
  local architecture
  architecture=$(architecture_of "$1")
  [[ -n ${initramfs_of[$architecture-$2]:-} ]] || initramfs_of[$architecture-$2]=$(initramfs "$architecture" "$2")
}

# boot <row> <initramfs> <tests program> <filter> <seconds> <console>. With one thread for both x86 CPUs no kernel panics; with a thread for
# each CPU some do. The guest has no AVX-512, protection keys and cmpxchg16b, because 6.12 crashes under their emulation. Exact emulation of
# pointer authentication takes most of the time of an arm64 guest.
boot() {
  local row=$1 architecture build=$root/build/dev machine append daemon=$root/build/dev/procledger
  architecture=$(architecture_of "$row")
  if [[ $architecture == arm64 ]]; then
    build=$root/build/arm64 daemon=
    machine=(qemu-system-aarch64 -machine virt -accel tcg -cpu "max,pauth-impdef=on")
    append="console=ttyAMA0"
  else
    machine=(qemu-system-x86_64 -accel "tcg,thread=single" -cpu "max,-avx512f,-cx16,pku=off")
    append="console=ttyS0 mitigations=off no_timer_check" # on a slow host the kernel takes its timer for broken, and panics
  fi
  # On a ramfs the pages of programs and mapped files are file pages, as on a disk; on the usual tmpfs they are shared memory. The kernel
  # passes options that it does not know to init as environment variables.
  append+=" ${options_of[$row]:-} panic=-1 quiet rootfstype=ramfs MATRIX_TESTS=$build/tests/matrix/$3 GTEST_FILTER=$4 PROCLEDGER_TEST_SOURCE=${PROCLEDGER_TEST_SOURCE:-bpf}"
  [[ -z $daemon || $3 != matrix_tests ]] || append+=" MATRIX_DAEMON=$daemon"
  local emulator
  trap 'kill "$emulator" 2>/dev/null; exit 143' TERM
  timeout --kill-after=5 "$5" "${machine[@]}" -smp "${cpus_of[$row]:-2}" -m 1024 -nic none -nographic -no-reboot \
    -kernel "$cache/kernels/${kernel_of[$row]:-$row}/vmlinuz" \
    -initrd "$2" -append "$append" </dev/null >"$6" 2>&1 &
  emulator=$!
  wait "$emulator" || say "MATRIX-EMULATOR ended with status $? (124: it took over $5 s)" >>"$6"
}

# run_row <row> <tests program> <filter> <seconds>: leaves the console of the row, without carriage returns and terminal codes.
run_row() {
  local row=$1 tests=$2 filter started=$SECONDS console suffix=
  filter=$(filter_of "$row" "$3")
  [[ $tests == matrix_tests ]] || suffix=broken
  console=$(console_of "$row" $suffix)
  if [[ $row == host ]]; then
    GTEST_FILTER=$filter timeout --kill-after=5 "$4" "$root/tools/matrix.d/run" "$root/build/dev/tests/matrix/$tests" "$root/build/dev/procledger" \
      >"$console" 2>&1 || say "MATRIX-EMULATOR none: ended with status $? (124: it took over $4 s)" >>"$console"
  else
    boot "$row" "${initramfs_of[$(architecture_of "$row")-$tests]}" "$tests" "$filter" "$4" "$console"
  fi
  sed -i 's/\r//g; s/\x1b[[(][0-9;?]*[A-Za-z]//g; s/\x1bc//g' "$console"
  say "MATRIX-SECONDS $((SECONDS - started))" >>"$console"
  say "$row: $(verdict_of "$console") in $((SECONDS - started)) s"
}
