// SPDX-License-Identifier: Apache-2.0
#include "support/scraper.hpp"

#include <array>
#include <sstream>
#include <string_view>

namespace procledger::test {
namespace {

bool is_counter(std::string_view name) {
  constexpr std::array<std::string_view, 4> kSuffixes{"_total", "_count", "_bucket", "_sum"};
  for (const std::string_view suffix : kSuffixes) {
    if (name.ends_with(suffix)) return true;
  }
  return false;
}

}  // namespace

void CounterWatch::see(const Exposition& page) {
  for (const auto& [key, value] : page.series()) {
    if (!is_counter(key.name)) continue;
    const auto [at, fresh] = highest_.emplace(key, value);
    if (fresh || value >= at->second) {
      at->second = value;
      continue;
    }
    std::ostringstream line;
    line.precision(17);
    line << key.text() << " fell from " << at->second << " to " << value;
    falls_.push_back(line.str());
  }
}

Scraper::Scraper(const DaemonProcess& daemon, std::chrono::milliseconds every)
    : daemon_{daemon}, every_{every}, thread_{[this] { run(); }} {}

Scraper::~Scraper() { static_cast<void>(stop()); }

void Scraper::run() {
  std::unique_lock lock{mutex_};
  auto next = std::chrono::steady_clock::now();
  while (!stopping_) {
    lock.unlock();
    scrape_once();
    lock.lock();
    next += every_;
    stop_requested_.wait_until(lock, next, [this] { return stopping_; });
  }
}

void Scraper::scrape_once() {
  const auto page = daemon_.scrape();
  const std::lock_guard lock{mutex_};
  ++scrapes_;
  if (page) {
    watch_.see(*page);
  } else {
    failures_.push_back("scrape " + std::to_string(scrapes_) + " failed: " + page.error().message);
  }
}

std::vector<std::string> Scraper::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  stop_requested_.notify_all();
  if (thread_.joinable()) thread_.join();
  std::vector<std::string> complaints = failures_;
  complaints.insert(complaints.end(), watch_.falls().begin(), watch_.falls().end());
  return complaints;
}

std::size_t Scraper::scrapes() const {
  const std::lock_guard lock{mutex_};
  return scrapes_;
}

}  // namespace procledger::test
