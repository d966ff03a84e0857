// SPDX-License-Identifier: Apache-2.0
// Being told of what appears in directories and vanishes from them.
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
  kEnded,  ///< the watch itself, with its directory; `name` is empty
};

struct DirEvent {
  int watch{};
  DirChange change{DirChange::kAppeared};
  std::string_view name;
  bool directory{};  ///< what appeared is one
};

class DirWatcher {
 public:
  using Visit = std::function<void(const DirEvent&)>;

  virtual ~DirWatcher() = default;

  /// Follows a link at `path`. The same directory again has the same number. Absent: refused, or not there.
  [[nodiscard]] virtual std::optional<int> watch(const std::string& path) = 0;
  virtual void unwatch(int watch) = 0;

  /// Tells what happened since the last time, in order; never waits. `visit` may watch and unwatch.
  /// @return  false when events were lost or others are still waiting: look at the directories themselves
  [[nodiscard]] virtual bool drain(const Visit& visit) = 0;
};

/// By inotify. When the system refuses it, every watch is refused.
[[nodiscard]] std::unique_ptr<DirWatcher> make_inotify_watcher();

/// Decodes what read(2) on an inotify descriptor returned; false when the kernel's queue was full.
/// @source inotify(7)
[[nodiscard]] bool decode_inotify(std::span<const char> bytes, const DirWatcher::Visit& visit);

}  // namespace procledger::container
