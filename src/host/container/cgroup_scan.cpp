// SPDX-License-Identifier: Apache-2.0
#include "host/container/cgroup_scan.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <vector>

#include "base/unique_fd.hpp"

namespace procledger::container {
namespace {

/// Number of links of a directory without subdirectories: kernfs counts subdirectories like other file systems, so the dozens of files of
/// such a directory need not be listed. File systems that do not count report 1.
constexpr nlink_t kLinksOfLeaf = 2;

struct Level {
  DirStream entries;
  std::size_t path_bytes{};  ///< length of this directory's path
};

/// The state of one scan.
class CgroupScan {
 public:
  CgroupScan(const ScanLimits& limits, const CgroupVisit& visit) : limits_{limits}, visit_{visit} {}

  Result<bool> run(const std::string& root) {
    DirStream entries = open_dir(AT_FDCWD, root.c_str());
    struct stat info{};
    if (!entries || ::fstat(::dirfd(entries.get()), &info) != 0) return tl::unexpected{system_error("reading " + root, errno)};
    device_ = info.st_dev;
    report(info);
    levels_.push_back({std::move(entries), 0});
    while (!levels_.empty() && !full_) step();
    return complete_ && !full_;
  }

 private:
  void step() {
    const Level& level = levels_.back();
    errno = 0;
    const dirent* entry = ::readdir(level.entries.get());
    if (entry == nullptr) {
      note(errno);
      levels_.pop_back();
      return;
    }
    const std::string_view name{entry->d_name};
    if (name == "." || name == ".." || (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN)) return;
    if (level.path_bytes + 1 + name.size() > limits_.path_bytes || levels_.size() > limits_.depth) return;
    path_.resize(level.path_bytes);
    path_ += '/';
    path_ += name;
    enter(::dirfd(level.entries.get()), entry->d_name);
  }

  void enter(int parent, const char* name) {
    struct stat info{};
    if (::fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) != 0) return note(errno);
    if (!S_ISDIR(info.st_mode) || info.st_dev != device_) return;
    if (report(info); full_ || info.st_nlink == kLinksOfLeaf) return;

    DirStream entries = open_dir(parent, name, O_NOFOLLOW);
    if (!entries) return note(errno);
    struct stat opened{};
    if (::fstat(::dirfd(entries.get()), &opened) != 0) return note(errno);
    // Another directory may have got this name between the two calls.
    if (opened.st_dev != device_) return;
    if (opened.st_ino != info.st_ino) report(opened);
    levels_.push_back({std::move(entries), path_.size()});
  }

  void report(const struct stat& info) {
    full_ = visited_ >= limits_.directories;
    if (full_) return;
    ++visited_;
    visit_(info.st_ino, path_);
  }

  /// A vanished or unreadable directory is normal. Any other error means that the scan is incomplete.
  void note(int error) {
    if (error != 0 && error != ENOENT && error != ENODEV && error != EACCES && error != EPERM) complete_ = false;
  }

  const ScanLimits& limits_;
  const CgroupVisit& visit_;
  std::vector<Level> levels_;
  std::string path_;
  dev_t device_{};
  std::size_t visited_{};
  bool complete_{true};
  bool full_{};
};

}  // namespace

Result<bool> scan_cgroups(const std::string& root, const ScanLimits& limits, const CgroupVisit& visit) {
  return CgroupScan{limits, visit}.run(root);
}

}  // namespace procledger::container
