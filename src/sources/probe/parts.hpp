// SPDX-License-Identifier: Apache-2.0
// The parts that gather() puts together.
#pragma once

#include <optional>
#include <string>

#include "sources/probe/host_facts.hpp"

namespace procledger::probe {

[[nodiscard]] probe::Rights read_rights(const std::string& procfs);
[[nodiscard]] probe::Namespaces read_namespaces(const std::string& procfs);
[[nodiscard]] probe::ProcMount read_proc_mount(const std::string& procfs);

/// Whether the generic netlink family of that name is there. Needs no right.
/// @source Documentation/networking/generic_netlink_howto, net/netlink/genetlink.c:ctrl_getfamily
[[nodiscard]] std::optional<bool> has_netlink_family(const std::string& name);

/// False if this kernel has no connector, absent if it has: whether it also tells of processes can only be found out by listening.
[[nodiscard]] std::optional<bool> has_connector();

}  // namespace procledger::probe
