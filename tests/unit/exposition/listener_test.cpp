// SPDX-License-Identifier: Apache-2.0
#include "exposition/listener.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace procledger::exposition {
namespace {

TEST(ListenAddress, HostAndPortAreTakenApart) {
  const auto parse = [](std::string_view text) {
    const auto address = parse_listen_address(text);
    return address ? address->host + "|" + address->port : address.error().message;
  };
  EXPECT_EQ(parse(":9056"), "|9056");
  EXPECT_EQ(parse("127.0.0.1:0"), "127.0.0.1|0");
  EXPECT_EQ(parse("[::1]:9056"), "::1|9056");
  EXPECT_EQ(parse("[fe80::1%lo]:65535"), "fe80::1%lo|65535");
  EXPECT_EQ(parse("localhost:80"), "localhost|80");
}

TEST(ListenAddress, MalformedIsAUsageErrorThatShowsTheText) {
  for (const auto* text :
       {"", "9056", "127.0.0.1", ":", ":x", ":-1", ":65536", "::1:9056", "[::1:9056", "[]:9056", "::1]:9056", "a:9056 "}) {
    const auto address = parse_listen_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().kind, ErrorKind::kUsage) << text;
    EXPECT_NE(address.error().message.find('"' + std::string{text} + '"'), std::string::npos) << address.error().message;
  }
}

TEST(Listener, FreePortIsReported) {
  const auto listener = listen_on("127.0.0.1:0");
  ASSERT_TRUE(listener) << listener.error().message;
  EXPECT_TRUE(listener->address.starts_with("127.0.0.1:")) << listener->address;
  EXPECT_FALSE(listener->address.ends_with(":0")) << listener->address;
}

TEST(Listener, TakenPortIsBusyAndNamesAddressAndRemedy) {
  const auto first = listen_on("127.0.0.1:0");
  ASSERT_TRUE(first) << first.error().message;
  const auto second = listen_on(first->address);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kBusy);
  EXPECT_NE(second.error().message.find(first->address), std::string::npos) << second.error().message;
  EXPECT_NE(second.error().message.find("--web.listen-address"), std::string::npos) << second.error().message;
  EXPECT_EQ(second.error().message.find('\n'), std::string::npos) << second.error().message;
}

TEST(Listener, AllAddressesConflictWithOneOfThem) {
  const auto first = listen_on("127.0.0.1:0");
  ASSERT_TRUE(first) << first.error().message;
  const auto second = listen_on(first->address.substr(first->address.rfind(':')));
  ASSERT_FALSE(second) << second->address;
  EXPECT_EQ(second.error().kind, ErrorKind::kBusy);
}

TEST(Listener, PrivilegedPortNamesTheRight) {
  const Error error = listen_error(":80", EACCES);
  EXPECT_EQ(error.kind, ErrorKind::kPermission);
  EXPECT_NE(error.message.find(":80"), std::string::npos) << error.message;
  EXPECT_NE(error.message.find("CAP_NET_BIND_SERVICE"), std::string::npos) << error.message;
}

TEST(Listener, ForeignAddressFails) {
  const auto listener = listen_on("192.0.2.1:0");  // reserved for documentation: no host has the address
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().kind, ErrorKind::kIo);
}

TEST(Listener, LocalhostIsIPv4First) {
  const auto listener = listen_on("localhost:0");
  ASSERT_TRUE(listener) << listener.error().message;
  EXPECT_TRUE(listener->address.starts_with("127.0.0.1:")) << listener->address;
}

}  // namespace
}  // namespace procledger::exposition
