// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/reading.hpp"

namespace procledger::stats {
namespace {

std::uint64_t rest(std::uint64_t now, std::uint64_t less) { return now > less ? now - less : 0; }

}  // namespace

Io& Io::operator+=(const Io& more) {
  read_calls += more.read_calls;
  write_calls += more.write_calls;
  read_bytes += more.read_bytes;
  written_bytes += more.written_bytes;
  return *this;
}

Switches& Switches::operator+=(const Switches& more) {
  voluntary += more.voluntary;
  involuntary += more.involuntary;
  return *this;
}

Io beyond(const Io& now, const Io& less) {
  return {.read_calls = rest(now.read_calls, less.read_calls),
          .write_calls = rest(now.write_calls, less.write_calls),
          .read_bytes = rest(now.read_bytes, less.read_bytes),
          .written_bytes = rest(now.written_bytes, less.written_bytes)};
}

Switches beyond(const Switches& now, const Switches& less) {
  return {.voluntary = rest(now.voluntary, less.voluntary), .involuntary = rest(now.involuntary, less.involuntary)};
}

}  // namespace procledger::stats
