// SPDX-License-Identifier: Apache-2.0
#include "support/process_exporter.hpp"

#include <chrono>
#include <thread>

#include "support/clocks.hpp"

namespace procledger::test {

Result<ProcessExporter> ProcessExporter::start(const std::vector<std::string>& flags) {
  const auto port = free_port();
  if (!port) return tl::unexpected{port.error()};
  Address address{.host = "127.0.0.1", .port = *port};
  std::vector<std::string> argv{"prometheus-process-exporter", "-web.listen-address=" + address.text()};
  argv.insert(argv.end(), flags.begin(), flags.end());
  auto child = Child::spawn({.argv = std::move(argv), .cgroup_procs = {}, .cpu = {}, .inherit = {}});
  if (!child) return tl::unexpected{child.error()};
  const bool ready = eventually(kHangDeadline, [&] {
    const auto answer = HttpClient{address}.get("/metrics");
    return answer && answer->status == 200;
  });
  if (!ready) return fail(ErrorKind::kIo, "process-exporter did not become ready; its log:\n" + child->err());
  // process-exporter rounds start times to seconds of boot time, and a process that seems older than its first scan gets a baseline.
  std::this_thread::sleep_for(std::chrono::seconds{2});
  return ProcessExporter{std::move(*child), std::move(address)};
}

Result<Exposition> ProcessExporter::scrape() const {
  const auto answer = HttpClient{address_}.get("/metrics");
  if (!answer) return tl::unexpected{answer.error()};
  return Exposition::parse(answer->body);
}

}  // namespace procledger::test
