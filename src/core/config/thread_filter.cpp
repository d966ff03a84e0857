// SPDX-License-Identifier: Apache-2.0
#include "core/config/thread_filter.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

#include "core/config/pid_limit.hpp"

namespace procledger::config {
namespace {

constexpr std::size_t kCommBytes = 15;  // TASK_COMM_LEN less the NUL

std::string_view without_spaces(std::string_view word) {
  const auto first = word.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return word.substr(first, word.find_last_not_of(' ') - first + 1);
}

}  // namespace

Result<void> add_to(rules::ThreadFilter& filter, std::string_view word) {
  if (word.empty()) return fail(ErrorKind::kUsage, "a word of it is empty");
  const bool number = std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
  if (!number) {
    filter.comm.emplace_back(word.substr(0, kCommBytes));  // all that the kernel keeps of it
    return {};
  }
  std::uint32_t pid = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), pid);
  if (error != std::errc{} || pid == 0 || pid > kMaxPid) {
    return fail(ErrorKind::kUsage, std::string{word} + " is no process number: they go from 1 to " + std::to_string(kMaxPid));
  }
  filter.pid.push_back(pid);
  return {};
}

Result<rules::ThreadFilter> parse_thread_filter(std::string_view list) {
  rules::ThreadFilter filter;
  for (bool more = true; more;) {
    const auto comma = list.find(',');
    more = comma != std::string_view::npos;
    if (auto taken = add_to(filter, without_spaces(list.substr(0, comma))); !taken) return tl::unexpected{taken.error()};
    if (more) list.remove_prefix(comma + 1);
  }
  return filter;
}

}  // namespace procledger::config
