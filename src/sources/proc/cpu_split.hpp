// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>

namespace procledger::proc {

/// Identity of a process for its whole life: two processes with the same PID never start in the same tick.
struct ProcessKey {
  std::uint32_t tgid{};
  std::uint64_t start_boottime_ns{};
  auto operator<=>(const ProcessKey&) const = default;
};

struct ProcessKeyHash {
  std::size_t operator()(const ProcessKey& key) const { return (key.start_boottime_ns ^ key.tgid) * 0x9e3779b97f4a7c15u >> 16; }
};

/// CPU time in user and system mode. The sum is exact; the split is known in ticks only.
struct CpuSplit {
  std::uint64_t user_ns{};
  std::uint64_t system_ns{};

  [[nodiscard]] std::uint64_t total() const { return user_ns + system_ns; }
  bool operator==(const CpuSplit&) const = default;

  CpuSplit& operator+=(const CpuSplit& more) {
    user_ns += more.user_ns;
    system_ns += more.system_ns;
    return *this;
  }

  /// Removes up to `ns` in the current ratio of user to system time, and returns the removed part.
  CpuSplit take(std::uint64_t ns) {
    const std::uint64_t all = total();
    ns = std::min(ns, all);
    const double share = all == 0 ? 0.0 : static_cast<double>(user_ns) / static_cast<double>(all);
    const auto wanted = static_cast<std::uint64_t>(static_cast<double>(ns) * share);
    const std::uint64_t user = std::clamp(wanted, ns - std::min(ns, system_ns), std::min(ns, user_ns));
    const CpuSplit taken{.user_ns = user, .system_ns = ns - user};
    user_ns -= taken.user_ns;
    system_ns -= taken.system_ns;
    return taken;
  }

  /// Reduces this and `owed` by the same amount, as far as possible: first mode by mode, then across modes.
  void pay(CpuSplit& owed) {
    const std::uint64_t user = std::min(user_ns, owed.user_ns);
    const std::uint64_t system = std::min(system_ns, owed.system_ns);
    for (CpuSplit* each : {this, &owed}) {
      each->user_ns -= user;
      each->system_ns -= system;
    }
    const std::uint64_t across = std::min(total(), owed.total());
    static_cast<void>(take(across));
    static_cast<void>(owed.take(across));
  }
};

}  // namespace procledger::proc
