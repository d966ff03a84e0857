// SPDX-License-Identifier: Apache-2.0
#include "commands/once/once.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <thread>
#include <tuple>
#include <utility>

#include "base/unique_fd.hpp"
#include "commands/serve/assembly.hpp"
#include "commands/serve/configuration.hpp"
#include "exposition/text_format.hpp"

namespace procledger::commands {
namespace {

constexpr double kWholeCpu = 1;  // the sampler may use a whole CPU: a user waits for the page

Result<int> run_once(const OnceOptions& options) {
  for (const std::string& note : options.notes) print_note(note);
  if (!options.growth_time_given) print_note("once: counters show the growth over 1s; --for sets another time");
  return once(options).map([] { return 0; });
}

Result<void> write_whole(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno != EINTR) return tl::unexpected{system_error("writing", errno)};
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file) != 0) return tl::unexpected{system_error("writing", errno)};
  return {};
}

Result<std::string> page_of(const OnceOptions& options) {
  auto configuration = load_configuration(options);
  if (!configuration) return tl::unexpected{std::move(configuration).error()};
  const collector::Rules& rules = configuration->rules;
  auto source = probe::open_source(source_request(options));
  if (!source) return tl::unexpected{std::move(source).error()};
  Accounting accounting{std::move(*source), options, rules};
  if (options.compat || rules.policy.wants_pss() || rules.policy.wants_sockets()) {
    if (auto started = accounting.start_background_sampler(options, kWholeCpu); !started) return tl::unexpected{std::move(started).error()};
  }
  collector::CollectionPipeline pipeline{accounting.parts(), accounting.pipeline_options(options), rules};
  auto snapshot = pipeline.collect();
  if (snapshot && options.growth_time.count() > 0) {
    std::this_thread::sleep_for(options.growth_time);
    snapshot = pipeline.collect();
  }
  if (snapshot && accounting.slow) {  // the sampler needs a collection for its list of processes
    std::ignore = accounting.slow->wait();
    snapshot = pipeline.collect();
  }
  if (!snapshot) return tl::unexpected{snapshot.error()};
  // `once` reloads nothing and answers no request. node_exporter, which reads the page, has its own process_* metrics. The page of
  // process-exporter has process_* metrics.
  exposition::DaemonMetrics own;
  if (options.compat) own.process = process_metrics(options);
  return exposition::write_page(**snapshot, page_model(options, std::move(own)), exposition::Format::kText);
}

}  // namespace

void define(FlagTable& table, OnceFlags& flags) {
  OnceOptions& once = flags.once;
  table.heading("Page");
  table.add({.name = "--for",
             .value = "DURATION",
             .help = "Time between the two collections; counters show the growth in this time; 0: collect once, so counters are near 0",
             .fallback = "1s"},
            take_duration(once.growth_time, std::chrono::milliseconds{10}, "to collect once"));
  table.add({.name = "--output",
             .value = "FILE",
             .help = "Write the page to this file, which is replaced atomically; -: stdout",
             .short_name = "-o"},
            once.output);
  define_rules(table, flags);
  define_expensive(table, flags);
  define_compat(table, flags.compat, CompatUse::kOnce);
}

Result<OnceOptions> interpret(const FlagTable& table, OnceFlags flags, const FlagTable::Rest& rest) {
  if (auto none = refuse_operands(rest); !none) return tl::unexpected{std::move(none).error()};
  OnceOptions options = std::move(flags.once);
  const auto environment = read_environment();
  auto collect = interpret_collect(table, std::move(flags), environment);
  if (!collect) return tl::unexpected{std::move(collect).error()};
  static_cast<CollectOptions&>(options) = std::move(*collect);
  options.growth_time_given = table.given("--for");
  if (options.compat && table.given("--once-to-stdout-delay")) {
    if (options.growth_time_given) return usage("--once-to-stdout-delay cannot be combined with --for");
    options.growth_time = options.compat->once_delay;
    options.growth_time_given = true;
  }
  if (options.output == "-") options.output.clear();
  return options;
}

Result<void> replace_file(const std::string& path, std::string_view text) {
  struct stat existing{};
  if (::stat(path.c_str(), &existing) == 0 && !S_ISREG(existing.st_mode)) {
    return usage("--output: " + path + " is not a regular file; without --output, the page goes to stdout");
  }
  // The name must not end in .prom: the textfile collector reads every *.prom file.
  const std::string draft = path + "." + std::to_string(::getpid()) + ".tmp";
  const auto failed = [&draft](const Error& error) {
    std::ignore = ::unlink(draft.c_str());
    return tl::unexpected{error};
  };
  const UniqueFd file{::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)};
  if (!file) {
    Error error = system_error("--output: cannot create " + draft, errno);
    error.message += "; the directory must exist and be writable";
    return tl::unexpected{std::move(error)};
  }
  if (auto written = write_whole(file.get(), text); !written) return failed(std::move(written).error().within("--output: " + draft));
  if (::rename(draft.c_str(), path.c_str()) != 0) return failed(system_error("--output: renaming " + draft + " to " + path, errno));
  return {};
}

Result<void> once(const OnceOptions& options) {
  const auto page = page_of(options);
  if (!page) return tl::unexpected{page.error()};
  return options.output.empty() ? print_out(*page) : replace_file(options.output, *page);
}

Command once_command() {
  return make_command<OnceFlags, run_once>(
      {.name = "once",
       .operands = "[flags]",
       .summary = "prints one page of metrics, to stdout or to a file",
       .description = "Collects twice and prints the second page in the Prometheus text format. Counters show the growth between the two "
                      "collections. --for sets the time between the two collections.",
       .examples = {{"procledger once --for 10s", "What every group used in 10 seconds"},
                    {"procledger once --for 30s --output /var/lib/prometheus/node-exporter/procledger.prom",
                     "A page for the textfile collector of node_exporter"},
                    {"procledger once --source proc --memory.pss", "Without eBPF, with proportional memory"}},
       .environment = {{"FILTER", "the value of --threads.filter, if the flag is not given"}},
       .files = {{"/etc/procledger/config.yaml", "the configuration of the packaged service; once reads it only with --config.file"}},
       .statuses = exit_statuses()});
}

}  // namespace procledger::commands
