// SPDX-License-Identifier: Apache-2.0
#include "base/log/line.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "base/text.hpp"

namespace procledger::log {
namespace {

/// Longer values fill disks and help no reader. Only the log of the BPF verifier comes near this limit.
constexpr std::size_t kMaxValueBytes = 4096;

/// RFC 3339 in UTC, to the millisecond.
std::string timestamp(std::chrono::system_clock::time_point time) {
  const std::int64_t since_epoch = std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
  const std::int64_t milliseconds = (since_epoch % 1000 + 1000) % 1000;
  const std::time_t seconds = (since_epoch - milliseconds) / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  const std::string fraction = std::to_string(1000 + milliseconds).substr(1);
  return std::string{text.data(), length} + "." + fraction + "Z";
}

void append_quoted(std::string& out, std::string_view safe) {
  out += '"';
  for (const char c : safe) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

bool needs_quotes(std::string_view safe) { return safe.empty() || safe.find_first_of(" =\"\\") != std::string_view::npos; }

class Writer {
 public:
  explicit Writer(Format format) : json_{format == Format::kJson} {
    if (json_) out_ += '{';
  }

  void add(const Field& field) {
    if (!first_) out_ += json_ ? ',' : ' ';
    first_ = false;
    if (json_) {
      append_quoted(out_, field.key());
      out_ += ':';
    } else {
      out_ += field.key();
      out_ += '=';
    }
    if (!field.quotable()) {
      out_ += field.text();
      return;
    }
    const std::string safe = safe_text(field.text(), kMaxValueBytes);
    if (json_ || needs_quotes(safe)) {
      append_quoted(out_, safe);
    } else {
      out_ += safe;
    }
  }

  [[nodiscard]] std::string take() && {
    if (json_) out_ += '}';
    return std::move(out_);
  }

 private:
  bool json_;
  bool first_{true};
  std::string out_;
};

}  // namespace

Field::Field(std::string_view key, double value) : key_{key} {
  std::array<char, 32> text{};
  text_.assign(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
  quotable_ = text_.find_first_not_of("0123456789.+-e") != std::string::npos;  // JSON has no number for "inf" and "nan"
}

std::string_view level_name(Level level) {
  constexpr std::array<std::string_view, 4> kNames{"debug", "info", "warn", "error"};
  return kNames[static_cast<std::size_t>(level)];
}

std::string render_line(Format format, std::chrono::system_clock::time_point time, Level level, std::string_view event, Fields fields,
                        std::uint64_t suppressed) {
  Writer writer{format};
  writer.add({"ts", timestamp(time)});
  writer.add({"level", level_name(level)});
  writer.add({"event", event});
  for (const Field& field : fields) writer.add(field);
  if (suppressed > 0) writer.add({"suppressed", suppressed});
  return std::move(writer).take();
}

}  // namespace procledger::log
