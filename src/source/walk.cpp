// SPDX-License-Identifier: Apache-2.0
#include "source/walk.hpp"

#include <bpf/bpf.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>

#include "base/unique_fd.hpp"

namespace procledger::source {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;  // the kernel's buffer for an iterator is 32 KiB (kernel/bpf/bpf_iter.c)
constexpr std::uint32_t kBatch = 512;
constexpr std::uint64_t kLatestFreeNs = 15'000'000'000;  // RCU_LAZY holds callbacks for 10 s (kernel/rcu/tree_nocb.h)

// Everything that an iterator writes.
template <typename Record>
Result<void> read_all(int iterator_link_fd, const char* iterator_name, std::vector<Record>& records) {
  const UniqueFd iterator{bpf_iter_create(iterator_link_fd)};
  if (!iterator) return tl::unexpected{system_error(std::string{"starting the iterator over "} + iterator_name, errno)};
  records.clear();
  std::size_t bytes = 0;
  for (;;) {
    records.resize((bytes + kReadBytes) / sizeof(Record) + 1);
    const ssize_t got = ::read(iterator.get(), reinterpret_cast<std::byte*>(records.data()) + bytes, kReadBytes);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) return tl::unexpected{system_error(std::string{"reading the iterator over "} + iterator_name, errno)};
    if (got == 0) break;
    bytes += static_cast<std::size_t>(got);
  }
  records.resize(bytes / sizeof(Record));
  return {};
}

}  // namespace

Result<void> read_tasks(int iterator_link_fd, std::vector<pl_task>& tasks) { return read_all(iterator_link_fd, "tasks", tasks); }

Result<void> read_processes(int iterator_link_fd, std::vector<pl_process>& processes) {
  if (auto read = read_all(iterator_link_fd, "processes", processes); !read) return read;
  std::unordered_set<std::uint64_t> met;
  std::erase_if(processes, [&](const pl_process& process) { return !met.insert(process.signal).second; });
  std::ranges::stable_sort(processes, {}, &pl_process::birth_ns);
  met.clear();
  for (pl_process& process : processes) {
    if ((process.valid & PL_HAS_MEMORY) != 0 && !met.insert(process.mm).second) process.valid &= ~PL_HAS_MEMORY;
  }
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

Result<void> take_unseen(int map_fd, const std::vector<pl_task>& tasks, std::uint64_t boottime_ns, std::vector<pl_final>& finals,
                         std::vector<pl_final>& unseen) {
  const auto old = [&](const pl_final& final) { return final.death_ns + kLatestFreeNs < boottime_ns; };
  if (std::ranges::none_of(finals, old)) return {};
  std::set<std::pair<std::uint64_t, std::uint64_t>> present;
  for (const pl_task& task : tasks) present.emplace(task.task, task.birth_ns);
  const auto gone = std::ranges::partition(
      finals, [&](const pl_final& final) { return !old(final) || present.contains({final.task.task, final.task.birth_ns}); });
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
