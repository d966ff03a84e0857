// SPDX-License-Identifier: Apache-2.0
#include "sources/proc/probe.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "host/procfs/file.hpp"
#include "host/procfs/proc_fs.hpp"
#include "host/procfs/task_stat.hpp"

namespace procledger::proc {
namespace {

bool has_schedstat(const std::string& self) {
  const auto text = procfs::read_file(self + "/schedstat");
  const auto schedstat = text ? procfs::parse_schedstat(*text) : fail(ErrorKind::kGone, "");
  return schedstat && schedstat->slices > 0;
}

bool has_fd_sizes(const std::string& procfs, const std::string& self) {
  struct statfs file_system{};
  struct stat directory{};
  return ::statfs(procfs.c_str(), &file_system) == 0 && file_system.f_type == PROC_SUPER_MAGIC &&
         ::stat((self + "/fd").c_str(), &directory) == 0 && directory.st_size > 0;
}

/// Whether /proc/PID/io of other processes is readable, decided by the majority of a sample of 64 files. One file is not enough: a
/// container's root reads only files of its own container, and a virtual machine's agent may be closed to every reader.
bool has_io(const std::string& procfs, const std::string& self) {
  constexpr int kOthers = 64;
  if (!procfs::read_file(self + "/io")) return false;
  const DirStream entries = open_dir(AT_FDCWD, procfs.c_str());
  int readable = 0;
  int refused = 0;
  while (const dirent* entry = entries && readable + refused < kOthers ? ::readdir(entries.get()) : nullptr) {
    if (!to_number<std::uint32_t>(entry->d_name)) continue;
    const auto io = procfs::read_file(procfs + "/" + entry->d_name + "/io");
    if (io) ++readable;
    if (!io && io.error().kind == ErrorKind::kPermission) ++refused;
  }
  return readable >= refused;
}

bool has_hugetlb(const std::string& self) {
  const auto status = procfs::read_file(self + "/status");
  return status && status->find("\nHugetlbPages:") != std::string::npos;
}

bool has_our_numbers(const std::string& self) {
  std::array<char, 16> number{};
  const ssize_t length = ::readlink(self.c_str(), number.data(), number.size());
  return length > 0 && std::string_view{number.data(), static_cast<std::size_t>(length)} == std::to_string(::getpid());
}

}  // namespace

Result<Facts> probe(const std::string& procfs) {
  const std::string self = procfs + "/self";
  if (const auto status = procfs::read_file(self + "/stat"); !status) {
    return fail(status.error().kind == ErrorKind::kPermission ? ErrorKind::kPermission : ErrorKind::kUnsupported,
                status.error().message + ": no process is visible; mount procfs there, or set its mount point with --path.procfs");
  }
  Facts facts;
  facts.readable = {.schedstat = has_schedstat(self), .io = has_io(procfs, self), .fd_sizes = has_fd_sizes(procfs, self)};
  facts.our_numbers = has_our_numbers(self);
  facts.kernel.run_queue_wait = facts.readable.schedstat;
  facts.kernel.storage_io = facts.readable.io;
  facts.kernel.call_io = facts.readable.io;
  facts.kernel.hugetlb = has_hugetlb(self);
  facts.kernel.estimates = true;
  if (const auto cgroups = procfs::ProcFs{procfs}.cgroup_setup()) facts.kernel.cgroup = cgroups->mode;
  return facts;
}

}  // namespace procledger::proc
