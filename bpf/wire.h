/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The one definition of every record that crosses from the kernel to user space, for C11 (BPF) and C++20.
 *
 * Totals are cumulative since the task's birth, never differences: a record that is repeated or late charges nothing,
 * a record that is lost is made good by the next one. Every byte of a record is written; a figure that this kernel does
 * not give has its PL_HAS_* bit clear. Nothing here says which process a consumer should charge: see src/core/ledger.
 */
#ifndef PROCLEDGER_WIRE_H
#define PROCLEDGER_WIRE_H

#ifdef __cplusplus
#include <linux/types.h>
#define PL_STATIC_ASSERT(cond, msg) static_assert(cond, msg)
#else
#define PL_STATIC_ASSERT(cond, msg) _Static_assert(cond, msg)
#endif

/* Bumped whenever something below changes (wire.versions). The object carries it (maps.bpf.h), and user space refuses any other. */
#define PL_WIRE_VERSION 5

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
	PL_EXEC = 2, /* task runs another program from now on */
	PL_RENAME = 3, /* a leader changed its comm without exec; comm is the new one */
	PL_CGROUP = 4, /* a leader moved to cgroup_id of the authoritative hierarchy */
	PL_DEAD = 5, /* final numbers of a task: its TASK_DEAD switch */
	PL_FREE = 6, /* its address is free to reuse: sched_process_free, milliseconds to seconds after its PL_DEAD */
	PL_PATH = 7, /* of the program in the task's next PL_EXEC, where user space wants it */
	PL_ENV = 8, /* likewise: the environment of that program */
	PL_CGROUP_NAMED = 9, /* a cgroup was made or renamed */
	PL_CGROUP_REMOVED = 10,
};

/* pl_task.flags */
#define PL_LEADER (1u << 0) /* group_leader == task when the record was written */
#define PL_KTHREAD (1u << 1) /* PF_KTHREAD */
#define PL_GROUP_EXIT (1u << 2) /* exit_code is the whole process's (signal->group_exit_code) */
#define PL_DIED (1u << 3) /* usage is final; in the walk: at or past the last switch, and there is none */
#define PL_ARGS_CUT (1u << 4) /* PL_EXEC only: args did not fit */
#define PL_FILENAME_CUT (1u << 5) /* PL_EXEC only: filename did not fit */
#define PL_AUTOREAPED (1u << 6) /* of a dead leader: nobody waits for it, so the kernel credits nobody */
#define PL_HOLDS (1u << 7) /* of the walk: a pl_process follows */
#define PL_ZOMBIE (1u << 8) /* of the walk: as PL_DIED, but not described: its uid, state and what follows are not set */

/* pl_task.valid */
#define PL_HAS_TICKS (1u << 0) /* utime_ns, stime_ns */
#define PL_HAS_CGROUP (1u << 1) /* cgroup_id */
#define PL_HAS_PARENT (1u << 2) /* parent_signal, parent_tgid: real_parent, read where it may be stale */
#define PL_HAS_ARGS (1u << 3) /* PL_EXEC only: args could be read */
#define PL_HAS_STORAGE (1u << 4) /* storage_* */
#define PL_HAS_CALLS (1u << 5) /* call_* */
#define PL_HAS_WAIT (1u << 6) /* wait_ns */
#define PL_HAS_PEAK (1u << 7) /* the record's peak_pages */

/* What the walk shows of tasks whose last switch is over. */
enum pl_zombies {
	PL_ZOMBIES_DESCRIBED, /* all about them: nobody has told of those that died before load */
	PL_ZOMBIES_LISTED, /* that they are there */
	PL_ZOMBIES_LEFT_OUT, /* nothing: their records say when they die and when they go */
};

/* What one task, never its process or its children, has consumed since its birth. */
struct pl_usage {
	__u64 cpu_ns; /* se.sum_exec_runtime: exact at a switch, up to a tick old while running */
	__u64 utime_ns; /* raw tick samples: good for a ratio over many tasks, not for a total */
	__u64 stime_ns;
	__u64 wait_ns; /* sched_info.run_delay: runnable but not running */
	__u64 voluntary; /* context switches: nvcsw, nivcsw */
	__u64 involuntary;
	__u64 minor_faults;
	__u64 major_faults;
	__u64 storage_read_bytes; /* ioac.read_bytes: fetched from storage */
	__u64 storage_written_bytes; /* ioac.write_bytes: dirtied for storage */
	__u64 storage_cancelled_bytes; /* ioac.cancelled_write_bytes: dirtied by anybody, dropped by this task */
	__u64 call_read_bytes; /* ioac.rchar: by read(2) and its like, from anywhere */
	__u64 call_written_bytes;
	__u64 call_reads;
	__u64 call_writes;
};
PL_STATIC_ASSERT(sizeof(struct pl_usage) == 120, "layout changed: bump PL_WIRE_VERSION");

/* Who a task is and what it has consumed so far. */
struct pl_task {
	__u64 task; /* address of task_struct: unique from birth to PL_FREE, reused within seconds after */
	__u64 signal; /* address of signal_struct: the same for all threads of a process, and reused likewise */
	__u64 birth_ns; /* start_boottime, CLOCK_BOOTTIME; a thread that execs takes over its leader's */
	__u64 pending_ns; /* run since usage.cpu_ns was brought up to date; 0 when the task is not on a CPU */
	struct pl_usage usage;
	__u64 parent_signal;
	__u64 cgroup_id; /* kernfs node id in the hierarchy named when the object was loaded */
	__u32 tid; /* in the initial pid namespace */
	__u32 tgid;
	__u32 parent_tgid;
	__u32 uid; /* effective uid, initial user namespace */
	__u32 exit_code; /* wait status; meaningful once exiting, the process's own with PL_GROUP_EXIT or PL_LEADER */
	__u32 state; /* task->__state in the low half, task->exit_state << 16 */
	__u32 live; /* signal->live: threads of the process that have not begun to exit; 0 means the process is dead */
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
	__u64 creator_signal; /* who called fork; differs from the parent under CLONE_PARENT */
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

/* Followed by PL_ARGS_SHORT or PL_ARGS_LONG bytes of room for the arguments, a NUL between each two. */
struct pl_exec {
	struct pl_event event;
	struct pl_task task;
	__u32 old_tid; /* the caller's tid before; differs from tid when a thread took over its leader's tid and birth */
	__u32 filename_len; /* without the NUL */
	__u32 args_len; /* how much of the room is used */
	__u32 reserved;
	char filename[PL_FILENAME_LEN]; /* as passed to execve, not resolved */
};
PL_STATIC_ASSERT(sizeof(struct pl_exec) == 384, "layout changed: bump PL_WIRE_VERSION");

/* PL_PATH: the file that runs, from its own name up to the root that its process sees, a NUL after each name. */
struct pl_path {
	struct pl_event event;
	__u64 task;
	__u32 len;
	__u32 cut; /* 1: components nearest to the root are missing */
	char names[PL_PATH_ROOM];
};
PL_STATIC_ASSERT(sizeof(struct pl_path) == 800, "layout changed: bump PL_WIRE_VERSION");

/* PL_ENV: followed by PL_ENV_SHORT or PL_ENV_LONG bytes of room for NAME=value, a NUL between each two. */
struct pl_env {
	struct pl_event event;
	__u64 task;
	__u32 len; /* how much of the room is used */
	__u32 cut; /* 1: the rest did not fit */
};
PL_STATIC_ASSERT(sizeof(struct pl_env) == 32, "layout changed: bump PL_WIRE_VERSION");

/* PL_CGROUP_NAMED and PL_CGROUP_REMOVED, of the hierarchy that pl_task.cgroup_id speaks of. */
struct pl_cgroup {
	struct pl_event event;
	__u64 cgroup_id;
	__u32 path_len; /* without the NUL; PL_CGROUP_PATH_LEN - 1 if it did not fit */
	__u32 reserved;
	char path[PL_CGROUP_PATH_LEN]; /* from the root of the hierarchy: "/" is that root */
};
PL_STATIC_ASSERT(sizeof(struct pl_cgroup) == 1056, "layout changed: bump PL_WIRE_VERSION");

/* PL_DEAD in the ring, and the value of `spill`. */
struct pl_dead {
	struct pl_event event;
	struct pl_task task;
	__u64 peak_pages; /* signal->maxrss: most memory that the process ever had resident; known once it is dead */
};
PL_STATIC_ASSERT(sizeof(struct pl_dead) == 248, "layout changed: bump PL_WIRE_VERSION");

/* PL_FREE. What it consumed was told before. How its process ended may have changed since, if it was a leader that died early. */
struct pl_free {
	struct pl_event event;
	__u64 task;
	__u64 birth_ns;
	__u64 signal;
	__u64 parent_signal; /* with PL_HAS_PARENT; likewise the tgid */
	__u32 tid;
	__u32 tgid;
	__u32 parent_tgid;
	__u32 exit_code; /* as in pl_task */
	__u32 flags; /* PL_LEADER, PL_GROUP_EXIT, PL_AUTOREAPED */
	__u32 valid;
};
PL_STATIC_ASSERT(sizeof(struct pl_free) == 72, "layout changed: bump PL_WIRE_VERSION");

/* Key of `spill`: one dead task. The birth keeps a reused address apart from the task that had it before. */
struct pl_spill_key {
	__u64 task;
	__u64 birth_ns;
};

/* What neither the ring nor `spill` could take, per CPU, since load. Finals, so a reader takes off what it had charged. */
struct pl_overflow {
	__u64 tasks;
	struct pl_usage usage;
	__u64 exits_ok; /* leaders among the tasks, by how they ended */
	__u64 exits_error;
	__u64 exits_signal;
};
PL_STATIC_ASSERT(sizeof(struct pl_overflow) == 152, "layout changed: bump PL_WIRE_VERSION");

/* pl_process.valid */
#define PL_HAS_MEMORY (1u << 0)
#define PL_HAS_FDS (1u << 1)
#define PL_HAS_HUGETLB (1u << 2) /* hugetlb_pages */

/* What a living process holds now: follows the pl_task of its leader, or of each living thread where the leader is dead. */
struct pl_process {
	__u64 signal;
	__u64 birth_ns; /* of the leader */
	__u64 mm; /* address of mm_struct: processes between vfork and exec share one */
	__u64 anon_pages;
	__u64 file_pages;
	__u64 shmem_pages;
	__u64 swap_pages;
	__u64 virtual_pages;
	__u64 peak_pages; /* of this mm */
	__u64 hugetlb_pages; /* mm.hugetlb_usage, in pages of the usual size; in none of the figures above */
	__u64 open_fds;
	__u64 max_fds; /* soft limit */
	__u32 tgid;
	__u32 valid;
};
PL_STATIC_ASSERT(sizeof(struct pl_process) == 104, "layout changed: bump PL_WIRE_VERSION");

/*
 * One CPU as sched_switch sees it, in a cache line of its own. All times on the run-queue clock (rq_clock_task) unless said. All zero: no
 * switch since load, and the CPU was offline then.
 */
struct pl_slot {
	__u64 task; /* task_struct now on this CPU */
	__u64 clock; /* at its switch-in; before the first switch any time at which it ran */
	__u64 idle_since; /* when the running swapper came in; 0 when it does not run. Before the first switch on CLOCK_MONOTONIC, and from
			     load on */
	__u64 idle_ns; /* closed idle intervals since load */
	__s64 offset; /* run-queue clock minus CLOCK_MONOTONIC, learnt at learnt_clock */
	__u64 learnt_clock; /* 0: no switch yet, and offset is 0 */
	__u64 gap_ns; /* irq and steal time that the run-queue clock had left out by then (rq->clock - rq->clock_task) */
	__u64 switches; /* seen since load: the heartbeat */
};
PL_STATIC_ASSERT(sizeof(struct pl_slot) == 64, "layout changed: bump PL_WIRE_VERSION");

/* Index of `losses`: every map or ring operation that can fail. */
enum pl_loss {
	PL_LOSS_RING_FORK, /* no room in the ring; the walk finds the process later if it lives */
	PL_LOSS_RING_EXEC,
	PL_LOSS_RING_RENAME,
	PL_LOSS_RING_CGROUP,
	PL_LOSS_RING_DEAD, /* no room in the ring; the record went to `spill` instead */
	PL_LOSS_SPILL_FULL, /* and not there either; the numbers are in `overflow`, the name is lost */
	PL_LOSS_RING_FREE, /* no room in the ring: no number is lost; the process is given up when no walk has shown it for 15 s */
	PL_LOSS_ARGS_FAULT, /* command line not readable at exec */
	PL_LOSS_RING_PATH, /* no room in the ring; the program's path is not known */
	PL_LOSS_RING_ENV, /* no room in the ring; its environment is not known */
	PL_LOSS_ENV_FAULT, /* environment not readable at exec */
	PL_LOSS_RING_CGROUP_NAME, /* no room in the ring; the cgroup is looked up when somebody is in it */
	PL_LOSS_COUNT
};

#endif
