// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Renames and cgroup moves, without exec; both may change the group of a process. Leaders only: a thread's name is not the process name. */
#include "emit.bpf.h"
#include "task.bpf.h"
#include "preempted_hooks.bpf.h"

static __always_inline void emit_change(struct pl_change *change, __u32 loss)
{
	if (bpf_ringbuf_output(&events, change, sizeof(*change), wakeup_flags()))
		count_loss(loss);
}

static __always_inline void emit_rename(struct task_struct *task, const char *comm)
{
	struct pl_change change;

	fill_event(&change.event, PL_RENAME, sizeof(change));
	fill_task(&change.task, task, task->signal);
	fill_parent(&change.task, task);
	fill_cgroup(&change.task, task);
	fill_cpu(&change.task, task);
	__builtin_memset(change.task.comm, 0, sizeof(change.task.comm));
	bpf_probe_read_kernel_str(change.task.comm, sizeof(change.task.comm), comm);
	emit_change(&change, PL_LOSS_RING_RENAME);
}

/*
 * TP_PROTO(struct task_struct *task, const char *comm). Runs before the copy, in the task or in the writer of /proc/PID/comm.
 * Exec renames, too: sched_process_exec reports that rename. Loss: PL_LOSS_RING_RENAME.
 */
SEC("tp_btf/task_rename")
int BPF_PROG(on_task_rename, struct task_struct *task, const char *comm)
{
	if (is_leader(task) && !task_in_execve(task) && first_emits(task, PL_HOOK_RENAME))
		emit_rename(task, comm);
	return 0;
}

SEC("tp_btf/task_rename")
int BPF_PROG(on_task_rename_2, struct task_struct *task, const char *comm)
{
	if (is_leader(task) && !task_in_execve(task) && second_emits(task, PL_HOOK_RENAME))
		emit_rename(task, comm);
	return 0;
}

/*
 * TP_PROTO(struct cgroup *dst_cgrp, const char *path, struct task_struct *task, bool threadgroup). Runs after the move, in the
 * task that performs the move. Moves outside of the authoritative hierarchy are not reported. cgroup_mutex serialises runs.
 * Loss: PL_LOSS_RING_CGROUP.
 */
SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(on_cgroup_attach_task, struct cgroup *to, const char *path, struct task_struct *task, bool threadgroup)
{
	struct pl_change change;

	if (!is_leader(task))
		return 0;
	fill_event(&change.event, PL_CGROUP, sizeof(change));
	fill_task(&change.task, task, task->signal);
	fill_parent(&change.task, task);
	fill_cgroup(&change.task, task);
	fill_cpu(&change.task, task);
	if (change.task.cgroup_id != BPF_CORE_READ(to, kn, id))
		return 0;
	emit_change(&change, PL_LOSS_RING_CGROUP);
	return 0;
}
