// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/smaps_rollup.hpp"

#include <limits>
#include <string>

#include "host/procfs/file.hpp"

namespace procledger::procfs {
namespace {

/// Parses the text after the name of a value: "<number> kB".
std::optional<std::uint64_t> to_bytes(std::string_view text) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max() / 1024;
  const auto kilobytes = to_number<std::uint64_t>(take_word(text));
  if (!kilobytes || *kilobytes > kMax || take_word(text) != "kB") return std::nullopt;
  return *kilobytes * 1024;
}

}  // namespace

Result<ProportionalMemory> parse_smaps_rollup(std::string_view text) {
  std::optional<std::uint64_t> pss_bytes;
  std::optional<std::uint64_t> swap_pss_bytes;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view name = take_word(line);
    if (name != "Pss:" && name != "SwapPss:") continue;
    const auto bytes = to_bytes(line);
    if (!bytes)
      return fail(ErrorKind::kMalformed, "a smaps_rollup file with a line \"" + std::string{name} + "\" that has no number of kB");
    (name == "Pss:" ? pss_bytes : swap_pss_bytes) = bytes;
  }
  if (!pss_bytes) return fail(ErrorKind::kMalformed, "a smaps_rollup file without a line \"Pss: <number> kB\"");
  return ProportionalMemory{*pss_bytes, swap_pss_bytes};
}

Result<std::optional<ProportionalMemory>> read_proportional_memory(const ProcessDir& process) {
  const auto text = process.read("smaps_rollup");
  if (!text) {
    // For a kernel thread the open succeeds and the read fails with ESRCH.
    const ErrorKind kind = text.error().kind;
    if (kind == ErrorKind::kGone || kind == ErrorKind::kPermission) return std::optional<ProportionalMemory>{};
    return tl::unexpected{text.error()};
  }
  if (text->empty()) return std::optional<ProportionalMemory>{};
  return parse_smaps_rollup(*text).map([](const ProportionalMemory& memory) { return std::optional{memory}; });
}

}  // namespace procledger::procfs
