// SPDX-License-Identifier: Apache-2.0
// Renders one log line as text. Pure: no I/O, no clock.
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

/// A key and its value. The program chooses keys: lower case letters and underscores. A value may hold any bytes, also hostile ones.
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

/// Returns one line without its newline. With any values, the text stays one line and parses back into the same fields.
/// @param suppressed  number of similar lines left out before this line, rendered as a field; 0: no field
[[nodiscard]] std::string render_line(Format format, std::chrono::system_clock::time_point time, Level level, std::string_view event,
                                      Fields fields, std::uint64_t suppressed);

}  // namespace procledger::log
