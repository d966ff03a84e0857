// SPDX-License-Identifier: Apache-2.0
// A source without events that calls a function of the test in each collection.
#pragma once

#include <functional>
#include <string_view>
#include <utility>

#include "core/event/source.hpp"

namespace procledger::commands {

class CallbackSource final : public event::Source {
 public:
  /// @param on_collect  called in each collection, with the number of earlier collections
  explicit CallbackSource(std::function<void(int)> on_collect) : on_collect_{std::move(on_collect)} {}

  [[nodiscard]] std::string_view name() const override { return "callback"; }
  [[nodiscard]] std::uint64_t attached_ns() const override { return 0; }
  [[nodiscard]] int wakeup_fd() const override { return -1; }
  Result<void> drain(event::Sink& /*sink*/) override { return {}; }
  Result<void> collect(event::Sink& /*sink*/) override {
    on_collect_(collections_++);
    return {};
  }
  Result<event::SourceReport> report() override { return event::SourceReport{}; }
  [[nodiscard]] std::uint64_t heartbeat() override { return static_cast<std::uint64_t>(collections_); }
  [[nodiscard]] const event::KernelFacts& kernel() const override { return kernel_; }

 private:
  event::KernelFacts kernel_{.lives = true, .cgroup = "v2"};
  std::function<void(int)> on_collect_;
  int collections_{};
};

}  // namespace procledger::commands
