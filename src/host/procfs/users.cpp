// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/users.hpp"

#include <tuple>
#include <utility>

#include "host/procfs/file.hpp"

namespace procledger::procfs {
namespace {

/// vipw and similar tools replace the file, so a new inode is a change, like a new time.
bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
         a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

}  // namespace

UserNames parse_passwd(std::string_view text) {
  UserNames names;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view name = take_until(line, ':');
    std::ignore = take_until(line, ':');  // password
    const auto uid = to_number<std::uint32_t>(take_until(line, ':'));
    if (!name.empty() && name.front() != '#' && uid) names.try_emplace(*uid, name);
  }
  return names;
}

void UserCache::refresh() {
  struct stat now{};
  if (::stat(path_.c_str(), &now) != 0 || same_file(now, read_)) return;
  const auto text = read_file(path_);
  if (!text) return;
  names_ = parse_passwd(*text);
  read_ = now;
}

std::string UserCache::name(std::uint32_t uid) const {
  const auto found = names_.find(uid);
  return found != names_.end() ? found->second : std::to_string(uid);
}

}  // namespace procledger::procfs
