// SPDX-License-Identifier: Apache-2.0
// Our own text writer: prometheus-cpp's loses digits, does not escape HELP and cannot write OpenMetrics.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exposition/host_metrics.hpp"

namespace procledger::exposition {

/// The shortest text that reads back as exactly `value`; whole numbers up to 10^15 without exponent; "NaN", "+Inf", "-Inf".
void append_number(std::string& out, double value);

/// A histogram bound as a label value: always with a fraction ("1.0"), as OpenMetrics wants it. Both formats use this one form, so that a
/// scraper that changes formats goes on with the same series.
void append_bound(std::string& out, double bound);

// Escaping for the exposition formats. Labels arrive clean (base/text.hpp); here nothing at all can break a page.

/// Backslash, newline and double quote escaped; a byte that is not UTF-8 becomes U+FFFD, since a scraper refuses the whole page for one.
void append_label_value(std::string& out, std::string_view text);

/// HELP in text 0.0.4: a double quote stays as it is.
void append_help(std::string& out, std::string_view text);

enum class Format : std::uint8_t {
  kText,         ///< Prometheus text 0.0.4
  kOpenMetrics,  ///< OpenMetrics 1.0; the same bytes are valid 0.0.1
};

/// A page, family by family. No timestamps: a scraper marks a series that is gone as stale only without them.
class PageWriter {
 public:
  explicit PageWriter(Format format) : format_{format} {}

  void add(const TypedFamily& family);
  [[nodiscard]] std::string finish() &&;

 private:
  using Labels = std::vector<prometheus::ClientMetric::Label>;

  void head(const TypedFamily& family);
  void label(std::string_view name, std::string_view value);
  void series(std::string_view name, std::string_view suffix, const Labels& labels, const double* bound);
  void sample(std::string_view name, std::string_view suffix, const Labels& labels, double value, const double* bound = nullptr);
  void histogram(std::string_view name, const prometheus::ClientMetric& metric);

  Format format_;
  std::string out_;
};

/// The whole page of a snapshot.
[[nodiscard]] std::string write_page(const metrics::Snapshot& snapshot, const PageModel& model, Format format);

}  // namespace procledger::exposition
