// SPDX-License-Identifier: Apache-2.0
// Our own text writer: prometheus-cpp's loses digits, does not escape HELP and cannot write OpenMetrics.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/metrics/metric_table.hpp"
#include "exposition/page_model.hpp"

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

/// A page, sample by sample. A family without a sample has no place on it. No timestamps: a scraper marks a series that is gone as stale
/// only without them.
class PageWriter final : public metrics::SampleSink {
 public:
  /// @param expected_bytes  of the whole page; 0: not known
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
  std::string shared_labels_;    ///< of the subject, as on the page, a comma behind each; keeps its memory
  std::string_view more_names_;  ///< of the labels that each sample brings
};

/// The whole page of a snapshot.
[[nodiscard]] std::string write_page(const metrics::Snapshot& snapshot, const PageModel& model, Format format);

}  // namespace procledger::exposition
