// SPDX-License-Identifier: Apache-2.0
#include "host/container/dir_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace procledger::container {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} * 1024;
/// A process that creates entries faster than `drain` reads must not delay a collection.
constexpr int kMaxChunks = 64;

class InotifyWatcher final : public DirWatcher {
 public:
  InotifyWatcher() : fd_{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)} {}

  std::optional<int> watch(const std::string& path) override {
    const int watch = ::inotify_add_watch(fd_.get(), path.c_str(), IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM | IN_ONLYDIR);
    if (watch < 0) return std::nullopt;
    return watch;
  }

  void unwatch(int watch) override { ::inotify_rm_watch(fd_.get(), watch); }

  bool drain(const Visit& visit) override {
    if (!fd_) return true;
    bool whole = true;
    for (int chunk = 0; chunk < kMaxChunks; ++chunk) {
      const ssize_t got = ::read(fd_.get(), chunk_.data(), chunk_.size());
      if (got <= 0) return whole && (got == 0 || errno == EAGAIN);
      whole = decode_inotify(std::span{chunk_}.first(static_cast<std::size_t>(got)), visit) && whole;
    }
    return false;
  }

 private:
  UniqueFd fd_;
  std::vector<char> chunk_ = std::vector<char>(kChunkBytes);
};

}  // namespace

std::unique_ptr<DirWatcher> make_inotify_watcher() { return std::make_unique<InotifyWatcher>(); }

bool decode_inotify(std::span<const char> bytes, const DirWatcher::Visit& visit) {
  bool whole = true;
  while (bytes.size() >= sizeof(inotify_event)) {
    inotify_event event{};
    std::memcpy(&event, bytes.data(), sizeof(event));
    const auto rest = bytes.subspan(sizeof(event));
    if (event.len > rest.size()) return false;
    // The name is padded with zeros.
    const std::string_view name{rest.data(), ::strnlen(rest.data(), event.len)};
    if ((event.mask & IN_Q_OVERFLOW) != 0) {
      whole = false;
    } else if ((event.mask & IN_IGNORED) != 0) {
      visit({event.wd, DirChange::kEnded, {}, false});
    } else if ((event.mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
      visit({event.wd, DirChange::kAppeared, name, (event.mask & IN_ISDIR) != 0});
    } else if ((event.mask & (IN_DELETE | IN_MOVED_FROM)) != 0) {
      visit({event.wd, DirChange::kVanished, name, (event.mask & IN_ISDIR) != 0});
    }
    bytes = rest.subspan(event.len);
  }
  return whole;
}

}  // namespace procledger::container
