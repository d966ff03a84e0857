# SPDX-License-Identifier: Apache-2.0
# Running one row: in a guest under software emulation, or here.

results=$root/build/test-results
emulator=
trap '[[ -z $emulator ]] || kill "$emulator" 2>/dev/null' EXIT
declare -A initramfs_of=()
declare -A seconds_of=()

console_of() { say "$results/matrix-$1${2:+-$2}.log"; }

# boot <row> <initramfs> <tests program> <filter> <seconds> <console>. Of this emulator's ways to run two x86 CPUs, one thread for both is
# the one in which no kernel panics; without AVX-512 and protection keys, whose emulation 6.12 does not like.
boot() {
  local row=$1 architecture build=$root/build/dev machine append daemon=$root/build/dev/procledger
  architecture=$(architecture_of "$row")
  if [[ $architecture == arm64 ]]; then
    build=$root/build/arm64 daemon=
    machine=(qemu-system-aarch64 -machine virt -accel tcg -cpu max)
    append="console=ttyAMA0"
  else
    machine=(qemu-system-x86_64 -accel tcg,thread=single -cpu "max,-avx512f,-cx16,pku=off")
    append="console=ttyS0 mitigations=off"
  fi
  # On a ramfs the pages of programs and mapped files are a file's, as on a disk; on the usual tmpfs they are shared memory. What the kernel
  # does not know it hands to init as environment.
  append+=" panic=-1 quiet rootfstype=ramfs MATRIX_TESTS=$build/tests/matrix/$3 GTEST_FILTER=$4 PROCLEDGER_TEST_SOURCE=${PROCLEDGER_TEST_SOURCE:-bpf}"
  [[ -z $daemon || $3 != matrix_tests ]] || append+=" MATRIX_DAEMON=$daemon"
  timeout --kill-after=5 "$5" "${machine[@]}" -smp 2 -m 1024 -nic none -nographic -no-reboot -kernel "$cache/kernels/$row/vmlinuz" \
    -initrd "$2" -append "$append" </dev/null >"$6" 2>&1 &
  emulator=$!
  wait "$emulator" || say "MATRIX-EMULATOR ended with status $? (124: it took over $5 s)" >>"$6"
  emulator=
}

# run_row <row> <tests program> <filter> <seconds>: leaves its console, without carriage returns and terminal codes.
run_row() {
  local row=$1 tests=$2 started=$SECONDS console architecture suffix=
  [[ $tests == matrix_tests ]] || suffix=broken
  console=$(console_of "$row" $suffix)
  if [[ $row == host ]]; then
    GTEST_FILTER=$3 timeout --kill-after=5 "$4" "$root/tools/matrix.d/run" "$root/build/dev/tests/matrix/$tests" "$root/build/dev/procledger" \
      >"$console" 2>&1 || say "MATRIX-EMULATOR none, but it failed" >>"$console"
  else
    architecture=$(architecture_of "$row")
    [[ -n ${initramfs_of[$architecture-$tests]:-} ]] || initramfs_of[$architecture-$tests]=$(initramfs "$architecture" "$tests")
    boot "$row" "${initramfs_of[$architecture-$tests]}" "$tests" "$3" "$4" "$console"
  fi
  sed -i 's/\r//g; s/\x1b[[(][0-9;?]*[A-Za-z]//g; s/\x1bc//g' "$console"
  seconds_of[$row]=$((SECONDS - started))
  say "$row: $(verdict_of "$console") in ${seconds_of[$row]} s"
}
