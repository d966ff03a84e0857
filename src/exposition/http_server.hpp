// SPDX-License-Identifier: Apache-2.0
// The HTTP server. The interface does not depend on the HTTP library.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/metrics/snapshot.hpp"
#include "exposition/http_handler.hpp"
#include "exposition/page_model.hpp"

namespace procledger::exposition {

struct HttpOptions {
  std::vector<std::string> listen_addresses{":9056"};  ///< ":9056" (all, IPv4 and IPv6), "127.0.0.1:0" (any free port), "[::1]:9056"
  std::string telemetry_path{"/metrics"};
  PageModel model{native_model(this_build())};  ///< the page under that path; its DaemonMetrics count requests
  Reload reload{};                              ///< called for POST /-/reload; null: forbidden
  unsigned connections{512};                    ///< maximum of open connections per listen address
  unsigned connections_per_client{64};          ///< maximum of open connections per client and listen address
  std::chrono::seconds idle_timeout{10};
};

/// Serves pages from its own threads. Owns the listening sockets, the threads and the connections; `serve` creates it. A request that waits
/// for a snapshot occupies no thread. The destructor ends all connections, also waiting ones, and later snapshots are dropped.
class HttpServer {
 public:
  /// @param provider  must outlive the server
  /// @error  kUsage: malformed address or path; kBusy: the port is in use; kPermission: privileged port. One line with a remedy.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> start(const HttpOptions& options, metrics::SnapshotProvider& provider);

  virtual ~HttpServer() = default;

  /// Bound addresses in the order of the options: "[::]:9056", "127.0.0.1:41233".
  [[nodiscard]] virtual const std::vector<std::string>& addresses() const = 0;
};

}  // namespace procledger::exposition
