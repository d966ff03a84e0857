// SPDX-License-Identifier: Apache-2.0
#include "support/daemon_process.hpp"

#include <csignal>
#include <cstdlib>

#include "support/clocks.hpp"
#include "support/files.hpp"

namespace procledger::test {
namespace {

// Only from a complete line: the daemon may be writing the line.
std::optional<Address> listening_address(const std::string& log) {
  for (std::size_t at = 0, end = 0; (end = log.find('\n', at)) != std::string::npos; at = end + 1) {
    const std::string line = log.substr(at, end - at);
    if (line.find("event=listening") == std::string::npos) continue;
    for (const std::string& word : words(line, " ")) {
      if (!word.starts_with("address=")) continue;
      if (auto address = Address::parse(words(word.substr(8), "\"").at(0))) return *address;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string procledger_binary() { return PROCLEDGER_BINARY; }

Result<DaemonProcess> DaemonProcess::start(const DaemonOptions& options) {
  std::vector<std::string> argv = options.run_by;
  argv.insert(argv.end(), {options.binary, "serve", "--web.listen-address=" + options.listen});
  argv.insert(argv.end(), options.flags.begin(), options.flags.end());
  auto child = Child::spawn({.argv = std::move(argv), .cgroup_procs = {}, .cpu = options.cpu, .inherit = {}});
  if (!child) return tl::unexpected{child.error()};
  std::optional<Address> address;
  bool ended = false;
  const bool ready = eventually(kHangDeadline, [&] {
    ended = child->wait(std::chrono::milliseconds{0}).has_value();
    if (!address) address = listening_address(child->err());
    if (!address || ended) return ended;
    const auto answer = HttpClient{*address}.get("/-/ready");
    return answer && answer->status == 200;
  });
  if (!ready || ended) return fail(ErrorKind::kIo, "the daemon did not become ready; its log:\n" + child->err());
  return DaemonProcess{std::move(*child), std::move(*address)};
}

Result<std::string> DaemonProcess::page() const {
  auto response = HttpClient{address_}.get("/metrics");
  if (!response) return tl::unexpected{response.error()};
  if (response->status != 200) return fail(ErrorKind::kIo, "status " + std::to_string(response->status) + ": " + response->body);
  return std::move(response->body);
}

Result<Exposition> DaemonProcess::scrape() const {
  const auto text = page();
  if (!text) return tl::unexpected{text.error()};
  return Exposition::parse(*text);
}

std::uint64_t DaemonProcess::resident_bytes() const {
  for (const std::string& line : words(read_file("/proc/" + std::to_string(pid()) + "/status").value_or(""), "\n")) {
    if (line.starts_with("VmRSS:")) return std::strtoull(line.c_str() + 6, nullptr, 10) * 1024;
  }
  return 0;
}

std::optional<Outcome> DaemonProcess::stop(std::chrono::milliseconds deadline) {
  child_.send(SIGTERM);
  return child_.wait(deadline);
}

}  // namespace procledger::test
