// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/wait_channels.hpp"

#include "base/text.hpp"

namespace procledger::procfs {

void add_wait_channel(WaitChannels& channels, const std::string& function, std::uint64_t threads) {
  const bool fits = channels.contains(function) || channels.size() < kMaxWaitChannels;
  channels[fits ? function : "(other)"] += threads;
}

std::optional<std::string> parse_wait_channel(std::string_view text) {
  constexpr std::size_t kMaxBytes = 127;  // include/linux/kallsyms.h: KSYM_NAME_LEN before Rust support
  const std::string_view function = take_word(text);
  if (function.empty() || function == "0") return std::nullopt;
  return safe_text(function, kMaxBytes);
}

Result<WaitChannels> read_wait_channels(const ProcessDir& process, const GoOn& go_on) {
  constexpr std::uint32_t kThreadsPerCheck = 64;
  const std::string& tasks = process.tasks();
  const auto entries = process.list(tasks);
  if (!entries) return tl::unexpected{entries.error()};
  WaitChannels channels;
  std::uint32_t count = 0;
  while (const dirent* entry = ::readdir(entries->get())) {
    if (++count % kThreadsPerCheck == 0 && !go_on()) break;
    const std::string_view tid{entry->d_name};
    if (!to_number<std::uint32_t>(tid)) continue;
    const auto text = process.read(tasks + "/" + std::string{tid} + "/wchan");
    if (!text && text.error().kind != ErrorKind::kGone) return tl::unexpected{text.error()};
    const auto function = text ? parse_wait_channel(*text) : std::nullopt;  // a thread may exit meanwhile
    if (function) add_wait_channel(channels, *function, 1);
  }
  return channels;
}

}  // namespace procledger::procfs
