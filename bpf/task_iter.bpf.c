// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The scan of every task of the pid namespace: living tasks and zombies, no released tasks. Each task gives a pl_task. A pl_process follows
 * when the task is the leader of a living process, or a living thread of a process whose leader has exited. One pass emits both records,
 * since finding a task, with its cache misses, is half of the cost per task.
 */
#include "files.bpf.h"
#include "memory.bpf.h"
#include "task.bpf.h"

static __always_inline bool shows_process(struct task_struct *task, struct mm_struct *mm)
{
	return mm && !(task->flags & PL_PF_KTHREAD) && (is_leader(task) || !BPF_CORE_READ(task, group_leader, mm));
}

static __always_inline void fill_process(struct pl_process *out, struct task_struct *task, struct signal_struct *signal,
					 struct mm_struct *mm, struct files_struct *files, const bool loops)
{
	__builtin_memset(out, 0, sizeof(*out));
	out->signal = (__u64)signal;
	out->tgid = task->tgid;
	out->start_boottime_ns = is_leader(task) ? task->start_boottime : BPF_CORE_READ(task, group_leader, start_boottime);
	fill_memory(out, mm, loops);
	fill_fds(out, files, signal, loops);
}

/*
 * The exit record of a TASK_DEAD task is in the ring or about to be, so the scan must not emit the task as living. A task that is still on
 * its CPU may not have an exit record yet and is emitted in any case. Measured with ten thousand zombies: 1.3 us per zombie, mostly for
 * memory that is in no cache. The kernel spends half of this time before it calls this program (6.18).
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
	if (out->flags & PL_LEADER) { /* parent and cgroup are read once per process */
		fill_parent(out, task);
		fill_cgroup(out, task);
	}
}

static __always_inline int scan(struct bpf_iter__task *ctx, const bool loops)
{
	struct task_struct *task = ctx->task;

	if (!task)
		return 0;

	struct signal_struct *signal = task->signal;
	struct mm_struct *mm = task->mm;
	struct files_struct *files = task->files;

	barrier_var(signal); /* one load here, not one on each path below */
	barrier_var(mm);
	barrier_var(files);
	if (task_state(task) == PL_TASK_DEAD) {
		struct pl_task record;

		if (fill_zombie(&record, task, signal))
			bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
		return 0;
	}

	const bool shown = shows_process(task, mm);

	/*
	 * Two blocks, so that both records use the same bytes of the stack: 5.10 allows 512 bytes for all calls together. When the records
	 * do not fit into the reader's buffer, the kernel runs this program again for the task at the next read.
	 */
	{
		struct pl_task record;

		fill_living(&record, task, signal);
		if (shown)
			record.flags |= PL_HOLDS;
		bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	}
	if (shown) {
		struct pl_process process;

		fill_process(&process, task, signal, mm, files, loops);
		bpf_seq_write(ctx->meta->seq, &process, sizeof(process));
	}
	return 0;
}

/*
 * Both programs run in the reader, preemptible between tasks. User space loads one of them: kernels before 5.17 refuse any program with a
 * callback.
 */
SEC("iter/task")
int scan_tasks(struct bpf_iter__task *ctx)
{
	return scan(ctx, true); /* bpf_loop: 5.17 */
}

SEC("iter/task")
int scan_tasks_plain(struct bpf_iter__task *ctx)
{
	return scan(ctx, false);
}
