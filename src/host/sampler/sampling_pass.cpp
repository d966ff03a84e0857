// SPDX-License-Identifier: Apache-2.0
#include "host/sampler/sampling_pass.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <tuple>
#include <utility>

#include "host/procfs/process_dir.hpp"
#include "host/procfs/sockets.hpp"

namespace procledger::sampler {
namespace {

using procfs::ProcessDir;

class Sampling {
 public:
  Sampling(const std::string& root, const procfs::GoOn& go_on) : root_{root}, go_on_{go_on} {}

  void sample_at(const Target& target) {
    const auto process = ProcessDir::open(root_, target.tgid, target.start_boottime_ns);
    if (!process) {
      ++out_.skipped;
      return;
    }
    Sample& sample = out_.samples.emplace_back();
    sample.tgid = target.tgid;
    sample.start_boottime_ns = target.start_boottime_ns;
    if (target.want.pss) {
      sample.memory = procfs::read_proportional_memory(*process).value_or(std::nullopt);
      sample.whole = sample.memory.has_value();
    }
    if (target.want.wait_channels) {
      auto channels = procfs::read_wait_channels(*process, go_on_);
      if (!channels) sample.whole = false;
      sample.wait_channels = std::move(channels).value_or(procfs::WaitChannels{});
    }
    if (target.want.sockets && !take_sockets(*process)) sample.whole = false;
  }

  void distinguish_sockets() {
    procfs::SocketTable table;
    for (const auto& [name, holders] : namespaces_) {
      if (!read_namespace(name, holders, table)) unread(holders);
    }
    for (const Held& held : held_) {
      if (!go_on_()) return;
      if (held.known) distinguish(out_.samples[held.sample], held.sockets, table);
    }
  }

  [[nodiscard]] Samples take() && {
    out_.skipped += static_cast<std::uint64_t>(std::ranges::count(out_.samples, false, &Sample::whole));
    return std::move(out_);
  }

 private:
  /// The sockets of one sample, and whether their namespace could be read.
  struct Held {
    std::size_t sample{};
    std::vector<procfs::HeldSocket> sockets;
    bool known{true};
  };
  using Holders = std::vector<std::size_t>;  ///< indexes into held_

  bool take_sockets(const ProcessDir& process) {
    auto sockets = procfs::held_sockets(process, go_on_);
    if (!sockets) return false;
    if (sockets->empty()) return true;
    // A kernel without network namespaces has no such link: all processes then share one entry.
    namespaces_[process.link("ns/net").value_or("")].push_back(held_.size());
    held_.push_back({out_.samples.size() - 1, std::move(*sockets)});
    return true;
  }

  [[nodiscard]] Result<ProcessDir> process_of(const Sample& sample) const {
    return ProcessDir::open(root_, sample.tgid, sample.start_boottime_ns);
  }

  /// Reads a namespace through any process that is still in it. Starts with the latest process, which is the most likely to be still alive.
  bool read_namespace(const std::string& name, const Holders& holders, procfs::SocketTable& table) const {
    constexpr std::size_t kTries = 16;
    const std::size_t tries = std::min(kTries, holders.size());
    for (std::size_t i = 0; i < tries && go_on_(); ++i) {
      const auto process = process_of(out_.samples[held_[holders[holders.size() - 1 - i]].sample]);
      if (!process || process->link("ns/net").value_or("") != name) continue;
      if (table.add_namespace(*process, go_on_)) return true;
    }
    return false;
  }

  /// Marks the sockets of these processes as unknown, which is neither "none" nor "other".
  void unread(const Holders& holders) {
    for (const std::size_t holder : holders) {
      held_[holder].known = false;
      out_.samples[held_[holder].sample].whole = false;
    }
  }

  /// Counts sockets by kind. A socket in no table was closed meanwhile, or the kernel must be asked for its kind.
  void distinguish(Sample& sample, const std::vector<procfs::HeldSocket>& sockets, const procfs::SocketTable& table) const {
    std::vector<procfs::HeldSocket> others;
    for (const procfs::HeldSocket& socket : sockets) {
      if (const auto kind = table.find(socket.inode)) {
        ++sample.sockets[*kind];
      } else {
        others.push_back(socket);
      }
    }
    if (others.empty()) return;
    const auto process = process_of(sample);
    for (std::size_t i = 0; process && i < others.size() && go_on_(); ++i) {
      if (const auto kind = procfs::ask_for_kind(*process, others[i])) ++sample.sockets[*kind];
    }
  }

  const std::string& root_;
  const procfs::GoOn& go_on_;
  Samples out_;
  std::vector<Held> held_;
  std::map<std::string, Holders> namespaces_;
};

void add(std::optional<std::uint64_t>& sum, const std::optional<std::uint64_t>& bytes) {
  if (bytes) sum = sum.value_or(0) + *bytes;
}

/// @param want  the wanted values by now: a value that is no longer wanted is dropped
void add(GroupSamples& group, const Sample& sample, const What& want) {
  if (want.pss && sample.memory) {
    add(group.pss_bytes, sample.memory->pss_bytes);
    add(group.swap_pss_bytes, sample.memory->swap_pss_bytes);
  }
  if (want.sockets) {
    for (const auto& [kind, count] : sample.sockets) group.sockets[kind] += count;
  }
  if (want.wait_channels) {
    for (const auto& [function, threads] : sample.wait_channels) procfs::add_wait_channel(group.wait_channels, function, threads);
  }
}

}  // namespace

std::optional<Samples> take_samples(const std::string& root, const std::vector<Target>& targets, const procfs::GoOn& go_on) {
  Sampling sampling{root, go_on};
  for (const Target& target : targets) {
    if (!go_on()) return std::nullopt;
    sampling.sample_at(target);
  }
  sampling.distinguish_sockets();
  if (!go_on()) return std::nullopt;
  return std::move(sampling).take();
}

std::map<GroupRef, GroupSamples> sum_by_group(const std::vector<Sample>& samples, std::vector<Target> targets) {
  const auto key = [](const auto& process) { return std::tuple{process.tgid, process.start_boottime_ns}; };
  std::ranges::sort(targets, {}, key);
  std::map<GroupRef, GroupSamples> groups;
  for (const Sample& sample : samples) {
    const auto at = std::ranges::lower_bound(targets, key(sample), {}, key);
    if (at == targets.end() || key(*at) != key(sample)) continue;
    add(groups[at->group], sample, at->want);
  }
  return groups;
}

}  // namespace procledger::sampler
