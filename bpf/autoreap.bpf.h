/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whether the kernel reaps a process itself. */
#ifndef PROCLEDGER_AUTOREAP_BPF_H
#define PROCLEDGER_AUTOREAP_BPF_H

#include "compat.bpf.h"

/*
 * Whether the kernel reaps this process itself, decided as in kernel/signal.c:do_notify_parent. Exact at the last switch of a leader that
 * exits as the last of its threads.
 */
static __always_inline bool is_autoreaped(struct task_struct *task)
{
	if (own_autoreap(task))
		return true;
	return task->exit_signal == PL_SIGCHLD && ignores_children(BPF_CORE_READ(task, real_parent));
}

#endif
