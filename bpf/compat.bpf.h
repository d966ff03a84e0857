/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One accessor for each kernel field that changed between 5.10 and 7.3. Accessors probe for the field, never for the version. */
#ifndef PROCLEDGER_COMPAT_BPF_H
#define PROCLEDGER_COMPAT_BPF_H

#include "maps.bpf.h"

/* Macros in the kernel and thus missing in BTF. Unchanged from 5.10 to 7.3. */
#define PL_TASK_DEAD 0x80
#define PL_PF_KTHREAD 0x00200000
#define PL_SIGNAL_GROUP_EXIT 0x00000004
#define PL_EXIT_DEAD 0x10
#define PL_SIGCHLD 17
#define PL_SIG_IGN 1
#define PL_SA_NOCLDWAIT 2

/* v5.14, 2f064a59a11f: long state became unsigned int __state. Delete when the oldest supported kernel is 5.14. */
struct task_struct___pre514 {
	volatile long state;
} __attribute__((preserve_access_index));

static __always_inline __u32 task_state(struct task_struct *task)
{
#ifdef PL_FORGET_PRE514 /* tools/matrix --broken shows that a kernel before 5.14 then refuses the program */
	return task->__state;
#endif
	struct task_struct___pre514 *old = (void *)task;

	return bpf_core_field_exists(old->state) ? (__u32)old->state : task->__state;
}

/* v5.16, bcf9033e5449: task->cpu moved into thread_info on x86. Delete when the oldest supported kernel is 5.16. */
struct task_struct___pre516 {
	unsigned int cpu;
} __attribute__((preserve_access_index));

static __always_inline __u32 task_cpu(struct task_struct *task)
{
	struct task_struct___pre516 *old = (void *)task;

	return bpf_core_field_exists(old->cpu) ? old->cpu : task->thread_info.cpu;
}

/*
 * v7.x: int on_cpu became u8. libbpf fits the size of a load to the kernel's field only where both types are unsigned. Delete when every
 * supported kernel has u8.
 */
struct task_struct___unsigned {
	unsigned int on_cpu;
} __attribute__((preserve_access_index));

static __always_inline bool task_on_cpu(struct task_struct *task)
{
	return ((struct task_struct___unsigned *)task)->on_cpu;
}

/* The bit is set from the start of execve to its end. It distinguishes a rename by exec from a rename by prctl. */
static __always_inline bool task_in_execve(struct task_struct *task)
{
	if (!bpf_core_field_exists(task->in_execve))
		return false; /* the rename by exec is then reported as well, which costs one record and changes no value */
	return BPF_CORE_READ_BITFIELD_PROBED(task, in_execve);
}

/* v7.x, CLONE_AUTOREAP: the process was started with autoreap. */
struct signal_struct___autoreap {
	unsigned int autoreap : 1;
} __attribute__((preserve_access_index));

static __always_inline bool own_autoreap(struct task_struct *task)
{
	struct signal_struct___autoreap *signal = NULL;

	if (!bpf_core_field_exists(signal->autoreap))
		return false;
	signal = (void *)BPF_CORE_READ(task, signal);
	return BPF_CORE_READ_BITFIELD_PROBED(signal, autoreap);
}

/* Read with probes, since the parent may have exited: an exited parent has no sighand, and the result is false. */
static __always_inline bool ignores_children(struct task_struct *parent)
{
	struct sighand_struct *sighand = BPF_CORE_READ(parent, sighand);
	struct k_sigaction action;

	if (!sighand || bpf_core_read(&action, sizeof(action), &sighand->action[PL_SIGCHLD - 1]))
		return false;
	return (__u64)action.sa.sa_handler == PL_SIG_IGN || (action.sa.sa_flags & PL_SA_NOCLDWAIT);
}

/* irq and steal time that is missing from task clocks, as of the last clock update of the task's run queue (at most a tick ago). */
static __always_inline __u64 clock_gap(struct task_struct *task)
{
	if (!bpf_core_field_exists(struct cfs_rq, rq)) /* CONFIG_FAIR_GROUP_SCHED */
		return 0;

	struct rq *rq = BPF_CORE_READ(task, se.cfs_rq, rq);

	return BPF_CORE_READ(rq, clock) - BPF_CORE_READ(rq, clock_task);
}

#endif
