// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/environment.hpp"

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "commands/cli/usage.hpp"
#include "core/config/thread_filter.hpp"

namespace procledger::commands {
namespace {

std::optional<std::string> if_set(const char* name) {
  const std::string_view value = environment_variable(name);
  return value.empty() ? std::nullopt : std::optional<std::string>{value};
}

bool is_port(const std::string& text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port > 0;
}

}  // namespace

std::string_view environment_variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody changes the environment
  return value != nullptr ? value : std::string_view{};
}

Environment read_environment() { return {.filter = if_set("FILTER"), .port = if_set("PORT")}; }

Result<void> fill_in(Options& options, const Environment& environment, bool filter_given, bool address_given) {
  const bool collects = options.command == Command::kServe || options.command == Command::kOnce;
  if (!collects || options.compat || !environment.filter) return {};
  if (!filter_given) {
    auto filter = config::parse_thread_filter(*environment.filter);
    if (!filter) return tl::unexpected{std::move(filter.error()).within("the environment variable FILTER")};
    options.thread_filter = std::move(*filter);
  }
  if (!environment.port || address_given || options.command != Command::kServe) return {};
  if (!is_port(*environment.port)) return usage("the environment variable PORT: " + in_quotes(*environment.port) + " is no port");
  options.listen_addresses = {":" + *environment.port};
  return {};
}

}  // namespace procledger::commands
