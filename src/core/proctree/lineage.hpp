// SPDX-License-Identifier: Apache-2.0
// The processes of the tree and their creators: one node for each process that was ever in the tree, up to a limit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "core/ledger/classifier.hpp"

namespace procledger::proctree {

inline constexpr std::uint32_t kNoNode = std::numeric_limits<std::uint32_t>::max();

enum class Ending : std::uint8_t { kLives, kZombie, kEnded };

/// One process of the tree.
struct Node {
  std::uint32_t tgid{};
  std::uint32_t parent{kNoNode};  ///< index of the process that forked it
  ledger::GroupId program{};
  Ending ending{Ending::kLives};
  bool status_known{};
  std::uint32_t status{};  ///< as from wait(2)
  std::uint64_t start_boottime_ns{};
  std::uint64_t end_ns{};  ///< end of the process; of a live process the time of the last scan
  std::uint64_t cpu_ns{};
};
static_assert(sizeof(Node) <= 48);  // 100,000 nodes take 5 MB

/// Owns the nodes, up to a limit. Tree adds and updates them.
class Lineage {
 public:
  explicit Lineage(std::size_t most) : most_{most} {}

  /// Returns the index of the new node, or kNoNode past the limit. Processes past the limit are only counted.
  std::uint32_t add(const Node& node) {
    if (nodes_.size() >= most_) {
      ++unlisted_;
      return kNoNode;
    }
    nodes_.push_back(node);
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }
  [[nodiscard]] Node* at(std::uint32_t index) { return index == kNoNode ? nullptr : &nodes_[index]; }
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }
  [[nodiscard]] std::uint64_t unlisted() const { return unlisted_; }

 private:
  std::size_t most_;
  std::vector<Node> nodes_;
  std::uint64_t unlisted_{};
};

}  // namespace procledger::proctree
