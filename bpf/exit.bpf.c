// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The last word on every task. sched_process_exit would be too early: 17 % of a trivial process's CPU time was visible there (6.18).
 * sched_process_free fires exactly once per dead task, after its release and its last switch, in an RCU callback: current means nothing,
 * it comes milliseconds late (up to 10 s with RCU_LAZY), and out of order between tasks.
 */
#include "emit.bpf.h"
#include "task.bpf.h"

/* Past the ring and past `spill`: the name is lost, the numbers are not. */
static __always_inline void add_overflow(const struct pl_final *final)
{
	__u32 zero = 0;
	struct pl_overflow *sum = bpf_map_lookup_elem(&overflow, &zero);

	if (!sum)
		return;
	__sync_fetch_and_add(&sum->tasks, 1);
	__sync_fetch_and_add(&sum->cpu_ns, final->task.cpu_ns);
	__sync_fetch_and_add(&sum->utime_ns, final->task.utime_ns);
	__sync_fetch_and_add(&sum->stime_ns, final->task.stime_ns);
	if (!(final->task.flags & PL_LEADER))
		return;
	if (final->task.exit_code & 0x7f)
		__sync_fetch_and_add(&sum->exits_signal, 1);
	else if (final->task.exit_code & 0xff00)
		__sync_fetch_and_add(&sum->exits_error, 1);
	else
		__sync_fetch_and_add(&sum->exits_ok, 1);
}

/* TP_PROTO(struct task_struct *p) */
SEC("tp_btf/sched_process_free")
int BPF_PROG(on_sched_process_free, struct task_struct *task)
{
	struct pl_final final;
	__u64 key = (__u64)task;
	struct pl_final *at_death = bpf_map_lookup_elem(&dead, &key);

	fill_event(&final.event, PL_FREE, sizeof(final));
	fill_task(&final.task, task);
	fill_parent_of_dead(&final.task, task);
	fill_cgroup(&final.task, task);
	final.task.cpu_ns = task->se.sum_exec_runtime;
	final.task.flags |= PL_DIED;
	final.death_ns = 0;
	final.reserved = 0;
	if (at_death) {
		final.death_ns = at_death->death_ns;
		final.task.valid |= PL_HAS_DEATH;
		/* Only this program deletes, once per task: a failure means that the bucket was locked by an interrupted hook. */
		if (bpf_map_delete_elem(&dead, &key))
			count_loss(PL_LOSS_DEAD_DELETE);
	}

	if (!bpf_ringbuf_output(&events, &final, sizeof(final), wakeup_flags()))
		return 0;
	count_loss(PL_LOSS_RING_FREE);

	struct pl_spill_key spill_key = {.task = key, .birth_ns = final.task.birth_ns};

	if (!bpf_map_update_elem(&spill, &spill_key, &final, BPF_ANY))
		return 0;
	count_loss(PL_LOSS_SPILL_FULL);
	add_overflow(&final);
	return 0;
}
