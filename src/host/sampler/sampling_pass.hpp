// SPDX-License-Identifier: Apache-2.0
// One way through a list of processes, in the caller's thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/procfs/file.hpp"
#include "host/procfs/smaps_rollup.hpp"
#include "host/procfs/wait_channels.hpp"
#include "host/sampler/samples.hpp"

namespace procledger::sampler {

/// What one process had.
struct Sample {
  std::uint32_t tgid{};
  std::uint64_t birth_ns{};
  std::optional<procfs::ProportionalMemory> memory;
  SocketCounts sockets;
  procfs::WaitChannels wait_channels;
  bool whole{true};  ///< all that was wanted could be read
};

struct Samples {
  std::vector<Sample> samples;  ///< of the processes that were found
  std::uint64_t skipped{};
};

/// Sockets are told apart at the end, when all processes have been looked at: every network namespace is read once, and a socket that was
/// closed meanwhile does not count.
/// @param root  where procfs is mounted
/// @param go_on  asked often; may sleep
/// @return  nothing when `go_on` said no
[[nodiscard]] std::optional<Samples> take_samples(const std::string& root, const std::vector<Target>& targets, const procfs::GoOn& go_on);

/// Sums by group. A process counts in the group that it has in `targets`, which may be newer than the list that was sampled, and with what
/// is wanted of it there; one that is not there any more does not count.
[[nodiscard]] std::map<GroupRef, GroupFigures> sum_by_group(const std::vector<Sample>& samples, std::vector<Target> targets);

}  // namespace procledger::sampler
