// SPDX-License-Identifier: Apache-2.0
// Signals to processes that are nobody's children here, and to nobody else.
#pragma once

#include <cstdint>
#include <string>

namespace procledger::spawn {

/// Sends a signal to the process that has this number and was born at that time (CLOCK_BOOTTIME, in ticks); to nobody when it is gone,
/// even if another process has its number by now.
/// @return  whether it was sent
bool send_signal(const std::string& procfs, std::uint32_t tgid, std::uint64_t birth_ns, int signal);

}  // namespace procledger::spawn
