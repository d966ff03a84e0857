// SPDX-License-Identifier: Apache-2.0
#include "support/exposition.hpp"

#include <cstdlib>

namespace procledger::test {
namespace {

bool is_name_char(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':'; }

/// Reads one sample line from left to right.
class LineReader {
 public:
  explicit LineReader(std::string_view line) : line_{line} {}

  Result<std::pair<SeriesKey, double>> read() {
    SeriesKey key{.name = name(), .labels = {}};
    if (key.name.empty()) return bad("no metric name");
    if (take('{')) {
      while (!take('}')) {
        const std::string label = name();
        if (label.empty() || !take('=')) return bad("label without a value");
        auto value = quoted();
        if (!value) return bad("unfinished label value");
        if (!key.labels.emplace(label, std::move(*value)).second) return bad("label twice");
        if (!take(',') && peek() != '}') return bad("no comma between labels");
      }
    }
    if (!take(' ')) return bad("no blank before the value");
    const std::string number{line_.substr(at_)};
    char* end{};
    const double value = std::strtod(number.c_str(), &end);  // parses NaN, +Inf and -Inf
    if (end == number.c_str() || (*end != '\0' && *end != ' ')) return bad("no number");
    return std::pair{std::move(key), value};
  }

 private:
  [[nodiscard]] char peek() const { return at_ < line_.size() ? line_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  std::string name() {
    const std::size_t begin = at_;
    while (is_name_char(peek())) ++at_;
    return std::string{line_.substr(begin, at_ - begin)};
  }
  std::optional<std::string> quoted() {
    if (!take('"')) return std::nullopt;
    std::string text;
    while (at_ < line_.size()) {
      const char c = line_[at_++];
      if (c == '"') return text;
      if (c != '\\') {
        text += c;
        continue;
      }
      const char escaped = at_ < line_.size() ? line_[at_++] : '\0';
      if (escaped != 'n' && escaped != '"' && escaped != '\\') return std::nullopt;
      text += escaped == 'n' ? '\n' : escaped;
    }
    return std::nullopt;
  }
  [[nodiscard]] tl::unexpected<Error> bad(std::string_view what) const {
    return fail(ErrorKind::kMalformed, std::string{what} + ": " + std::string{line_});
  }

  std::string_view line_;
  std::size_t at_{};
};

bool fits(const SeriesKey& key, const Selector& selector) {
  for (const auto& [name, value] : selector.labels) {
    const auto found = key.labels.find(name);
    if (found == key.labels.end() || found->second != value) return false;
  }
  return selector.group_prefix.empty() || key.label(selector.group_label).starts_with(selector.group_prefix);
}

}  // namespace

std::string SeriesKey::label(const std::string& label_name) const {
  const auto found = labels.find(label_name);
  return found == labels.end() ? std::string{} : found->second;
}

std::string SeriesKey::text() const {
  std::string shown = name + "{";
  for (const auto& [label, value] : labels) shown.append(label).append("=\"").append(value).append("\",");
  return shown + "}";
}

Result<Exposition> Exposition::parse(std::string_view text) {
  if (!text.empty() && !text.ends_with('\n')) return fail(ErrorKind::kMalformed, "the page does not end with a line end");
  Exposition page;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    if (line.starts_with("# TYPE ")) {
      const std::string_view rest = line.substr(7);
      const std::size_t blank = rest.find(' ');
      if (blank == std::string_view::npos) return fail(ErrorKind::kMalformed, std::string{line});
      page.types_.emplace(rest.substr(0, blank), rest.substr(blank + 1));
    }
    if (line.empty() || line.starts_with('#')) continue;
    auto sample = LineReader{line}.read();
    if (!sample) return tl::unexpected{sample.error()};
    if (!page.series_.emplace(sample->first, sample->second).second) {
      return fail(ErrorKind::kMalformed, "duplicate series: " + std::string{line});
    }
  }
  return page;
}

std::optional<double> Exposition::value(const std::string& name, const LabelMap& labels) const {
  const auto found = series_.find({name, labels});
  if (found == series_.end()) return std::nullopt;
  return found->second;
}

void Exposition::visit(const Selector& selector, const std::function<void(double)>& visitor) const {
  for (auto at = series_.lower_bound({selector.name, {}}); at != series_.end() && at->first.name == selector.name; ++at) {
    if (fits(at->first, selector)) visitor(at->second);
  }
}

double Exposition::sum(const Selector& selector) const {
  double total{};
  visit(selector, [&total](double value) { total += value; });
  return total;
}

std::size_t Exposition::count(const Selector& selector) const {
  std::size_t found{};
  visit(selector, [&found](double) { ++found; });
  return found;
}

}  // namespace procledger::test
