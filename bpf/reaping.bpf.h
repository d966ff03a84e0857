/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who waits for the dead. */
#ifndef PROCLEDGER_REAPING_BPF_H
#define PROCLEDGER_REAPING_BPF_H

#include "compat.bpf.h"

/*
 * Whether the kernel reaps this process itself, as kernel/signal.c:do_notify_parent decides it. At the last switch of a leader that was
 * the last of its threads this is exact.
 */
static __always_inline bool is_autoreaped(struct task_struct *task)
{
	if (own_autoreap(task))
		return true;
	return task->exit_signal == PL_SIGCHLD && ignores_children(BPF_CORE_READ(task, real_parent));
}

#endif
