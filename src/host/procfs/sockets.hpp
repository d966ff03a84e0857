// SPDX-License-Identifier: Apache-2.0
// Which sockets a process holds, and what they are.
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

/// IPv4 and IPv6 are one. kOther: netlink, packet, vsock and whatever else there is.
enum class Protocol : std::uint8_t { kTcp, kUdp, kUnix, kRaw, kOther };

enum class SocketState : std::uint8_t {
  kNone,  ///< of kOther
  // TCP, in the order of the kernel's numbers (include/net/tcp_states.h), which begin at 1.
  kEstablished,  ///< UDP and raw, too: has a peer
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

/// Label values. They live for ever.
[[nodiscard]] std::string_view name_of(Protocol protocol);
[[nodiscard]] std::string_view name_of(SocketState state);

/// A socket as one process holds it.
struct HeldSocket {
  std::uint64_t inode{};
  int fd{};  ///< one of those that refer to it
};

/// The inode in the target of a link in /proc/PID/fd, "socket:[4711]"; absent for everything that is no socket.
[[nodiscard]] std::optional<std::uint64_t> parse_socket_link(std::string_view target);

/// Every socket once, however many descriptors refer to it, by inode. Incomplete when `go_on` says no.
/// @error  kGone: the process has ended; kPermission
[[nodiscard]] Result<std::vector<HeldSocket>> held_sockets(const ProcessDir& process, const GoOn& go_on);

/// What the kernel calls the protocol of a socket that is in no table: bound to nothing, of a protocol without a table, or of another
/// network namespace than all that were read. Absent: it is not there any more.
[[nodiscard]] std::optional<SocketKind> ask_for_kind(const ProcessDir& process, HeldSocket socket);

/// A socket in a line of a table. Absent: a heading, a socket that belongs to nobody, or no line of that table.
struct TableLine {
  std::uint64_t inode{};
  SocketKind kind;
};
/// @source  net/ipv4/tcp_ipv4.c:get_tcp4_sock, net/ipv4/udp.c:udp4_format_sock: tcp, udp, raw and their v6 brothers
[[nodiscard]] std::optional<TableLine> parse_inet_line(std::string_view line, Protocol protocol);
/// @source  net/unix/af_unix.c:unix_seq_show
[[nodiscard]] std::optional<TableLine> parse_unix_line(std::string_view line);

/// What every socket of the network namespaces read so far is. Inodes of sockets are unique on the host, so one table does for all.
class SocketTable {
 public:
  /// Adds the namespace that this process lives in. Tables that this kernel does not have are nobody's sockets.
  /// @error  kGone: the process has ended meanwhile, and what was read may lack something; else as the system call
  [[nodiscard]] Result<void> add_namespace(const ProcessDir& through, const GoOn& go_on);

  [[nodiscard]] std::optional<SocketKind> find(std::uint64_t inode) const;
  [[nodiscard]] std::size_t size() const { return inet_.size() + unix_.size(); }

 private:
  using Kinds = std::unordered_map<std::uint64_t, SocketKind>;

  // Apart, because anybody can bring a forged line into the unix table by a newline in a socket's path. It must not hide a real socket of
  // the other tables, whose text is the kernel's alone.
  Kinds inet_;
  Kinds unix_;
};

}  // namespace procledger::procfs
