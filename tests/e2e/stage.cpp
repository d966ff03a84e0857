// SPDX-License-Identifier: Apache-2.0
#include "e2e/stage.hpp"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <regex>

#include "support/clocks.hpp"

namespace procledger::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kGroups = R"(
groups:
  - {name: ceph-osd, match: {comm: ceph-osd}, threads: tid, processes: true}
  - {name: postgres, match: {comm: postgres}, threads: name, processes: true}
  - {name: "{{.Comm}}", labels: {owner: "{{.Username}}"}}
)";
constexpr const char* kCompatConfig = "process_names:\n  - name: \"{{.Comm}}\"\n    cmdline: ['.+']\n";

const PodNames kShop{"shop", "front-7d9f", "web", "0b1c2d3e-1111-4222-8333-0123456789ad", std::string(63, 'c') + "1"};
const PodNames kSystem{"kube-system", "dns-x2x4z", "resolver", "0b1c2d3e-1111-4222-8333-0123456789ae", std::string(63, 'd') + "2"};

/// Copies a file with rules. The waiting time of alerts becomes 10 s, because the test has two minutes.
Result<void> copy_rules(const std::string& name, const fs::path& to) {
  const auto text = read_file(fs::path{PROCLEDGER_TEST_SOURCE_DIR} / "../docs/deploy/prometheus" / name);
  if (!text) return tl::unexpected{text.error()};
  return write_file(to / name, std::regex_replace(*text, std::regex{"for: [0-9]+m"}, "for: 10s"));
}

}  // namespace

Stage::Stage() : cgroup_name_{"procledger-e2e-" + std::to_string(getpid())} {}

Result<void> Stage::set() {
  make_log_folders(files_.path() / "log");
  fs::permissions(files_.path(), fs::perms{0755});  // other users run programs in this folder
  return start_daemons_and_prometheus().and_then([this] { return start_pods(); }).and_then([this] { return start_host_programs(); });
}

Result<void> Stage::start_daemons_and_prometheus() {
  if (auto started = daemon_.start(std::string{kGroups} + kByPod, {"--memory.pss", "--sockets", "--slow.interval=5s",
                                                                   "--path.podlogs=" + (files_.path() / "log").string()});
      !started) {
    return started;
  }
  const std::string config = files_.path() / "all.yaml";
  if (auto written = write_file(config, kCompatConfig); !written) return written;
  auto compat = DaemonProcess::start({.flags = {"--compat=process-exporter", "--config.path=" + config}});
  if (!compat) return tl::unexpected{compat.error()};
  const Address compat_address = compat->address();
  compat_.emplace(std::move(*compat));
  return start_prometheus(compat_address);
}

Result<void> Stage::start_prometheus(const Address& compat) {
  for (const char* name : {"procledger.rules.yml", "procledger.alerts.yml"}) {
    if (auto copied = copy_rules(name, files_.path()); !copied) return copied;
  }
  const auto nobody = free_port();
  if (!nobody) return tl::unexpected{nobody.error()};
  const auto job = [](const std::string& name, const Address& target) {
    return "  - {job_name: " + name + ", honor_labels: true, static_configs: [{targets: ['" + target.text() + "']}]}\n";
  };
  auto server = PrometheusServer::start_with("global: {scrape_interval: 5s, scrape_timeout: 5s, evaluation_interval: 5s}\nrule_files: ['" +
                                             (files_.path() / "*.yml").string() + "']\nscrape_configs:\n" +
                                             job("procledger", daemon_.daemon().address()) + job("process-exporter", compat) +
                                             job("procledger-gone", {"127.0.0.1", *nobody}));
  if (!server) return tl::unexpected{server.error()};
  prometheus_.emplace(std::move(*server));
  return {};
}

Result<void> Stage::start_pods() {
  for (const PodNames& names : {kShop, kSystem}) {
    if (auto made = make_pod_logs(files_.path() / "log", names); !made) return made;
  }
  shop_.emplace(cgroup_name_ + "-shop", kShop);
  system_.emplace(cgroup_name_ + "-system", kSystem);
  if (!shop_->complete() || !system_->complete()) return fail(ErrorKind::kIo, "the cgroups of pods cannot be made");
  pods_began_ns_ = monotonic_ns();
  return act(shop_->container(), "web", "times 100000 { burn 10000 sleep 90000 }").and_then([this] {
    return act(system_->container(), "resolver", "times 100000 { burn 5000 sleep 95000 }");
  });
}

Result<void> Stage::start_host_programs() {
  auto cgroup = CpuCgroup::create(cgroup_name_);
  if (!cgroup) return tl::unexpected{cgroup.error()};
  host_.emplace(std::move(*cgroup));
  const std::string passing = link("true", "true");
  const std::string server = link("server", "act");
  return act(*host_, "ceph-osd",
             "thread tp_osd_tp { times 100000 { burn 20000 sleep 80000 } } thread rocksdb:low { times 100000 { burn "
             "2000 sleep 98000 } } join")
      .and_then([this] { return act(*host_, "postgres", "user 33 thread checkpointer { times 100000 { burn 2000 sleep 98000 } } join"); })
      .and_then([&] { return act(*host_, "make", "times 10000000 { fork { exec " + passing + " } join }"); })
      .and_then([&] { return act(*host_, "runsv", "times 10000000 { fork { exec " + server + " exit 3 } join sleep 500000 }"); })
      .and_then([this] { return act(*host_, "nightly", "burn 100000 sleep 30000000 burn 100000"); })
      .and_then([this] { return start(*host_, {"prlimit", "--nofile=110:110", link("proxy", "holder"), "0", "0", "0", "-", "100", "1"}); })
      .and_then([this] { return start_hoard(*host_); });
}

Result<void> Stage::start_hoard(const CpuCgroup& cgroup) {
  if (auto started = start(cgroup, {link("app", "hoard"), "60", "3600000", link("worker", "true")}); !started) return started;
  const bool dead = eventually(kHangDeadline, [this] {
    children_.back().send(SIGCONT);  // the process stops once, possibly after this signal
    return children_.back().out() == "dead\n";
  });
  return dead ? Result<void>{} : Result<void>{fail(ErrorKind::kIo, "no zombies: " + children_.back().err())};
}

double Stage::pod_cpus() const {
  const std::uint64_t used = shop_->container().usage_ns() + system_->container().usage_ns();
  return static_cast<double>(used) / static_cast<double>(monotonic_ns() - pods_began_ns_);
}

Result<void> Stage::run_short_lived(const std::string& name, std::size_t times) {
  const std::string program = link(name, "true");
  for (std::size_t i = 0; i < times; ++i) {
    if (const auto ran = run_command({program}); !ran) return tl::unexpected{ran.error()};
  }
  return {};
}

std::string Stage::link(const std::string& name, const std::string& program) const {
  const fs::path path = files_.path() / name;
  std::error_code exists_already;
  fs::copy_file(fs::path{PROCLEDGER_TESTPROGS} / program, path, exists_already);
  return path.string();
}

Result<void> Stage::start(const CpuCgroup& cgroup, std::vector<std::string> argv) {
  auto child = Child::spawn({.argv = std::move(argv), .cgroup_procs = cgroup.procs_file(), .cpu = {}, .inherit = {}});
  if (!child) return tl::unexpected{child.error()};
  children_.push_back(std::move(*child));
  return {};
}

Result<void> Stage::act(const CpuCgroup& cgroup, const std::string& name, const std::string& steps) {
  std::vector<std::string> argv = words(steps, " ");
  argv.insert(argv.begin(), link(name, "act"));
  return start(cgroup, std::move(argv));
}

}  // namespace procledger::test
