/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The exit record: final totals of a task. The record goes to the ring, else to `spill`, else its totals are added to `overflow`. The last
 * switch emits it, once, and no other hook does: a release record may come after user space has retired the process.
 */
#ifndef PROCLEDGER_EXIT_BPF_H
#define PROCLEDGER_EXIT_BPF_H

#include "emit.bpf.h"
#include "autoreap.bpf.h"
#include "task.bpf.h"

static __always_inline void fill_dead(struct pl_dead *dead, struct task_struct *task)
{
	struct signal_struct *signal = task->signal;

	fill_event(&dead->event, PL_DEAD, sizeof(*dead));
	fill_task(&dead->task, task, signal);
	fill_cgroup(&dead->task, task);
	if (read_parent_of_dead(task, &dead->task.parent_signal, &dead->task.parent_tgid))
		dead->task.valid |= PL_HAS_PARENT;
	dead->task.usage.cpu_ns = task->se.sum_exec_runtime;
	dead->task.flags |= PL_DIED;
	dead->peak_pages = 0;
	if (dead->task.live == 0) { /* the last thread that begins to exit updates maxrss (kernel/exit.c:do_exit) */
		dead->peak_pages = signal->maxrss;
		dead->task.valid |= PL_HAS_PEAK;
	}
	if ((dead->task.flags & PL_LEADER) && task->exit_state == PL_EXIT_DEAD && is_autoreaped(task))
		dead->task.flags |= PL_AUTOREAPED;
}

/* Atomic, since an interrupt on this CPU may add to the same sum. */
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
	__sync_fetch_and_add(&sum->storage_cancelled_bytes, usage->storage_cancelled_bytes);
	__sync_fetch_and_add(&sum->call_read_bytes, usage->call_read_bytes);
	__sync_fetch_and_add(&sum->call_written_bytes, usage->call_written_bytes);
	__sync_fetch_and_add(&sum->call_reads, usage->call_reads);
	__sync_fetch_and_add(&sum->call_writes, usage->call_writes);
}

/* Ring and `spill` are full: totals are kept, unattributed. */
static __always_inline void add_overflow(const struct pl_dead *dead)
{
	__u32 zero = 0;
	struct pl_overflow *sum = bpf_map_lookup_elem(&overflow, &zero);

	if (!sum)
		return;
	__sync_fetch_and_add(&sum->tasks, 1);
	add_usage(&sum->usage, &dead->task.usage);
	if (!(dead->task.flags & PL_LEADER))
		return;
	if (dead->task.exit_code & 0x7f)
		__sync_fetch_and_add(&sum->exits_signal, 1);
	else if (dead->task.exit_code & 0xff00)
		__sync_fetch_and_add(&sum->exits_error, 1);
	else
		__sync_fetch_and_add(&sum->exits_ok, 1);
}

/* Runs once per task. No wakeup, since interrupts are off and the run-queue lock is held. Loss: PL_LOSS_RING_DEAD, PL_LOSS_SPILL_FULL. */
static __always_inline void emit_exit(struct task_struct *task)
{
	struct pl_dead dead;

	fill_dead(&dead, task);
	if (!bpf_ringbuf_output(&events, &dead, sizeof(dead), BPF_RB_NO_WAKEUP))
		return;
	count_loss(PL_LOSS_RING_DEAD);

	struct pl_spill_key key = {.task = dead.task.task, .start_boottime_ns = dead.task.start_boottime_ns};

	if (!bpf_map_update_elem(&spill, &key, &dead, BPF_ANY)) {
		__sync_fetch_and_add(&spilled, 1);
		return;
	}
	count_loss(PL_LOSS_SPILL_FULL);
	add_overflow(&dead);
}

#endif
