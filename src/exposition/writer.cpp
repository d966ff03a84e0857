// SPDX-License-Identifier: Apache-2.0
#include "exposition/writer.hpp"

#include <cmath>
#include <string_view>

#include "exposition/escape.hpp"
#include "exposition/number.hpp"

namespace procledger::exposition {
namespace {

using metrics::Type;
using prometheus::ClientMetric;

std::string_view type_word(Type type, Format format) {
  switch (type) {
    case Type::kCounter:
      return "counter";
    case Type::kHistogram:
      return "histogram";
    case Type::kInfo:
      return format == Format::kOpenMetrics ? "info" : "gauge";  // text 0.0.4 has no info
    case Type::kGauge:
      break;
  }
  return "gauge";
}

/// OpenMetrics names a family without the suffix that its samples carry.
std::string_view family_name(std::string_view name, Type type, Format format) {
  if (format == Format::kText) return name;
  const std::string_view suffix = type == Type::kCounter ? "_total" : type == Type::kInfo ? "_info" : "";
  if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
  return name;
}

class Page {
 public:
  explicit Page(Format format) : format_{format} {}

  void family(const TypedFamily& family) {
    head(family);
    for (const auto& metric : family.data.metric) {
      if (family.type == Type::kHistogram) {
        histogram(family.data.name, metric);
      } else {
        sample(family.data.name, "", metric.label, family.type == Type::kCounter ? metric.counter.value : metric.gauge.value);
      }
    }
  }

  [[nodiscard]] std::string finish() && {
    if (format_ == Format::kOpenMetrics) out_ += "# EOF\n";
    return std::move(out_);
  }

 private:
  using Labels = std::vector<ClientMetric::Label>;

  // OpenMetrics wants TYPE first; to text 0.0.4 the order is all one.
  void head(const TypedFamily& family) {
    const std::string_view name = family_name(family.data.name, family.type, format_);
    ((((out_ += "# TYPE ") += name) += ' ') += type_word(family.type, format_)) += '\n';
    ((out_ += "# HELP ") += name) += ' ';
    if (format_ == Format::kOpenMetrics) {
      append_label_value(out_, family.data.help);  // there, HELP escapes double quotes too
    } else {
      append_help(out_, family.data.help);
    }
    out_ += '\n';
  }

  void label(std::string_view name, std::string_view value) {
    (out_ += name) += "=\"";
    append_label_value(out_, value);
    out_ += "\",";
  }

  /// Name and labels; `bound` is a histogram bucket's.
  void series(std::string_view name, std::string_view suffix, const Labels& labels, const double* bound) {
    (out_ += name) += suffix;
    if (labels.empty() && bound == nullptr) return;
    out_ += '{';
    for (const auto& [label_name, value] : labels) label(label_name, value);
    if (bound != nullptr) {
      out_ += "le=\"";
      append_bound(out_, *bound);
      out_ += "\",";
    }
    out_.back() = '}';
  }

  void sample(std::string_view name, std::string_view suffix, const Labels& labels, double value, const double* bound = nullptr) {
    series(name, suffix, labels, bound);
    out_ += ' ';
    append_number(out_, value);
    out_ += '\n';
  }

  void histogram(std::string_view name, const ClientMetric& metric) {
    for (const auto& bucket : metric.histogram.bucket) {
      sample(name, "_bucket", metric.label, static_cast<double>(bucket.cumulative_count), &bucket.upper_bound);
    }
    sample(name, "_count", metric.label, static_cast<double>(metric.histogram.sample_count));
    sample(name, "_sum", metric.label, metric.histogram.sample_sum);
  }

  Format format_;
  std::string out_;
};

}  // namespace

std::string write(const std::vector<TypedFamily>& families, Format format) {
  Page page{format};
  for (const auto& family : families) page.family(family);
  return std::move(page).finish();
}

}  // namespace procledger::exposition
