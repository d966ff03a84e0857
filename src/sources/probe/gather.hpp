// SPDX-License-Identifier: Apache-2.0
// Finds out what this kernel offers and what these rights and namespaces allow, by asking and never by a version.
#pragma once

#include <optional>
#include <string>

#include "sources/bpf/kernel_btf.hpp"
#include "sources/probe/host_facts.hpp"

namespace procledger::probe {

// The parts that gather() puts together.

[[nodiscard]] probe::Rights read_rights(const std::string& procfs);
[[nodiscard]] probe::Namespaces read_namespaces(const std::string& procfs);
[[nodiscard]] probe::ProcMount read_proc_mount(const std::string& procfs);

/// Whether the generic netlink family of that name is there. Needs no right.
/// @source Documentation/networking/generic_netlink_howto, net/netlink/genetlink.c:ctrl_getfamily
[[nodiscard]] std::optional<bool> has_netlink_family(const std::string& name);

/// False if this kernel has no connector, absent if it has: whether it also tells of processes can only be found out by listening.
[[nodiscard]] std::optional<bool> has_connector();

/// As of now, for the calling thread. Changes nothing and needs no right: what these rights cannot find out is absent.
/// @param procfs  where procfs is mounted
/// @param types  of this kernel; whoever opens a source afterwards needs them too
[[nodiscard]] probe::HostFacts gather(const std::string& procfs, const bpf::KernelTypes& types);

/// The effective capabilities of the calling thread.
[[nodiscard]] probe::CapabilitySet held_capabilities();

}  // namespace procledger::probe
