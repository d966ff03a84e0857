// SPDX-License-Identifier: Apache-2.0
// The folders of logs that kubelet keeps.
#pragma once

#include <filesystem>
#include <string>

#include "support/files.hpp"

namespace procledger::test {

class LogTree {
 public:
  LogTree() {
    std::filesystem::create_directory(path("pods"));
    std::filesystem::create_directory(path("containers"));
  }

  [[nodiscard]] std::string root() const { return dir_.path(); }
  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return dir_.path() / name; }

  static std::string folder(const std::string& ns, const std::string& pod, const std::string& uid) { return ns + "_" + pod + "_" + uid; }

  void pod(const std::string& ns, const std::string& pod, const std::string& uid, const std::string& container) const {
    std::filesystem::create_directories(path("pods/" + folder(ns, pod, uid)) / container);
  }
  void remove_pod(const std::string& ns, const std::string& pod, const std::string& uid) const {
    std::filesystem::remove_all(path("pods/" + folder(ns, pod, uid)));
  }
  /// The name of a link in kubelet's form, cut at 251 bytes before ".log".
  [[nodiscard]] static std::string link_name(const std::string& ns, const std::string& pod, const std::string& container,
                                             const std::string& id) {
    return (pod + "_" + ns + "_" + container + "-" + id).substr(0, 251) + ".log";
  }
  void link(const std::string& ns, const std::string& pod, const std::string& uid, const std::string& container,
            const std::string& id) const {
    std::filesystem::create_symlink("/var/log/pods/" + folder(ns, pod, uid) + "/" + container + "/0.log",
                                    path("containers/" + link_name(ns, pod, container, id)));
  }
  void remove_link(const std::string& ns, const std::string& pod, const std::string& container, const std::string& id) const {
    std::filesystem::remove(path("containers/" + link_name(ns, pod, container, id)));
  }

 private:
  TempDir dir_;
};

}  // namespace procledger::test
