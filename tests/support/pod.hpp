// SPDX-License-Identifier: Apache-2.0
// A pod as kubelet and a container runtime show it to a host: cgroups whose names contain the uid and the container id, and folders of logs
// whose names contain the namespace, the pod and the container.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "support/cpu_cgroup.hpp"

namespace procledger::test {

/// The names of a pod and its only container.
struct PodNames {
  std::string namespace_;
  std::string pod;
  std::string container;
  std::string uid;
  std::string id;  ///< of the container, 64 hexadecimal digits
};

/// A configuration, or its last part: series by pod, and the namespaces that are infrastructure.
inline constexpr const char* kByPod = R"(
containers:
  labels: [namespace, pod, container]
  class:
    infrastructure: ["openshift-*", "kube-*"]
    workload: ["*"]
)";

/// The cgroup of a container and its parents.
class PodCgroups {
 public:
  /// Creates `parent`, which must not exist yet, and the cgroups below.
  PodCgroups(const std::string& parent, const PodNames& names);
  PodCgroups(const PodCgroups&) = delete;
  PodCgroups& operator=(const PodCgroups&) = delete;
  ~PodCgroups();

  [[nodiscard]] bool complete() const { return levels_.size() == 5; }
  [[nodiscard]] const CpuCgroup& container() const { return levels_.back(); }
  /// Removes all cgroups except the outermost, which keeps the usage of the removed cgroups.
  void remove_pod();
  [[nodiscard]] const CpuCgroup& all() const { return levels_.front(); }

 private:
  std::vector<CpuCgroup> levels_;
};

/// Makes the folders that a node has before its first pod.
void make_log_folders(const std::filesystem::path& logs);

/// @param logs  the value of --path.podlogs
/// @error kIo: the folders or files cannot be made
Result<void> make_pod_logs(const std::filesystem::path& logs, const PodNames& names);
void remove_pod_logs(const std::filesystem::path& logs, const PodNames& names);

}  // namespace procledger::test
