// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>

namespace procledger::sampler {

/// Holds the latest of something, for one thread that puts and one that takes. Neither ever waits for the other: with a lock, the fast
/// side would wait whenever the slow one is pushed off its CPU while it holds it.
template <typename T>
class Mailbox {
 public:
  Mailbox() = default;
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;
  ~Mailbox() { take(); }

  /// Replaces what nobody has taken.
  void put(std::unique_ptr<T> item) { const std::unique_ptr<T> replaced{slot_.exchange(item.release())}; }

  /// What was put last, once; else null.
  std::unique_ptr<T> take() { return std::unique_ptr<T>{slot_.exchange(nullptr)}; }

 private:
  std::atomic<T*> slot_{nullptr};
};

}  // namespace procledger::sampler
