// SPDX-License-Identifier: Apache-2.0
// A YAML document as a tree that remembers where everything stands.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/config/diagnostic.hpp"

namespace procledger::config {

struct Entry;

struct TreeNode {
  enum class Kind : std::uint8_t { kNull, kText, kList, kMap };
  Kind kind{Kind::kNull};
  Place place;
  std::string text;
  bool plain{};  ///< text without quotes
  std::vector<TreeNode> items;
  std::vector<Entry> entries;  ///< in the order of the file; keys may repeat
};

struct Entry {
  std::string key;
  Place place;
  TreeNode value;
};

}  // namespace procledger::config
