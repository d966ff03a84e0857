// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Stops a CPU in the middle of each switch to one task, as a hypervisor does that runs another guest. */
#include <vmlinux.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define MOST_LOOPS (1 << 23)

volatile const __s32 stalled_tid;
__u64 stall_ns;
__u64 stalls;

static long wait_until(__u32 index, __u64* end) { return bpf_ktime_get_ns() >= *end; }

SEC("tp_btf/sched_switch")
int BPF_PROG(stall, bool preempt, struct task_struct* prev, struct task_struct* next) {
  __u64 end = bpf_ktime_get_ns() + stall_ns;

  if (next->pid != stalled_tid || !stall_ns) return 0;
  bpf_loop(MOST_LOOPS, wait_until, &end, 0);
  __sync_fetch_and_add(&stalls, 1);
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
