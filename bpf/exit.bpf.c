// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The last word on every task. sched_process_exit would be too early: 17 % of a trivial process's CPU time was visible there (6.18).
 * sched_process_free fires once per dead task, after its release and its last switch, in an RCU callback: current means nothing,
 * it comes milliseconds late (up to 10 s with RCU_LAZY), and out of order between tasks.
 */
#include "final.bpf.h"

/*
 * A leader that was no autoreaped zombie at its last switch may have become one: when its last thread died, or when it was given to another
 * parent.
 */
static __always_inline bool may_be_autoreaped_since(const struct pl_task *freed, const struct pl_task *died)
{
	return (freed->flags & PL_LEADER) && (died->live > 0 || died->parent_signal != freed->parent_signal);
}

/* TP_PROTO(struct task_struct *p). Loss: PL_LOSS_RING_FREE, PL_LOSS_SPILL_FULL. */
SEC("tp_btf/sched_process_free")
int BPF_PROG(on_sched_process_free, struct task_struct *task)
{
	struct pl_final final;
	__u64 key = (__u64)task;
	struct pl_final *kept = bpf_map_lookup_elem(&dead, &key);

	fill_final(&final, task);
	if (kept) {
		if (kept->task.birth_ns == final.task.birth_ns) {
			final.death_ns = kept->death_ns;
			final.task.valid |= PL_HAS_DEATH;
			final.task.flags |= kept->task.flags & PL_AUTOREAPED;
			if (may_be_autoreaped_since(&final.task, &kept->task) && is_autoreaped(task))
				final.task.flags |= PL_AUTOREAPED;
		} else {
			emit_unseen(kept);
		}
		/* A failure means that the bucket was locked by an interrupted hook. */
		if (bpf_map_delete_elem(&dead, &key))
			count_loss(PL_LOSS_DEAD_DELETE);
	}
	emit_final(&final, wakeup_flags());
	return 0;
}
