// SPDX-License-Identifier: Apache-2.0
// The capabilities that procledger uses or reports, out of the kernel's forty.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace procledger::probe {

/// @source include/uapi/linux/capability.h
enum class Capability : std::uint8_t { kDacReadSearch, kNetBindService, kNetAdmin, kSysPtrace, kSysAdmin, kSysResource, kPerfmon, kBpf };

/// All of them, in display order.
inline constexpr std::array kCapabilities{Capability::kBpf,           Capability::kPerfmon,       Capability::kSysPtrace,
                                          Capability::kDacReadSearch, Capability::kNetAdmin,      Capability::kSysAdmin,
                                          Capability::kSysResource,   Capability::kNetBindService};

/// "CAP_BPF"
[[nodiscard]] std::string_view name_of(Capability capability);

/// The kernel's number of the capability.
[[nodiscard]] int number_of(Capability capability);

/// A set of capabilities as a value.
class CapabilitySet {
 public:
  constexpr CapabilitySet() = default;
  constexpr CapabilitySet(std::initializer_list<Capability> members) {
    for (const Capability each : members) add(each);
  }

  constexpr void add(Capability capability) { bits_ = static_cast<std::uint8_t>(bits_ | bit(capability)); }
  constexpr void remove(Capability capability) { bits_ = static_cast<std::uint8_t>(bits_ & ~bit(capability)); }
  [[nodiscard]] constexpr bool has(Capability capability) const { return (bits_ & bit(capability)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }

  /// Names of the members, in the order of kCapabilities.
  [[nodiscard]] std::string joined(std::string_view separator) const;

  bool operator==(const CapabilitySet&) const = default;

 private:
  static constexpr std::uint8_t bit(Capability capability) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(capability)); }

  std::uint8_t bits_{};
};

}  // namespace procledger::probe
