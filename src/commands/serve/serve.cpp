// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/serve.hpp"

#include <cerrno>
#include <chrono>
#include <ctime>
#include <initializer_list>
#include <memory>
#include <utility>

#include "base/version.hpp"
#include "collector/collector.hpp"
#include "commands/serve/assembly.hpp"
#include "commands/serve/configuration.hpp"
#include "commands/serve/privileges.hpp"
#include "commands/serve/reloader.hpp"
#include "commands/serve/sd_notify.hpp"
#include "exposition/http_server.hpp"
#include "sources/probe/gather.hpp"

namespace procledger::commands {
namespace {

constexpr double kBackgroundShare = 0.05;  // of one CPU; the HELP of procledger_slow_pass_timestamp_seconds states this share

/// The running parts of the daemon. The destructor works from the bottom up: HTTP stops, then collection, then the eBPF programs detach.
struct Running {
  DeferredProvider provider;
  std::unique_ptr<probe::SourceSelector> sources;
  std::unique_ptr<Reloader> reloader;
  std::unique_ptr<Accounting> accounting;
  std::unique_ptr<collector::Collector> collector;
  std::unique_ptr<exposition::HttpServer> http;
};

Result<void> start(Running& running, const ServeOptions& options, log::Logger& log) {
  auto configuration = load_configuration(options);
  if (!configuration) return tl::unexpected{std::move(configuration).error()};
  log_lines(log, log::Level::kWarn, "config_warning", configuration->warnings);
  const collector::Rules& rules = configuration->rules;

  const CollectOptions& collect = options;
  running.reloader = std::make_unique<Reloader>(collect, log);
  exposition::Reload reload;
  if (options.lifecycle) {
    reload = [&reloader = *running.reloader] {
      const auto done = reloader.reload();
      return done ? std::string{} : done.error().message;
    };
  }
  const exposition::DaemonMetrics daemon{.process = process_metrics(options),
                                         .reloads = std::make_shared<exposition::ReloadMetrics>(std::chrono::system_clock::now()),
                                         .http = std::make_shared<exposition::HttpMetrics>()};
  auto http = exposition::HttpServer::start({.listen_addresses = options.listen_addresses,
                                             .telemetry_path = options.telemetry_path,
                                             .model = page_model(options, daemon),
                                             .reload = std::move(reload)},
                                            running.provider);
  if (!http) return tl::unexpected{std::move(http).error()};
  running.http = std::move(*http);

  running.sources = std::make_unique<probe::SourceSelector>(source_request(options));
  auto source = running.sources->open();
  if (!source) return tl::unexpected{std::move(source).error()};
  running.accounting = std::make_unique<Accounting>(std::move(*source), options, rules);
  if (auto started = running.accounting->start_background_sampler(options, kBackgroundShare); !started) return started;

  running.collector = std::make_unique<collector::Collector>(running.accounting->parts(),
                                                             collector::Options{.pipeline = running.accounting->pipeline_options(options)},
                                                             rules, log, options.source == "auto" ? running.sources.get() : nullptr);
  if (auto started = running.collector->start(); !started) return started;
  running.provider.open(*running.collector);
  running.reloader->connect({.adopt =
                                 [&collector = *running.collector, reloads = daemon.reloads](collector::Rules adopted) {
                                   // before adopt, so that a page by the new rules shows the reload
                                   reloads->note_success(std::chrono::system_clock::now());
                                   collector.adopt(std::move(adopted));
                                 },
                             .refuse = [reloads = daemon.reloads] { reloads->note_failure(); }});
  return {};
}

void announce(const Running& running, log::Logger& log) {
  log.info("started", {{"version", kVersion}, {"revision", kRevision}});
  const Accounting& accounting = *running.accounting;
  log.info("source", {{"source", accounting.name}, {"reason", accounting.reason}, {"why", accounting.why}});
  for (const std::string& address : running.http->addresses()) log.info("listening", {{"address", address}});
}

// Reopens the log first, so that errors of the configuration go to the new file.
void hang_up(Reloader& reloader, ServiceReport& report, log::Logger& log) {
  report.reloading();
  if (const auto reopened = log.reopen(); !reopened) log.error("log_not_reopened", {{"error", reopened.error().message}});
  const auto reloaded = reloader.reload();  // logs the errors
  report.reloaded(reloaded ? std::string_view{} : reloaded.error().message);
}

void wait_for_end(const Signals& signals, const Running& running, ServiceReport& report, log::Logger& log) {
  for (;;) {
    const collector::Collector& collector = *running.collector;
    report.update({.trouble = collector.not_ready(), .last_turn = collector.last_turn()}, ServiceReport::Clock::now());
    const auto signal = signals.wait(report.pause());
    if (!signal) continue;
    if (*signal == SIGHUP) {
      hang_up(*running.reloader, report, log);
      continue;
    }
    log.info("stopping", {{"signal", *signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
    return report.stopping();
  }
}

}  // namespace

Signals::Signals() {
  ::sigemptyset(&set_);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set_, signal);
  ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

std::optional<int> Signals::wait(std::optional<std::chrono::milliseconds> patience) const {
  for (;;) {
    int signal = 0;
    if (patience) {
      const timespec limit{.tv_sec = patience->count() / 1000, .tv_nsec = patience->count() % 1000 * 1'000'000};
      signal = ::sigtimedwait(&set_, nullptr, &limit);
    } else {
      signal = ::sigwaitinfo(&set_, nullptr);
    }
    if (signal > 0) return signal;
    if (errno == EAGAIN) return std::nullopt;  // EINTR: SIGSTOP and SIGCONT, or a debugger
  }
}

Result<void> serve(const ServeOptions& options) {
  const Signals signals;
  auto log = log::open_logger(options.log);
  if (!log) return tl::unexpected{std::move(log).error()};
  for (const std::string& note : options.notes) log_lines(**log, log::Level::kWarn, "flag_without_effect", note);
  // Before the first thread starts: capabilities belong to a thread, so other threads would keep theirs.
  const auto kept = drop_rights(kept_rights(options, probe::held_capabilities()));
  if (!kept) return tl::unexpected{kept.error()};
  Running running;
  if (auto started = start(running, options, **log); !started) return started;
  announce(running, **log);
  ServiceReport report{NotifySocket::from_environment()};
  wait_for_end(signals, running, report, **log);
  return {};
}

}  // namespace procledger::commands
