// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What living processes hold: one pl_process each, by the leader, or by each living thread where the leader is dead already. Apart from
 * the walk over tasks because it is dear: 1 us a process, more where many files are open.
 */
#include "memory.bpf.h"

#define CHUNK_WORDS 8
#define MAX_CHUNKS 2048 /* 1,048,576 file descriptors: the kernel's default for fs.nr_open */
#define PLAIN_CHUNKS 64 /* without bpf_loop: 32,768 */

struct fd_count {
	const unsigned long *open;
	__u32 words; /* of 64 file descriptors each */
	__u32 failed;
	__u64 count;
};

static long count_chunk(__u32 chunk, struct fd_count *fds)
{
	__u64 bits[CHUNK_WORDS] = {};
	__u32 first = chunk * CHUNK_WORDS;
	__u32 left = fds->words - first;

	if (first >= fds->words)
		return 1;
	if (left > CHUNK_WORDS)
		left = CHUNK_WORDS;
	if (bpf_probe_read_kernel(bits, left * sizeof(*bits), fds->open + first)) {
		fds->failed = 1;
		return 1;
	}
	for (int i = 0; i < CHUNK_WORDS; i++)
		fds->count += __builtin_popcountll(bits[i]);
	return 0;
}

/* Bits set in the table of open files. A table that is larger than what we can look through has no figure. */
static __always_inline void fill_fds(struct pl_process *out, struct task_struct *task, const bool loops)
{
	struct files_struct *files = task->files;

	if (!files)
		return;

	struct fdtable *table = files->fdt;
	struct fd_count fds = {.open = table->open_fds, .words = table->max_fds / 64};
	__u32 chunks = (fds.words + CHUNK_WORDS - 1) / CHUNK_WORDS;

	if (chunks > MAX_CHUNKS)
		return;
	if (loops) {
		bpf_loop(chunks, count_chunk, &fds, 0);
	} else {
		if (chunks > PLAIN_CHUNKS)
			return;
		for (__u32 chunk = 0; chunk < PLAIN_CHUNKS; chunk++) {
			if (count_chunk(chunk, &fds))
				break;
		}
	}
	if (fds.failed)
		return;
	out->open_fds = fds.count;
	out->max_fds = task->signal->rlim[7].rlim_cur; /* RLIMIT_NOFILE */
	out->valid |= PL_HAS_FDS;
}

static __always_inline int walk(struct bpf_iter__task *ctx, const bool loops)
{
	struct task_struct *task = ctx->task;
	struct pl_process record = {};

	if (!task || (task->flags & PL_PF_KTHREAD))
		return 0;

	struct mm_struct *mm = task->mm;
	struct task_struct *leader = task->group_leader;

	if (!mm || ((__u64)leader != (__u64)task && leader->mm))
		return 0;
	record.signal = (__u64)task->signal;
	record.tgid = task->tgid;
	record.birth_ns = leader->start_boottime;
	fill_memory(&record, mm, loops);
	fill_fds(&record, task, loops);
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

/* In the reader, as walk_tasks. User space loads one of the two: older kernels refuse a program that has a callback in it at all. */
SEC("iter/task")
int walk_processes(struct bpf_iter__task *ctx)
{
	return walk(ctx, true); /* bpf_loop: 5.17 */
}

SEC("iter/task")
int walk_processes_plain(struct bpf_iter__task *ctx)
{
	return walk(ctx, false);
}

static long learn_offset(__u32 cpu, __u64 *base)
{
	__u32 zero = 0;
	volatile __u64 *element = bpf_map_lookup_percpu_elem(&here, &zero, cpu);
	__u64 offset;

	if (!element)
		return 1;
	*element = (__u64)element;
	offset = *element - *base;
	if (bpf_map_update_elem(&percpu_offset, &cpu, &offset, BPF_ANY))
		return 1;
	percpu_cpus = cpu + 1;
	return 0;
}

/*
 * Run once, when everything is loaded, where bpf_map_lookup_percpu_elem exists (5.19): learns where each CPU keeps its data. `here` has
 * the pointer, and a lookup gives the element itself; stored in the element and read back its address is a number.
 */
SEC("iter/bpf_map")
int learn_percpu(struct bpf_iter__bpf_map *ctx)
{
	struct bpf_map *map = ctx->map;
	__u64 base = 0;

	if (!map || map->id != here_id)
		return 0;
	bpf_probe_read_kernel(&base, sizeof(base), (const char *)map + bpf_core_field_offset(struct bpf_array, pptrs));
	if (base)
		bpf_loop(PL_MAX_CPUS, learn_offset, &base, 0);
	return 0;
}
