// SPDX-License-Identifier: Apache-2.0
// Watches directories for new and removed entries.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"

namespace procledger::container {

enum class DirChange : std::uint8_t {
  kAppeared,
  kVanished,
  kEnded,  ///< the watch ended with its directory; `name` is empty
};

/// One change in a watched directory.
struct DirEvent {
  int watch{};
  DirChange change{DirChange::kAppeared};
  std::string_view name;
  bool directory{};  ///< the new entry is a directory
};

/// Watches directories. PodLogs owns one; tests have their own.
class DirWatcher {
 public:
  using Visit = std::function<void(const DirEvent&)>;

  virtual ~DirWatcher() = default;

  /// Watches the directory at `path`, through a link if `path` is one. The same directory gets the same number again. Absent: the system
  /// refused, or the directory does not exist.
  [[nodiscard]] virtual std::optional<int> watch(const std::string& path) = 0;
  virtual void unwatch(int watch) = 0;

  /// Reports the events since the last call, in order. Never waits. `visit` may watch and unwatch.
  /// @return  false if events were lost or more events wait: the caller must read the directories
  [[nodiscard]] virtual bool drain(const Visit& visit) = 0;
};

/// A watcher that uses inotify. If the system refuses inotify, every watch is refused.
[[nodiscard]] std::unique_ptr<DirWatcher> make_inotify_watcher();

/// Decodes the bytes that read(2) returned from an inotify descriptor. Returns false if the kernel's queue was full.
/// @source inotify(7)
[[nodiscard]] bool decode_inotify(std::span<const char> bytes, const DirWatcher::Visit& visit);

}  // namespace procledger::container
