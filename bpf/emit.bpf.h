/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Helpers for records of the ring: header, wakeup, loss counters. */
#ifndef PROCLEDGER_EMIT_BPF_H
#define PROCLEDGER_EMIT_BPF_H

#include "maps.bpf.h"

static __always_inline void count_loss(__u32 cause)
{
	__u64 *count = bpf_map_lookup_elem(&losses, &cause);

	if (count)
		__sync_fetch_and_add(count, 1); /* a softirq may interrupt a hook on the same CPU */
}

/* User space drains the ring at every collection. A wakeup is needed only when the ring fills up before that. */
static __always_inline __u64 wakeup_flags(void)
{
	return bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) >= wakeup_bytes ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

static __always_inline void fill_event(struct pl_event *event, __u32 kind, __u32 size)
{
	event->kind = kind;
	event->size = size;
	event->time_ns = bpf_ktime_get_boot_ns();
}

#endif
