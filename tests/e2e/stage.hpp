// SPDX-License-Identifier: Apache-2.0
// A host with data for every query: two pods and programs of the host, some of which behave badly; a daemon with all series, a daemon with
// --compat=process-exporter, and a Prometheus with the shipped rules and alerts that scrapes both.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/child.hpp"
#include "support/configured_daemon.hpp"
#include "support/files.hpp"
#include "support/pod.hpp"
#include "support/prometheus_server.hpp"

namespace procledger::test {

class Stage {
 public:
  Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// Starts all parts. @error any: a part did not start. Started parts end with the object.
  Result<void> set();

  [[nodiscard]] const PrometheusServer& prometheus() const { return *prometheus_; }
  [[nodiscard]] ConfiguredDaemon& daemon() { return daemon_; }

  /// Mean CPUs in use by the pods since their start, by the kernel's count of their cgroups.
  [[nodiscard]] double pod_cpus() const;

  /// Runs a program under a new name `times` times, and waits for each process.
  Result<void> run_short_lived(const std::string& name, std::size_t times);

 private:
  Result<void> start_daemons_and_prometheus();
  Result<void> start_prometheus(const Address& compat);
  Result<void> start_pods();
  Result<void> start_host_programs();
  Result<void> start_hoard(const CpuCgroup& cgroup);

  /// The path of a test program under another name.
  [[nodiscard]] std::string link(const std::string& name, const std::string& program) const;
  /// Starts a program that runs until the end of the test, in a cgroup with all its descendants.
  Result<void> start(const CpuCgroup& cgroup, std::vector<std::string> argv);
  /// Starts a program that runs these steps (tests/testprogs/act.c).
  Result<void> act(const CpuCgroup& cgroup, const std::string& name, const std::string& steps);

  TempDir files_;
  std::string cgroup_name_;
  std::optional<CpuCgroup> host_;  // its destructor kills its members, like those of pods
  std::optional<PodCgroups> shop_;
  std::optional<PodCgroups> system_;
  std::uint64_t pods_began_ns_{};
  std::vector<Child> children_;
  ConfiguredDaemon daemon_;
  std::optional<DaemonProcess> compat_;
  std::optional<PrometheusServer> prometheus_;
};

}  // namespace procledger::test
