// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/task_status.hpp"

#include <array>
#include <csignal>
#include <tuple>

#include "host/procfs/file.hpp"

namespace procledger::procfs {
namespace {

std::uint64_t number_of(std::string_view line) { return to_number<std::uint64_t>(take_word(line)).value_or(0); }

std::optional<std::uint32_t> second_number_of(std::string_view line) {
  std::ignore = take_word(line);
  return to_number<std::uint32_t>(take_word(line));
}

// The mask has sixteen hexadecimal digits, with signal 1 in the lowest bit.
bool has_signal(std::string_view line, int signal) {
  const std::string_view word = take_word(line);
  std::uint64_t mask{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), mask, 16);
  return error == std::errc{} && end == word.data() + word.size() && (mask >> (signal - 1) & 1) != 0;
}

// Stores the value of a line of memory. Returns false if the name is none of memory.
bool take_memory(std::string_view name, std::string_view value, MemoryStatus& memory) {
  constexpr std::uint64_t kUnit = 1024;
  std::uint64_t* field = nullptr;
  if (name == "VmSize") field = &memory.mapped;
  if (name == "VmHWM") field = &memory.peak;
  if (name == "RssAnon") field = &memory.anonymous;
  if (name == "RssFile") field = &memory.file;
  if (name == "RssShmem") field = &memory.shared;
  if (name == "VmSwap") field = &memory.swapped;
  if (name == "HugetlbPages") field = &memory.huge_pages;
  if (field == nullptr) return false;
  *field = number_of(value) * kUnit;
  return true;
}

}  // namespace

Result<TaskStatus> parse_task_status(std::string_view text) {
  TaskStatus status;
  MemoryStatus memory;
  std::optional<std::uint32_t> uid;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view name = take_until(line, ':');
    if (name == "Uid") {
      uid = second_number_of(line);
    } else if (name == "SigIgn") {
      status.ignores_children = has_signal(line, SIGCHLD);
    } else if (name == "voluntary_ctxt_switches") {
      status.voluntary_switches = number_of(line);
    } else if (name == "nonvoluntary_ctxt_switches") {
      status.involuntary_switches = number_of(line);
    } else if ((name.starts_with("Vm") || name.starts_with("Rss") || name.starts_with("Huge")) && take_memory(name, line, memory)) {
      status.memory = memory;
    }
  }
  if (!uid) return fail(ErrorKind::kMalformed, "a status file without \"Uid\"");
  status.effective_uid = *uid;
  return status;
}

Result<TaskIo> parse_task_io(std::string_view text) {
  TaskIo io;
  int found = 0;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view name = take_until(line, ':');
    std::uint64_t* field = nullptr;
    if (name == "rchar") field = &io.call_read_bytes;
    if (name == "wchar") field = &io.call_written_bytes;
    if (name == "syscr") field = &io.call_reads;
    if (name == "syscw") field = &io.call_writes;
    if (name == "read_bytes") field = &io.storage_read_bytes;
    if (name == "write_bytes") field = &io.storage_written_bytes;
    if (name == "cancelled_write_bytes") field = &io.storage_cancelled_bytes;
    if (field == nullptr) continue;
    *field = number_of(line);
    ++found;
  }
  if (found != 7) return fail(ErrorKind::kMalformed, "an io file without its seven numbers");
  return io;
}

Result<MemoryParts> parse_memory_parts(std::string_view text, std::uint64_t page_bytes) {
  std::array<std::uint64_t, 6> pages{};  // size resident shared text lib data
  for (std::uint64_t& each : pages) {
    const auto number = to_number<std::uint64_t>(take_word(text));
    if (!number) return fail(ErrorKind::kMalformed, "a statm file that does not begin with six numbers");
    each = *number;
  }
  return MemoryParts{.mapped = pages[0] * page_bytes,
                     .resident = pages[1] * page_bytes,
                     .shared = pages[2] * page_bytes,
                     .text = pages[3] * page_bytes,
                     .data = pages[5] * page_bytes};
}

}  // namespace procledger::procfs
