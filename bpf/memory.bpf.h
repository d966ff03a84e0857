/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Memory of an address space, from either of the two layouts of the kernel's memory counters. */
#ifndef PROCLEDGER_MEMORY_BPF_H
#define PROCLEDGER_MEMORY_BPF_H

#include "compat.bpf.h"

/* include/linux/mm_types_task.h, unchanged from 5.10 to 7.3 */
#define PL_MM_FILE 0
#define PL_MM_ANON 1
#define PL_MM_SWAP 2
#define PL_MM_SHMEM 3

#define PL_MAX_CPUS 1024 /* on larger machines the parts of the first 1024 CPUs count */

/*
 * Since 6.2 each counter has a common part and a part per CPU. The kernel moves a CPU's part into the common part when the part reaches
 * batch pages (max(32, 2 x CPUs)): the common part alone is off by up to batch x CPUs, 0.5 GB on 256 CPUs. A pointer to per-CPU data plus
 * the offset of a CPU is an address. Programs may not use the kernel's symbol of these offsets; a per-CPU map gives them: address of the
 * element minus pointer.
 */
__weak __u32 here_id = 0; /* id of the map `here`, written by user space */
__weak __u32 percpu_cpus = 0; /* number of entries in `percpu_offset`; 0: not known on this kernel */

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} here __weak SEC(".maps");

/* CPU number -> offset to add to a pointer to per-CPU data. Written once, by learn_percpu. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PL_MAX_CPUS);
	__type(key, __u32);
	__type(value, __u64);
} percpu_offset __weak SEC(".maps");

/* Before 6.2: one atomic counter per kind. Threads cache at most 64 pages each, which this code leaves out. */
struct mm_rss_stat___pre62 {
	atomic_long_t count[4];
} __attribute__((preserve_access_index));

struct mm_struct___pre62 {
	struct mm_rss_stat___pre62 rss_stat;
} __attribute__((preserve_access_index));

#define PL_MM_KINDS 4

struct mm_counts {
	const char *parts[PL_MM_KINDS];
	__s64 pages[PL_MM_KINDS];
	bool adjacent; /* the four parts of a CPU lie side by side, since the kernel allocates them at once (6.6) */
};

static long add_parts(__u32 cpu, struct mm_counts *counts)
{
	__u64 *offset = bpf_map_lookup_elem(&percpu_offset, &cpu);
	__s32 part[PL_MM_KINDS] = {};

	if (!offset)
		return 1;
	if (counts->adjacent) {
		bpf_probe_read_kernel(part, sizeof(part), counts->parts[0] + *offset);
	} else {
		for (int kind = 0; kind < PL_MM_KINDS; kind++)
			bpf_probe_read_kernel(&part[kind], sizeof(part[kind]), counts->parts[kind] + *offset);
	}
	for (int kind = 0; kind < PL_MM_KINDS; kind++)
		counts->pages[kind] += part[kind];
	return 0;
}

static __always_inline void read_percpu_counts(struct mm_counts *counts, struct mm_struct *mm)
{
	counts->adjacent = true;
	for (int kind = 0; kind < PL_MM_KINDS; kind++) {
		counts->pages[kind] = mm->rss_stat[kind].count;
		counts->parts[kind] = (const char *)mm->rss_stat[kind].counters;
		if (counts->parts[kind] != counts->parts[0] + kind * sizeof(__s32))
			counts->adjacent = false;
	}
	bpf_loop(percpu_cpus, add_parts, counts, 0); /* since 5.17; these counters came later, in 6.2 */
}

static __always_inline void read_atomic_counts(struct mm_counts *counts, struct mm_struct___pre62 *mm)
{
	const char *at = (const char *)mm + bpf_core_field_offset(mm->rss_stat.count);

	for (int kind = 0; kind < PL_MM_KINDS; kind++)
		bpf_probe_read_kernel(&counts->pages[kind], sizeof(counts->pages[kind]), at + kind * sizeof(atomic_long_t));
}

/* A counter may be negative for a moment. */
static __always_inline __u64 not_negative(__s64 pages)
{
	return pages > 0 ? pages : 0;
}

/* `loops`: this kernel has bpf_loop. */
static __always_inline void fill_memory(struct pl_process *out, struct mm_struct *mm, const bool loops)
{
	struct mm_struct___pre62 *old = (void *)mm;
	struct mm_counts counts = {};

	if (bpf_core_field_exists(old->rss_stat.count))
		read_atomic_counts(&counts, old);
	else if (loops)
		read_percpu_counts(&counts, mm);
	out->mm = (__u64)mm;
	out->file_pages = not_negative(counts.pages[PL_MM_FILE]);
	out->anon_pages = not_negative(counts.pages[PL_MM_ANON]);
	out->swap_pages = not_negative(counts.pages[PL_MM_SWAP]);
	out->shmem_pages = not_negative(counts.pages[PL_MM_SHMEM]);
	out->virtual_pages = mm->total_vm;
	out->peak_pages = mm->hiwater_rss;
	out->valid |= PL_HAS_MEMORY;
	if (bpf_core_field_exists(mm->hugetlb_usage)) { /* CONFIG_HUGETLB_PAGE */
		out->hugetlb_pages = not_negative(mm->hugetlb_usage.counter);
		out->valid |= PL_HAS_HUGETLB;
	}
}

#endif
