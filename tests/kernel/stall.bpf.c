// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Stops a CPU in the middle of switches, as a hypervisor does that runs another guest. */
#include <vmlinux.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define MOST_LOOPS (1 << 23)

volatile const __u32 cpu;
volatile const __s32 tid; /* only switches to this task; -1: to any */
volatile const __u64 stall_ns;
__s64 left; /* number of switches yet to stall */
__u64 stalls;

static long wait_until(__u32 index, __u64* end) { return bpf_ktime_get_ns() >= *end; }

SEC("tp_btf/sched_switch")
int BPF_PROG(stall, bool preempt, struct task_struct* prev, struct task_struct* next) {
  __u64 end = bpf_ktime_get_ns() + stall_ns;

  if (bpf_get_smp_processor_id() != cpu || (tid >= 0 && next->pid != tid) || left <= 0) return 0;
  left--;
  bpf_loop(MOST_LOOPS, wait_until, &end, 0);
  stalls++;
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
