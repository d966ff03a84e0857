/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How many files a process has open. The kernel keeps no such number: the bits in its table are counted. */
#ifndef PROCLEDGER_FILES_BPF_H
#define PROCLEDGER_FILES_BPF_H

#include "compat.bpf.h"

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

#endif
