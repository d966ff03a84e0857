// SPDX-License-Identifier: Apache-2.0
// What a configuration says about groups, as data: nothing here is compiled or decided.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace procledger::rules {

/// NAME=text, NAME matching a pattern (RE2, whole value), or NAME not set.
struct EnvCondition {
  enum class Kind : std::uint8_t { kEquals, kPattern, kAbsent };
  std::string name;
  Kind kind{Kind::kEquals};
  std::string text;  ///< of kEquals and kPattern
  bool operator==(const EnvCondition&) const = default;
};

/// Every list that is not empty must hold: by any of its items, `cmdline` and `env` by all.
struct Match {
  std::vector<std::string> comm{};     ///< exact; the kernel keeps 15 bytes
  std::vector<std::string> exe{};      ///< glob over the path of the real executable: `*` stays in a component, `**` crosses them
  std::vector<std::string> argv0{};    ///< process-exporter's `exe`: without a slash the base name of argv[0], else all of it
  std::vector<std::string> cmdline{};  ///< RE2, unanchored, over the arguments joined by spaces; named captures become Matches
  std::vector<std::string> user{};     ///< effective user, by name or number
  std::vector<std::uint32_t> pid{};    ///< and all that descend from it
  std::vector<std::string> pidfile{};  ///< the process whose number the file holds, and all that descend from it
  std::vector<std::uint32_t> ppid{};   ///< parent
  std::vector<EnvCondition> env{};
  std::vector<std::string> cgroup{};      ///< glob over the path in the authoritative hierarchy; takes what lies below, too
  std::vector<std::string> unit{};        ///< glob over the systemd unit
  std::vector<std::string> namespaces{};  ///< globs over Kubernetes names; what runs in no pod has none and matches no pattern
  std::vector<std::string> pod{};
  std::vector<std::string> container{};

  [[nodiscard]] bool empty() const { return *this == Match{}; }
  bool operator==(const Match&) const = default;
};

/// Which series the threads of a group get.
enum class ThreadSeries : std::uint8_t { kOff, kByName, kByTid };

/// What is collected of a group beyond its sums.
struct SeriesOptions {
  ThreadSeries threads{ThreadSeries::kOff};
  bool processes{};  ///< one series a process
  bool pss{};        ///< proportional memory, in the slow lane
  bool sockets{};    ///< in the slow lane
  bool operator==(const SeriesOptions&) const = default;
};

/// Processes whose threads get one series each, whatever group they are in. Empty: none beyond those of `SeriesOptions`.
struct ThreadFilter {
  std::vector<std::string> comm{};   ///< exact; the kernel keeps 15 bytes
  std::vector<std::uint32_t> pid{};  ///< and all that descend from it

  [[nodiscard]] bool empty() const { return comm.empty() && pid.empty(); }
  bool operator==(const ThreadFilter&) const = default;
};

using Labels = std::vector<std::pair<std::string, std::string>>;  ///< name, template of the value

/// The first rule that matches names the group.
struct Rule {
  std::string name;  ///< template
  Match match;       ///< empty: every process
  Match exclude;     ///< `not`: any single item that hits takes the process out of this rule
  Labels labels;
  SeriesOptions series;
  /// Not empty: the first capture of the first pattern of `match.cmdline`, named or not, that is not empty goes by this name in Matches,
  /// and the rule takes no process without one. What process-exporter's -namemapping does.
  std::string first_capture;
  bool operator==(const Rule&) const = default;
};

/// All of it, and what becomes of a process that no rule names.
struct RuleBook {
  std::vector<Rule> rules;
  std::optional<std::string> fallback{"{{.Comm}}"};  ///< template; absent: left out of the group series
  bool inherit{true};  ///< a process that no rule names belongs to its parent's group, where a rule named that
  bool exclude_self{};
  SeriesOptions fallback_series;
  ThreadFilter thread_filter;
  bool operator==(const RuleBook&) const = default;
};

/// Why a text is no pattern or no template. The reader of a file adds the place of the text.
struct SyntaxError {
  std::size_t offset{};  ///< bytes into the text
  std::string found;     ///< of a pattern: what is wrong; of a template: what stands there, may be empty
  std::string expected;
  std::string hint;  ///< may be empty
};

/// A text of a RuleBook that does not compile. A book from a file has none: the file was checked with the same compiler.
struct RuleError {
  std::optional<std::size_t> rule;  ///< absent: of no rule, but of the book itself
  std::string key;                  ///< "name", "labels.team", "match.cmdline", "not.exe", "match.env.APP"; of the book: "default"
  std::size_t item{};               ///< place in the list of that key
  std::string text;                 ///< what stands there
  SyntaxError error;
};

}  // namespace procledger::rules
