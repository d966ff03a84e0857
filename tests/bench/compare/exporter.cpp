// SPDX-License-Identifier: Apache-2.0
#include "compare/exporter.hpp"

#include <chrono>
#include <cstdlib>
#include <optional>
#include <thread>

#include "support/clocks.hpp"
#include "support/files.hpp"

namespace procledger::bench {
Result<Exporter> Exporter::start(std::vector<std::string> argv, const std::string& address_flag, const std::string& ready_path) {
  const auto port = test::free_port();
  if (!port) return tl::unexpected{port.error()};
  const std::string name = argv.front();
  test::Address address{.host = "127.0.0.1", .port = *port};
  argv.push_back(address_flag + "=" + address.text());
  auto child = test::Child::spawn({.argv = std::move(argv), .cgroup_procs = {}, .cpu = {}, .inherit = {}});
  if (!child) return tl::unexpected{child.error()};
  std::optional<test::Outcome> ended;
  bool ready = false;
  static_cast<void>(test::eventually(std::chrono::seconds{20}, [&] {
    ended = child->wait(std::chrono::milliseconds{0});
    const auto answer = test::HttpClient{address}.get(ready_path);
    ready = answer && answer->status == 200;
    return ready || ended;
  }));
  if (ended) return fail(ErrorKind::kIo, name + " ended with status " + std::to_string(ended->exit_code()) + "; its output: " + ended->err);
  if (!ready) return fail(ErrorKind::kIo, name + " did not become ready; its output: " + child->err());
  return Exporter{std::move(*child), std::move(address)};
}

Result<Exporter> Exporter::procledger(const std::string& binary) {
  return start({binary, "serve", "--source=bpf"}, "--web.listen-address", "/-/ready");
}

Result<Exporter> Exporter::process_exporter(const std::string& config_file, const std::vector<std::string>& flags) {
  std::vector<std::string> argv{"prometheus-process-exporter", "-config.path=" + config_file};
  argv.insert(argv.end(), flags.begin(), flags.end());
  return start(std::move(argv), "-web.listen-address", "/");
}

Result<test::Exposition> Exporter::page() const {
  const auto answer = test::HttpClient{address_}.get("/metrics");
  if (!answer) return tl::unexpected{answer.error()};
  return test::Exposition::parse(answer->body);
}

// The clock of another process is up to a tick behind while that process runs, and a collector may still work after its answer.
std::uint64_t Exporter::cpu_ns() const {
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  return test::process_cpu_ns(child_.pid()).value_or(0);
}

double Exporter::resident_mib() const {
  for (const std::string& line : test::words(test::read_file("/proc/" + std::to_string(child_.pid()) + "/status").value_or(""), "\n")) {
    if (line.starts_with("VmRSS:")) return static_cast<double>(std::strtoull(line.c_str() + 6, nullptr, 10)) / 1024;
  }
  return 0;
}

Result<std::array<Exporter, 2>> start_pair(const std::array<std::string, 2>& programs) {
  auto first = Exporter::procledger(programs[0]);
  if (!first) return tl::unexpected{first.error()};
  auto second = Exporter::procledger(programs[1]);
  if (!second) return tl::unexpected{second.error()};
  return std::array<Exporter, 2>{std::move(*first), std::move(*second)};
}

}  // namespace procledger::bench
