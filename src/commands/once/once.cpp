// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstdio>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

#include "commands/once/once.hpp"
#include "commands/serve/assembly.hpp"
#include "commands/serve/configuration.hpp"
#include "exposition/text_format.hpp"

namespace procledger::commands {
namespace {

constexpr double kAsFastAsItCan = 1;  // somebody waits for it

}  // namespace

Result<void> once(const Options& options) {
  auto configuration = load_configuration(options);
  if (!configuration) return tl::unexpected{std::move(configuration).error()};
  const collector::Rules& rules = configuration->rules;
  auto source = probe::open_source(source_request(options));
  if (!source) return tl::unexpected{std::move(source).error()};
  Accounting accounting{std::move(*source), options, rules};
  if (options.compat || rules.policy.wants_pss() || rules.policy.wants_sockets()) {
    if (auto started = accounting.start_slow_lane(options, kAsFastAsItCan); !started) return started;
  }
  collector::Books books{accounting.parts(), accounting.books_options(options), rules};
  auto snapshot = books.collect();
  if (snapshot && options.compat && options.compat->once_delay.count() > 0) {  // what happens meanwhile is what is asked for
    std::this_thread::sleep_for(options.compat->once_delay);
    snapshot = books.collect();
  }
  if (snapshot && accounting.slow) {  // which has learnt only now who lives
    std::ignore = accounting.slow->wait();
    snapshot = books.collect();
  }
  if (!snapshot) return tl::unexpected{snapshot.error()};

  const std::string page = exposition::write_page(**snapshot, page_model(options), exposition::Format::kText);
  if (std::fwrite(page.data(), 1, page.size(), stdout) != page.size() || std::fflush(stdout) != 0) {
    return tl::unexpected{system_error("writing to stdout", errno)};
  }
  return {};
}

}  // namespace procledger::commands
