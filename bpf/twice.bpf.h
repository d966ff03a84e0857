/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Since 7.0 a task may be preempted within a hook (tracepoints are guarded by SRCU, no longer by preempt_disable), and while it waits the
 * kernel skips the hook's program for every other task on that CPU: 1 of 200 execs was not told of (7.2, emulated). So hooks in the task
 * itself have their program twice there. The second runs right after the first, and tells what the first was skipped for. It is skipped
 * itself only while another task waits in it, which would have to happen to both at once.
 */
#ifndef PROCLEDGER_TWICE_BPF_H
#define PROCLEDGER_TWICE_BPF_H

#include "maps.bpf.h"

#define PL_ENOENT 2

/* Added to the address of a task, which is a multiple of 64. */
enum pl_hook { PL_HOOK_FORK, PL_HOOK_EXEC, PL_HOOK_RENAME };

__weak const volatile bool hooks_preempt = false; /* the second programs are loaded */

/*
 * Task and hook that the first program has told of. Removed by the second. An entry stays where the second was skipped, until the task does
 * the same again. When full: the first leaves it to the second.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, __u8);
} told __weak SEC(".maps");

static __always_inline bool first_tells(struct task_struct *task, enum pl_hook hook)
{
	__u64 key = (__u64)task + hook;
	__u8 yes = 1;

	return !hooks_preempt || !bpf_map_update_elem(&told, &key, &yes, BPF_ANY);
}

static __always_inline bool second_tells(struct task_struct *task, enum pl_hook hook)
{
	__u64 key = (__u64)task + hook;

	return bpf_map_delete_elem(&told, &key) == -PL_ENOENT;
}

#endif
