// SPDX-License-Identifier: Apache-2.0
#include "commands/report/report.hpp"

#include <unistd.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "commands/cli/terminal.hpp"
#include "commands/report/formats.hpp"
#include "commands/report/options.hpp"
#include "commands/report/prometheus_client.hpp"
#include "commands/report/queries.hpp"
#include "commands/report/rows.hpp"
#include "host/procfs/file.hpp"

namespace procledger::commands {
namespace {

report::Window window_of(const ReportOptions& options) {
  constexpr std::int64_t kNsPerMs = 1'000'000;
  const std::int64_t end_ms = read_clock_ns(CLOCK_REALTIME) / kNsPerMs;
  const std::int64_t step_ms = options.step.count();
  return {.begin_ms = end_ms - options.last.count() / step_ms * step_ms, .end_ms = end_ms, .step_ms = step_ms};
}

Result<std::string> token(const std::string& file) {
  if (file.empty()) return std::string{};
  auto text = procfs::read_file(file);
  if (!text) return tl::unexpected{std::move(text).error().within("--bearer-token-file")};
  std::string_view rest{*text};
  const std::string_view word = procfs::take_word(rest);
  if (word.empty()) return usage("--bearer-token-file: the file " + file + " contains no token");
  return std::string{word};
}

Result<report::Answers> ask(report::Client& client, const ReportOptions& options) {
  const report::Window window = window_of(options);
  return client.range(report::report_query(options.filter), window).and_then([&window](report::SeriesList&& answer) {
    return report::answers_of(std::move(answer), window);
  });
}

/// Explains an empty report and says what to do next.
std::string nothing(const report::Answers& answers) {
  if (answers.clock.empty()) {
    return "the server has no series procledger_group_cpu_seconds_total in this window; check under Status > Targets that the server "
           "scrapes procledger";
  }
  if (answers.cpu.empty())
    return "no group matches --namespace and --exclude; without them, the report covers " + std::to_string(answers.clock.size()) +
           (answers.clock.size() == 1 ? " daemon" : " daemons");
  return "no daemon was scraped twice, at least one --step apart, in this window; take a longer --last or a longer --step";
}

Result<int> run(const ReportOptions& options) {
  auto bearer = token(options.bearer_token_file);
  if (!bearer) return tl::unexpected{std::move(bearer).error()};
  auto client =
      report::Client::open(options.url, {.bearer_token = std::move(*bearer), .ca_file = options.ca_file, .timeout = options.timeout});
  if (!client) return tl::unexpected{std::move(client).error()};
  const auto answers = ask(*client, options);
  if (!answers) return tl::unexpected{answers.error()};
  report::Page page{.by = options.by, .rows = report::rows_of(*answers, options.by, options.sort), .window = answers->window};
  if (page.rows.empty()) {
    print_note(nothing(*answers));
    return kFoundNothing;
  }
  const Display display = display_of_stream(STDOUT_FILENO);
  const std::size_t left_out = report::keep_first(page, report::rows_to_print(options.top, options.format, display.terminal));
  if (auto printed = print_out(report::render(page, options.format, display)); !printed) {
    return tl::unexpected{std::move(printed).error()};
  }
  if (left_out > 0) print_note(report::rows_left_out(left_out));
  return 0;
}

std::vector<Entry> report_variables() {
  std::vector<Entry> all = color_variables();
  all.push_back({"COLUMNS", "the width, if the terminal reports no width"});
  return all;
}

}  // namespace

Command report_command() {
  return make_command<ReportFlags, run>(
      {.name = "report",
       .operands = "--prometheus URL [flags]",
       .summary = "prints CPU and memory of groups over time, from Prometheus",
       .description = "Queries a Prometheus server that scrapes procledger and prints CPU and memory of each group over a window.",
       .examples = {{"procledger report --prometheus http://prometheus:9090", "The last 10 minutes"},
                    {"procledger report --prometheus http://prometheus:9090 --last 24h --by namespace --format csv",
                     "The last day, one row per Kubernetes namespace"}},
       .environment = report_variables(),
       .files = {{"/etc/ssl/certs", "certificates to trust without --ca-file"}},
       .statuses = exit_statuses({{"4", "no series to report"}})});
}

}  // namespace procledger::commands
