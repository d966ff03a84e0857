// SPDX-License-Identifier: Apache-2.0
// A host with something on it for every query: two pods and a host's own programs, some of which behave badly; a daemon that is told to
// show everything, one that speaks process-exporter's language, and a Prometheus with our rules and alerts that scrapes both.
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

  /// Starts everything. @error any: what did not come up; what did goes with the object
  Result<void> set();

  [[nodiscard]] const PrometheusServer& prometheus() const { return *prometheus_; }
  [[nodiscard]] ConfiguredDaemon& daemon() { return daemon_; }

  /// CPUs that the pods have used since they are there, by the kernel's count of their cgroups.
  [[nodiscard]] double pod_cpus() const;

  /// Runs a program that nobody has run before under this name, so often, and waits for each.
  Result<void> run_short_lived(const std::string& name, std::size_t times);

 private:
  Result<void> start_daemons_and_prometheus();
  Result<void> start_prometheus(const Address& compat);
  Result<void> start_pods();
  Result<void> start_host_programs();
  Result<void> start_hoard(const CpuCgroup& cgroup);

  /// A program of the workload under another name, to be run by its path.
  [[nodiscard]] std::string link(const std::string& name, const std::string& program) const;
  /// Starts what is there until the end, in a cgroup with all that it starts.
  Result<void> start(const CpuCgroup& cgroup, std::vector<std::string> argv);
  /// As a program that does these steps (tests/testprogs/act.c).
  Result<void> act(const CpuCgroup& cgroup, const std::string& name, const std::string& steps);

  TempDir files_;
  std::string cgroup_name_;
  std::optional<CpuCgroup> host_;  // kills its members when it goes, as pods do
  std::optional<PodCgroups> shop_;
  std::optional<PodCgroups> system_;
  std::uint64_t pods_began_ns_{};
  std::vector<Child> children_;
  ConfiguredDaemon daemon_;
  std::optional<DaemonProcess> compat_;
  std::optional<PrometheusServer> prometheus_;
};

}  // namespace procledger::test
