/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Fills a record from a task. Numbers are plain loads through BTF pointers, which the verifier knows to be valid or fault-safe. Pointers
 * that may dangle (real_parent of a released task) are read with a probe.
 *
 * Other pointers are read with a probe as well, except the few that a scan follows for every task. For each load of a pointer from a task,
 * on each path through a program, the verifiers of 6.3 to 6.19 search all types of the kernel several times to see whether the pointer is
 * trusted (kernel/bpf/verifier.c:btf_nested_type_is_trusted). That was 0.26 of the 0.31 s that loading all programs took (6.18).
 */
#ifndef PROCLEDGER_TASK_BPF_H
#define PROCLEDGER_TASK_BPF_H

#include "compat.bpf.h"

static __always_inline bool is_leader(struct task_struct *task)
{
	return task->pid == task->tgid; /* group_leader == task is equivalent, but loads a pointer */
}

/*
 * CPU time of the task since the kernel updated its total; 0 unless the task is on a CPU. `se.exec_start` is the run-queue clock of the
 * last update, and the slot's offset converts ktime to that clock. irq and steal time since the offset was learnt belongs to no task and is
 * subtracted. The slot may name another task when switches away from some tasks are not traced (a VM's supervisor): only clocks of the slot
 * are used.
 */
static __always_inline __u64 task_pending_ns(struct task_struct *task)
{
	if (!task_on_cpu(task))
		return 0;

	__u32 cpu = task_cpu(task);
	struct pl_slot *slot = bpf_map_lookup_elem(&slots, &cpu);

	if (!slot || !slot->learnt_clock)
		return 0;

	__u64 now = bpf_ktime_get_ns() + slot->offset - (clock_gap(task) - slot->gap_ns);
	__s64 pending = now - task->se.exec_start;

	if (pending < 0)
		return 0;
	return (__u64)pending < pending_cap_ns ? pending : pending_cap_ns;
}

/* Reads total and pending time as a pair: a tick on the task's CPU between the two reads would count a slice twice or not at all. */
static __always_inline void fill_cpu(struct pl_task *out, struct task_struct *task)
{
	__u64 total = task->se.sum_exec_runtime;

	out->pending_ns = task_pending_ns(task);
	out->usage.cpu_ns = task->se.sum_exec_runtime;
	if (out->usage.cpu_ns != total) {
		out->pending_ns = task_pending_ns(task);
		out->usage.cpu_ns = task->se.sum_exec_runtime;
	}
}

/* Usage without CPU time. signal->ioac is not read: it mixes exited threads, which have records of their own, with reaped children. */
static __always_inline void fill_usage(struct pl_task *out, struct task_struct *task)
{
	struct pl_usage *usage = &out->usage;

	usage->utime_ns = task->utime;
	usage->stime_ns = task->stime;
	usage->voluntary = task->nvcsw;
	usage->involuntary = task->nivcsw;
	usage->minor_faults = task->min_flt;
	usage->major_faults = task->maj_flt;
	out->valid |= PL_HAS_TICKS;
	if (bpf_core_field_exists(task->sched_info.run_delay)) { /* CONFIG_SCHED_INFO */
		usage->wait_ns = task->sched_info.run_delay;
		out->valid |= PL_HAS_WAIT;
	}
	if (bpf_core_field_exists(task->ioac.read_bytes)) { /* CONFIG_TASK_IO_ACCOUNTING */
		usage->storage_read_bytes = task->ioac.read_bytes;
		usage->storage_written_bytes = task->ioac.write_bytes;
		usage->storage_cancelled_bytes = task->ioac.cancelled_write_bytes;
		out->valid |= PL_HAS_STORAGE;
	}
	if (bpf_core_field_exists(task->ioac.rchar)) { /* CONFIG_TASK_XACCT */
		usage->call_read_bytes = task->ioac.rchar;
		usage->call_written_bytes = task->ioac.wchar;
		usage->call_reads = task->ioac.syscr;
		usage->call_writes = task->ioac.syscw;
		out->valid |= PL_HAS_CALLS;
	}
}

/* Wait status: that of the process after exit_group or a fatal signal (signal->group_exit_code), else that of the task. */
static __always_inline void read_exit(struct task_struct *task, struct signal_struct *signal, __u32 *exit_code, __u32 *flags)
{
	if (signal->flags & PL_SIGNAL_GROUP_EXIT) {
		*exit_code = signal->group_exit_code;
		*flags |= PL_GROUP_EXIT;
	} else {
		*exit_code = task->exit_code;
	}
}

static __always_inline void fill_identity(struct pl_task *out, struct task_struct *task, struct signal_struct *signal)
{
	__builtin_memset(out, 0, sizeof(*out));
	out->task = (__u64)task;
	out->signal = (__u64)signal;
	out->start_boottime_ns = task->start_boottime;
	out->tid = task->pid;
	out->tgid = task->tgid;
	out->flags = is_leader(task) ? PL_LEADER : 0;
}

/* Uid, state, exit code and comm. */
static __always_inline void fill_description(struct pl_task *out, struct task_struct *task, struct signal_struct *signal)
{
	out->uid = BPF_CORE_READ(task, real_cred, euid.val);
	out->state = (task_state(task) & 0xffff) | (__u32)task->exit_state << 16;
	out->live = signal->live.counter;
	if (task->flags & PL_PF_KTHREAD)
		out->flags |= PL_KTHREAD;
	read_exit(task, signal, &out->exit_code, &out->flags);
	bpf_probe_read_kernel(out->comm, sizeof(out->comm), task->comm);
	out->comm[PL_COMM_LEN - 1] = 0;
}

/* Identity, description and usage; without CPU time, parent and cgroup. */
static __always_inline void fill_task(struct pl_task *out, struct task_struct *task, struct signal_struct *signal)
{
	fill_identity(out, task, signal);
	fill_description(out, task, signal);
	fill_usage(out, task);
}

/* For a task that is not released: the kernel cannot free its parent at the same time. */
static __always_inline void fill_parent(struct pl_task *out, struct task_struct *task)
{
	struct task_struct *parent = BPF_CORE_READ(task, real_parent);

	out->parent_signal = (__u64)BPF_CORE_READ(parent, signal);
	out->parent_tgid = BPF_CORE_READ(parent, tgid);
	out->valid |= PL_HAS_PARENT;
}

/* For an exited task: real_parent is never cleared and may dangle. The result is a hint that user space checks. */
static __always_inline bool read_parent_of_dead(struct task_struct *task, __u64 *signal, __u32 *tgid)
{
	struct task_struct *parent = BPF_CORE_READ(task, real_parent);

	return !bpf_core_read(signal, sizeof(*signal), &parent->signal) && !bpf_core_read(tgid, sizeof(*tgid), &parent->tgid);
}

/* The task's cgroup in the authoritative hierarchy. task->cgroups is valid until the last put of task_struct, after sched_process_free. */
static __always_inline struct cgroup *authoritative_cgroup(struct task_struct *task)
{
	struct css_set *set = BPF_CORE_READ(task, cgroups);

	if (!set)
		return NULL;
	if (!cgroup_v1)
		return BPF_CORE_READ(set, dfl_cgrp);
	if (!bpf_core_enum_value_exists(enum cgroup_subsys_id, cpuacct_cgrp_id))
		return NULL;

	struct cgroup_subsys_state *css = NULL;
	const char *subsys = (const char *)&set->subsys;

	subsys += bpf_core_enum_value(enum cgroup_subsys_id, cpuacct_cgrp_id) * sizeof(void *);
	if (bpf_probe_read_kernel(&css, sizeof(css), subsys) || !css)
		return NULL;
	return BPF_CORE_READ(css, cgroup);
}

static __always_inline void fill_cgroup(struct pl_task *out, struct task_struct *task)
{
	struct cgroup *cgroup = authoritative_cgroup(task);

	if (!cgroup)
		return;
	out->cgroup_id = BPF_CORE_READ(cgroup, kn, id);
	out->valid |= PL_HAS_CGROUP;
}

#endif
