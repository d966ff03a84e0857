// SPDX-License-Identifier: Apache-2.0
// A scraped page as numbers: the Prometheus text format 0.0.4, parsed as Prometheus parses it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace procledger::test {

using LabelMap = std::map<std::string, std::string>;

struct SeriesKey {
  std::string name;
  LabelMap labels;  ///< unescaped
  auto operator<=>(const SeriesKey&) const = default;

  [[nodiscard]] std::string label(const std::string& label_name) const;
  [[nodiscard]] std::string text() const;
};

/// Selects series. Empty members do not restrict.
struct Selector {
  std::string name;
  LabelMap labels{};           ///< required labels and values
  std::string group_prefix{};  ///< required prefix of the label `group_label`
  std::string group_label{"group"};
};

class Exposition {
 public:
  /// @error kMalformed: a line that Prometheus refuses, or a duplicate series
  [[nodiscard]] static Result<Exposition> parse(std::string_view text);

  [[nodiscard]] const std::map<SeriesKey, double>& series() const { return series_; }
  [[nodiscard]] const std::map<std::string, std::string>& types() const { return types_; }

  /// The value of the series with exactly these labels.
  [[nodiscard]] std::optional<double> value(const std::string& name, const LabelMap& labels = {}) const;
  /// The sum over all selected series; 0 if there are none.
  [[nodiscard]] double sum(const Selector& selector) const;
  [[nodiscard]] std::size_t count(const Selector& selector) const;

 private:
  void visit(const Selector& selector, const std::function<void(double)>& visitor) const;

  std::map<SeriesKey, double> series_;
  std::map<std::string, std::string> types_;  ///< by family
};

}  // namespace procledger::test
