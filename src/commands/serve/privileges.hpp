// SPDX-License-Identifier: Apache-2.0
// The rights that the daemon keeps (docs/rights.md says who needs which).
// Small: two steps, whose implementation alone knows capabilities.
#pragma once

#include "base/result.hpp"
#include "commands/serve/options.hpp"
#include "sources/probe/capability.hpp"

namespace procledger::commands {

/// What may be needed from now on until the end, of what is held now: to load and read programs, also after a reload or a change of source,
/// to look at other users' processes, and to listen where it was told to.
/// @param held  effective capabilities
[[nodiscard]] probe::CapabilitySet kept_rights(const ServeOptions& options, const probe::CapabilitySet& held);

/// Gives up every other capability for good: of this thread and of all that it starts, so this comes before the first of them. Then
/// neither a program that is run nor the user id 0 gives anything back (no_new_privs, securebits, an empty bounding set as far as
/// CAP_SETPCAP allows). Raises the limit of locked memory first, as far as it may: older kernels count the programs' maps against it.
/// @return  what is left
/// @error  kPermission, kIo: the kernel refused, which it never does for want of rights
[[nodiscard]] Result<probe::CapabilitySet> drop_rights(const probe::CapabilitySet& keep);

}  // namespace procledger::commands
