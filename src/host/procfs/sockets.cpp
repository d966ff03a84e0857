// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/sockets.hpp"

#include <sys/xattr.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <tuple>

namespace procledger::procfs {
namespace {

constexpr std::string_view kSocketLink = "socket:[";

constexpr std::array<std::string_view, 5> kProtocols{"tcp", "udp", "unix", "raw", "other"};
constexpr std::array<std::string_view, 15> kStates{"none",      "established", "syn_sent",    "syn_recv",   "fin_wait1",
                                                   "fin_wait2", "time_wait",   "close",       "close_wait", "last_ack",
                                                   "listen",    "closing",     "unconnected", "listening",  "connected"};

struct Table {
  const char* file{};
  Protocol protocol{};
};
constexpr std::array<Table, 9> kTables{{{"net/tcp", Protocol::kTcp},
                                        {"net/tcp6", Protocol::kTcp},
                                        {"net/udp", Protocol::kUdp},
                                        {"net/udp6", Protocol::kUdp},
                                        {"net/udplite", Protocol::kUdp},
                                        {"net/udplite6", Protocol::kUdp},
                                        {"net/raw", Protocol::kRaw},
                                        {"net/raw6", Protocol::kRaw},
                                        {"net/unix", Protocol::kUnix}}};

/// Parses all of the text as a hexadecimal number.
std::optional<std::uint32_t> from_hex(std::string_view text) {
  std::uint32_t value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

void skip_words(std::string_view& rest, int count) {
  for (int i = 0; i < count; ++i) std::ignore = take_word(rest);
}

std::optional<SocketState> inet_state(Protocol protocol, std::uint32_t number) {
  constexpr auto kLast = static_cast<std::uint32_t>(SocketState::kClosing);
  if (protocol != Protocol::kTcp) return number == 1 ? SocketState::kEstablished : SocketState::kUnconnected;
  if (number < 1 || number > kLast) return std::nullopt;
  return static_cast<SocketState>(number);
}

/// The kind of a socket that is not yet, or no longer, in the table of its protocol.
SocketKind idle_kind(std::string_view protocol) {
  if (protocol.starts_with("TCP") || protocol.starts_with("MPTCP")) return {Protocol::kTcp, SocketState::kClose};
  if (protocol.starts_with("UDP")) return {Protocol::kUdp, SocketState::kUnconnected};
  if (protocol.starts_with("UNIX")) return {Protocol::kUnix, SocketState::kUnconnected};
  if (protocol.starts_with("RAW")) return {Protocol::kRaw, SocketState::kUnconnected};
  return {Protocol::kOther, SocketState::kNone};
}

}  // namespace

std::string_view name_of(Protocol protocol) { return kProtocols[static_cast<std::size_t>(protocol)]; }
std::string_view name_of(SocketState state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<std::uint64_t> parse_socket_link(std::string_view target) {
  if (!target.starts_with(kSocketLink) || !target.ends_with(']')) return std::nullopt;
  target.remove_prefix(kSocketLink.size());
  target.remove_suffix(1);
  return to_number<std::uint64_t>(target);
}

Result<std::vector<HeldSocket>> held_sockets(const ProcessDir& process, const GoOn& go_on) {
  constexpr std::uint32_t kBetweenQuestions = 64;
  const auto entries = process.list("fd");
  if (!entries) return tl::unexpected{entries.error()};
  std::vector<HeldSocket> sockets;
  std::uint32_t count = 0;
  while (const dirent* entry = ::readdir(entries->get())) {
    if (++count % kBetweenQuestions == 0 && !go_on()) break;
    const std::string_view name{entry->d_name};
    const auto fd = to_number<int>(name);
    if (!fd) continue;
    const auto target = process.link("fd/" + std::string{name});
    // CAP_DAC_READ_SEARCH suffices to list the descriptors; reading their links needs more rights.
    if (!target && target.error().kind == ErrorKind::kPermission) return tl::unexpected{target.error()};
    const auto inode = target ? parse_socket_link(*target) : std::nullopt;
    if (inode) sockets.push_back({*inode, *fd});
  }
  std::ranges::sort(sockets, {}, &HeldSocket::inode);
  const auto doubles = std::ranges::unique(sockets, {}, &HeldSocket::inode);
  sockets.erase(doubles.begin(), doubles.end());
  return sockets;
}

std::optional<SocketKind> ask_for_kind(const ProcessDir& process, HeldSocket socket) {
  const std::string name = "fd/" + std::to_string(socket.fd);
  std::array<char, 32> protocol{};  // include/net/sock.h: struct proto::name
  const std::string path = process.path() + "/" + name;
  const ssize_t got = ::getxattr(path.c_str(), "system.sockprotoname", protocol.data(), protocol.size() - 1);
  // This check comes last: if the descriptor in the open directory is still that socket, the answer above was about that socket.
  const auto target = process.link(name);
  if (!target || parse_socket_link(*target) != socket.inode) return std::nullopt;
  return idle_kind(got > 0 ? std::string_view{protocol.data()} : std::string_view{});
}

std::optional<TableLine> parse_inet_line(std::string_view line, Protocol protocol) {
  // sl local_address rem_address st queues timer retransmits uid timeout inode ...
  skip_words(line, 3);
  const auto number = from_hex(take_word(line));
  skip_words(line, 5);
  const auto inode = to_number<std::uint64_t>(take_word(line));
  if (!number || !inode || *inode == 0) return std::nullopt;
  const auto state = inet_state(protocol, *number);
  if (!state) return std::nullopt;
  return TableLine{*inode, {protocol, *state}};
}

std::optional<TableLine> parse_unix_line(std::string_view line) {
  // Num RefCount Protocol Flags Type St Inode Path
  constexpr std::uint32_t kAccepts = 0x10000;  // include/linux/net.h: __SO_ACCEPTCON
  constexpr std::uint32_t kConnected = 3;      // include/uapi/linux/net.h: SS_CONNECTED
  skip_words(line, 3);
  const auto flags = from_hex(take_word(line));
  skip_words(line, 1);
  const auto number = from_hex(take_word(line));
  const auto inode = to_number<std::uint64_t>(take_word(line));
  if (!flags || !number || !inode || *inode == 0) return std::nullopt;
  SocketState state = *number == kConnected ? SocketState::kConnected : SocketState::kUnconnected;
  if ((*flags & kAccepts) != 0) state = SocketState::kListening;
  return TableLine{*inode, {Protocol::kUnix, state}};
}

Result<void> SocketTable::add_namespace(const ProcessDir& through, const GoOn& go_on) {
  for (const Table& table : kTables) {
    const auto file = through.open_file(table.file);
    if (!file && file.error().kind == ErrorKind::kGone) continue;
    if (!file) return tl::unexpected{file.error()};
    const bool is_unix = table.protocol == Protocol::kUnix;
    Kinds& kinds = is_unix ? unix_ : inet_;
    const auto done = each_line(*file, through.path() + "/" + table.file, go_on, [&](std::string_view line) {
      const auto found = is_unix ? parse_unix_line(line) : parse_inet_line(line, table.protocol);
      if (found) kinds.try_emplace(found->inode, found->kind);
    });
    if (!done) return done;
  }
  // A missing table may have vanished with the process, so this checks that the process still exists.
  return through.list("net").map([](const DirStream&) {});
}

std::optional<SocketKind> SocketTable::find(std::uint64_t inode) const {
  for (const Kinds* kinds : {&inet_, &unix_}) {
    if (const auto at = kinds->find(inode); at != kinds->end()) return at->second;
  }
  return std::nullopt;
}

}  // namespace procledger::procfs
