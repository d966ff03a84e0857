// SPDX-License-Identifier: Apache-2.0
// One pass over a list of processes, in the caller's thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/procfs/file.hpp"
#include "host/procfs/smaps_rollup.hpp"
#include "host/procfs/wait_channels.hpp"
#include "host/sampler/samples.hpp"

namespace procledger::sampler {

/// The sampled values of one process.
struct Sample {
  std::uint32_t tgid{};
  std::uint64_t start_boottime_ns{};
  std::optional<procfs::ProportionalMemory> memory;
  SocketCounts sockets;
  procfs::WaitChannels wait_channels;
  bool whole{true};  ///< all wanted values could be read
};

/// The result of one pass.
struct Samples {
  std::vector<Sample> samples;  ///< one per process that was found
  std::uint64_t skipped{};
};

/// Samples each process. The pass reads the kinds of sockets last, after all processes. It reads each network namespace once, and does not
/// count a socket that was closed meanwhile.
/// @param root  mount point of procfs
/// @param go_on  called often; may sleep
/// @return  nothing if `go_on` returned false
[[nodiscard]] std::optional<Samples> take_samples(const std::string& root, const std::vector<Target>& targets, const procfs::GoOn& go_on);

/// Sums the samples by group. `targets` is the list as of now and may differ from the list that was sampled: it names the group of each
/// process and the values to sum. A process that is not in `targets` does not count.
[[nodiscard]] std::map<GroupRef, GroupSamples> sum_by_group(const std::vector<Sample>& samples, std::vector<Target> targets);

}  // namespace procledger::sampler
