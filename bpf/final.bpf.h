/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The way of a dead task's last record to user space: the ring, else `spill`, else its sums to `overflow`. */
#ifndef PROCLEDGER_FINAL_BPF_H
#define PROCLEDGER_FINAL_BPF_H

#include "emit.bpf.h"
#include "task.bpf.h"

static __always_inline void fill_final(struct pl_final *final, struct task_struct *task)
{
	fill_event(&final->event, PL_FREE, sizeof(*final));
	fill_task(&final->task, task);
	fill_parent_of_dead(&final->task, task);
	fill_cgroup(&final->task, task);
	final->task.cpu_ns = task->se.sum_exec_runtime;
	final->task.flags |= PL_DIED;
	final->death_ns = 0;
	final->reserved = 0;
}

/* Past the ring and past `spill`: the name is lost, the numbers are not. */
static __always_inline void add_overflow(const struct pl_final *final)
{
	__u32 zero = 0;
	struct pl_overflow *sum = bpf_map_lookup_elem(&overflow, &zero);

	if (!sum)
		return;
	__sync_fetch_and_add(&sum->tasks, 1);
	__sync_fetch_and_add(&sum->cpu_ns, final->task.cpu_ns);
	__sync_fetch_and_add(&sum->utime_ns, final->task.utime_ns);
	__sync_fetch_and_add(&sum->stime_ns, final->task.stime_ns);
	if (!(final->task.flags & PL_LEADER))
		return;
	if (final->task.exit_code & 0x7f)
		__sync_fetch_and_add(&sum->exits_signal, 1);
	else if (final->task.exit_code & 0xff00)
		__sync_fetch_and_add(&sum->exits_error, 1);
	else
		__sync_fetch_and_add(&sum->exits_ok, 1);
}

static __always_inline void emit_final(struct pl_final *final, __u64 flags)
{
	if (!bpf_ringbuf_output(&events, final, sizeof(*final), flags))
		return;
	count_loss(PL_LOSS_RING_FREE);

	struct pl_spill_key key = {.task = final->task.task, .birth_ns = final->task.birth_ns};

	if (!bpf_map_update_elem(&spill, &key, final, BPF_ANY))
		return;
	count_loss(PL_LOSS_SPILL_FULL);
	add_overflow(final);
}

/*
 * `kept` is in `dead` under an address that has a new owner: its free was not seen, so these finals are the last word. (Where RCU callbacks
 * run on top of tasks that a hypervisor hides from tracing, 0.1 % of all frees are not seen; measured with perf on 6.18.) Run-queue lock
 * held: no wakeup.
 */
static __always_inline void emit_unseen(struct pl_final *kept)
{
	count_loss(PL_LOSS_FREE_UNSEEN);
	emit_final(kept, BPF_RB_NO_WAKEUP);
}

#endif
