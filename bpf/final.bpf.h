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
	final->task.usage.cpu_ns = task->se.sum_exec_runtime;
	final->task.flags |= PL_DIED;
	final->death_ns = 0;
	final->peak_pages = 0;
	if (final->task.live == 0) { /* brought up to date by the last thread that begins to exit (kernel/exit.c:do_exit) */
		final->peak_pages = task->signal->maxrss;
		final->task.valid |= PL_HAS_PEAK;
	}
}

/*
 * Whether the kernel reaps this process itself, as kernel/signal.c:do_notify_parent decides it. At the last switch of a leader that was
 * the last of its threads this is exact.
 */
static __always_inline bool is_autoreaped(struct task_struct *task)
{
	if (own_autoreap(task))
		return true;
	return task->exit_signal == PL_SIGCHLD && ignores_children(BPF_CORE_READ(task, real_parent));
}

/* Atomic, since an interrupt may do the same on this CPU. */
static __always_inline void add_usage(struct pl_usage *sum, const struct pl_usage *usage)
{
	__sync_fetch_and_add(&sum->cpu_ns, usage->cpu_ns);
	__sync_fetch_and_add(&sum->utime_ns, usage->utime_ns);
	__sync_fetch_and_add(&sum->stime_ns, usage->stime_ns);
	__sync_fetch_and_add(&sum->wait_ns, usage->wait_ns);
	__sync_fetch_and_add(&sum->voluntary, usage->voluntary);
	__sync_fetch_and_add(&sum->involuntary, usage->involuntary);
	__sync_fetch_and_add(&sum->minor_faults, usage->minor_faults);
	__sync_fetch_and_add(&sum->major_faults, usage->major_faults);
	__sync_fetch_and_add(&sum->storage_read_bytes, usage->storage_read_bytes);
	__sync_fetch_and_add(&sum->storage_written_bytes, usage->storage_written_bytes);
	__sync_fetch_and_add(&sum->call_read_bytes, usage->call_read_bytes);
	__sync_fetch_and_add(&sum->call_written_bytes, usage->call_written_bytes);
	__sync_fetch_and_add(&sum->call_reads, usage->call_reads);
	__sync_fetch_and_add(&sum->call_writes, usage->call_writes);
}

/* Past the ring and past `spill`: the name is lost, the numbers are not. */
static __always_inline void add_overflow(const struct pl_final *final)
{
	__u32 zero = 0;
	struct pl_overflow *sum = bpf_map_lookup_elem(&overflow, &zero);

	if (!sum)
		return;
	__sync_fetch_and_add(&sum->tasks, 1);
	add_usage(&sum->usage, &final->task.usage);
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
