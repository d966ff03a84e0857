// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The release record: says that an address may be reused and, for a leader, that its process was reaped. The hook runs once per task, after
 * release and last switch, in an RCU callback. `current` is therefore meaningless. The hook runs milliseconds late (up to 10 s with
 * RCU_LAZY; in a fork storm 50,000 callbacks ran within a quarter of a second, 9 s late), out of order between tasks, and not at all when
 * the callback runs on top of a task that a hypervisor hides from tracing. No total depends on this record: totals are in the exit record
 * (exit.bpf.h).
 *
 * sched_process_exit would be too early for totals: 17 % of a trivial process's CPU time was visible there (6.18).
 */
#include "emit.bpf.h"
#include "autoreap.bpf.h"
#include "task.bpf.h"

/* TP_PROTO(struct task_struct *p). Loss: PL_LOSS_RING_FREE. */
SEC("tp_btf/sched_process_free")
int BPF_PROG(on_sched_process_free, struct task_struct *task)
{
	struct signal_struct *signal = task->signal;
	struct pl_free free = {
		.task = (__u64)task,
		.start_boottime_ns = task->start_boottime,
		.signal = (__u64)signal,
		.tid = task->pid,
		.tgid = task->tgid,
	};

	fill_event(&free.event, PL_FREE, sizeof(free));
	read_exit(task, signal, &free.exit_code, &free.flags);
	if (read_parent_of_dead(task, &free.parent_signal, &free.parent_tgid))
		free.valid |= PL_HAS_PARENT;
	if (is_leader(task)) {
		free.flags |= PL_LEADER;
		if (is_autoreaped(task))
			free.flags |= PL_AUTOREAPED;
	}
	if (bpf_ringbuf_output(&events, &free, sizeof(free), wakeup_flags()))
		count_loss(PL_LOSS_RING_FREE);
	return 0;
}
