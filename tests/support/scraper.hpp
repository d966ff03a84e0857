// SPDX-License-Identifier: Apache-2.0
// Scrapes a daemon in the background and checks that no counter falls.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/daemon_process.hpp"
#include "support/exposition.hpp"

namespace procledger::test {

/// Keeps the highest value of every counter and reports lower values. A counter that disappears and returns lower has fallen.
class CounterWatch {
 public:
  void see(const Exposition& page);
  /// One line for each fall so far.
  [[nodiscard]] const std::vector<std::string>& falls() const { return falls_; }

 private:
  std::map<SeriesKey, double> highest_;
  std::vector<std::string> falls_;
};

class Scraper {
 public:
  explicit Scraper(const DaemonProcess& daemon, std::chrono::milliseconds every = std::chrono::milliseconds{500});
  ~Scraper();
  Scraper(const Scraper&) = delete;
  Scraper& operator=(const Scraper&) = delete;

  /// Stops the scrapes. Returns a line for every counter that fell and every scrape that failed.
  [[nodiscard]] std::vector<std::string> stop();
  [[nodiscard]] std::size_t scrapes() const;

 private:
  void run();
  void scrape_once();

  const DaemonProcess& daemon_;
  const std::chrono::milliseconds every_;
  mutable std::mutex mutex_;
  std::condition_variable stop_requested_;
  bool stopping_{};
  std::size_t scrapes_{};
  CounterWatch watch_;
  std::vector<std::string> failures_;
  std::thread thread_;
};

}  // namespace procledger::test
