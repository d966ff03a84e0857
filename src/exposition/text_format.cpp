// SPDX-License-Identifier: Apache-2.0
#include "exposition/text_format.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace procledger::exposition {
namespace {

constexpr double kLargestPlain = 1e15;  // below 2^53, so every whole number is exact

bool plain_integer(double value) {
  return std::abs(value) <= kLargestPlain && value == std::trunc(value) && !(value == 0 && std::signbit(value));
}

template <typename Number>
void append_chars(std::string& out, Number value) {
  std::array<char, 32> buffer{};  // the longest double, -2.2250738585072014e-308, takes 24
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out.append(buffer.data(), end);
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Shape {
  std::size_t length{};
  std::uint32_t first_bits{};
  std::uint32_t smallest{};  // a smaller code point in so many bytes is overlong
};

Shape shape_of(unsigned char lead) {
  if ((lead & 0xE0) == 0xC0) return {2, lead & 0x1Fu, 0x80};
  if ((lead & 0xF0) == 0xE0) return {3, lead & 0x0Fu, 0x800};
  if ((lead & 0xF8) == 0xF0) return {4, lead & 0x07u, 0x10000};
  return {};
}

/// Bytes of the multi-byte character at the front of `text`; 0 when it is not valid UTF-8.
std::size_t multibyte_length(std::string_view text) {
  const Shape shape = shape_of(static_cast<unsigned char>(text.front()));
  if (shape.length == 0 || text.size() < shape.length) return 0;
  std::uint32_t code_point = shape.first_bits;
  for (const char byte : text.substr(1, shape.length - 1)) {
    const auto bits = static_cast<unsigned char>(byte);
    if ((bits & 0xC0) != 0x80) return 0;
    code_point = code_point << 6 | (bits & 0x3Fu);
  }
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  return code_point < shape.smallest || code_point > 0x10FFFF || surrogate ? 0 : shape.length;
}

bool plain(char byte) { return static_cast<unsigned char>(byte) < 0x80 && byte != '\n' && byte != '\\' && byte != '"'; }

void append_escaped(std::string& out, std::string_view text, bool quotes) {
  if (std::ranges::all_of(text, plain)) {  // nearly every label: several times as fast
    out += text;
    return;
  }
  for (std::size_t at = 0; at < text.size();) {
    const char byte = text[at];
    if (static_cast<unsigned char>(byte) >= 0x80) {
      const std::size_t length = multibyte_length(text.substr(at));
      out += length == 0 ? kReplacement : text.substr(at, length);
      at += length == 0 ? 1 : length;
      continue;
    }
    if (byte == '\n') {
      out += "\\n";
    } else {
      if (byte == '\\' || (byte == '"' && quotes)) out += '\\';
      out += byte;
    }
    ++at;
  }
}

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

void append_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
  } else if (plain_integer(value)) {
    append_chars(out, static_cast<std::int64_t>(value));  // to_chars(double) would make 100000 "1e+05"
  } else {
    append_chars(out, value);
  }
}

void append_bound(std::string& out, double bound) {
  append_number(out, bound);
  if (plain_integer(bound)) out += ".0";
}

void append_label_value(std::string& out, std::string_view text) { append_escaped(out, text, true); }

void append_help(std::string& out, std::string_view text) { append_escaped(out, text, false); }

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
