// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Starts of processes. Threads are not reported: a thread shares the group of its process, and scans and exit records carry its totals.
 * (task_newtask would also report io_uring workers, which are threads.)
 */
#include "emit.bpf.h"
#include "task.bpf.h"
#include "preempted_hooks.bpf.h"

static __always_inline void emit_fork(struct task_struct *creator, struct task_struct *child)
{
	struct pl_fork fork;

	fill_event(&fork.event, PL_FORK, sizeof(fork));
	fill_task(&fork.task, child, child->signal);
	fill_parent(&fork.task, child);
	fill_cgroup(&fork.task, child);
	fork.creator_signal = (__u64)BPF_CORE_READ(creator, signal);
	fork.creator_tgid = creator->tgid;
	fork.reserved = 0;
	if (bpf_ringbuf_output(&events, &fork, sizeof(fork), wakeup_flags()))
		count_loss(PL_LOSS_RING_FORK);
}

/*
 * TP_PROTO(struct task_struct *parent, struct task_struct *child). Runs in the forking task, before the child runs.
 * Loss: PL_LOSS_RING_FORK.
 */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_sched_process_fork, struct task_struct *creator, struct task_struct *child)
{
	if (is_leader(child) && first_emits(child, PL_HOOK_FORK))
		emit_fork(creator, child);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_sched_process_fork_2, struct task_struct *creator, struct task_struct *child)
{
	if (is_leader(child) && second_emits(child, PL_HOOK_FORK))
		emit_fork(creator, child);
	return 0;
}
