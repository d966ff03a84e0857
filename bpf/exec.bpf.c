// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A process runs another program. The record carries every attribute that a rule may match, because /proc/PID may be gone a millisecond
 * later. The record's CPU time includes the pending slice: without the slice, sum_exec_runtime was up to 3.7 ms behind (measured on 6.18).
 */
#include "emit.bpf.h"
#include "path.bpf.h"
#include "task.bpf.h"
#include "preempted_hooks.bpf.h"

static __always_inline void fill_filename(struct pl_exec *exec, struct linux_binprm *bprm)
{
	const char *filename = BPF_CORE_READ(bprm, filename);
	long copied = bpf_probe_read_kernel_str(exec->filename, sizeof(exec->filename), filename);

	exec->filename_len = copied > 0 ? copied - 1 : 0;
	if (copied == sizeof(exec->filename)) {
		char next = 0;

		bpf_probe_read_kernel(&next, 1, filename + sizeof(exec->filename) - 1);
		if (next)
			exec->task.flags |= PL_FILENAME_CUT;
	}
}

/* Exec has just written the new stack, so its pages are present. This program cannot wait for a page fault. */
static __always_inline void fill_args(struct pl_exec *exec, struct mm_struct *mm, __u64 room)
{
	__u64 start = mm->arg_start;
	__u64 length = mm->arg_end - start;

	if (length > room) {
		length = room;
		exec->task.flags |= PL_ARGS_CUT;
	}
	if (bpf_probe_read_user(exec + 1, length, (const void *)start)) {
		count_loss(PL_LOSS_ARGS_FAULT);
		return;
	}
	exec->args_len = length;
	exec->task.valid |= PL_HAS_ARGS;
}

static __always_inline void emit_exec(struct task_struct *task, struct signal_struct *signal, struct mm_struct *mm, __u32 old_tid,
				      struct linux_binprm *bprm, const __u64 room)
{
	struct pl_exec *exec = bpf_ringbuf_reserve(&events, sizeof(*exec) + room, 0);

	if (!exec) {
		count_loss(PL_LOSS_RING_EXEC);
		return;
	}
	fill_event(&exec->event, PL_EXEC, sizeof(*exec) + room);
	fill_task(&exec->task, task, signal);
	fill_parent(&exec->task, task);
	fill_cgroup(&exec->task, task);
	fill_cpu(&exec->task, task);
	exec->old_tid = old_tid;
	exec->args_len = 0;
	exec->reserved = 0;
	fill_filename(exec, bprm);
	fill_args(exec, mm, room);
	bpf_ringbuf_submit(exec, wakeup_flags());
}

/* Emits the path of the file that /proc/PID/exe names. For a script, this file is the interpreter. */
static __always_inline void emit_path(struct task_struct *task)
{
	struct file *file = BPF_CORE_READ(task, mm, exe_file);
	struct pl_path *record;
	bool cut = false;

	if (!file)
		return;
	record = bpf_ringbuf_reserve(&events, sizeof(*record), 0);
	if (!record) {
		count_loss(PL_LOSS_RING_PATH);
		return;
	}
	fill_event(&record->event, PL_PATH, sizeof(*record));
	record->task = (__u64)task;
	record->len = fill_path(record->names, file, task, &cut);
	record->cut = cut;
	bpf_ringbuf_submit(record, wakeup_flags());
}

/* The environment lies on the new stack, after the arguments. */
static __always_inline void emit_env(struct task_struct *task, struct mm_struct *mm, const __u64 room)
{
	__u64 start = mm->env_start;
	__u64 length = mm->env_end - start;
	struct pl_env *record = bpf_ringbuf_reserve(&events, sizeof(*record) + room, 0);

	if (!record) {
		count_loss(PL_LOSS_RING_ENV);
		return;
	}
	fill_event(&record->event, PL_ENV, sizeof(*record) + room);
	record->task = (__u64)task;
	record->cut = length > room;
	if (length > room)
		length = room;
	record->len = length;
	if (bpf_probe_read_user(record + 1, length, (const void *)start)) {
		count_loss(PL_LOSS_ENV_FAULT);
		bpf_ringbuf_discard(record, BPF_RB_NO_WAKEUP);
		return;
	}
	bpf_ringbuf_submit(record, wakeup_flags());
}

static __always_inline void emit_exec_records(struct task_struct *task, pid_t old_pid, struct linux_binprm *bprm)
{
	struct signal_struct *signal = task->signal;
	struct mm_struct *mm = task->mm;

	barrier_var(signal); /* one load here, not one on each of the many paths through emit_path */
	barrier_var(mm);
	if (want_path)
		emit_path(task);
	if (want_env) {
		if (mm->env_end - mm->env_start <= PL_ENV_SHORT)
			emit_env(task, mm, PL_ENV_SHORT);
		else
			emit_env(task, mm, PL_ENV_LONG);
	}
	/* Two sizes: the ring reserves constant sizes only, and most command lines fit the short one. */
	if (mm->arg_end - mm->arg_start <= PL_ARGS_SHORT)
		emit_exec(task, signal, mm, old_pid, bprm, PL_ARGS_SHORT);
	else
		emit_exec(task, signal, mm, old_pid, bprm, PL_ARGS_LONG);
}

/*
 * TP_PROTO(struct task_struct *p, pid_t old_pid, struct linux_binprm *bprm). Runs in the task, with the new mm in place.
 * Loss: PL_LOSS_RING_EXEC, PL_LOSS_RING_PATH, PL_LOSS_RING_ENV, PL_LOSS_ARGS_FAULT, PL_LOSS_ENV_FAULT.
 */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_sched_process_exec, struct task_struct *task, pid_t old_pid, struct linux_binprm *bprm)
{
	if (first_emits(task, PL_HOOK_EXEC))
		emit_exec_records(task, old_pid, bprm);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_sched_process_exec_2, struct task_struct *task, pid_t old_pid, struct linux_binprm *bprm)
{
	if (second_emits(task, PL_HOOK_EXEC))
		emit_exec_records(task, old_pid, bprm);
	return 0;
}
