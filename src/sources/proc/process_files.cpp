// SPDX-License-Identifier: Apache-2.0
#include "sources/proc/process_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <limits>
#include <utility>

#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "host/procfs/cgroup.hpp"
#include "host/procfs/file.hpp"
#include "host/procfs/own_process.hpp"

namespace procledger::proc {
namespace {

using Name = std::array<char, 48>;

Name thread_file(std::uint32_t tid, const char* name) {
  Name path{};
  static_cast<void>(std::snprintf(path.data(), path.size(), "task/%u/%s", tid, name));
  return path;
}

event::State state_of(char letter) {
  switch (letter) {
    case 'R':
      return event::State::kRunning;
    case 'S':
      return event::State::kSleeping;
    case 'D':
      return event::State::kDiskSleep;
    case 'T':
    case 't':
      return event::State::kStopped;
    case 'Z':
    case 'X':
    case 'x':
      return event::State::kZombie;
    case 'I':
      return event::State::kIdle;
    default:
      return event::State::kOther;
  }
}

// Cuts the name of a kernel worker after its number: the kernel appends the current work item (kernel/workqueue.c:wq_worker_comm).
event::Comm comm_of(const procfs::TaskStat& stat) {
  constexpr std::string_view kWorker = "kworker/";
  constexpr std::string_view kRescuer = "kworker/R-";
  std::string_view comm = stat.comm;
  if (stat.kernel_thread && comm.starts_with(kWorker) && !comm.starts_with(kRescuer)) comm = comm.substr(0, comm.find_first_of("+-"));
  return event::Comm{comm};
}

}  // namespace

ProcessFiles::ProcessFiles(const std::string& procfs, Readable readable, CgroupIds cgroups)
    : root_{::open(procfs.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)},
      readable_{readable},
      cgroups_{std::move(cgroups)},
      user_hz_{procfs::user_hz()} {}

std::optional<OpenProcess> ProcessFiles::open(std::uint32_t tgid) {
  OpenProcess process;
  process.dir = UniqueFd{::openat(root_.get(), std::to_string(tgid).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  error_ = process.dir ? 0 : errno;
  if (!process.dir) return std::nullopt;
  const procfs::ReadText text = reader_.read(process.dir.get(), "stat");
  const auto stat = text ? procfs::parse_task_stat(text.text, user_hz_) : fail(ErrorKind::kGone, "");
  error_ = text ? (stat ? 0 : EIO) : text.error;
  if (!stat) return std::nullopt;
  process.stat = *stat;
  process.comm = comm_of(*stat);
  process.stat.comm = {};
  return process;
}

const std::vector<std::uint32_t>& ProcessFiles::threads(const OpenProcess& process) {
  threads_.clear();
  const DirStream entries = open_dir(process.dir.get(), "task");
  while (const dirent* entry = entries ? ::readdir(entries.get()) : nullptr) {
    if (const auto tid = to_number<std::uint32_t>(entry->d_name)) threads_.push_back(*tid);
  }
  return threads_;
}

procfs::ReadText ProcessFiles::read(const OpenProcess& process, std::uint32_t tid, const char* name) {
  return reader_.read(process.dir.get(), thread_file(tid, name).data());
}

std::optional<procfs::Schedstat> ProcessFiles::ran(const OpenProcess& process, std::uint32_t tid) {
  if (!readable_.schedstat) return std::nullopt;
  const procfs::ReadText text = read(process, tid, "schedstat");
  const auto schedstat = text ? procfs::parse_schedstat(text.text) : fail(ErrorKind::kGone, "");
  return schedstat ? std::optional{*schedstat} : std::nullopt;
}

std::optional<ThreadReading> ProcessFiles::thread(const OpenProcess& process, std::uint32_t tid) {
  const procfs::ReadText text = read(process, tid, "stat");
  const auto stat = text ? procfs::parse_task_stat(text.text, user_hz_) : fail(ErrorKind::kGone, "");
  if (!stat) return std::nullopt;
  ThreadReading reading{.start_boottime_ns = stat->start_boottime_ns, .state = state_of(stat->state), .comm = comm_of(*stat), .shown = {}};
  reading.shown.cpu_ns = stat->user_ns + stat->system_ns;
  reading.shown.user_ticks_ns = stat->user_ns;
  reading.shown.system_ticks_ns = stat->system_ns;
  reading.shown.minor_faults = stat->minor_faults;
  reading.shown.major_faults = stat->major_faults;
  if (!readable_.io) return reading;
  const procfs::ReadText io_text = read(process, tid, "io");
  if (const auto io = io_text ? procfs::parse_task_io(io_text.text) : fail(ErrorKind::kGone, "")) {
    reading.shown.storage_read_bytes = io->storage_read_bytes;
    reading.shown.storage_written_bytes = io->storage_written_bytes;
    reading.shown.storage_cancelled_bytes = io->storage_cancelled_bytes;
    reading.shown.call_read_bytes = io->call_read_bytes;
    reading.shown.call_written_bytes = io->call_written_bytes;
    reading.shown.call_reads = io->call_reads;
    reading.shown.call_writes = io->call_writes;
  }
  return reading;
}

std::optional<procfs::TaskStatus> ProcessFiles::status(const OpenProcess& process, std::uint32_t tid) {
  const procfs::ReadText text = read(process, tid, "status");
  const auto status = text ? procfs::parse_task_status(text.text) : fail(ErrorKind::kGone, "");
  return status ? std::optional{*status} : std::nullopt;
}

std::optional<std::uint64_t> ProcessFiles::cgroup(const OpenProcess& process) {
  const procfs::ReadText text = reader_.read(process.dir.get(), "cgroup");
  const auto path = text ? procfs::parse_cgroup_line(text.text, cgroups_.controller()) : std::nullopt;
  return path ? cgroups_.find(*path) : std::nullopt;
}

std::optional<std::uint64_t> ProcessFiles::open_files(const OpenProcess& process, std::uint32_t tid) const {
  const Name name = thread_file(tid, "fd");
  struct stat directory{};
  if (readable_.fd_sizes && ::fstatat(process.dir.get(), name.data(), &directory, 0) == 0 && directory.st_size > 0) {
    return static_cast<std::uint64_t>(directory.st_size);
  }
  const DirStream entries = open_dir(process.dir.get(), name.data());
  if (!entries) return std::nullopt;
  std::uint64_t count = 0;
  while (const dirent* entry = ::readdir(entries.get())) count += entry->d_name[0] != '.' ? 1 : 0;
  return count;
}

std::optional<std::uint64_t> ProcessFiles::file_limit(const OpenProcess& process) {
  const procfs::ReadText text = reader_.read(process.dir.get(), "limits");
  const auto limit = text ? procfs::parse_max_fds(text.text) : fail(ErrorKind::kGone, "");
  if (!limit) return std::nullopt;
  return limit->value_or(std::numeric_limits<std::uint64_t>::max());
}

}  // namespace procledger::proc
