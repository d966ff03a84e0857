// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/cpu_times.hpp"

#include <array>

#include "host/procfs/file.hpp"

namespace procledger::procfs {

Result<CpuTimes> parse_cpu_times(std::string_view text, std::uint64_t user_hz) {
  // cpu  user nice system idle iowait irq softirq steal guest guest_nice
  std::string_view line = take_until(text, '\n');
  std::array<std::uint64_t, 8> ticks{};
  bool good = take_word(line) == "cpu";
  for (auto& value : ticks) {
    const auto number = to_number<std::uint64_t>(take_word(line));
    good = good && number.has_value();
    value = number.value_or(0);
  }
  if (!good) return fail(ErrorKind::kMalformed, "/proc/stat has no line \"cpu\" with eight numbers");
  const std::uint64_t tick_ns = 1'000'000'000 / user_hz;
  return CpuTimes{.idle_ns = (ticks[3] + ticks[4]) * tick_ns,
                  .irq_ns = ticks[5] * tick_ns,
                  .softirq_ns = ticks[6] * tick_ns,
                  .steal_ns = ticks[7] * tick_ns};
}

}  // namespace procledger::procfs
