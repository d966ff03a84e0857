// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.hpp"

namespace procledger::taskstats {

[[nodiscard]] inline tl::unexpected<Error> no_right() {
  return fail(ErrorKind::kPermission,
              "the source taskstats needs CAP_NET_ADMIN: with systemd AmbientCapabilities=CAP_NET_ADMIN, in Kubernetes "
              "securityContext.capabilities.add: [NET_ADMIN], with Docker --cap-add=NET_ADMIN");
}

/// The kernel talks of processes to the host's own namespaces only.
[[nodiscard]] inline tl::unexpected<Error> wrong_namespace(const std::string& which) {
  return fail(ErrorKind::kUnsupported,
              "the source taskstats works only in the host's own user, pid and network namespace, and this is another " + which +
                  " namespace: run on the host, in Kubernetes with hostPID: true and hostNetwork: true, "
                  "in Docker with --pid=host --network=host --userns=host");
}

}  // namespace procledger::taskstats
