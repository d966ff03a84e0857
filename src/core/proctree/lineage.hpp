// SPDX-License-Identifier: Apache-2.0
// Who forked whom: one record for each process that ever was in the tree, up to a limit.
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

struct Node {
  std::uint32_t tgid{};
  std::uint32_t parent{kNoNode};  ///< index of the one that forked it
  ledger::GroupId program{};
  Ending ending{Ending::kLives};
  bool status_known{};
  std::uint32_t status{};  ///< as wait(2) gives it
  std::uint64_t birth_ns{};
  std::uint64_t end_ns{};  ///< of the living: when they were looked at last
  std::uint64_t cpu_ns{};
};
static_assert(sizeof(Node) <= 48);  // 100,000 of them are 5 MB

class Lineage {
 public:
  explicit Lineage(std::size_t most) : most_{most} {}

  /// kNoNode past the limit; such processes are counted, and so are their children.
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
