/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Every map and every setting. Each file that includes this gets a weak copy; linking the object merges them into one.
 * All hash maps are preallocated: they are written with a run-queue lock held or from RCU callbacks, where allocating may fail.
 */
#ifndef PROCLEDGER_MAPS_BPF_H
#define PROCLEDGER_MAPS_BPF_H

#include <vmlinux.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "wire.h"

/* The layout of this object's records. In a section of its own, so that user space finds it before it knows anything else of an object. */
__weak const volatile __u32 wire_version SEC(".rodata.wire") = PL_WIRE_VERSION;

/* Written before load, constant afterwards. */
__weak const volatile __u32 wakeup_bytes = 2u << 20; /* the reader is woken when so much waits in `events` */
__weak const volatile __u64 pending_cap_ns =
	10000000; /* longest time between two updates of a running task's total: a tick; 1.1 s with nohz_full */
__weak const volatile bool cgroup_v1 = false; /* cgroup ids are those of v1's cpuacct hierarchy, not of v2 */

/*
 * Writers: the life-cycle hooks. Reader: user space, in order of reservation. When full: deaths go to `spill`; all else is lost and
 * counted.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20);
} events __weak SEC(".maps");

/* Deaths that found the ring full. Writer: sched_switch. Removed by user space. When full: their sums go to `overflow`. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct pl_spill_key);
	__type(value, struct pl_dead);
} spill __weak SEC(".maps");

/* enum pl_zombies. Written by user space between walks. */
__weak __u32 zombies = PL_ZOMBIES_DESCRIBED;

/* Whether an exec tells these, too. Written by user space when its rules change. */
__weak bool want_path;
__weak bool want_env;

/* How many deaths ever went to `spill`: user space sees without a system call that there is something to fetch. */
__weak __u64 spilled;

/* Sums over deaths that found no room anywhere. Writer: sched_switch. Never removed, cannot be full. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pl_overflow);
} overflow __weak SEC(".maps");

/*
 * CPU number -> what runs there. Writer: sched_switch on that CPU. Readers: any program (a per-CPU array could not be read from another CPU
 * before 5.19) and user space, through mmap. Sized at load to the possible CPUs.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pl_slot);
} slots __weak SEC(".maps");

/* enum pl_loss -> how often, per CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, PL_LOSS_COUNT);
	__type(key, __u32);
	__type(value, __u64);
} losses __weak SEC(".maps");

#endif
