/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The one definition of every record that crosses from the kernel to user space, for C11 (BPF) and C++20.
 *
 * Totals are cumulative since the task's start, never differences: a repeated or late record charges nothing, and the next record makes a
 * lost one good. Every byte of a record is written. The PL_HAS_* bit of a value is clear when this kernel does not have the value. Records
 * do not say which process to charge: src/core/ledger decides that.
 */
#ifndef PROCLEDGER_WIRE_H
#define PROCLEDGER_WIRE_H

#ifdef __cplusplus
#include <linux/types.h>
#define PL_STATIC_ASSERT(cond, msg) static_assert(cond, msg)
#else
#define PL_STATIC_ASSERT(cond, msg) _Static_assert(cond, msg)
#endif

/* Bumped with every change below (wire.versions). The object carries the version (maps.bpf.h), and user space refuses any other. */
#define PL_WIRE_VERSION 6

#define PL_COMM_LEN 16 /* TASK_COMM_LEN, kernel 2.6 to 7.3 */
#define PL_FILENAME_LEN 128
#define PL_ARGS_SHORT 256 /* two record sizes: most command lines fit the short one, and bytes copied are time */
#define PL_ARGS_LONG 2048
#define PL_PATH_ROOM 768
#define PL_ENV_SHORT 1024
#define PL_ENV_LONG 8192
#define PL_CGROUP_PATH_LEN 1024

enum pl_kind {
	PL_FORK = 1, /* a process (never a thread) was forked; task is the child */
	PL_EXEC = 2, /* task called exec: it runs another program from now on */
	PL_RENAME = 3, /* a leader changed its comm without exec; comm is the new one */
	PL_CGROUP = 4, /* a leader moved to cgroup_id of the authoritative hierarchy */
	PL_DEAD = 5, /* exit record: final totals of a task, at its TASK_DEAD switch */
	PL_FREE = 6, /* release record: the address is free to reuse (sched_process_free, milliseconds to seconds after PL_DEAD) */
	PL_PATH = 7, /* path of the program in the task's next PL_EXEC, when user space wants paths */
	PL_ENV = 8, /* environment of the program in the task's next PL_EXEC, when user space wants environments */
	PL_CGROUP_NAMED = 9, /* a cgroup was created or renamed */
	PL_CGROUP_REMOVED = 10,
};

/* pl_task.flags */
#define PL_LEADER (1u << 0) /* group_leader == task when the record was written */
#define PL_KTHREAD (1u << 1) /* PF_KTHREAD */
#define PL_GROUP_EXIT (1u << 2) /* exit_code is that of the whole process (signal->group_exit_code) */
#define PL_DIED (1u << 3) /* exit record: usage is final; scan: the task is at or past its last switch, and usage is not set */
#define PL_ARGS_CUT (1u << 4) /* PL_EXEC only: args did not fit */
#define PL_FILENAME_CUT (1u << 5) /* PL_EXEC only: filename did not fit */
#define PL_AUTOREAPED (1u << 6) /* exited leaders only: the kernel reaps the process itself and credits no parent */
#define PL_HOLDS (1u << 7) /* scan only: a pl_process follows */
#define PL_ZOMBIE (1u << 8) /* scan only: as PL_DIED, identity and parent only (uid, exit_code, state, live, comm, cgroup_id not set) */

/* pl_task.valid */
#define PL_HAS_TICKS (1u << 0) /* utime_ns, stime_ns */
#define PL_HAS_CGROUP (1u << 1) /* cgroup_id */
#define PL_HAS_PARENT (1u << 2) /* parent_signal, parent_tgid: real_parent; stale pointers are possible after release */
#define PL_HAS_ARGS (1u << 3) /* PL_EXEC only: args were readable */
#define PL_HAS_STORAGE (1u << 4) /* storage_* */
#define PL_HAS_CALLS (1u << 5) /* call_* */
#define PL_HAS_WAIT (1u << 6) /* wait_ns */
#define PL_HAS_PEAK (1u << 7) /* the record's peak_pages */

/* What a scan emits for tasks that are past their last switch. */
enum pl_zombies {
	PL_ZOMBIES_DESCRIBED, /* full records: tasks that exited before load have no exit record */
	PL_ZOMBIES_LISTED, /* identity only */
	PL_ZOMBIES_LEFT_OUT, /* no record: exit records and release records report these tasks */
};

/* What one task has consumed since its start, without the other threads of its process and without its children. */
struct pl_usage {
	__u64 cpu_ns; /* se.sum_exec_runtime: exact at a switch, up to a tick old while running */
	__u64 utime_ns; /* raw tick samples: usable for a ratio over many tasks, not for a total */
	__u64 stime_ns;
	__u64 wait_ns; /* sched_info.run_delay: runnable but not running */
	__u64 voluntary; /* context switches: nvcsw, nivcsw */
	__u64 involuntary;
	__u64 minor_faults;
	__u64 major_faults;
	__u64 storage_read_bytes; /* ioac.read_bytes: fetched from storage */
	__u64 storage_written_bytes; /* ioac.write_bytes: dirtied for storage */
	__u64 storage_cancelled_bytes; /* ioac.cancelled_write_bytes: dirtied by any task, dropped by this task */
	__u64 call_read_bytes; /* ioac.rchar: by read(2) and similar calls, from any file */
	__u64 call_written_bytes;
	__u64 call_reads;
	__u64 call_writes;
};
PL_STATIC_ASSERT(sizeof(struct pl_usage) == 120, "layout changed: bump PL_WIRE_VERSION");

/* Identity, state and usage of one task. */
struct pl_task {
	__u64 task; /* address of task_struct: unique from start to PL_FREE, reused within seconds after that */
	__u64 signal; /* address of signal_struct: the same for all threads of a process, reused in the same way */
	__u64 start_boottime_ns; /* start_boottime, CLOCK_BOOTTIME; a thread that calls exec takes over its leader's */
	__u64 pending_ns; /* CPU time since the kernel updated usage.cpu_ns; 0 when the task is not on a CPU */
	struct pl_usage usage;
	__u64 parent_signal;
	__u64 cgroup_id; /* kernfs node id in the hierarchy named when the object was loaded */
	__u32 tid; /* in the initial pid namespace */
	__u32 tgid;
	__u32 parent_tgid;
	__u32 uid; /* effective uid, initial user namespace */
	__u32 exit_code; /* wait status, set once the task exits; that of the process with PL_GROUP_EXIT or PL_LEADER */
	__u32 state; /* task->__state in the low half, task->exit_state << 16 */
	__u32 live; /* signal->live: threads of the process that have not begun to exit; 0: the process has exited */
	__u32 flags;
	__u32 valid;
	__u32 reserved; /* 0 */
	char comm[PL_COMM_LEN];
};
PL_STATIC_ASSERT(sizeof(struct pl_task) == 224, "layout changed: bump PL_WIRE_VERSION");

struct pl_event {
	__u32 kind; /* enum pl_kind */
	__u32 size; /* of the whole record, this header included */
	__u64 time_ns; /* CLOCK_BOOTTIME when the record was written */
};
PL_STATIC_ASSERT(sizeof(struct pl_event) == 16, "layout changed: bump PL_WIRE_VERSION");

struct pl_fork {
	struct pl_event event;
	struct pl_task task;
	__u64 creator_signal; /* the process that called fork; differs from the parent with CLONE_PARENT */
	__u32 creator_tgid;
	__u32 reserved;
};
PL_STATIC_ASSERT(sizeof(struct pl_fork) == 256, "layout changed: bump PL_WIRE_VERSION");

/* PL_RENAME and PL_CGROUP. */
struct pl_change {
	struct pl_event event;
	struct pl_task task;
};
PL_STATIC_ASSERT(sizeof(struct pl_change) == 240, "layout changed: bump PL_WIRE_VERSION");

/* PL_EXEC: PL_ARGS_SHORT or PL_ARGS_LONG bytes of room for the arguments follow, with a NUL between arguments. */
struct pl_exec {
	struct pl_event event;
	struct pl_task task;
	__u32 old_tid; /* the caller's tid before exec; differs from tid when a thread took over its leader's tid and start time */
	__u32 filename_len; /* without the NUL */
	__u32 args_len; /* bytes used of the room */
	__u32 reserved;
	char filename[PL_FILENAME_LEN]; /* as passed to execve, not resolved */
};
PL_STATIC_ASSERT(sizeof(struct pl_exec) == 384, "layout changed: bump PL_WIRE_VERSION");

/* PL_PATH: path of the executable, from the file name up to the root that the process sees, with a NUL after each name. */
struct pl_path {
	struct pl_event event;
	__u64 task;
	__u32 len;
	__u32 cut; /* 1: the components nearest to the root are missing */
	char names[PL_PATH_ROOM];
};
PL_STATIC_ASSERT(sizeof(struct pl_path) == 800, "layout changed: bump PL_WIRE_VERSION");

/* PL_ENV: PL_ENV_SHORT or PL_ENV_LONG bytes of room for NAME=value follow, with a NUL between variables. */
struct pl_env {
	struct pl_event event;
	__u64 task;
	__u32 len; /* bytes used of the room */
	__u32 cut; /* 1: the environment did not fit */
};
PL_STATIC_ASSERT(sizeof(struct pl_env) == 32, "layout changed: bump PL_WIRE_VERSION");

/* PL_CGROUP_NAMED and PL_CGROUP_REMOVED, in the hierarchy of pl_task.cgroup_id. */
struct pl_cgroup {
	struct pl_event event;
	__u64 cgroup_id;
	__u32 path_len; /* without the NUL; PL_CGROUP_PATH_LEN - 1 when the path did not fit */
	__u32 reserved;
	char path[PL_CGROUP_PATH_LEN]; /* from the root of the hierarchy, which is "/" */
};
PL_STATIC_ASSERT(sizeof(struct pl_cgroup) == 1056, "layout changed: bump PL_WIRE_VERSION");

/* PL_DEAD in the ring, and the value of `spill`. */
struct pl_dead {
	struct pl_event event;
	struct pl_task task;
	__u64 peak_pages; /* signal->maxrss: peak resident memory of the process; set once signal->live is 0 */
};
PL_STATIC_ASSERT(sizeof(struct pl_dead) == 248, "layout changed: bump PL_WIRE_VERSION");

/* PL_FREE. Usage is in PL_DEAD. The exit code of a leader that exited before its threads may have changed since PL_DEAD. */
struct pl_free {
	struct pl_event event;
	__u64 task;
	__u64 start_boottime_ns;
	__u64 signal;
	__u64 parent_signal; /* set with PL_HAS_PARENT, as is parent_tgid */
	__u32 tid;
	__u32 tgid;
	__u32 parent_tgid;
	__u32 exit_code; /* as in pl_task */
	__u32 flags; /* PL_LEADER, PL_GROUP_EXIT, PL_AUTOREAPED */
	__u32 valid;
};
PL_STATIC_ASSERT(sizeof(struct pl_free) == 72, "layout changed: bump PL_WIRE_VERSION");

/* Key of `spill`: one exited task. The start time distinguishes tasks that had the same address at different times. */
struct pl_spill_key {
	__u64 task;
	__u64 start_boottime_ns;
};

/*
 * Sums over exit records that fit neither into the ring nor into `spill`, per CPU, since load. Totals are final, so user space subtracts
 * what it has charged to these tasks before.
 */
struct pl_overflow {
	__u64 tasks;
	struct pl_usage usage;
	__u64 exits_ok; /* leaders among the tasks, by exit status */
	__u64 exits_error;
	__u64 exits_signal;
};
PL_STATIC_ASSERT(sizeof(struct pl_overflow) == 152, "layout changed: bump PL_WIRE_VERSION");

/* pl_process.valid */
#define PL_HAS_MEMORY (1u << 0)
#define PL_HAS_FDS (1u << 1)
#define PL_HAS_HUGETLB (1u << 2) /* hugetlb_pages */

/* Memory and open files of a living process. Follows the pl_task of the leader, or of each living thread once the leader has exited. */
struct pl_process {
	__u64 signal;
	__u64 start_boottime_ns; /* start time of the leader */
	__u64 mm; /* address of mm_struct: two processes share one between vfork and exec */
	__u64 anon_pages;
	__u64 file_pages;
	__u64 shmem_pages;
	__u64 swap_pages;
	__u64 virtual_pages;
	__u64 peak_pages; /* of this mm */
	__u64 hugetlb_pages; /* mm.hugetlb_usage, in pages of the base size; not part of the values above */
	__u64 open_fds;
	__u64 max_fds; /* soft limit */
	__u32 tgid;
	__u32 valid;
};
PL_STATIC_ASSERT(sizeof(struct pl_process) == 104, "layout changed: bump PL_WIRE_VERSION");

/*
 * One CPU as sched_switch sees it, in a cache line of its own. Times are on the run-queue clock (rq_clock_task) unless noted. A slot of
 * zeros: the CPU was offline at load and has not switched since.
 */
struct pl_slot {
	__u64 task; /* task_struct now on this CPU */
	__u64 clock; /* time of the task's switch-in; before the first switch, any time at which the task ran */
	__u64 idle_since; /* switch-in of swapper; 0 when swapper does not run. Before the first switch: CLOCK_MONOTONIC at load */
	__u64 idle_ns; /* closed idle intervals since load */
	__s64 offset; /* run-queue clock minus CLOCK_MONOTONIC, learnt at learnt_clock */
	__u64 learnt_clock; /* 0: no switch yet, and offset is 0. 1 to 3: a later switch has to learn, see learn_clock */
	__u64 gap_ns; /* irq and steal time missing from the run-queue clock at learnt_clock (rq->clock - rq->clock_task) */
	__u64 switches; /* number of switches since load: the heartbeat */
};
PL_STATIC_ASSERT(sizeof(struct pl_slot) == 64, "layout changed: bump PL_WIRE_VERSION");

/* Index of `losses`: every map or ring operation that can fail. */
enum pl_loss {
	PL_LOSS_RING_FORK, /* no room in the ring; the next scan finds the process if it still lives */
	PL_LOSS_RING_EXEC,
	PL_LOSS_RING_RENAME,
	PL_LOSS_RING_CGROUP,
	PL_LOSS_RING_DEAD, /* no room in the ring; the exit record went to `spill` */
	PL_LOSS_SPILL_FULL, /* no room in `spill` either; the totals are in `overflow`, unattributed */
	PL_LOSS_RING_FREE, /* no room in the ring; totals are complete; the process is abandoned after 15 s without a scan that shows it */
	PL_LOSS_ARGS_FAULT, /* command line not readable at exec */
	PL_LOSS_RING_PATH, /* no room in the ring; the path of the executable is unknown */
	PL_LOSS_RING_ENV, /* no room in the ring; the environment is unknown */
	PL_LOSS_ENV_FAULT, /* environment not readable at exec */
	PL_LOSS_RING_CGROUP_NAME, /* no room in the ring; user space looks up the cgroup when a task is in the cgroup */
	PL_LOSS_COUNT
};

#endif
