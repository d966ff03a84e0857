// SPDX-License-Identifier: Apache-2.0
#include "exposition/text_format.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

namespace procledger::exposition {
namespace {

constexpr double kLargestPlain = 1e15;  // below 2^53, so that every integer is exact

bool plain_integer(double value) {
  return std::abs(value) <= kLargestPlain && value == std::trunc(value) && !(value == 0 && std::signbit(value));
}

template <typename Number>
void append_chars(std::string& out, Number value) {
  std::array<char, 32> buffer{};  // the longest double, -2.2250738585072014e-308, has 24 characters
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out.append(buffer.data(), end);
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Shape {
  std::size_t length{};
  std::uint32_t first_bits{};
  std::uint32_t smallest{};  // a smaller code point in as many bytes is overlong
};

Shape shape_of(unsigned char lead) {
  if ((lead & 0xE0) == 0xC0) return {2, lead & 0x1Fu, 0x80};
  if ((lead & 0xF0) == 0xE0) return {3, lead & 0x0Fu, 0x800};
  if ((lead & 0xF8) == 0xF0) return {4, lead & 0x07u, 0x10000};
  return {};
}

/// Number of bytes of the multi-byte character at the front of `text`; 0 if invalid UTF-8.
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
  if (std::ranges::all_of(text, plain)) {  // true for nearly every label, and several times as fast
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

std::string_view type_word(std::string_view name, Type type, Format format) {
  switch (type) {
    case Type::kCounter:
      // OpenMetrics requires the suffix _total for samples of a counter. A name without it stays, and its type is unknown.
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

/// The name of the family: in OpenMetrics without the suffix of its samples.
std::string_view family_name(std::string_view name, Type type, Format format) {
  if (format == Format::kText) return name;
  const std::string_view suffix = type == Type::kCounter ? "_total" : type == Type::kInfo ? "_info" : "";
  if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
  return name;
}

/// Removes the first name from a comma-separated list and returns it.
std::string_view take_name(std::string_view& names) {
  const std::string_view name = names.substr(0, names.find(','));
  names.remove_prefix(std::min(name.size() + 1, names.size()));
  return name;
}

/// An upper estimate of the size of a page. A page that grows by doubling frees so much memory that the allocator returns it to the kernel
/// and faults it in again for the next page. That took ten times as long as writing the page (glibc 2.36).
std::size_t expected_bytes(const metrics::Snapshot& snapshot) {
  constexpr std::size_t kGroup = 4096;
  constexpr std::size_t kRow = 512;
  std::size_t bytes = 16 * kGroup;
  for (const auto& group : snapshot.groups) {
    bytes += kGroup + kRow * (group.thread_names.size() + group.threads.size() + group.processes.size());
  }
  return bytes;
}

/// Appends a label unless its value is empty, which means the same as no label.
void append_label(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  (out += name) += "=\"";
  append_label_value(out, value);
  out += "\",";
}

void append_labels(std::string& out, std::string_view& names, metrics::LabelValues values) {
  for (const std::string_view value : values) append_label(out, take_name(names), value);
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

void PageWriter::open(const metrics::Family& family) {
  family_ = &family;
  has_head_ = false;
}

void PageWriter::subject(const metrics::Subject& subject) {
  shared_labels_.clear();
  more_names_ = family_->labels;
  if (subject.group) append_label(shared_labels_, take_name(more_names_), *subject.group);
  if (subject.own != nullptr) {
    for (const auto& [name, value] : *subject.own) append_label(shared_labels_, name, value);
  }
  append_labels(shared_labels_, more_names_, subject.identity);
}

std::string PageWriter::finish() && {
  if (format_ == Format::kOpenMetrics) out_ += "# EOF\n";
  return std::move(out_);
}

// OpenMetrics requires TYPE first; text 0.0.4 allows any order.
void PageWriter::head() {
  if (std::exchange(has_head_, true)) return;
  const std::string_view name = family_name(family_->name, family_->type, format_);
  ((((out_ += "# TYPE ") += name) += ' ') += type_word(family_->name, family_->type, format_)) += '\n';
  ((out_ += "# HELP ") += name) += ' ';
  if (format_ == Format::kOpenMetrics) {
    append_label_value(out_, family_->help);  // OpenMetrics escapes double quotes in HELP
  } else {
    append_help(out_, family_->help);
  }
  out_ += '\n';
}

// Appends name and labels; `bound` is the bound of a histogram bucket.
void PageWriter::series(std::string_view suffix, metrics::LabelValues labels, const double* bound) {
  (out_ += family_->name) += suffix;
  const std::size_t bare = out_.size();
  out_ += '{';
  out_ += shared_labels_;
  std::string_view names = more_names_;
  append_labels(out_, names, labels);
  if (bound != nullptr) {
    out_ += "le=\"";
    append_bound(out_, *bound);
    out_ += "\",";
  }
  if (out_.size() == bare + 1) {
    out_.resize(bare);
  } else {
    out_.back() = '}';
  }
}

void PageWriter::on_sample(metrics::LabelValues labels, const metrics::Number& value) {
  head();
  series("", labels, nullptr);
  out_ += ' ';
  append_number(out_, metrics::as_double(value));
  out_ += '\n';
}

void PageWriter::sample(std::string_view suffix, double value, const double* bound) {
  series(suffix, {}, bound);
  out_ += ' ';
  append_number(out_, value);
  out_ += '\n';
}

void PageWriter::on_histogram(const metrics::Histogram& histogram) {
  head();
  std::uint64_t observed = 0;
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    observed += histogram.counts[i];
    const double bound = i < histogram.bounds.size() ? histogram.bounds[i] : std::numeric_limits<double>::infinity();
    sample("_bucket", static_cast<double>(observed), &bound);
  }
  sample("_count", static_cast<double>(observed), nullptr);
  sample("_sum", histogram.sum, nullptr);
}

std::string write_page(const metrics::Snapshot& snapshot, const PageModel& model, Format format) {
  PageWriter page{format, expected_bytes(snapshot)};
  model.emit(snapshot, page);
  return std::move(page).finish();
}

}  // namespace procledger::exposition
