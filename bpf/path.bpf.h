/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Path of an executable. Tracepoint programs may not call bpf_d_path, so this code follows directories and mounts as bpf_d_path does. */
#ifndef PROCLEDGER_PATH_BPF_H
#define PROCLEDGER_PATH_BPF_H

#include "maps.bpf.h"

#define PATH_STEPS 64 /* components and mounts */
#define NAME_ROOM 256 /* NAME_MAX and a NUL */

/*
 * Writes the names from the file up to the root of its process, with a NUL after each. Returns the number of bytes. Sets `*cut` when room
 * or steps run out. No lock is held: a rename at the same time may give a mixture of the old and the new path.
 */
static __always_inline __u32 fill_path(char *out, struct file *file, struct task_struct *task, bool *cut)
{
	struct dentry *root = BPF_CORE_READ(task, fs, root.dentry);
	struct vfsmount *root_mnt = BPF_CORE_READ(task, fs, root.mnt);
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	struct vfsmount *vfsmount = BPF_CORE_READ(file, f_path.mnt);
	__u32 length = 0;

	/* 5.10's verifier needs half a million instructions without unrolling and 60,000 with eight steps a round (6.18's: 13,000). */
#pragma clang loop unroll_count(8)
	for (int step = 0; step < PATH_STEPS; step++) {
		struct dentry *parent;

		if (dentry == root && vfsmount == root_mnt)
			return length;
		parent = BPF_CORE_READ(dentry, d_parent);
		if (dentry == BPF_CORE_READ(vfsmount, mnt_root) || dentry == parent) {
			struct mount *mount = (void *)vfsmount - bpf_core_field_offset(struct mount, mnt);
			struct mount *up = BPF_CORE_READ(mount, mnt_parent);

			if (up == mount)
				return length; /* a root other than the process's: the file was opened below that root */
			dentry = BPF_CORE_READ(mount, mnt_mountpoint);
			vfsmount = (void *)up + bpf_core_field_offset(struct mount, mnt);
			continue;
		}

		const unsigned char *name = BPF_CORE_READ(dentry, d_name.name);
		__u64 at = length;

		barrier_var(at); /* 5.10's verifier forgets the bound of a spilled register, so one register is checked and used */
		if (at > PL_PATH_ROOM - NAME_ROOM)
			break;

		long copied = bpf_probe_read_kernel_str(out + at, NAME_ROOM, name);

		if (copied <= 0)
			break;
		length += copied;
		dentry = parent;
	}
	*cut = true;
	return length;
}

#endif
