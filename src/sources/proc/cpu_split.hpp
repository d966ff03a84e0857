// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>

namespace procledger::proc {

/// A process for its whole life: no two that have one number were born in the same tick.
struct ProcessKey {
  std::uint32_t tgid{};
  std::uint64_t birth_ns{};
  auto operator<=>(const ProcessKey&) const = default;
};

struct ProcessKeyHash {
  std::size_t operator()(const ProcessKey& key) const { return (key.birth_ns ^ key.tgid) * 0x9e3779b97f4a7c15u >> 16; }
};

/// CPU time in two modes. The sum is what counts; how it divides is known by ticks only.
struct Split {
  std::uint64_t user_ns{};
  std::uint64_t system_ns{};

  [[nodiscard]] std::uint64_t total() const { return user_ns + system_ns; }
  bool operator==(const Split&) const = default;

  Split& operator+=(const Split& more) {
    user_ns += more.user_ns;
    system_ns += more.system_ns;
    return *this;
  }

  /// Takes so much of it away, user time in the proportion that it has here.
  Split take(std::uint64_t ns) {
    const std::uint64_t all = total();
    ns = std::min(ns, all);
    const double share = all == 0 ? 0.0 : static_cast<double>(user_ns) / static_cast<double>(all);
    const auto wanted = static_cast<std::uint64_t>(static_cast<double>(ns) * share);
    const std::uint64_t user = std::clamp(wanted, ns - std::min(ns, system_ns), std::min(ns, user_ns));
    const Split taken{.user_ns = user, .system_ns = ns - user};
    user_ns -= taken.user_ns;
    system_ns -= taken.system_ns;
    return taken;
  }

  /// Settles `owed` out of this as far as it goes: mode by mode, and what is short in one mode with the other.
  void pay(Split& owed) {
    const std::uint64_t user = std::min(user_ns, owed.user_ns);
    const std::uint64_t system = std::min(system_ns, owed.system_ns);
    for (Split* each : {this, &owed}) {
      each->user_ns -= user;
      each->system_ns -= system;
    }
    const std::uint64_t across = std::min(total(), owed.total());
    static_cast<void>(take(across));
    static_cast<void>(owed.take(across));
  }
};

}  // namespace procledger::proc
