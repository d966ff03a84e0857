// SPDX-License-Identifier: Apache-2.0
// Scrapes a daemon in the background and watches that no counter ever falls.
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

/// Remembers the highest value of every counter and says which one was seen below it. A counter that goes and comes back lower has fallen.
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

  /// Ends the scraping and hands out one line for every counter that fell and every scrape that failed. Empty: all was well.
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
