// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The hot path. Every switch updates the CPU's slot: the running task and idle time. The last switch of a task emits its exit record.
 * The program does not add up time slices: the kernel's own totals are exact, and a missed switch costs nothing.
 */
#include "exit.bpf.h"

#define RELEARN_SWITCHES 256 /* a power of two */
#define RELEARN_NS 100000000
#define FIRST_SWITCHES 8
#define LEARN_NEXT 1 /* as learnt_clock: learn at the next switch, whatever it shows */
#define LEARN_FIRST 2 /* as learnt_clock: the first FIRST_SWITCHES learn */
#define LEARN_FIRST_IDLE 3 /* as LEARN_FIRST, and idle_ns has the idle time since load, converted with this offset */
#define STALL_NS 1000000
#define DRIFT_SHIFT 10 /* NTP slews by at most 500 ppm, half of 1 / 2^10 */

/*
 * bpf_ktime_get_ns in every switch would cost 60 ns. The run-queue clock is free: every scheduling class stores it in exec_start when it
 * starts to run a task. The two clocks drift apart by irq time, steal time and NTP, so the offset is learnt again every RELEARN_SWITCHES
 * switches and after RELEARN_NS.
 *
 * `clock` is the time at which the switch began. If the CPU stopped since (a hypervisor ran another guest), the offset comes out too small
 * by that time, and stays so until the next switch, which may be hours away. So an offset that fell by more than STALL_NS and the drift is
 * not taken, and the next switch learns, whatever it shows: a clock may have been adjusted faster than NTP does.
 */
static __always_inline void learn_clock(struct pl_slot *slot, __u64 clock, struct task_struct *next)
{
	__s64 offset = clock - bpf_ktime_get_ns();
	__u64 gap_ns = clock_gap(next);
	__s64 fall = slot->offset + slot->gap_ns - (offset + gap_ns);
	__s64 drift = (clock - slot->learnt_clock) >> DRIFT_SHIFT;

	if (slot->learnt_clock > LEARN_FIRST_IDLE && fall > STALL_NS + drift) {
		slot->learnt_clock = LEARN_NEXT;
		return;
	}
	slot->offset = offset;
	slot->gap_ns = gap_ns;
	slot->learnt_clock = clock;
}

/*
 * Runs at the first switch of this CPU since load. Converts idle_since, which see_cpu wrote, from CLOCK_MONOTONIC to the run-queue clock.
 * Only a switch shows the run-queue clock.
 */
static __always_inline void start_clock(struct pl_slot *slot, __u64 clock, struct task_struct *next)
{
	learn_clock(slot, clock, next);
	slot->learnt_clock = LEARN_FIRST;
	if (slot->idle_since) {
		slot->idle_since += slot->offset;
		slot->learnt_clock = LEARN_FIRST_IDLE;
	}
}

/*
 * If the CPU stopped in its first switch, there was no offset to compare with: it is too small, and the idle time since load is too long by
 * as much, for good. So each of the next switches learns, and a larger offset corrects both. A change within the drift since the switch
 * before is no error of that idle time.
 */
static __always_inline void learn_first(struct pl_slot *slot, __u64 clock, struct task_struct *next)
{
	__s64 offset = clock - bpf_ktime_get_ns();
	__u64 gap_ns = clock_gap(next);
	__s64 rise = offset + gap_ns - (slot->offset + slot->gap_ns);
	__s64 drift = (clock - slot->clock) >> DRIFT_SHIFT;
	__s64 error = rise - drift;

	if (slot->learnt_clock == LEARN_FIRST_IDLE && error > 0 && slot->idle_ns > (__u64)error)
		slot->idle_ns -= error;
	if (rise >= -drift) {
		slot->offset = offset;
		slot->gap_ns = gap_ns;
	}
	if (slot->switches >= FIRST_SWITCHES)
		slot->learnt_clock = clock;
}

/*
 * Some switches are not traced; in this project's test VM these are switches away from threads of PID 1. If the switch to swapper was not
 * traced, idle_since is 0 and the slot still names the task that ran before. The idle time then begins at the exec_start of this task: the
 * kernel last updated exec_start when the task left the CPU. A slot without a task belongs to a CPU that was offline at load: its time
 * before this switch is unknown and does not count as idle.
 */
static __always_inline void close_idle(struct pl_slot *slot, __u64 clock)
{
	__u64 since = slot->idle_since;

	if (!slot->task)
		return;
	if (!since) {
		struct task_struct *last = (void *)slot->task; /* a local: CO-RE cannot relocate an access through wire.h's structs */

		since = BPF_CORE_READ(last, se.exec_start);
	}
	if (since >= slot->clock && clock > since)
		slot->idle_ns += clock - since;
}

/* TP_PROTO(bool preempt, struct task_struct *prev, struct task_struct *next [, unsigned int prev_state since 5.18]) */
SEC("tp_btf/sched_switch")
int BPF_PROG(on_sched_switch, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct pl_slot *slot = bpf_map_lookup_elem(&slots, &cpu);

	if (!slot) /* the map has an entry for every possible CPU */
		return 0;

	/* swapper's own exec_start is maintained since 6.12 only */
	__u64 clock = next->pid == 0 ? prev->se.exec_start : next->se.exec_start;

	if (!slot->learnt_clock)
		start_clock(slot, clock, next);
	else if (slot->learnt_clock == LEARN_FIRST || slot->learnt_clock == LEARN_FIRST_IDLE)
		learn_first(slot, clock, next);
	else if (!(slot->switches & (RELEARN_SWITCHES - 1)) || clock - slot->learnt_clock > RELEARN_NS)
		learn_clock(slot, clock, next);
	++slot->switches;
	if (next->pid == 0) {
		slot->idle_since = clock;
	} else {
		if (prev->pid == 0)
			close_idle(slot, clock);
		slot->idle_since = 0;
	}
	slot->task = (__u64)next;
	slot->clock = clock;
	if (task_state(prev) == PL_TASK_DEAD)
		emit_exit(prev);
	return 0;
}

/*
 * Runs once on each online CPU, after all hooks are attached. Fills the slot for the time until the CPU's first switch, which may be days
 * away (nohz_full). The program runs as an interrupt on that CPU, so on_sched_switch cannot run at the same time. A slot that has seen a
 * switch is left as is.
 */
SEC("raw_tp")
int see_cpu(void *ctx)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct pl_slot *slot = bpf_map_lookup_elem(&slots, &cpu);
	struct task_struct *task = (void *)bpf_get_current_task();

	if (!slot || slot->switches)
		return 0;
	slot->task = (__u64)task;
	if (BPF_CORE_READ(task, pid) == 0)
		slot->idle_since = bpf_ktime_get_ns();
	else
		slot->clock = BPF_CORE_READ(task, se.exec_start);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
