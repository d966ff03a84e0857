# SPDX-License-Identifier: Apache-2.0
# Results from the consoles. A guest that panics, hangs or is killed prints no verdict and counts as failed.

verdict_of() { grep -a -m1 -oP '^MATRIX-VERDICT \K(passed|failed)$' "$1" || say "no verdict"; }
passed_in() { sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$1" | tail -n 1; }
failed_in() { sed -n 's/^\[  FAILED  \] \([A-Za-z][^ ,]*\).*/\1/p' "$1" | sort -u; }
skipped_in() { sed -n 's/^\[  SKIPPED \] \([A-Za-z][^ ,]*\).*/\1/p' "$1" | sort -u; }
# fact <console> <name>: a feature of the kernel, as a test reports it.
fact() { sed -n "s/^MATRIX-FACTS .* $2=\([^ ]*\).*/\1/p" "$1" | tail -n 1; }
release_of() { sed -n 's/^MATRIX-FACTS \([^ ]*\) \([^ ]*\) .*/\1 \2/p' "$1" | tail -n 1; }

# held <row>: the verdict is "passed", at least one test passed, and no test was skipped.
held() {
  local console passed
  console=$(console_of "$1")
  passed=$(passed_in "$console")
  [[ $(verdict_of "$console") == passed && ${passed:-0} -gt 0 && -z $(skipped_in "$console") ]]
}

# print_table <row...>: prints a row each; fails if a row failed.
print_table() {
  local row console status=0 release machine failed
  say
  printf '%-8s %-28s %-8s %7s %7s %8s  %s\n' row kernel machine passed failed seconds "what the kernel offers"
  for row in "$@"; do
    console=$(console_of "$row")
    read -r release machine < <(release_of "$console") || true
    failed=$(failed_in "$console" | wc -l)
    printf '%-8s %-28s %-8s %7s %7s %8s  %s\n' "$row" "${release:--}" "${machine:--}" "$(passed_in "$console")" "$failed" \
      "$(seconds_of "$row")" "$(sed -n 's/^MATRIX-FACTS [^ ]* [^ ]* //p' "$console" | tail -n 1)"
    release= machine=
    held "$row" && continue
    status=1
    say "  FAILED: $(verdict_of "$console"); $(failed_in "$console" | tr '\n' ' ')$(skipped_in "$console" | sed 's/^/skipped: /' | tr '\n' ' ')"
    grep -a -m5 -E '^MATRIX-EMULATOR|Kernel panic|Failure$|the kernel did not accept' "$console" | cut -c1-300 | sed 's/^/    /' || true
    say "    whole console: $console"
  done
  [[ -z ${PROCLEDGER_MATRIX_JUNIT:-} ]] || write_junit "$@" >"$PROCLEDGER_MATRIX_JUNIT"
  return "$status"
}

# The junit format of ctest, for tools/test_summary: each row is a test.
write_junit() {
  local row status
  say '<testsuite name="matrix">'
  for row in "$@"; do
    status=fail
    ! held "$row" || status=run
    say "<testcase name=\"Matrix.$row\" status=\"$status\"/>"
  done
  say '</testsuite>'
}

judge_broken() {
  local old new
  old=$(console_of "${broken_rows[0]}" broken)
  new=$(console_of "${broken_rows[1]}" broken)
  if [[ $(verdict_of "$old") == failed && $(verdict_of "$new") == passed ]] && grep -aq 'the kernel did not accept' "$old"; then
    say "broken: ${broken_rows[0]} refuses a read of task_struct.__state that is not guarded, ${broken_rows[1]} has the field"
    return 0
  fi
  say "broken: ${broken_rows[0]} should fail and ${broken_rows[1]} pass; the verdicts are: $(verdict_of "$old"), $(verdict_of "$new")"
  return 1
}

# update_doc <row...>: replaces the table between the two marks.
update_doc() {
  local doc=$root/docs/kernel-support.md table row console release machine
  table=$(mktemp)
  {
    say "| row | kernel | machine | tests | cgroups | \`bpf_loop\` | per-CPU memory counters | interrupts apart | stolen time apart | run-queue wait |"
    say "|---|---|---|---|---|---|---|---|---|---|"
    for row in "$@"; do
      console=$(console_of "$row")
      read -r release machine < <(release_of "$console")
      say "| $row | $release | $machine | $(passed_in "$console") passed | $(fact "$console" cgroup) | $(fact "$console" bpf_loop) |" \
        "$(fact "$console" percpu_lookup) | $(fact "$console" irq_time) | $(fact "$console" steal_time) | $(fact "$console" run_queue_wait) |"
    done
  } >"$table"
  sed -i -e "/<!-- matrix:begin -->/,/<!-- matrix:end -->/{//!d}" -e "/<!-- matrix:begin -->/r $table" "$doc"
  rm -f "$table"
  say "wrote the table to $doc"
}
