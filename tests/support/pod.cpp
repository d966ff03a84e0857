// SPDX-License-Identifier: Apache-2.0
#include "support/pod.hpp"

#include <utility>

#include "support/files.hpp"

namespace procledger::test {
namespace {

namespace fs = std::filesystem;

fs::path folder_of(const fs::path& logs, const PodNames& names) {
  return logs / "pods" / (names.namespace_ + "_" + names.pod + "_" + names.uid);
}

fs::path link_of(const fs::path& logs, const PodNames& names) {
  return logs / "containers" / (names.pod + "_" + names.namespace_ + "_" + names.container + "-" + names.id + ".log");
}

}  // namespace

PodCgroups::PodCgroups(const std::string& parent, const PodNames& names) {
  std::string path = parent;
  for (const std::string& part : {std::string{}, std::string{"/kubepods"}, std::string{"/burstable"}, "/pod" + names.uid, "/" + names.id}) {
    path += part;
    if (auto made = CpuCgroup::create(path)) levels_.push_back(std::move(*made));
  }
}

// From the inside out: a cgroup with children cannot be removed.
PodCgroups::~PodCgroups() {
  while (!levels_.empty()) levels_.pop_back();
}

void PodCgroups::remove_pod() {
  while (levels_.size() > 1) levels_.pop_back();
}

void make_log_folders(const fs::path& logs) {
  for (const char* folder : {"pods", "containers"}) fs::create_directories(logs / folder);
}

Result<void> make_pod_logs(const fs::path& logs, const PodNames& names) {
  const fs::path log = folder_of(logs, names) / names.container / "0.log";
  std::error_code error;
  fs::create_directories(log.parent_path(), error);
  fs::create_directories(logs / "containers", error);
  if (auto written = write_file(log, "hello\n"); !written) return written;
  fs::create_symlink(log, link_of(logs, names), error);
  if (error) return fail(ErrorKind::kIo, link_of(logs, names).string() + ": " + error.message());
  return {};
}

void remove_pod_logs(const fs::path& logs, const PodNames& names) {
  std::error_code error;
  fs::remove(link_of(logs, names), error);
  fs::remove_all(folder_of(logs, names), error);
}

}  // namespace procledger::test
