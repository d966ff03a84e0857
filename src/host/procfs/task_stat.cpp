// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/task_stat.hpp"

#include <array>

#include "host/procfs/file.hpp"

namespace procledger::procfs {
namespace {

// Fields are numbered as in proc(5). kFirst is the first one after the comm and the state.
constexpr std::size_t kFirst = 4;
constexpr std::size_t kLast = 22;
using Fields = std::array<std::uint64_t, kLast + 1>;

constexpr std::uint64_t kKernelThread = 0x00200000;  // include/linux/sched.h: PF_KTHREAD

// Some unused fields may be negative.
bool read_fields(std::string_view rest, Fields& fields) {
  for (std::size_t field = kFirst; field <= kLast; ++field) {
    std::string_view word = take_word(rest);
    const bool negative = word.starts_with('-');
    if (negative) word.remove_prefix(1);
    const auto number = to_number<std::uint64_t>(word);
    if (!number) return false;
    fields[field] = negative ? 0 : *number;
  }
  return true;
}

}  // namespace

Result<TaskStat> parse_task_stat(std::string_view text, std::uint64_t user_hz) {
  const std::size_t comm = text.find('(');
  const std::size_t comm_end = text.rfind(')');
  if (comm == std::string_view::npos || comm_end == std::string_view::npos || comm_end < comm) {
    return fail(ErrorKind::kMalformed, "a stat file without a comm in parentheses");
  }
  std::string_view rest = text.substr(comm_end + 1);
  const std::string_view state = take_word(rest);
  Fields fields{};
  if (state.size() != 1 || !read_fields(rest, fields)) return fail(ErrorKind::kMalformed, "a stat file with too few numbers");
  const std::uint64_t tick_ns = 1'000'000'000 / user_hz;
  return TaskStat{.comm = text.substr(comm + 1, comm_end - comm - 1),
                  .state = state.front(),
                  .kernel_thread = (fields[9] & kKernelThread) != 0,
                  .ppid = static_cast<std::uint32_t>(fields[4]),
                  .threads = static_cast<std::uint32_t>(fields[20]),
                  .minor_faults = fields[10],
                  .major_faults = fields[12],
                  .children_minor_faults = fields[11],
                  .children_major_faults = fields[13],
                  .user_ns = fields[14] * tick_ns,
                  .system_ns = fields[15] * tick_ns,
                  .children_user_ns = fields[16] * tick_ns,
                  .children_system_ns = fields[17] * tick_ns,
                  .start_boottime_ns = fields[22] * tick_ns};
}

Result<Schedstat> parse_schedstat(std::string_view text) {
  const auto run = to_number<std::uint64_t>(take_word(text));
  const auto wait = to_number<std::uint64_t>(take_word(text));
  const auto slices = to_number<std::uint64_t>(take_word(text));
  if (!run || !wait || !slices) return fail(ErrorKind::kMalformed, "a schedstat file that does not begin with three numbers");
  return Schedstat{.run_ns = *run, .wait_ns = *wait, .slices = *slices};
}

}  // namespace procledger::procfs
