// SPDX-License-Identifier: Apache-2.0
// Writes pages in the text formats. prometheus-cpp's serializer is not used: it loses digits, does not escape HELP, and has no OpenMetrics.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/metrics/metric_table.hpp"
#include "exposition/page_model.hpp"

namespace procledger::exposition {

/// Appends the shortest text that parses to exactly `value`; integers up to 10^15 without exponent; "NaN", "+Inf", "-Inf".
void append_number(std::string& out, double value);

/// Appends a histogram bound as a label value, always with a fraction ("1.0"), which OpenMetrics requires. Both formats use this form, so
/// that a scraper that changes the format keeps the same series.
void append_bound(std::string& out, double bound);

// Escaping for the exposition formats. Labels are safe already (base/text.hpp); these functions keep a page valid for every other text.

/// Escapes backslash, newline and double quote. A byte that is not UTF-8 becomes U+FFFD, because a scraper refuses the whole page for one.
void append_label_value(std::string& out, std::string_view text);

/// Escapes HELP in text 0.0.4, where a double quote is not escaped.
void append_help(std::string& out, std::string_view text);

enum class Format : std::uint8_t {
  kText,         ///< Prometheus text 0.0.4
  kOpenMetrics,  ///< OpenMetrics 1.0, also valid as 0.0.1
};

/// Writes a page, sample by sample; write_page uses it. A family without a sample is not on the page. Samples have no timestamps, because
/// with timestamps a scraper does not mark an ended series as stale.
class PageWriter final : public metrics::SampleSink {
 public:
  /// @param expected_bytes  size of the whole page; 0: unknown
  explicit PageWriter(Format format, std::size_t expected_bytes = 0) : format_{format} { out_.reserve(expected_bytes); }

  void open(const metrics::Family& family) override;
  void subject(const metrics::Subject& subject) override;
  [[nodiscard]] std::string finish() &&;

 private:
  void on_sample(metrics::LabelValues labels, const metrics::Number& value) override;
  void on_histogram(const metrics::Histogram& histogram) override;

  void head();
  void series(std::string_view suffix, metrics::LabelValues labels, const double* bound);
  void sample(std::string_view suffix, double value, const double* bound);

  Format format_;
  std::string out_;
  const metrics::Family* family_{};
  bool has_head_{};
  std::string shared_labels_;    ///< labels of the subject as on the page, each with a comma; a member, so that its memory is reused
  std::string_view more_names_;  ///< names of the labels of single samples
};

/// Writes the page of a snapshot.
[[nodiscard]] std::string write_page(const metrics::Snapshot& snapshot, const PageModel& model, Format format);

}  // namespace procledger::exposition
