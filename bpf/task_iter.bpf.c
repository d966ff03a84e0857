// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The walk over every task of the pid namespace: living ones and zombies, released ones not. One pl_task each, 0.35 us. */
#include "task.bpf.h"

/* In the reader, preemptible between tasks. A record that does not fit into the reader's buffer is written again at its next read. */
SEC("iter/task")
int walk_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct pl_task record;

	if (!task)
		return 0;
	fill_task(&record, task);
	fill_cpu(&record, task);
	if (record.flags & PL_LEADER) { /* what is the process's is asked once */
		fill_parent(&record, task);
		fill_cgroup(&record, task);
	}
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}
