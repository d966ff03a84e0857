/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Number of open files of a process. The kernel keeps no such number, so this code counts the bits in the file table. */
#ifndef PROCLEDGER_FILES_BPF_H
#define PROCLEDGER_FILES_BPF_H

#include "compat.bpf.h"

#define CHUNK_WORDS 4 /* words on the stack: 5.10 has 512 bytes of stack for all calls together */
#define MAX_CHUNKS 4096 /* 1,048,576 file descriptors: the kernel's default for fs.nr_open */
#define PLAIN_CHUNKS 128 /* without bpf_loop: 32,768 file descriptors */

struct fd_count {
	__u64 open; /* address of the words */
	__u32 words; /* number of words, 64 file descriptors each */
	__u32 failed;
	__u64 count;
};

/* Bits set in at most CHUNK_WORDS words from this address on; -1 when they cannot be read. */
static __always_inline long count_bits(__u64 from, __u64 bytes)
{
	__u64 bits[CHUNK_WORDS] = {};
	long count = 0;

	barrier_var(bytes); /* 5.10's verifier knows the bounds of the compared register, not of its copies */
	if (bytes > sizeof(bits))
		bytes = sizeof(bits);
	if (bpf_probe_read_kernel(bits, bytes, (const void *)from))
		return -1;
	for (int i = 0; i < CHUNK_WORDS; i++)
		count += __builtin_popcountll(bits[i]);
	return count;
}

static long count_chunk(__u32 chunk, struct fd_count *fds)
{
	__u32 first = chunk * CHUNK_WORDS;
	long count;

	if (first >= fds->words)
		return 1;
	count = count_bits(fds->open + first * sizeof(__u64), (fds->words - first) * sizeof(__u64));
	if (count < 0) {
		fds->failed = 1;
		return 1;
	}
	fds->count += count;
	return 0;
}

/*
 * For kernels without bpf_loop; -1 when the table cannot be read. A global function, so that the verifier checks the loop once and not for
 * each path that leads to it: 5.10 gave up at a million instructions. A global function takes numbers only.
 */
__noinline long count_plain(__u64 open, __u32 words)
{
	long count = 0;

	for (__u32 first = 0; first < PLAIN_CHUNKS * CHUNK_WORDS && first < words; first += CHUNK_WORDS) {
		long more = count_bits(open + first * sizeof(__u64), (words - first) * sizeof(__u64));

		if (more < 0)
			return -1;
		count += more;
	}
	return count;
}

/* Counts the open files. A table with more than MAX_CHUNKS (without bpf_loop PLAIN_CHUNKS) chunks gives no value. */
static __always_inline void fill_fds(struct pl_process *out, struct files_struct *files, struct signal_struct *signal, const bool loops)
{
	if (!files)
		return;

	struct fdtable *table = files->fdt;
	struct fd_count fds = {.open = (__u64)BPF_CORE_READ(table, open_fds), .words = table->max_fds / 64};
	__u32 chunks = (fds.words + CHUNK_WORDS - 1) / CHUNK_WORDS;

	if (chunks > MAX_CHUNKS)
		return;
	if (loops) {
		bpf_loop(chunks, count_chunk, &fds, 0);
	} else {
		if (chunks > PLAIN_CHUNKS)
			return;

		long count = count_plain(fds.open, fds.words);

		fds.failed = count < 0;
		fds.count = count;
	}
	if (fds.failed)
		return;
	out->open_fds = fds.count;
	out->max_fds = signal->rlim[7].rlim_cur; /* RLIMIT_NOFILE */
	out->valid |= PL_HAS_FDS;
}

#endif
