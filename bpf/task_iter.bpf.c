// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The walk over every task of the pid namespace: living ones and zombies, released ones not. One pl_task each; after it a pl_process where
 * the task speaks for a living process: the leader, or any living thread where the leader is dead. Both in one pass, since finding the next
 * task and missing the cache for it is half of the cost of a short visit.
 */
#include "files.bpf.h"
#include "memory.bpf.h"
#include "task.bpf.h"

static __always_inline bool fill_process(struct pl_process *out, struct task_struct *task, struct signal_struct *signal,
					 struct mm_struct *mm, struct files_struct *files, const bool loops)
{
	if (!mm || (task->flags & PL_PF_KTHREAD) || (!is_leader(task) && BPF_CORE_READ(task, group_leader, mm)))
		return false;
	__builtin_memset(out, 0, sizeof(*out));
	out->signal = (__u64)signal;
	out->tgid = task->tgid;
	out->birth_ns = is_leader(task) ? task->start_boottime : BPF_CORE_READ(task, group_leader, start_boottime);
	fill_memory(out, mm, loops);
	fill_fds(out, files, signal, loops);
	return true;
}

/*
 * The last switch tells all, or is about to. So nobody is shown alive once his death is in the ring: user space forgets the told dead. One
 * that is still on its CPU may not have been told of. Ten thousand zombies took 1.3 us each to list, mostly for memory that had not been
 * touched since the last walk, and half of that is spent before this program is called (6.18).
 */
static __always_inline bool fill_zombie(struct pl_task *out, struct task_struct *task, struct signal_struct *signal)
{
	if (zombies == PL_ZOMBIES_LEFT_OUT && !task_on_cpu(task))
		return false;
	fill_identity(out, task, signal);
	out->flags |= PL_DIED;
	if (out->flags & PL_LEADER)
		fill_parent(out, task);
	if (zombies != PL_ZOMBIES_DESCRIBED) {
		out->flags |= PL_ZOMBIE;
		return true;
	}
	fill_description(out, task, signal);
	if (out->flags & PL_LEADER)
		fill_cgroup(out, task);
	return true;
}

static __always_inline void fill_living(struct pl_task *out, struct task_struct *task, struct signal_struct *signal)
{
	fill_task(out, task, signal);
	fill_cpu(out, task);
	if (out->flags & PL_LEADER) { /* what is the process's is asked once */
		fill_parent(out, task);
		fill_cgroup(out, task);
	}
}

static __always_inline int walk(struct bpf_iter__task *ctx, const bool loops)
{
	struct task_struct *task = ctx->task;
	struct pl_process process;
	struct pl_task record;

	if (!task)
		return 0;

	struct signal_struct *signal = task->signal;
	struct mm_struct *mm = task->mm;
	struct files_struct *files = task->files;

	barrier_var(signal); /* loaded here, once */
	barrier_var(mm);
	barrier_var(files);
	if (task_state(task) == PL_TASK_DEAD) {
		if (fill_zombie(&record, task, signal))
			bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
		return 0;
	}
	fill_living(&record, task, signal);
	if (!fill_process(&process, task, signal, mm, files, loops)) {
		bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
		return 0;
	}
	record.flags |= PL_HOLDS;
	/* What does not fit into the reader's buffer is written again, both, at its next read. */
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	bpf_seq_write(ctx->meta->seq, &process, sizeof(process));
	return 0;
}

/*
 * In the reader, preemptible between tasks. User space loads one of the two: older kernels refuse a program that has a callback in it at
 * all.
 */
SEC("iter/task")
int walk_tasks(struct bpf_iter__task *ctx)
{
	return walk(ctx, true); /* bpf_loop: 5.17 */
}

SEC("iter/task")
int walk_tasks_plain(struct bpf_iter__task *ctx)
{
	return walk(ctx, false);
}
