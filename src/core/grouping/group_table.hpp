// SPDX-License-Identifier: Apache-2.0
// Group keys and their dense ids, bounded. Does not know what a group has earned.
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

// Group names that only procledger gives. No process can talk itself into one of them.

inline constexpr std::string_view kKernelGroup = "(kernel)";              ///< kernel threads
inline constexpr std::string_view kUnattributedGroup = "(unattributed)";  ///< what lost its name on the way
inline constexpr std::string_view kOtherGroup = "(other)";                ///< what came when the limit of groups was reached
inline constexpr std::string_view kUnmatchedGroup = "(unmatched)";        ///< what no rule names

inline constexpr std::array kReservedGroups{kKernelGroup, kUnattributedGroup, kOtherGroup, kUnmatchedGroup};

[[nodiscard]] constexpr bool is_reserved(std::string_view name) {
  return std::find(kReservedGroups.begin(), kReservedGroups.end(), name) != kReservedGroups.end();
}

struct Limits {
  std::size_t groups{1000};      ///< named groups, the reserved ones not counted
  std::size_t label_bytes{128};  ///< longer names are cut and get a hash
};

using Labels = std::vector<std::pair<std::string, std::string>>;

/// What makes a group: its name and its own labels, sorted by label name.
struct GroupKey {
  std::string name;
  Labels labels;
  bool operator==(const GroupKey&) const = default;
};

/// Gives every key a dense id. At the limit the group that has been without a member longest gives way, if that is an hour or more;
/// otherwise the newcomer joins "(other)". A dropped group's counters end; nothing is moved, so increases over all groups stay exact.
class GroupTable {
 public:
  explicit GroupTable(Limits limits) : limits_{limits} {}

  /// The id of this key, taken up if new. Counts as a sign of life. Text is made safe (base/text.hpp) and bounded first.
  /// The name must not be a reserved one.
  ledger::Decision intern(GroupKey key);

  /// A name that only procledger gives: never subject to limits.
  ledger::Decision intern_reserved(std::string_view name);

  /// Takes one more member into a group that exists: a sign of life.
  ledger::Decision join(ledger::GroupId group);

  /// Tells that a group had no member at `now_ns` (any steady clock), or that it had some.
  void note_members(ledger::GroupId group, std::uint64_t members, std::uint64_t now_ns);

  /// A configuration names this group whether it has members or not: it is shown, and never gives way.
  void set_configured(ledger::GroupId group, bool configured) { entries_[group].configured = configured; }
  [[nodiscard]] std::vector<ledger::GroupId> configured() const;
  [[nodiscard]] bool is_reserved(ledger::GroupId group) const { return entries_[group].reserved; }
  /// For groups from here on; those beyond a lower limit stay.
  void set_limits(Limits limits) { limits_ = limits; }

  [[nodiscard]] const GroupKey& key(ledger::GroupId group) const { return entries_[group].key; }
  /// How many groups have had this id before: what was found out about one of those says nothing about this one.
  [[nodiscard]] std::uint32_t generation(ledger::GroupId group) const { return entries_[group].generation; }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  struct Entry {
    GroupKey key;
    std::optional<std::uint64_t> empty_since_ns;  ///< absent: has members, or was just decided for
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
