// SPDX-License-Identifier: Apache-2.0
#include "support/canned_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <utility>

namespace procledger::test {

Result<std::unique_ptr<CannedServer>> CannedServer::start(std::string answer) {
  UniqueFd listener{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast): the API of sockets
  std::array<int, 2> stop{};
  if (!listener || ::bind(listener.get(), generic, size) != 0 || ::listen(listener.get(), 8) != 0 ||
      ::getsockname(listener.get(), generic, &size) != 0 || ::pipe2(stop.data(), O_CLOEXEC) != 0) {
    return tl::unexpected{system_error("a server for tests", errno)};
  }
  return std::make_unique<CannedServer>(std::move(listener), UniqueFd{stop[1]}, UniqueFd{stop[0]},
                                        Address{"127.0.0.1", ntohs(address.sin_port)}, std::move(answer));
}

CannedServer::CannedServer(UniqueFd listener, UniqueFd stop, UniqueFd stopped, Address address, std::string answer)
    : listener_{std::move(listener)},
      stop_{std::move(stop)},
      stopped_{std::move(stopped)},
      address_{std::move(address)},
      answer_{std::move(answer)} {
  thread_ = std::thread{[this] { serve(); }};
}

CannedServer::~CannedServer() {
  stop_ = UniqueFd{};
  thread_.join();
}

std::vector<std::string> CannedServer::requests() const {
  const std::lock_guard lock{mutex_};
  return requests_;
}

void CannedServer::serve() {
  for (;;) {
    std::array<pollfd, 2> waits{pollfd{listener_.get(), POLLIN, 0}, pollfd{stopped_.get(), POLLIN, 0}};
    if (::poll(waits.data(), waits.size(), -1) < 0 || waits[1].revents != 0) return;
    if (waits[0].revents != 0) answer_one();
  }
}

void CannedServer::answer_one() {
  UniqueFd client{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
  const timeval patience{.tv_sec = 5, .tv_usec = 0};
  ::setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  std::string request;
  std::array<char, 4096> part{};
  while (request.find("\r\n\r\n") == std::string::npos) {
    const ssize_t got = ::read(client.get(), part.data(), part.size());
    if (got <= 0) return;
    request.append(part.data(), static_cast<std::size_t>(got));
  }
  {
    const std::lock_guard lock{mutex_};
    requests_.push_back(request);
  }
  if (answer_.empty()) {
    silent_.push_back(std::move(client));
    return;
  }
  static_cast<void>(::send(client.get(), answer_.data(), answer_.size(), MSG_NOSIGNAL));
}

std::string http_answer(int status, const std::string& body, const std::string& more_headers) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n" +
         more_headers + "\r\n" + body;
}

}  // namespace procledger::test
