// SPDX-License-Identifier: Apache-2.0
// The table of groups: keys, dense ids, and the limit of groups. The accounts of groups are in the ledger.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/ledger/classifier.hpp"

namespace procledger::grouping {

// Group names that only procledger assigns. A process cannot get into these groups by its name.

inline constexpr std::string_view kKernelGroup = "(kernel)";              ///< kernel threads
inline constexpr std::string_view kUnattributedGroup = "(unattributed)";  ///< usage of unknown processes
inline constexpr std::string_view kOtherGroup = "(other)";                ///< processes of new groups beyond the limit of groups
inline constexpr std::string_view kUnmatchedGroup = "(unmatched)";        ///< processes that `default: drop` and `exclude_self` leave out

inline constexpr std::array kReservedGroups{kKernelGroup, kUnattributedGroup, kOtherGroup, kUnmatchedGroup};

[[nodiscard]] constexpr bool is_reserved(std::string_view name) {
  return std::find(kReservedGroups.begin(), kReservedGroups.end(), name) != kReservedGroups.end();
}

struct Limits {
  std::size_t groups{1000};      ///< without the reserved groups
  std::size_t label_bytes{128};  ///< longer names are cut and get a hash
};

using Labels = std::vector<std::pair<std::string, std::string>>;

/// The identity of a group: its name and its own labels, sorted by label name.
struct GroupKey {
  std::string name;
  Labels labels;
  bool operator==(const GroupKey&) const = default;
};

/// Assigns a dense id to every key. Owned by Grouping, which calls it once per classification. At the limit of groups, a new group replaces
/// the group that has been without a member for longest, if for an hour or more; else its processes join "(other)". The counters of a
/// dropped group end. No usage moves to another group, so increases over all groups stay exact.
class GroupTable {
 public:
  explicit GroupTable(Limits limits) : limits_{limits} {}

  /// The id of this key, which is added if new. The group is no longer empty. Makes the texts safe (base/text.hpp) and bounds them first.
  /// The name must not be reserved.
  ledger::Decision intern(GroupKey key);

  /// The id of a reserved group. Limits do not apply.
  ledger::Decision intern_reserved(std::string_view name);

  /// Adds a member to an existing group: the group is no longer empty.
  ledger::Decision join(ledger::GroupId group);

  /// Sets whether the group has members at `now_ns` (any steady clock).
  void note_members(ledger::GroupId group, std::uint64_t members, std::uint64_t now_ns);

  /// A configured group is exported without members, too, and is never dropped.
  void set_configured(ledger::GroupId group, bool configured) { entries_[group].configured = configured; }
  [[nodiscard]] std::vector<ledger::GroupId> configured() const;
  [[nodiscard]] bool is_reserved(ledger::GroupId group) const { return entries_[group].reserved; }
  /// Applies to new groups. Existing groups beyond a lower limit stay.
  void set_limits(Limits limits) { limits_ = limits; }

  [[nodiscard]] const GroupKey& key(ledger::GroupId group) const { return entries_[group].key; }
  /// Number of earlier groups with this id. Facts about an earlier group do not apply to the current one.
  [[nodiscard]] std::uint32_t generation(ledger::GroupId group) const { return entries_[group].generation; }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  struct Entry {
    GroupKey key;
    std::optional<std::uint64_t> empty_since_ns;  ///< absent: the group has members, or was just assigned
    bool reserved{};
    bool configured{};
    std::uint32_t generation{};
  };

  ledger::Decision add(GroupKey key, bool reserved);
  ledger::Decision replace(ledger::GroupId victim, GroupKey key);
  [[nodiscard]] std::optional<ledger::GroupId> longest_empty() const;

  Limits limits_;
  std::uint64_t now_ns_{};
  std::uint64_t dropped_{};
  std::size_t named_{};
  std::vector<Entry> entries_;
  std::unordered_map<std::string, ledger::GroupId> ids_;  ///< by the key's canonical text
};

}  // namespace procledger::grouping
