// SPDX-License-Identifier: Apache-2.0
// Names of pods in a tree of logs, with a watcher that fails on request.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>

#include "host/container/pod_names.hpp"
#include "log_tree.hpp"

namespace procledger::container {

inline constexpr std::uint64_t kSecond = 1'000'000'000;
inline const std::string kUid = "8a1b2c3d-1111-2222-3333-444455556666";
inline const std::string kId(64, 'c');
inline const std::string kOther(64, 'd');

/// Loses events or fails on request; else works like inotify.
class FaultyWatcher final : public DirWatcher {
 public:
  explicit FaultyWatcher(const bool& refuse, const bool& overflow) : refuse_{refuse}, overflow_{overflow} {}
  std::optional<int> watch(const std::string& path) override { return refuse_ ? std::nullopt : inner_->watch(path); }
  void unwatch(int watch) override { inner_->unwatch(watch); }
  bool drain(const Visit& visit) override {
    return overflow_ ? (std::ignore = inner_->drain([](const DirEvent&) {}), false) : inner_->drain(visit);
  }

 private:
  const bool& refuse_;
  const bool& overflow_;
  std::unique_ptr<DirWatcher> inner_ = make_inotify_watcher();
};

class PodNames : public testing::Test {
 protected:
  /// "namespace/pod/container", followed by "?" if the names may change.
  [[nodiscard]] std::string names(const std::string& uid, const std::string& id) const {
    const auto found = logs_.find(uid, id);
    return found ? found->namespace_ + "/" + found->pod + "/" + found->container + (found->certain ? "" : "?") : "(unknown)";
  }
  /// Refreshes the names; returns whether names changed.
  bool refresh(std::uint64_t now_ns) {
    const auto before = logs_.version();
    logs_.refresh(now_ns);
    return logs_.version() != before;
  }

  bool refuse_{};
  bool overflow_{};
  test::LogTree tree_;
  PodLogs logs_{tree_.root(), std::make_unique<FaultyWatcher>(refuse_, overflow_)};
};

}  // namespace procledger::container
