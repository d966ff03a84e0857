// SPDX-License-Identifier: Apache-2.0
// A pod as kubelet and a container runtime show it to a host: cgroups named after uid and container id, folders of logs named after the
// rest.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "support/cpu_cgroup.hpp"

namespace procledger::test {

/// Of a pod and its one container.
struct PodNames {
  std::string namespace_;
  std::string pod;
  std::string container;
  std::string uid;
  std::string id;  ///< the container's, 64 hexadecimal digits
};

/// A configuration, or the end of one: series by pod, and which of them are infrastructure.
inline constexpr const char* kByPod = R"(
containers:
  labels: [namespace, pod, container]
  class:
    infrastructure: ["openshift-*", "kube-*"]
    workload: ["*"]
)";

/// The cgroups of one container and of all that it lies in.
class PodCgroups {
 public:
  /// Creates them from `parent` on, which is not there yet.
  PodCgroups(const std::string& parent, const PodNames& names);
  PodCgroups(const PodCgroups&) = delete;
  PodCgroups& operator=(const PodCgroups&) = delete;
  ~PodCgroups();

  [[nodiscard]] bool complete() const { return levels_.size() == 5; }
  [[nodiscard]] const CpuCgroup& container() const { return levels_.back(); }
  /// All but the outermost, which keeps the account of what was used below.
  void remove_pod();
  [[nodiscard]] const CpuCgroup& all() const { return levels_.front(); }

 private:
  std::vector<CpuCgroup> levels_;
};

/// The folders that a node has before its first pod.
void make_log_folders(const std::filesystem::path& logs);

/// @param logs  what the daemon is told as --path.podlogs
/// @error kIo: they cannot be made
Result<void> make_pod_logs(const std::filesystem::path& logs, const PodNames& names);
void remove_pod_logs(const std::filesystem::path& logs, const PodNames& names);

}  // namespace procledger::test
