/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Since 7.0 a task may be preempted within a hook: SRCU guards tracepoints, and preempt_disable no longer does. While the preempted task
 * waits, the kernel skips the hook's program for every other task on that CPU: 1 of 200 execs had no record (7.2, emulated). So each hook
 * that runs in the task has two programs on such kernels. The second program runs right after the first and emits the record when the first
 * was skipped. A record is lost only when one task waits in the first and another task waits in the second program at the same time.
 */
#ifndef PROCLEDGER_PREEMPTED_HOOKS_BPF_H
#define PROCLEDGER_PREEMPTED_HOOKS_BPF_H

#include "maps.bpf.h"

#define PL_ENOENT 2

/* Added to the address of a task, which is a multiple of 64, to form a key of `emitted`. */
enum pl_hook { PL_HOOK_FORK, PL_HOOK_EXEC, PL_HOOK_RENAME };

__weak const volatile bool hooks_preempt = false; /* the second programs are loaded */

/*
 * Task and hook for which the first program has emitted the record. The second program removes the entry. When the second is skipped, the
 * entry stays until the task runs the same hook again. When full: the second program emits the record.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, __u8);
} emitted __weak SEC(".maps");

static __always_inline bool first_emits(struct task_struct *task, enum pl_hook hook)
{
	__u64 key = (__u64)task + hook;
	__u8 yes = 1;

	return !hooks_preempt || !bpf_map_update_elem(&emitted, &key, &yes, BPF_ANY);
}

static __always_inline bool second_emits(struct task_struct *task, enum pl_hook hook)
{
	__u64 key = (__u64)task + hook;

	return bpf_map_delete_elem(&emitted, &key) == -PL_ENOENT;
}

#endif
