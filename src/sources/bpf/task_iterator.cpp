// SPDX-License-Identifier: Apache-2.0
#include "sources/bpf/task_iterator.hpp"

#include <bpf/bpf.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unordered_set>

#include "base/unique_fd.hpp"

namespace procledger::bpf {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;  // the kernel's buffer for an iterator is 32 KiB (kernel/bpf/bpf_iter.c)

// Reads the iterator to its end.
Result<void> read_all(int iterator_link_fd, std::vector<std::byte>& written) {
  const UniqueFd iterator{bpf_iter_create(iterator_link_fd)};
  if (!iterator) return tl::unexpected{system_error("starting the task iterator", errno)};
  std::size_t bytes = 0;
  for (;;) {
    if (written.size() < bytes + kReadBytes) written.resize(bytes + kReadBytes);
    const ssize_t got = ::read(iterator.get(), written.data() + bytes, kReadBytes);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) return tl::unexpected{system_error("reading the task iterator", errno)};
    if (got == 0) break;
    bytes += static_cast<std::size_t>(got);
  }
  written.resize(bytes);
  return {};
}

template <typename Record>
bool take(const std::vector<std::byte>& written, std::size_t& at, std::vector<Record>& records) {
  if (written.size() - at < sizeof(Record)) return false;
  std::memcpy(&records.emplace_back(), written.data() + at, sizeof(Record));
  at += sizeof(Record);
  return true;
}

// Leaves one record per process, and memory in one record per address space. Duplicates are rare, so the first pass only looks for one.
void settle_holders(std::vector<pl_process>& processes) {
  const auto has_double = [&](__u64 pl_process::* member) {
    std::vector<std::uint64_t> values;
    values.reserve(processes.size());
    for (const pl_process& process : processes) values.push_back(process.*member);
    std::ranges::sort(values);
    return std::ranges::adjacent_find(values) != values.end();
  };
  if (has_double(&pl_process::signal)) {
    std::unordered_set<std::uint64_t> met;
    std::erase_if(processes, [&](const pl_process& process) { return !met.insert(process.signal).second; });
  }
  if (!has_double(&pl_process::mm)) return;
  std::ranges::stable_sort(processes, {}, &pl_process::start_boottime_ns);
  std::unordered_set<std::uint64_t> met;
  for (pl_process& process : processes) {
    if (!met.insert(process.mm).second) process.valid &= ~PL_HAS_MEMORY;
  }
}

}  // namespace

Result<void> read_tasks(int iterator_link_fd, TaskScan& scan) {
  scan.tasks.clear();
  scan.processes.clear();
  if (auto read = read_all(iterator_link_fd, scan.written); !read) return read;
  for (std::size_t at = 0; at < scan.written.size();) {
    const bool whole =
        take(scan.written, at, scan.tasks) && ((scan.tasks.back().flags & PL_HOLDS) == 0 || take(scan.written, at, scan.processes));
    if (!whole) return fail(ErrorKind::kMalformed, "the task iterator ended in the middle of a record");
  }
  settle_holders(scan.processes);
  return {};
}

}  // namespace procledger::bpf
