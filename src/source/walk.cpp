// SPDX-License-Identifier: Apache-2.0
#include "source/walk.hpp"

#include <bpf/bpf.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <unordered_set>
#include <utility>

#include "base/unique_fd.hpp"

namespace procledger::source {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;  // the kernel's buffer for an iterator is 32 KiB (kernel/bpf/bpf_iter.c)
constexpr std::uint32_t kBatch = 512;
constexpr std::uint64_t kLatestFreeNs = 15'000'000'000;  // RCU_LAZY holds callbacks for 10 s (kernel/rcu/tree_nocb.h)

// Everything that an iterator writes.
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

// One process each, one address space each. Nearly always all are different.
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
  std::ranges::stable_sort(processes, {}, &pl_process::birth_ns);
  std::unordered_set<std::uint64_t> met;
  for (pl_process& process : processes) {
    if (!met.insert(process.mm).second) process.valid &= ~PL_HAS_MEMORY;
  }
}

// Whether the walk shows the task that left these finals.
bool is_listed(const Walk& walk, const pl_final& final) {
  const auto at = std::ranges::lower_bound(walk.tasks, final.task.tid, {}, &pl_task::tid);
  return at != walk.tasks.end() && at->task == final.task.task && at->birth_ns == final.task.birth_ns;
}

}  // namespace

Result<void> read_tasks(int iterator_link_fd, Walk& walk) {
  walk.tasks.clear();
  walk.processes.clear();
  if (auto read = read_all(iterator_link_fd, walk.written); !read) return read;
  for (std::size_t at = 0; at < walk.written.size();) {
    const bool whole =
        take(walk.written, at, walk.tasks) && ((walk.tasks.back().flags & PL_HOLDS) == 0 || take(walk.written, at, walk.processes));
    if (!whole) return fail(ErrorKind::kMalformed, "the task iterator ended in the middle of a record");
  }
  // In the order of tids already, but for whom exec gave another one meanwhile.
  if (!std::ranges::is_sorted(walk.tasks, {}, &pl_task::tid)) std::ranges::stable_sort(walk.tasks, {}, &pl_task::tid);
  settle_holders(walk.processes);
  return {};
}

Result<void> read_finals(int map_fd, std::vector<pl_final>& finals) {
  std::array<std::uint64_t, kBatch> keys{};
  std::uint64_t position = 0;
  void* from = nullptr;
  for (bool more = true; more;) {
    const std::size_t before = finals.size();
    finals.resize(before + kBatch);
    std::uint32_t count = kBatch;
    const int failed = bpf_map_lookup_batch(map_fd, from, &position, keys.data(), finals.data() + before, &count, nullptr);
    if (failed != 0 && errno != ENOENT) {
      finals.resize(before);
      return tl::unexpected{system_error("reading the finals of dying tasks", errno)};
    }
    finals.resize(before + count);
    more = failed == 0;
    from = &position;
  }
  return {};
}

void drop_told(const Walk& walk, std::uint64_t last_walk_ns, std::vector<pl_final>& finals) {
  std::erase_if(finals, [&](const pl_final& final) { return final.death_ns < last_walk_ns && is_listed(walk, final); });
}

Result<void> take_unseen(int map_fd, const Walk& walk, std::uint64_t boottime_ns, std::vector<pl_final>& finals,
                         std::vector<pl_final>& unseen) {
  const auto gone = std::ranges::partition(
      finals, [&](const pl_final& final) { return final.death_ns + kLatestFreeNs >= boottime_ns || is_listed(walk, final); });
  unseen.assign(gone.begin(), gone.end());
  finals.erase(gone.begin(), gone.end());
  for (const pl_final& final : unseen) {
    if (bpf_map_delete_elem(map_fd, &final.task.task) != 0 && errno != ENOENT) {
      return tl::unexpected{system_error("removing finals of freed tasks", errno)};
    }
  }
  return {};
}

Result<void> take_spilled(int map_fd, std::vector<pl_final>& finals) {
  pl_spill_key key{};
  while (bpf_map_get_next_key(map_fd, nullptr, &key) == 0) {
    pl_final final{};
    if (bpf_map_lookup_elem(map_fd, &key, &final) == 0) finals.push_back(final);
    if (bpf_map_delete_elem(map_fd, &key) != 0 && errno != ENOENT) {
      return tl::unexpected{system_error("emptying the spill map", errno)};
    }
  }
  return {};
}

}  // namespace procledger::source
