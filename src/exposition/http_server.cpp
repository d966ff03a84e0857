// SPDX-License-Identifier: Apache-2.0
// The HTTP server over libmicrohttpd. The library is C: no exception may leave a callback.
#include "exposition/http_server.hpp"

#include <fcntl.h>
#include <microhttpd.h>

#include <cerrno>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "exposition/http_handler.hpp"
#include "exposition/listener.hpp"
#include "exposition/negotiation.hpp"

namespace procledger::exposition {
namespace {

constexpr unsigned kThreads = 2;  // per address; threads only render pages and never wait for a snapshot
constexpr std::size_t kMaxUpload = 64 * 1024;

struct StopDaemon {
  void operator()(MHD_Daemon* daemon) const noexcept { MHD_stop_daemon(daemon); }
};
using Daemon = std::unique_ptr<MHD_Daemon, StopDaemon>;

struct DestroyResponse {
  void operator()(MHD_Response* response) const noexcept { MHD_destroy_response(response); }
};
using UniqueResponse = std::unique_ptr<MHD_Response, DestroyResponse>;

/// Connections that wait for a snapshot. libmicrohttpd must not stop while a connection is suspended, and no connection may be resumed
/// afterwards. Shared by the server and its callbacks at the snapshot provider, which may outlive the server. Thread-safe.
class PendingRequests {
 public:
  /// The wait of one request. Belongs to its connection.
  class Wait {
   public:
    explicit Wait(MHD_Connection* connection) : connection_{connection} {}

   private:
    friend class PendingRequests;
    MHD_Connection* connection_;
    metrics::SnapshotPtr snapshot_;
  };
  using WaitPtr = std::shared_ptr<Wait>;

  /// Suspends the connection; its handler calls this. Null after `close`.
  [[nodiscard]] WaitPtr suspend(MHD_Connection* connection);

  /// Ends the wait unless it has ended: libmicrohttpd calls the handler again. For any thread, also within the handler.
  void resume(const WaitPtr& wait, metrics::SnapshotPtr snapshot);

  /// The snapshot of an ended wait; null if the collection failed or the server stops.
  [[nodiscard]] metrics::SnapshotPtr result(const WaitPtr& wait);

  /// Ends all waits and refuses new ones.
  void close();

 private:
  std::mutex mutex_;
  bool closed_{};
  std::unordered_set<WaitPtr> waiting_;
};

PendingRequests::WaitPtr PendingRequests::suspend(MHD_Connection* connection) {
  auto wait = std::make_shared<Wait>(connection);
  const std::lock_guard lock{mutex_};
  if (closed_) return nullptr;
  waiting_.insert(wait);
  MHD_suspend_connection(connection);
  return wait;
}

void PendingRequests::resume(const WaitPtr& wait, metrics::SnapshotPtr snapshot) {
  const std::lock_guard lock{mutex_};
  if (waiting_.erase(wait) == 0) return;  // the connection may be gone
  wait->snapshot_ = std::move(snapshot);
  MHD_resume_connection(wait->connection_);
}

metrics::SnapshotPtr PendingRequests::result(const WaitPtr& wait) {
  const std::lock_guard lock{mutex_};
  return std::exchange(wait->snapshot_, nullptr);
}

void PendingRequests::close() {
  const std::lock_guard lock{mutex_};
  closed_ = true;
  for (const auto& wait : std::exchange(waiting_, {})) MHD_resume_connection(wait->connection_);
}

/// The state of a request between two calls of its handler.
struct Exchange {
  std::size_t uploaded{};
  Request request;
  PendingRequests::WaitPtr wait;
};

struct HeaderSearch {
  std::string_view name;
  std::string joined;
};

MHD_Result collect_header(void* context, MHD_ValueKind /*kind*/, const char* key, const char* value) noexcept try {
  auto& search = *static_cast<HeaderSearch*>(context);
  if (value != nullptr && same_word(key, search.name)) (search.joined += search.joined.empty() ? "" : ",") += value;
  return MHD_YES;
} catch (...) {
  return MHD_NO;
}

/// The values of a header, joined by commas if the header occurs several times.
std::string header(MHD_Connection* connection, std::string_view name) {
  HeaderSearch search{name, {}};
  MHD_get_connection_values(connection, MHD_HEADER_KIND, collect_header, &search);
  return std::move(search.joined);
}

using Body = std::shared_ptr<const std::string>;

void free_body(void* body) noexcept { const std::unique_ptr<Body> gone{static_cast<Body*>(body)}; }

MHD_Result send(MHD_Connection* connection, const Response& response) {
  auto body = std::make_unique<Body>(response.body);
  // libmicrohttpd does not write to a body; only its parameter lacks the const.
  auto* const bytes = const_cast<char*>((*body)->data());
  UniqueResponse reply{MHD_create_response_from_buffer_with_free_callback_cls((*body)->size(), bytes, free_body, body.get())};
  if (!reply) return MHD_NO;
  (void)body.release();  // the reply owns the body until the last connection has sent it
  MHD_add_response_header(reply.get(), "Content-Type", response.content_type.c_str());
  MHD_add_response_header(reply.get(), "X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.headers) MHD_add_response_header(reply.get(), name.c_str(), value.c_str());
  return MHD_queue_response(connection, response.status, reply.get());
}

class MhdServer final : public HttpServer {
 public:
  MhdServer(const HttpOptions& options, metrics::SnapshotProvider& provider)
      : options_{options}, provider_{provider}, site_{provider, options.telemetry_path, this_build(), options.model, options.reload} {}

  ~MhdServer() override { pending_->close(); }  // before the daemons stop: members are destroyed after this, daemons_ first

  Result<void> add(std::string_view address);

  [[nodiscard]] const std::vector<std::string>& addresses() const override { return addresses_; }

 private:
  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* url, const char* method, const char* version,
                               const char* upload, std::size_t* upload_size, void** context) noexcept;
  static void on_completed(void* self, MHD_Connection* connection, void** context, MHD_RequestTerminationCode why) noexcept;

  MHD_Result handle(MHD_Connection* connection, Exchange& exchange);
  MHD_Result reply(MHD_Connection* connection, const Exchange& exchange, const Response& response) const;
  MHD_Result ask(MHD_Connection* connection, Exchange& exchange);

  HttpOptions options_;
  metrics::SnapshotProvider& provider_;
  HttpHandler site_;
  std::shared_ptr<PendingRequests> pending_{std::make_shared<PendingRequests>()};
  std::vector<std::string> addresses_;
  std::vector<UniqueFd> listening_;
  std::vector<Daemon> daemons_;
};

Result<void> MhdServer::add(std::string_view address) {
  auto listener = listen_on(address);
  if (!listener) return tl::unexpected{listener.error()};
  // The daemon gets its own copy of the descriptor: it closes the descriptor when it stops, and on some failures, but not on all.
  const int lent = fcntl(listener->fd.get(), F_DUPFD_CLOEXEC, 0);
  if (lent < 0) return tl::unexpected{listen_error(address, errno)};
  const unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
  Daemon daemon{MHD_start_daemon(flags, 0, nullptr, nullptr, &MhdServer::on_request, this,                             //
                                 MHD_OPTION_LISTEN_SOCKET, lent,                                                       //
                                 MHD_OPTION_THREAD_POOL_SIZE, kThreads,                                                //
                                 MHD_OPTION_CONNECTION_LIMIT, options_.connections,                                    //
                                 MHD_OPTION_PER_IP_CONNECTION_LIMIT, options_.connections_per_client,                  //
                                 MHD_OPTION_CONNECTION_TIMEOUT, static_cast<unsigned>(options_.idle_timeout.count()),  //
                                 MHD_OPTION_NOTIFY_COMPLETED, &MhdServer::on_completed, static_cast<void*>(nullptr), MHD_OPTION_END)};
  if (!daemon) return fail(ErrorKind::kIo, "cannot start the HTTP server on " + listener->address);
  daemons_.push_back(std::move(daemon));
  listening_.push_back(std::move(listener->fd));
  addresses_.push_back(std::move(listener->address));
  return {};
}

MHD_Result MhdServer::on_request(void* self, MHD_Connection* connection, const char* url, const char* method, const char* /*version*/,
                                 const char* /*upload*/, std::size_t* upload_size, void** context) noexcept {
  try {
    if (*context == nullptr) {
      // The first call only stores the request: a response before the end of the request would close the connection.
      auto exchange = std::make_unique<Exchange>();
      exchange->request = {method, url, header(connection, MHD_HTTP_HEADER_ACCEPT), header(connection, MHD_HTTP_HEADER_ACCEPT_ENCODING)};
      *context = exchange.release();
      return MHD_YES;
    }
    auto& exchange = *static_cast<Exchange*>(*context);
    if (*upload_size != 0) {
      exchange.uploaded += std::exchange(*upload_size, 0);
      return exchange.uploaded <= kMaxUpload ? MHD_YES : MHD_NO;
    }
    return static_cast<MhdServer*>(self)->handle(connection, exchange);
  } catch (...) {
    return MHD_NO;  // probably out of memory: closes the connection, the daemon continues
  }
}

void MhdServer::on_completed(void* /*self*/, MHD_Connection* /*connection*/, void** context, MHD_RequestTerminationCode /*why*/) noexcept {
  const std::unique_ptr<Exchange> gone{static_cast<Exchange*>(*context)};
  *context = nullptr;
}

MHD_Result MhdServer::handle(MHD_Connection* connection, Exchange& exchange) {
  if (exchange.wait) return reply(connection, exchange, site_.answer(exchange.request, pending_->result(exchange.wait)));
  if (const auto response = site_.answer_now(exchange.request)) return reply(connection, exchange, *response);
  return ask(connection, exchange);
}

MHD_Result MhdServer::reply(MHD_Connection* connection, const Exchange& exchange, const Response& response) const {
  const std::size_t sent = exchange.request.method == "HEAD" ? 0 : response.body->size();
  if (const auto& http = options_.model.daemon.http) http->count(response.status, sent);
  return send(connection, response);
}

MHD_Result MhdServer::ask(MHD_Connection* connection, Exchange& exchange) {
  // The connection is suspended before the request, because the snapshot may come at once, on this thread or another.
  exchange.wait = pending_->suspend(connection);
  if (!exchange.wait) return reply(connection, exchange, plain_text(MHD_HTTP_SERVICE_UNAVAILABLE, "procledger is shutting down"));
  try {
    provider_.request(
        [pending = pending_, wait = exchange.wait](metrics::SnapshotPtr snapshot) { pending->resume(wait, std::move(snapshot)); });
  } catch (...) {
    pending_->resume(exchange.wait, nullptr);
  }
  return MHD_YES;
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpOptions& options, metrics::SnapshotProvider& provider) {
  if (!options.telemetry_path.starts_with('/')) {
    return fail(ErrorKind::kUsage, "telemetry path \"" + options.telemetry_path + "\" must begin with a slash, like /metrics");
  }
  if (options.listen_addresses.empty()) return fail(ErrorKind::kUsage, "no listen address; set one with --web.listen-address");
  auto server = std::make_unique<MhdServer>(options, provider);
  for (const auto& address : options.listen_addresses) {
    if (auto added = server->add(address); !added) return tl::unexpected{added.error()};
  }
  return server;
}

}  // namespace procledger::exposition
