// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/sockets.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>

#include "support/proc_tree.hpp"

namespace procledger::procfs {
namespace {

using test::ProcTree;

const GoOn kGoOn = [] { return true; };

TEST(SocketLink, OnlyTheKernelsFormCounts) {
  EXPECT_EQ(parse_socket_link("socket:[4711]"), 4711U);
  for (const char* target : {"", "socket:[", "socket:[]", "socket:[-1]", "socket:[5", "socket:[5] (deleted)", "pipe:[5]", "/tmp/socket:[5]",
                             "socket:[99999999999999999999999]", "anon_inode:[eventpoll]"}) {
    EXPECT_EQ(parse_socket_link(target), std::nullopt) << target;
  }
}

TEST(SocketTables, TcpStatesHaveTheirUsualNames) {
  constexpr std::array kNames{"established", "syn_sent",   "syn_recv", "fin_wait1", "fin_wait2", "time_wait",
                              "close",       "close_wait", "last_ack", "listen",    "closing"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const auto line = parse_inet_line(ProcTree::inet_line(static_cast<int>(i) + 1, 77), Protocol::kTcp);
    ASSERT_TRUE(line) << kNames[i];
    EXPECT_EQ(line->inode, 77U);
    EXPECT_EQ(name_of(line->kind.protocol), "tcp");
    EXPECT_EQ(name_of(line->kind.state), kNames[i]);
  }
}

TEST(SocketTables, DatagramSocketsHaveAPeerOrNot) {
  for (const Protocol protocol : {Protocol::kUdp, Protocol::kRaw}) {
    EXPECT_EQ(parse_inet_line(ProcTree::inet_line(1, 5), protocol)->kind.state, SocketState::kEstablished);
    EXPECT_EQ(name_of(parse_inet_line(ProcTree::inet_line(7, 5), protocol)->kind.state), "unconnected");
  }
  EXPECT_EQ(name_of(Protocol::kUdp), "udp");
  EXPECT_EQ(name_of(Protocol::kRaw), "raw");
}

TEST(SocketTables, WhatBelongsToNobodyIsLeftOut) {
  EXPECT_FALSE(parse_inet_line(ProcTree::inet_line(6, 0), Protocol::kTcp)) << "time_wait without an owner";
  EXPECT_FALSE(parse_unix_line(ProcTree::unix_line("00000000", 3, 0)));
}

TEST(SocketTables, UnixStates) {
  EXPECT_EQ(name_of(parse_unix_line(ProcTree::unix_line("00010000", 1, 5, "/run/x"))->kind.state), "listening");
  EXPECT_EQ(name_of(parse_unix_line(ProcTree::unix_line("00000000", 3, 5))->kind.state), "connected");
  EXPECT_EQ(name_of(parse_unix_line(ProcTree::unix_line("00000000", 1, 5, "@a b c"))->kind.state), "unconnected");
  EXPECT_EQ(name_of(Protocol::kUnix), "unix");
}

TEST(SocketTables, NonsenseIsNoSocket) {
  for (const std::string& line :
       {std::string{}, std::string{"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt uid"},
        std::string{"Num       RefCount Protocol Flags    Type St Inode Path"}, std::string(3000, 'x'), std::string(64, '\0'),
        std::string{"0: a b ZZ q t r 0 0 5"}, std::string{"0: a b 0C q t r 0 0 5"}, std::string{"0: a b 100000001 q t r 0 0 5"},
        std::string{"0: a b 01 q t r 0 0 99999999999999999999999"}}) {
    EXPECT_FALSE(parse_inet_line(line, Protocol::kTcp)) << line;
    EXPECT_FALSE(parse_unix_line(line)) << line;
  }
}

class HeldSockets : public testing::Test {
 protected:
  HeldSockets() { tree_.process(10, 500, 1); }
  [[nodiscard]] ProcessDir open() const {
    auto process = ProcessDir::open(tree_.root(), 10, ProcTree::start_boottime_ns(500));
    if (!process) throw std::runtime_error{process.error().message};
    return std::move(*process);
  }
  [[nodiscard]] std::vector<std::uint64_t> inodes() const {
    const auto sockets = held_sockets(open(), kGoOn);
    EXPECT_TRUE(sockets) << sockets.error().message;
    std::vector<std::uint64_t> found;
    for (const auto& socket : *sockets) found.push_back(socket.inode);
    return found;
  }

  ProcTree tree_;
};

TEST_F(HeldSockets, DuplicatesOfOneSocketAreOne) {
  tree_.socket(10, 3, 300);
  tree_.socket(10, 4, 200);
  tree_.socket(10, 5, 300);
  tree_.link("10/fd/6", "pipe:[200]");
  tree_.link("10/fd/7", "/dev/null");
  tree_.link("10/fd/nonsense", "socket:[1]");
  EXPECT_EQ(inodes(), (std::vector<std::uint64_t>{200, 300}));
}

TEST_F(HeldSockets, WhoHasNoneHasNone) { EXPECT_TRUE(inodes().empty()); }

TEST_F(HeldSockets, WhoIsGoneIsAnError) {
  const auto process = open();
  tree_.remove("10");
  const auto sockets = held_sockets(process, kGoOn);
  ASSERT_FALSE(sockets);
  EXPECT_EQ(sockets.error().kind, ErrorKind::kGone);
}

TEST_F(HeldSockets, StopsOnRequest) {
  for (int fd = 3; fd < 403; ++fd) tree_.socket(10, fd, 1000 + static_cast<std::uint64_t>(fd));
  const auto sockets = held_sockets(open(), [] { return false; });
  ASSERT_TRUE(sockets);
  EXPECT_LT(sockets->size(), 100U);
  EXPECT_EQ(inodes().size(), 400U);
}

TEST_F(HeldSockets, TablesOfBothFamiliesAreOne) {
  tree_.file("10/net/tcp", "  sl  local_address rem_address   st\n" + ProcTree::inet_line(10, 1));
  tree_.file("10/net/tcp6", ProcTree::inet_line(1, 2));
  tree_.file("10/net/udp6", ProcTree::inet_line(7, 3));
  tree_.file("10/net/raw", ProcTree::inet_line(7, 4));
  tree_.file("10/net/unix", "Num RefCount Protocol Flags Type St Inode Path\n" + ProcTree::unix_line("00010000", 1, 5, "/x"));
  SocketTable table;
  ASSERT_TRUE(table.add_namespace(open(), kGoOn));
  EXPECT_EQ(table.size(), 5U);
  EXPECT_EQ(table.find(1), (SocketKind{Protocol::kTcp, SocketState::kListen}));
  EXPECT_EQ(table.find(2), (SocketKind{Protocol::kTcp, SocketState::kEstablished}));
  EXPECT_EQ(table.find(3), (SocketKind{Protocol::kUdp, SocketState::kUnconnected}));
  EXPECT_EQ(table.find(4), (SocketKind{Protocol::kRaw, SocketState::kUnconnected}));
  EXPECT_EQ(table.find(5), (SocketKind{Protocol::kUnix, SocketState::kListening}));
  EXPECT_EQ(table.find(6), std::nullopt);
}

TEST_F(HeldSockets, ForgedUnixPathHidesNoOtherSocket) {
  tree_.file("10/net/tcp", ProcTree::inet_line(10, 1));
  tree_.file("10/net/unix", ProcTree::unix_line("00000000", 3, 7, "/tmp/x\n" + ProcTree::unix_line("00000000", 3, 1)));
  SocketTable table;
  ASSERT_TRUE(table.add_namespace(open(), kGoOn));
  EXPECT_EQ(table.find(1), (SocketKind{Protocol::kTcp, SocketState::kListen}));
}

TEST_F(HeldSockets, TableOfAProcessThatWentAwayIsNoTable) {
  const auto process = open();
  tree_.remove("10");
  SocketTable table;
  EXPECT_FALSE(table.add_namespace(process, kGoOn));
}

TEST_F(HeldSockets, HundredThousandLinesAreRead) {
  std::string text = "  sl  local_address rem_address   st\n";
  for (std::uint64_t inode = 1; inode <= 100'000; ++inode) text += ProcTree::inet_line(1, inode);
  tree_.file("10/net/tcp", text);
  SocketTable table;
  ASSERT_TRUE(table.add_namespace(open(), kGoOn));
  EXPECT_EQ(table.size(), 100'000U);
}

TEST_F(HeldSockets, EndlessLineIsLeftOutAndTheNextOneRead) {
  tree_.file("10/net/tcp", ProcTree::inet_line(10, 1) + std::string(200'000, '7') + "\n" + ProcTree::inet_line(10, 2));
  SocketTable table;
  ASSERT_TRUE(table.add_namespace(open(), kGoOn));
  EXPECT_EQ(table.size(), 2U);
}

TEST_F(HeldSockets, ClosedOneIsNotAskedFor) {
  tree_.socket(10, 3, 300);
  EXPECT_EQ(ask_for_kind(open(), {300, 3}), (SocketKind{Protocol::kOther, SocketState::kNone}));
  EXPECT_EQ(ask_for_kind(open(), {301, 3}), std::nullopt) << "the descriptor is another socket now";
  EXPECT_EQ(ask_for_kind(open(), {300, 4}), std::nullopt);
}

/// The kind of an unbound socket of the test, as the kernel reports it.
std::optional<SocketKind> kind_of(int family, int type) {
  const auto stat = test::read_file("/proc/self/stat");
  const auto fields = test::words(std::string_view{*stat}.substr(stat->rfind(')') + 1), " ");
  const auto process =
      ProcessDir::open("/proc", static_cast<std::uint32_t>(::getpid()), ProcTree::start_boottime_ns(std::stoull(fields[19])));
  const UniqueFd socket{::socket(family, type | SOCK_CLOEXEC, 0)};
  if (!process || !socket) return std::nullopt;
  const auto inode = parse_socket_link(process->link("fd/" + std::to_string(socket.get())).value_or(""));
  return inode ? ask_for_kind(*process, {*inode, socket.get()}) : std::nullopt;
}

TEST(SocketLive, KernelKnowsTheProtocolOfWhatIsInNoTable) {
  EXPECT_EQ(kind_of(AF_INET, SOCK_STREAM), (SocketKind{Protocol::kTcp, SocketState::kClose}));
  EXPECT_EQ(kind_of(AF_INET, SOCK_DGRAM), (SocketKind{Protocol::kUdp, SocketState::kUnconnected}));
  EXPECT_EQ(kind_of(AF_NETLINK, SOCK_RAW), (SocketKind{Protocol::kOther, SocketState::kNone}));
}

}  // namespace
}  // namespace procledger::procfs
