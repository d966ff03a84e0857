// SPDX-License-Identifier: Apache-2.0
// A tree of directories in place of a cgroup hierarchy. The inode numbers are the ids.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "host/container/hierarchy.hpp"
#include "support/files.hpp"

namespace procledger::test {

class CgroupTree {
 public:
  [[nodiscard]] std::string root() const { return dir_.path(); }
  [[nodiscard]] container::CgroupMount mount(const std::string& prefix = "") const { return {root(), prefix}; }

  /// @param path  in the hierarchy, with a leading "/"
  std::uint64_t make(const std::string& path) const {
    std::filesystem::create_directories(root() + path);
    return id(path);
  }
  [[nodiscard]] std::uint64_t id(const std::string& path) const {
    struct stat info{};
    if (::stat((root() + path).c_str(), &info) != 0) throw std::runtime_error{"no " + path};
    return info.st_ino;
  }
  void remove(const std::string& path) const { std::filesystem::remove_all(root() + path); }
  void rename(const std::string& from, const std::string& to) const { std::filesystem::rename(root() + from, root() + to); }

 private:
  TempDir dir_;
};

}  // namespace procledger::test
