// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Names of cgroups. A container's processes may exit before user space looks up the cgroup by id. */
#include "emit.bpf.h"
#include "task.bpf.h"

static __always_inline int emit_cgroup(struct cgroup *cgroup, const char *path, __u32 kind)
{
	struct cgroup *own = authoritative_cgroup((struct task_struct *)bpf_get_current_task());
	struct pl_cgroup *record;

	if (!own || BPF_CORE_READ(own, root) != BPF_CORE_READ(cgroup, root))
		return 0;
	record = bpf_ringbuf_reserve(&events, sizeof(*record), 0);
	if (!record) {
		count_loss(PL_LOSS_RING_CGROUP_NAME);
		return 0;
	}
	fill_event(&record->event, kind, sizeof(*record));
	record->cgroup_id = BPF_CORE_READ(cgroup, kn, id);
	record->reserved = 0;

	long copied = bpf_probe_read_kernel_str(record->path, sizeof(record->path), path);

	record->path_len = copied > 0 ? copied - 1 : 0;
	bpf_ringbuf_submit(record, wakeup_flags());
	return 0;
}

/*
 * TP_PROTO(struct cgroup *cgrp, const char *path). Runs in the task that creates the cgroup, before any task can enter the cgroup.
 * Loss, also of the next two programs: PL_LOSS_RING_CGROUP_NAME.
 */
SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(on_cgroup_mkdir, struct cgroup *cgroup, const char *path)
{
	return emit_cgroup(cgroup, path, PL_CGROUP_NAMED);
}

/* TP_PROTO as above. v1 only: v2 cgroups cannot be renamed. */
SEC("tp_btf/cgroup_rename")
int BPF_PROG(on_cgroup_rename, struct cgroup *cgroup, const char *path)
{
	return emit_cgroup(cgroup, path, PL_CGROUP_NAMED);
}

/* TP_PROTO as above. The cgroup is empty; exit records of its former tasks may still be in the ring. */
SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(on_cgroup_rmdir, struct cgroup *cgroup, const char *path)
{
	return emit_cgroup(cgroup, path, PL_CGROUP_REMOVED);
}
