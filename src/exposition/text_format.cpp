// SPDX-License-Identifier: Apache-2.0
#include "exposition/text_format.hpp"

#include <cmath>
#include <string_view>
#include <utility>

#include "exposition/escape.hpp"
#include "exposition/number.hpp"

namespace procledger::exposition {
namespace {

using metrics::Type;
using prometheus::ClientMetric;

std::string_view type_word(std::string_view name, Type type, Format format) {
  switch (type) {
    case Type::kCounter:
      // OpenMetrics would have the sample end in _total. A series keeps its name, so there its type is not told.
      return format == Format::kOpenMetrics && !name.ends_with("_total") ? "unknown" : "counter";
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

}  // namespace

void PageWriter::add(const TypedFamily& family) {
  head(family);
  for (const auto& metric : family.data.metric) {
    if (family.type == Type::kHistogram) {
      histogram(family.data.name, metric);
    } else {
      sample(family.data.name, "", metric.label, family.type == Type::kCounter ? metric.counter.value : metric.gauge.value);
    }
  }
}

std::string PageWriter::finish() && {
  if (format_ == Format::kOpenMetrics) out_ += "# EOF\n";
  return std::move(out_);
}

// OpenMetrics wants TYPE first; to text 0.0.4 the order is all one.
void PageWriter::head(const TypedFamily& family) {
  const std::string_view name = family_name(family.data.name, family.type, format_);
  ((((out_ += "# TYPE ") += name) += ' ') += type_word(family.data.name, family.type, format_)) += '\n';
  ((out_ += "# HELP ") += name) += ' ';
  if (format_ == Format::kOpenMetrics) {
    append_label_value(out_, family.data.help);  // there, HELP escapes double quotes too
  } else {
    append_help(out_, family.data.help);
  }
  out_ += '\n';
}

void PageWriter::label(std::string_view name, std::string_view value) {
  (out_ += name) += "=\"";
  append_label_value(out_, value);
  out_ += "\",";
}

// Name and labels; `bound` is a histogram bucket's.
void PageWriter::series(std::string_view name, std::string_view suffix, const Labels& labels, const double* bound) {
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

void PageWriter::sample(std::string_view name, std::string_view suffix, const Labels& labels, double value, const double* bound) {
  series(name, suffix, labels, bound);
  out_ += ' ';
  append_number(out_, value);
  out_ += '\n';
}

void PageWriter::histogram(std::string_view name, const ClientMetric& metric) {
  for (const auto& bucket : metric.histogram.bucket) {
    sample(name, "_bucket", metric.label, static_cast<double>(bucket.cumulative_count), &bucket.upper_bound);
  }
  sample(name, "_count", metric.label, static_cast<double>(metric.histogram.sample_count));
  sample(name, "_sum", metric.label, metric.histogram.sample_sum);
}

std::string write_page(const metrics::Snapshot& snapshot, const PageModel& model, Format format) {
  PageWriter page{format};
  model.visit(snapshot, [&](const TypedFamily& family) { page.add(family); });
  return std::move(page).finish();
}

}  // namespace procledger::exposition
