// SPDX-License-Identifier: Apache-2.0
#include "exposition/pending_requests.hpp"

#include <microhttpd.h>

#include <utility>

namespace procledger::exposition {

Suspensions::WaitPtr Suspensions::suspend(MHD_Connection* connection) {
  auto wait = std::make_shared<Wait>(connection);
  const std::lock_guard lock{mutex_};
  if (closed_) return nullptr;
  waiting_.insert(wait);
  MHD_suspend_connection(connection);
  return wait;
}

void Suspensions::resume(const WaitPtr& wait, metrics::SnapshotPtr snapshot) {
  const std::lock_guard lock{mutex_};
  if (waiting_.erase(wait) == 0) return;  // the connection may be gone
  wait->snapshot_ = std::move(snapshot);
  MHD_resume_connection(wait->connection_);
}

metrics::SnapshotPtr Suspensions::result(const WaitPtr& wait) {
  const std::lock_guard lock{mutex_};
  return std::exchange(wait->snapshot_, nullptr);
}

void Suspensions::close() {
  const std::lock_guard lock{mutex_};
  closed_ = true;
  for (const auto& wait : std::exchange(waiting_, {})) MHD_resume_connection(wait->connection_);
}

}  // namespace procledger::exposition
