// SPDX-License-Identifier: Apache-2.0
#include "support/notify_listener.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "support/clocks.hpp"

namespace procledger::test {

NotifyListener::NotifyListener() : socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)} {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = path();
  std::copy(name.begin(), name.end(), address.sun_path);
  if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) ADD_FAILURE() << "binding " << name;
}

const std::vector<std::string>& NotifyListener::lines() {
  std::array<char, 4096> datagram{};
  for (ssize_t got = 0; (got = ::recv(socket_.get(), datagram.data(), datagram.size(), 0)) > 0;) {
    const auto said = words(std::string_view{datagram.data(), static_cast<std::size_t>(got)}, "\n");
    lines_.insert(lines_.end(), said.begin(), said.end());
  }
  return lines_;
}

std::size_t NotifyListener::count(const std::string& line) {
  const auto& all = lines();
  return static_cast<std::size_t>(std::count(all.begin(), all.end(), line));
}

bool NotifyListener::hears(const std::string& line, std::size_t times, std::chrono::milliseconds deadline) {
  return eventually(deadline, [&] { return count(line) >= times; });
}

}  // namespace procledger::test
