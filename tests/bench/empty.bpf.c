// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The cheapest program on sched_switch, to compare procledger's program with. */
#include <vmlinux.h>

#include <bpf/bpf_helpers.h>

SEC("tp_btf/sched_switch")
int empty_switch(void* ctx) { return 0; }

char LICENSE[] SEC("license") = "Dual BSD/GPL";
