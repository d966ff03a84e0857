// SPDX-License-Identifier: Apache-2.0
// One log line as text. Pure.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace procledger::log {

enum class Level : std::uint8_t { kDebug, kInfo, kWarn, kError };
enum class Format : std::uint8_t { kLogfmt, kJson };

[[nodiscard]] std::string_view level_name(Level level);

/// A key and its value. Keys are ours: lower case letters and underscores. Values may be anything, also what a stranger chose.
class Field {
 public:
  Field(std::string_view key, std::string_view text) : key_{key}, text_{text}, quotable_{true} {}
  Field(std::string_view key, const char* text) : Field{key, std::string_view{text}} {}
  Field(std::string_view key, const std::string& text) : Field{key, std::string_view{text}} {}
  Field(std::string_view key, bool value) : key_{key}, text_{value ? "true" : "false"} {}
  Field(std::string_view key, double value);
  template <std::integral Integer>
  Field(std::string_view key, Integer value) : key_{key}, text_{std::to_string(value)} {}

  [[nodiscard]] std::string_view key() const { return key_; }
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] bool quotable() const { return quotable_; }  ///< a string, not a number or truth value

 private:
  std::string_view key_;
  std::string text_;
  bool quotable_{};
};

using Fields = std::initializer_list<Field>;

/// One line without its newline. Whatever the values hold, the line stays one line and can be parsed back into its fields.
/// @param suppressed  how many like it were left out before; told when not 0
[[nodiscard]] std::string render_line(Format format, std::chrono::system_clock::time_point time, Level level, std::string_view event,
                                      Fields fields, std::uint64_t suppressed);

}  // namespace procledger::log
