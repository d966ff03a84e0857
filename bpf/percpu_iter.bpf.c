// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Offsets of per-CPU data, for memory counters with a part per CPU. */
#include "memory.bpf.h"

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
 * Runs once after load, on kernels with bpf_map_lookup_percpu_elem (5.19), and fills `percpu_offset`. The map `here` holds the pointer; a
 * lookup gives the address of the element. The address becomes a number by storing it in the element and reading it back.
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
