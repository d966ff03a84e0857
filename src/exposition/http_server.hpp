// SPDX-License-Identifier: Apache-2.0
// The HTTP server. Nothing here tells which library is behind it.
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
  PageModel model{native_model(this_build())};  ///< what is under it; its daemon counts requests, if there is one
  Reload reload{};                              ///< what POST /-/reload does; null: it is refused
  unsigned connections{512};                    ///< at once, on each listen address
  unsigned connections_per_client{64};          ///< at once from one client address, on each listen address
  std::chrono::seconds idle_timeout{10};
};

/// Serves from its own threads while it lives. A request that waits for a snapshot holds no thread. The destructor ends all connections,
/// waiting ones too; a snapshot that arrives after that is dropped.
class HttpServer {
 public:
  /// @param provider  outlives the server
  /// @error kUsage: malformed address or path.  kBusy: port taken.  kPermission: privileged port.  One line, with what to do about it.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> start(const HttpOptions& options, metrics::SnapshotProvider& provider);

  virtual ~HttpServer() = default;

  /// As bound, in the order of the options: "[::]:9056", "127.0.0.1:41233".
  [[nodiscard]] virtual const std::vector<std::string>& addresses() const = 0;
};

}  // namespace procledger::exposition
