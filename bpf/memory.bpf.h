/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What an address space holds, across the two ways in which kernels count it. */
#ifndef PROCLEDGER_MEMORY_BPF_H
#define PROCLEDGER_MEMORY_BPF_H

#include "compat.bpf.h"

/* include/linux/mm_types_task.h, unchanged from 5.10 to 7.3 */
#define PL_MM_FILE 0
#define PL_MM_ANON 1
#define PL_MM_SWAP 2
#define PL_MM_SHMEM 3

#define PL_MAX_CPUS 1024 /* more than that: the counters' common part is taken */

/*
 * Since 6.2 each counter has a common part and one per CPU, which comes in when it has reached batch pages (max(32, 2 x CPUs)): the common
 * part alone is off by up to batch x CPUs, 0.5 GB on 256 CPUs. A pointer to per-CPU data is good on a CPU once that CPU's offset is added.
 * These offsets are no symbol that programs may use, but they can be had from a per-CPU map of our own: element minus pointer.
 */
__u32 here_id = 0; /* user space: id of the map `here` */
__u32 percpu_cpus = 0; /* so many entries of `percpu_offset` are filled; 0: not known on this kernel */

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} here SEC(".maps");

/* CPU number -> what to add to a pointer to per-CPU data. Written once, by learn_percpu. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PL_MAX_CPUS);
	__type(key, __u32);
	__type(value, __u64);
} percpu_offset SEC(".maps");

/* Before 6.2: one atomic per kind, and what threads had cached, at most 64 pages each. */
struct mm_rss_stat___pre62 {
	atomic_long_t count[4];
} __attribute__((preserve_access_index));

struct mm_struct___pre62 {
	struct mm_rss_stat___pre62 rss_stat;
} __attribute__((preserve_access_index));

struct percpu_sum {
	const char *parts;
	__s64 sum;
};

static long add_part(__u32 cpu, struct percpu_sum *counter)
{
	__u64 *offset = bpf_map_lookup_elem(&percpu_offset, &cpu);
	__s32 part = 0;

	if (!offset)
		return 1;
	bpf_probe_read_kernel(&part, sizeof(part), counter->parts + *offset);
	counter->sum += part;
	return 0;
}

static __always_inline __s64 percpu_parts(const void *parts)
{
	struct percpu_sum sum = {.parts = parts};

	bpf_loop(percpu_cpus, add_part, &sum, 0); /* since 5.17, older than these counters */
	return sum.sum;
}

/* Pages; a counter may be below 0 for a moment. */
static __always_inline __u64 mm_pages(struct mm_struct *mm, int kind, const bool loops)
{
	struct mm_struct___pre62 *old = (void *)mm;
	__s64 pages = 0;

	if (bpf_core_field_exists(old->rss_stat.count)) {
		const char *counts = (const char *)old + bpf_core_field_offset(old->rss_stat.count);

		bpf_probe_read_kernel(&pages, sizeof(pages), counts + kind * sizeof(atomic_long_t));
	} else if (loops) {
		pages = mm->rss_stat[kind].count + percpu_parts(mm->rss_stat[kind].counters);
	}
	return pages > 0 ? pages : 0;
}

/* `loops`: this kernel has bpf_loop. */
static __always_inline void fill_memory(struct pl_process *out, struct mm_struct *mm, const bool loops)
{
	struct mm_struct___pre62 *old = (void *)mm;

	out->mm = (__u64)mm;
	out->file_pages = mm_pages(mm, PL_MM_FILE, loops);
	out->anon_pages = mm_pages(mm, PL_MM_ANON, loops);
	out->swap_pages = mm_pages(mm, PL_MM_SWAP, loops);
	out->shmem_pages = mm_pages(mm, PL_MM_SHMEM, loops);
	out->virtual_pages = mm->total_vm;
	out->peak_pages = mm->hiwater_rss;
	out->valid |= PL_HAS_MEMORY;
	if (percpu_cpus || bpf_core_field_exists(old->rss_stat.count))
		out->valid |= PL_MEMORY_EXACT;
}

#endif
