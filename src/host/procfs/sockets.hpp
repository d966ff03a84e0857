// SPDX-License-Identifier: Apache-2.0
// Finds the sockets of a process, with their protocols and states.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "host/procfs/file.hpp"
#include "host/procfs/process_dir.hpp"

namespace procledger::procfs {

/// IPv4 and IPv6 count as one protocol. kOther: netlink, packet, vsock and all others.
enum class Protocol : std::uint8_t { kTcp, kUdp, kUnix, kRaw, kOther };

enum class SocketState : std::uint8_t {
  kNone,  ///< of kOther
  // TCP, in the order of the kernel's numbers (include/net/tcp_states.h), which start at 1.
  kEstablished,  ///< also UDP and raw: the socket has a peer
  kSynSent,
  kSynReceived,
  kFinWait1,
  kFinWait2,
  kTimeWait,
  kClose,
  kCloseWait,
  kLastAck,
  kListen,
  kClosing,
  // UDP, raw and unix
  kUnconnected,
  // unix
  kListening,
  kConnected,
};

struct SocketKind {
  Protocol protocol{};
  SocketState state{};
  auto operator<=>(const SocketKind&) const = default;
};

/// Label values. The views are valid for the life of the program.
[[nodiscard]] std::string_view name_of(Protocol protocol);
[[nodiscard]] std::string_view name_of(SocketState state);

/// An open socket of one process.
struct HeldSocket {
  std::uint64_t inode{};
  int fd{};  ///< one of the descriptors of the socket
};

/// The inode in the target of a link in /proc/PID/fd, "socket:[4711]"; absent if the link is no socket.
[[nodiscard]] std::optional<std::uint64_t> parse_socket_link(std::string_view target);

/// The sockets of a process by inode, each once, however many descriptors refer to a socket. Incomplete when `go_on` returns false.
/// @error  kGone: the process has ended; kPermission
[[nodiscard]] Result<std::vector<HeldSocket>> held_sockets(const ProcessDir& process, const GoOn& go_on);

/// Asks the kernel for the protocol of a socket that is in no table: the socket is not bound, its protocol has no table, or its network
/// namespace was not read. Absent: the socket is closed by now.
[[nodiscard]] std::optional<SocketKind> ask_for_kind(const ProcessDir& process, HeldSocket socket);

/// A socket in a line of a table. The parsers return none for a heading, a socket without an inode, or a line of another table.
struct TableLine {
  std::uint64_t inode{};
  SocketKind kind;
};
/// @source  net/ipv4/tcp_ipv4.c:get_tcp4_sock, net/ipv4/udp.c:udp4_format_sock: tcp, udp, raw and their IPv6 variants
[[nodiscard]] std::optional<TableLine> parse_inet_line(std::string_view line, Protocol protocol);
/// @source  net/unix/af_unix.c:unix_seq_show
[[nodiscard]] std::optional<TableLine> parse_unix_line(std::string_view line);

/// The sockets of all network namespaces read so far, with their kinds. Inodes of sockets are unique on the host, so one table suffices.
/// A pass of the background sampler owns one.
class SocketTable {
 public:
  /// Adds the sockets of the network namespace of a process. Tables that this kernel lacks are skipped.
  /// @error  kGone: the process has ended meanwhile, and the result may be incomplete; else as the system call
  [[nodiscard]] Result<void> add_namespace(const ProcessDir& through, const GoOn& go_on);

  [[nodiscard]] std::optional<SocketKind> find(std::uint64_t inode) const;
  [[nodiscard]] std::size_t size() const { return inet_.size() + unix_.size(); }

 private:
  using Kinds = std::unordered_map<std::uint64_t, SocketKind>;

  // The unix table is separate, because any user can forge a line in it by a newline in a socket's path. A forged line must not hide a real
  // socket of the other tables, whose text comes from the kernel alone.
  Kinds inet_;
  Kinds unix_;
};

}  // namespace procledger::procfs
