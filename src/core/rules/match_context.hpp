// SPDX-License-Identifier: Apache-2.0
// One process under examination: what has to be worked out of its facts is worked out when first asked for, and once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/rules/process_attributes.hpp"

namespace procledger::rules {

/// "Is it, or does it descend from": the process of this number, or the one whose number this file holds.
using DescentQuestion = std::variant<std::uint32_t, std::string>;

/// A variable of an environment. What is not known is neither set nor unset.
struct Variable {
  enum class State : std::uint8_t { kUnknown, kUnset, kSet };
  State state{State::kUnknown};
  std::string_view value;  ///< of kSet
};

/// As Go's filepath.Base: what follows the last slash, slashes at the end aside.
[[nodiscard]] std::string_view base_name(std::string_view path);

class Evaluation {
 public:
  Evaluation(const Subject& subject, const Surroundings& surroundings, std::span<const DescentQuestion> questions);

  [[nodiscard]] const Subject& subject() const { return subject_; }

  /// Without the NULs at the end. A kernel thread has none.
  [[nodiscard]] std::optional<std::string_view> args() const { return args_; }
  /// Absent when there are no arguments or the first is empty.
  [[nodiscard]] std::optional<std::string_view> argv0() const { return argv0_; }
  /// The arguments joined by spaces, as valid UTF-8.
  [[nodiscard]] std::optional<std::string_view> command_line();

  /// The first of this name, as getenv(3) takes it. In a cut environment a variable that is not seen is unknown.
  [[nodiscard]] Variable variable(std::string_view name) const;

  /// The answer to one of `questions`. It stays the same for this evaluation, even if the world moves on.
  [[nodiscard]] bool descends(std::size_t question);

 private:
  [[nodiscard]] bool ask(const DescentQuestion& question) const;

  const Subject& subject_;
  const Surroundings& surroundings_;
  std::span<const DescentQuestion> questions_;
  std::optional<std::string_view> args_;
  std::optional<std::string_view> argv0_;
  std::optional<std::string> command_line_;
  std::vector<std::optional<bool>> answers_;
};

}  // namespace procledger::rules
