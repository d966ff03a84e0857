// SPDX-License-Identifier: Apache-2.0
// The command lines of serve, once, check-config and doctor.
#include "commands/serve/options.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "commands/check_config/check_config.hpp"
#include "commands/doctor/doctor.hpp"
#include "commands/once/once.hpp"

namespace procledger::commands {
namespace {

using Arguments = std::vector<std::string>;
using namespace std::chrono_literals;

template <typename Flags>
auto good_of(const Arguments& arguments) {
  const auto options = read_flags<Flags>(arguments);
  EXPECT_TRUE(options) << options.error().message;
  return options ? options->value() : typename std::decay_t<decltype(*options)>::value_type{};
}

ServeOptions good(const Arguments& arguments) { return good_of<ServeFlags>(arguments); }

template <typename Flags = ServeFlags>
std::string refusal(const Arguments& arguments) {
  const auto options = read_flags<Flags>(arguments);
  if (options) return "accepted";
  EXPECT_EQ(options.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(options.error().message.find('\n'), std::string::npos) << options.error().message;
  return options.error().message;
}

TEST(CommandLine, DefaultsAreTheContract) {
  const ServeOptions options = good({});
  EXPECT_EQ(options.listen_addresses, Arguments{":9056"});
  EXPECT_EQ(options.telemetry_path, "/metrics");
  EXPECT_EQ(options.source, "auto");
  EXPECT_EQ(options.procfs, "/proc");
  EXPECT_FALSE(options.collect_interval) << "the value of the configuration counts";
  EXPECT_EQ(options.config_file, "");
  EXPECT_FALSE(options.lifecycle);
  EXPECT_EQ(options.cgroupfs, "");
  EXPECT_EQ(options.podlogs, "/var/log");
  EXPECT_FALSE(options.pss);
  EXPECT_FALSE(options.sockets);
  EXPECT_EQ(options.slow_interval, 15s);
  EXPECT_EQ(options.log.level, log::Level::kInfo);
  EXPECT_EQ(options.log.format, log::Format::kLogfmt);
  EXPECT_TRUE(options.log.files.empty());
  EXPECT_FALSE(options.compat);
  EXPECT_TRUE(options.notes.empty());
}

TEST(CommandLine, FilterOfThreads) {
  EXPECT_EQ(good({"--threads.filter=ceph-osd,3240"}).thread_filter, (rules::ThreadFilter{{"ceph-osd"}, {3240}}));
  EXPECT_EQ(refusal({"--threads.filter=0"}), "--threads.filter: 0 is not a PID; PIDs are 1 to 4194304");
  EXPECT_EQ(refusal({"--threads.filter=a,"}), "--threads.filter: an item of the list is empty");
  EXPECT_EQ(refusal({"--compat=process-exporter", "--threads.filter=a"}),
            "--threads.filter cannot be combined with --compat: process-exporter's page has threads by name only");
}

Result<ServeOptions> in(const Environment& environment, const Arguments& arguments = {}) {
  ServeFlags flags;
  FlagTable table;
  define(table, flags);
  const auto rest = table.parse(arguments, FlagTable::Operands::kMixed, {});
  if (!rest) return tl::unexpected{rest.error()};
  return interpret_serve(table, std::move(flags), *rest, environment);
}

TEST(CommandLine, EnvironmentStandsInForTheFlagsOfThreadExporter) {
  const Environment both{.filter = "ceph-osd", .port = "9199"};
  const auto options = in(both);
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->thread_filter, (rules::ThreadFilter{{"ceph-osd"}, {}}));
  EXPECT_EQ(options->listen_addresses, Arguments{":9199"});
  const auto given = in(both, {"--threads.filter=7", "--web.listen-address=:1"});
  ASSERT_TRUE(given) << given.error().message;
  EXPECT_EQ(given->thread_filter, (rules::ThreadFilter{{}, {7}}));
  EXPECT_EQ(given->listen_addresses, Arguments{":1"});
  EXPECT_EQ(in({.filter = {}, .port = "80"}).value().listen_addresses, Arguments{":9056"}) << "platforms set PORT for every program";
  for (const char* port : {"0", "65536", "9199x", "-1"}) {
    const auto bad = in({.filter = "a", .port = port});
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().message, "the environment variable PORT: \"" + std::string{port} + "\" is not a port from 1 to 65535");
  }
  const auto bad = in({.filter = ",", .port = {}});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "the environment variable FILTER: an item of the list is empty");
}

TEST(CommandLine, OneDashOrTwoEqualsOrSpace) {
  for (const Arguments& arguments : {Arguments{"--log.level=debug"}, Arguments{"--log.level", "debug"}, Arguments{"-log.level=debug"},
                                     Arguments{"-log.level", "debug"}}) {
    EXPECT_EQ(good(arguments).log.level, log::Level::kDebug) << arguments.front();
  }
}

TEST(CommandLine, SwitchesAreBooleans) {
  EXPECT_TRUE(good({"--web.enable-lifecycle"}).lifecycle);
  EXPECT_TRUE(good({"--web.enable-lifecycle=1"}).lifecycle);
  EXPECT_FALSE(good({"--web.enable-lifecycle=false"}).lifecycle);
  EXPECT_EQ(refusal({"--web.enable-lifecycle=maybe"}), "--web.enable-lifecycle: \"maybe\" is neither true nor false");
  EXPECT_EQ(refusal({"--web.enable-lifecycle", "true"}),
            "unexpected argument \"true\": the value of --web.enable-lifecycle follows \"=\": --web.enable-lifecycle=true");
}

TEST(CommandLine, ExpensiveValuesAreRequestedOneByOne) {
  const ServeOptions memory = good({"--memory.pss", "--slow.interval=1m"});
  EXPECT_TRUE(memory.pss);
  EXPECT_FALSE(memory.sockets);
  EXPECT_EQ(memory.slow_interval, 60s);
  const OnceOptions sockets = good_of<OnceFlags>({"-sockets"});
  EXPECT_TRUE(sockets.sockets);
  EXPECT_FALSE(sockets.pss);
}

TEST(CommandLine, SlowIntervalHasALowerEndAndAUse) {
  EXPECT_EQ(good({"--sockets", "--slow.interval=1s"}).slow_interval, 1s);
  EXPECT_EQ(refusal({"--sockets", "--slow.interval=999ms"}), "--slow.interval: must be at least 1s");
  EXPECT_EQ(refusal({"--sockets", "--slow.interval=0"}), "--slow.interval: must be at least 1s");
  EXPECT_TRUE(refusal({"--sockets", "--slow.interval=soon"}).starts_with("--slow.interval: "));
  EXPECT_EQ(refusal({"--slow.interval=15s"}), "--slow.interval needs --memory.pss or --sockets");
}

TEST(CommandLine, ListenAddressRepeatsAndReplacesTheDefault) {
  EXPECT_EQ(good({"--web.listen-address=127.0.0.1:0", "-web.listen-address", "[::1]:9056"}).listen_addresses,
            (Arguments{"127.0.0.1:0", "[::1]:9056"}));
}

TEST(CommandLine, LogGoesToEachPlaceOnce) {
  EXPECT_EQ(good({"--log.file=/var/log/x", "--log.file", "stdout"}).log.files, (Arguments{"/var/log/x", "stdout"}));
  EXPECT_EQ(refusal({"--log.file=x", "--log.file=stderr", "--log.file=x"}), "--log.file: \"x\" is given more than once");
  EXPECT_EQ(refusal({"--log.file="}), "--log.file needs a value");
  EXPECT_EQ(refusal({"--log.file", ""}), "--log.file needs a value");
}

TEST(CommandLine, UnknownFlagGetsAHint) {
  EXPECT_EQ(refusal({"--web.listen-adress=:1"}), "unknown flag --web.listen-adress; did you mean --web.listen-address?");
  EXPECT_EQ(refusal({"-log.lvl", "debug"}), "unknown flag --log.lvl; did you mean --log.level?");
  EXPECT_EQ(refusal({"--entirely-else"}), "unknown flag --entirely-else; see --help");
}

TEST(CommandLine, ConfigurationOfTheWebServerIsRefusedUnlessItIsEmpty) {
  EXPECT_EQ(good({"-web.config.file="}), good({}));
  EXPECT_EQ(good({"-web.config.file", ""}), good({}));
  const std::string unavailable =
      "--web.config.file: TLS and passwords are not available in this version; only the empty value is accepted";
  EXPECT_EQ(refusal({"--web.config.file=x"}), unavailable);
  EXPECT_EQ(refusal({"--web.config.file", "x"}), unavailable);
  EXPECT_EQ(refusal({"--web.config.file"}), "--web.config.file needs a value");
}

TEST(CommandLine, ConfigurationHasItsFlags) {
  const ServeOptions options = good({"--config.file=/etc/procledger.yaml", "--web.enable-lifecycle", "--path.cgroupfs=/host/cgroup",
                                     "--path.podlogs=/host/log", "--collect.interval=5s"});
  EXPECT_EQ(options.config_file, "/etc/procledger.yaml");
  EXPECT_TRUE(options.lifecycle);
  EXPECT_EQ(options.cgroupfs, "/host/cgroup");
  EXPECT_EQ(options.podlogs, "/host/log");
  EXPECT_EQ(options.collect_interval, 5s);
  EXPECT_EQ(good({"--path.podlogs="}).podlogs, "") << "none";
  EXPECT_TRUE(good({"--print-default-config"}).print_default_config);
}

TEST(CommandLine, CheckConfigTakesOneFile) {
  const CheckConfigOptions options = good_of<CheckConfigFlags>({"a.yaml", "--expect"});
  EXPECT_EQ(options.config_file, "a.yaml");
  EXPECT_TRUE(options.expect);
  EXPECT_EQ(good_of<CheckConfigFlags>({"--config.file=b.yaml"}).config_file, "b.yaml");
  EXPECT_EQ(refusal<CheckConfigFlags>({}), "check-config needs a file: procledger check-config FILE");
  EXPECT_EQ(refusal<CheckConfigFlags>({"a.yaml", "--config.file=b.yaml"}), "check-config takes one file: FILE or --config.file");
  EXPECT_EQ(refusal<CheckConfigFlags>({"a.yaml", "b.yaml"}), "unexpected argument \"b.yaml\"; check-config takes one file");
  EXPECT_EQ(refusal({"a.yaml"}), "unexpected argument \"a.yaml\"; see --help");
}

TEST(CommandLine, CheckConfigRefusesWhatOnlyTheCountNeeds) {
  EXPECT_EQ(refusal<CheckConfigFlags>({"a.yaml", "--source=proc"}), "--source needs --expect");
  EXPECT_EQ(refusal<CheckConfigFlags>({"a.yaml", "--compat=process-exporter"}), "--compat needs --expect or --config.path");
  EXPECT_EQ(good_of<CheckConfigFlags>({"a.yaml", "--source=proc", "--expect"}).source, "proc");
}

TEST(CommandLine, DoctorTakesWhatItUses) {
  EXPECT_FALSE(good_of<DoctorOptions>({}).json);
  const DoctorOptions options = good_of<DoctorOptions>({"--json", "--path.procfs=/host/proc"});
  EXPECT_TRUE(options.json);
  EXPECT_EQ(options.procfs, "/host/proc");
  EXPECT_EQ(refusal<DoctorOptions>({"x"}), "unexpected argument \"x\"; see --help");
}

TEST(CommandLine, OnceSaysOverWhichTimeCountersGrow) {
  const OnceOptions usual = good_of<OnceFlags>({});
  EXPECT_EQ(usual.growth_time, 1s);
  EXPECT_FALSE(usual.growth_time_given);
  const OnceOptions longer = good_of<OnceFlags>({"--for", "10s", "--output=/x/y.prom"});
  EXPECT_EQ(longer.growth_time, 10s);
  EXPECT_TRUE(longer.growth_time_given);
  EXPECT_EQ(longer.output, "/x/y.prom");
  EXPECT_EQ(good_of<OnceFlags>({"--for=0"}).growth_time, 0s);
  EXPECT_EQ(good_of<OnceFlags>({"-o", "-"}).output, "") << "stdout";
  EXPECT_EQ(refusal<OnceFlags>({"--for=1ms"}), "--for: must be at least 10ms, or 0 to collect once");
  EXPECT_EQ(refusal<OnceFlags>({"--compat=process-exporter", "--for=2s", "-once-to-stdout-delay=3s"}),
            "--once-to-stdout-delay cannot be combined with --for");
  EXPECT_EQ(good_of<OnceFlags>({"--compat=process-exporter", "-once-to-stdout-delay=3s"}).growth_time, 3s);
}

TEST(CommandLine, WrongValuesSayWhatIsRight) {
  EXPECT_EQ(refusal({"--source=ebpf"}), "--source: \"ebpf\" is not one of auto, bpf, taskstats, proc");
  EXPECT_EQ(refusal({"--log.level=loud"}), "--log.level: \"loud\" is not one of debug, info, warn, error");
  EXPECT_EQ(refusal({"--log.format=xml"}), "--log.format: \"xml\" is not one of logfmt, json");
  EXPECT_EQ(refusal({"--collect.interval=5"}), "--collect.interval: \"5\" is not a duration such as 0, 500ms, 5s, 1m30s or 24h");
  EXPECT_EQ(refusal({"--collect.interval=1ms"}), "--collect.interval: must be at least 10ms, or 0 to collect when scraped");
}

TEST(CommandLine, WrongWordsAreRefused) {
  EXPECT_EQ(refusal<OnceFlags>({"more"}), "unexpected argument \"more\"; see --help");
  EXPECT_EQ(refusal({"--", "more"}), "unexpected argument \"more\"; see --help");
  EXPECT_EQ(refusal({"--help=serve"}), "--help takes no value");
  EXPECT_EQ(refusal({"--log.level"}), "--log.level needs a value");
  EXPECT_EQ(refusal({"--log.level="}), "--log.level needs a value");
  EXPECT_EQ(refusal({"--log.level", "--log.format=json"}), "--log.level needs a value");
  EXPECT_EQ(refusal({"--log.level=info", "--log.level=debug"}), "--log.level is given more than once");
}

TEST(CommandLine, HelpEndsTheReading) {
  for (const char* help : {"-h", "--help", "-help"}) {
    const auto options = read_flags<ServeFlags>(Arguments{"--log.level=debug", help, "--bogus"});
    ASSERT_TRUE(options) << options.error().message;
    EXPECT_FALSE(*options) << help;
  }
}

}  // namespace
}  // namespace procledger::commands
