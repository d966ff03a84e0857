// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/own_process.hpp"

#include <tuple>

#include "host/procfs/file.hpp"

namespace procledger::procfs {

Result<StatTimes> parse_stat_times(std::string_view text, std::uint64_t user_hz) {
  const std::size_t comm_end = text.rfind(')');
  if (comm_end == std::string_view::npos) return fail(ErrorKind::kMalformed, "a stat file without a comm in parentheses");
  std::string_view rest = text.substr(comm_end + 1);
  const std::string_view state = take_word(rest);
  for (int field = 4; field < 14; ++field) std::ignore = take_word(rest);  // numbered as in proc(5)
  const auto user = to_number<std::uint64_t>(take_word(rest));
  const auto system = to_number<std::uint64_t>(take_word(rest));
  for (int field = 16; field < 22; ++field) std::ignore = take_word(rest);
  const auto start = to_number<std::uint64_t>(take_word(rest));
  if (!user || !system || !start) return fail(ErrorKind::kMalformed, "a stat file without utime, stime and starttime");
  const std::uint64_t tick_ns = 1'000'000'000 / user_hz;
  return StatTimes{.cpu_ns = (*user + *system) * tick_ns, .start_boottime_ns = *start * tick_ns, .state = state.front()};
}

Result<MemorySizes> parse_statm(std::string_view text, std::uint64_t page_bytes) {
  const auto total = to_number<std::uint64_t>(take_word(text));
  const auto resident = to_number<std::uint64_t>(take_word(text));
  if (!total || !resident) return fail(ErrorKind::kMalformed, "a statm file that does not begin with two numbers");
  return MemorySizes{.virtual_bytes = *total * page_bytes, .resident_bytes = *resident * page_bytes};
}

Result<std::optional<std::uint64_t>> parse_max_fds(std::string_view text) {
  constexpr std::string_view kName = "Max open files";
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    if (!line.starts_with(kName)) continue;
    line.remove_prefix(kName.size());
    const std::string_view soft = take_word(line);
    if (soft == "unlimited") return std::optional<std::uint64_t>{};
    if (const auto number = to_number<std::uint64_t>(soft)) return number;
    break;
  }
  return fail(ErrorKind::kMalformed, "a limits file without \"Max open files\"");
}

}  // namespace procledger::procfs
