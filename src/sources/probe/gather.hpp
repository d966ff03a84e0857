// SPDX-License-Identifier: Apache-2.0
// Finds out what this kernel offers and what these rights and namespaces allow, by asking and never by a version.
#pragma once

#include <string>

#include "sources/bpf/kernel_btf.hpp"
#include "sources/probe/host_facts.hpp"

namespace procledger::probe {

/// As of now, for the calling thread. Changes nothing and needs no right: what these rights cannot find out is absent.
/// @param procfs  where procfs is mounted
/// @param types  of this kernel; whoever opens a source afterwards needs them too
[[nodiscard]] probe::HostFacts gather(const std::string& procfs, const bpf::KernelTypes& types);

/// The effective capabilities of the calling thread.
[[nodiscard]] probe::CapabilitySet held_capabilities();

}  // namespace procledger::probe
