// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The cheapest program that can hang on sched_switch: what procledger's own is held against. */
#include <vmlinux.h>

#include <bpf/bpf_helpers.h>

SEC("tp_btf/sched_switch")
int empty_switch(void* ctx) { return 0; }

char LICENSE[] SEC("license") = "Dual BSD/GPL";
