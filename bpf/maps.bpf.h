/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Every map and every setting. Each file that includes this header gets a weak copy; linking the object merges the copies.
 * All hash maps are preallocated: programs write to them with a run-queue lock held or from RCU callbacks, where allocation may fail.
 */
#ifndef PROCLEDGER_MAPS_BPF_H
#define PROCLEDGER_MAPS_BPF_H

#include <vmlinux.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "wire.h"

/* Version of this object's records. A section of its own lets user space find the version before it reads anything else of the object. */
__weak const volatile __u32 wire_version SEC(".rodata.wire") = PL_WIRE_VERSION;

/* Written before load, constant afterwards. */
__weak const volatile __u32 wakeup_bytes = 2u << 20; /* wake the reader when so many bytes wait in `events` */
__weak const volatile __u64 pending_cap_ns =
	10000000; /* longest time between two updates of a running task's total: a tick; 1.1 s with nohz_full */
__weak const volatile bool cgroup_v1 = false; /* cgroup ids are those of v1's cpuacct hierarchy, not of v2 */

/*
 * Writers: the life-cycle hooks. Reader: user space, in order of reservation. When full: exit records go to `spill`; any other record is
 * lost and counted.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20);
} events __weak SEC(".maps");

/* Exit records that found the ring full. Writer: sched_switch. User space removes entries. When full: totals are added to `overflow`. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct pl_spill_key);
	__type(value, struct pl_dead);
} spill __weak SEC(".maps");

/* enum pl_zombies. User space writes it between scans. */
__weak __u32 zombies = PL_ZOMBIES_DESCRIBED;

/* Whether an exec emits PL_PATH and PL_ENV. User space writes these when its rules change. */
__weak bool want_path;
__weak bool want_env;

/* Number of exit records that ever went to `spill`: user space sees new entries without a system call. */
__weak __u64 spilled;

/* Sums over exit records that fit neither into the ring nor into `spill`. Writer: sched_switch. Never removed; cannot be full. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pl_overflow);
} overflow __weak SEC(".maps");

/*
 * CPU number -> slot. Writer: sched_switch on that CPU. Readers: any program (before 5.19 a program cannot read another CPU's entry of a
 * per-CPU array) and user space, through mmap. Sized at load to the possible CPUs.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pl_slot);
} slots __weak SEC(".maps");

/* enum pl_loss -> count, per CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, PL_LOSS_COUNT);
	__type(key, __u32);
	__type(value, __u64);
} losses __weak SEC(".maps");

#endif
