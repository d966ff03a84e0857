// SPDX-License-Identifier: Apache-2.0
#include <sys/epoll.h>

#include <cerrno>
#include <utility>

#include "base/unique_fd.hpp"
#include "sources/taskstats/netlink_feed.hpp"
#include "sources/taskstats/proc_connector.hpp"
#include "sources/taskstats/taskstats_socket.hpp"

namespace procledger::taskstats {
namespace {

/// Reads the proc connector and taskstats. Owns both sockets and the count of losses.
class KernelNetlinkFeed final : public NetlinkFeed {
 public:
  KernelNetlinkFeed(Connector connector, ExitListener listener, UniqueFd waiting)
      : connector_{std::move(connector)}, listener_{std::move(listener)}, waiting_{std::move(waiting)} {}

  [[nodiscard]] int wakeup_fd() const override { return waiting_.get(); }
  [[nodiscard]] Result<void> read(Batch& batch) override;
  [[nodiscard]] FeedLosses losses() const override { return losses_; }

 private:
  Connector connector_;
  ExitListener listener_;
  UniqueFd waiting_;
  SequenceGaps gaps_;
  FeedLosses losses_;
};

// Reads events before records: the kernel sends the exit record of a task long before its exit event, so the record of each event that was
// read has already arrived.
Result<void> KernelNetlinkFeed::read(Batch& batch) {
  const std::size_t before = batch.events.size();
  const auto event_overruns = connector_.read(batch.events);
  for (std::size_t i = before; i < batch.events.size(); ++i) gaps_.note(batch.events[i].cpu, batch.events[i].sequence);
  losses_.event_gaps = gaps_.missing();
  const auto record_overruns = listener_.read(batch.records);
  losses_.event_overruns += event_overruns.value_or(0);
  losses_.record_overruns += record_overruns.value_or(0);
  if (!event_overruns) return tl::unexpected{event_overruns.error()};
  if (!record_overruns) return tl::unexpected{record_overruns.error()};
  return {};
}

Result<UniqueFd> wait_for(int first, int second) {
  UniqueFd both{::epoll_create1(EPOLL_CLOEXEC)};
  if (!both) return tl::unexpected{system_error("waiting for netlink messages", errno)};
  for (const int fd : {first, second}) {
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.fd = fd;
    if (::epoll_ctl(both.get(), EPOLL_CTL_ADD, fd, &wanted) != 0) {
      return tl::unexpected{system_error("waiting for netlink messages", errno)};
    }
  }
  return both;
}

}  // namespace

Result<std::unique_ptr<NetlinkFeed>> open_kernel_feed(std::uint32_t receive_bytes) {
  auto listener = ExitListener::open(receive_bytes);  // before the connector: errors of taskstats are more precise
  if (!listener) return tl::unexpected{listener.error()};
  auto connector = Connector::open(receive_bytes);
  if (!connector) return tl::unexpected{connector.error()};
  auto waiting = wait_for(connector->fd(), listener->fd());
  if (!waiting) return tl::unexpected{waiting.error()};
  return std::make_unique<KernelNetlinkFeed>(std::move(*connector), std::move(*listener), std::move(*waiting));
}

}  // namespace procledger::taskstats
