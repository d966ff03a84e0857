// SPDX-License-Identifier: Apache-2.0
// Gathers facts: features of this kernel, rights and namespaces of this process. Reads them from the system, never from a kernel version.
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

/// Whether the kernel has a generic netlink family of this name; absent: unknown. Needs no rights.
/// @source Documentation/networking/generic_netlink_howto, net/netlink/genetlink.c:ctrl_getfamily
[[nodiscard]] std::optional<bool> has_netlink_family(const std::string& name);

/// False: this kernel has no connector. Absent: the kernel has one, and only a listener finds out whether it reports processes.
[[nodiscard]] std::optional<bool> has_connector();

/// All facts as of now, for the calling thread. Changes nothing and needs no rights: a fact that the caller may not read is absent.
/// @param procfs  mount point of procfs
/// @param types   this kernel's types; the caller reads them once, since opening a source needs them as well
[[nodiscard]] probe::HostFacts gather(const std::string& procfs, const bpf::KernelTypes& types);

/// The effective capabilities of the calling thread.
[[nodiscard]] probe::CapabilitySet held_capabilities();

}  // namespace procledger::probe
