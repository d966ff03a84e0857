// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/options.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace procledger::commands {
namespace {

using Arguments = std::vector<std::string>;
using namespace std::chrono_literals;

Options good(const Arguments& arguments) {
  const auto options = parse_options(arguments);
  EXPECT_TRUE(options) << options.error().message;
  return options.value_or(Options{});
}

std::string refusal(const Arguments& arguments) {
  const auto options = parse_options(arguments);
  if (options) return "accepted";
  EXPECT_EQ(options.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(options.error().message.find('\n'), std::string::npos) << options.error().message;
  return options.error().message;
}

TEST(CommandLine, DefaultsAreTheContract) {
  const Options options = good({});
  EXPECT_EQ(options.command, Command::kServe);
  EXPECT_EQ(options.listen_addresses, Arguments{":9056"});
  EXPECT_EQ(options.telemetry_path, "/metrics");
  EXPECT_EQ(options.source, "auto");
  EXPECT_EQ(options.procfs, "/proc");
  EXPECT_FALSE(options.collect_interval) << "the configuration's counts";
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
}

TEST(CommandLine, FilterOfThreads) {
  EXPECT_EQ(good({"--threads.filter=ceph-osd,3240"}).thread_filter, (rules::ThreadFilter{{"ceph-osd"}, {3240}}));
  EXPECT_EQ(refusal({"--threads.filter=0"}), "--threads.filter: 0 is no process number: they go from 1 to 4194304");
  EXPECT_EQ(refusal({"--threads.filter=a,"}), "--threads.filter: a word of it is empty");
  EXPECT_EQ(refusal({"doctor", "--threads.filter=a"}), "--threads.filter makes no sense with \"doctor\"");
  EXPECT_EQ(refusal({"--compat=process-exporter", "--threads.filter=a"}),
            "--threads.filter makes no sense with --compat: its page has threads by name only");
}

Result<Options> in(const Environment& environment, const Arguments& arguments = {}) { return parse_options(arguments, environment); }

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
  EXPECT_EQ(in({.filter = {}, .port = "80"}).value().listen_addresses, Arguments{":9056"}) << "whose PORT that is, nobody knows";
  EXPECT_TRUE(in(both, {"doctor"}).value().thread_filter.empty());
  for (const char* port : {"0", "65536", "9199x", "-1"}) {
    const auto bad = in({.filter = "a", .port = port});
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().message, "the environment variable PORT: \"" + std::string{port} + "\" is no port");
  }
  const auto bad = in({.filter = ",", .port = {}});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "the environment variable FILTER: a word of it is empty");
}

TEST(CommandLine, OneDashOrTwoEqualsOrSpace) {
  for (const Arguments& arguments :
       {Arguments{"--log.level=debug"}, Arguments{"--log.level", "debug"}, Arguments{"-log.level=debug"}, Arguments{"-log.level", "debug"},
        Arguments{"serve", "-log.level", "debug"}, Arguments{"--log.level", "debug", "serve"}}) {
    EXPECT_EQ(good(arguments).log.level, log::Level::kDebug) << arguments.front();
  }
}

TEST(CommandLine, EveryFlagReachesItsOption) {
  const Options options =
      good({"once", "--source=bpf", "--path.procfs=/host/proc", "--log.format=json", "--log.file=/var/log/x", "--log.level=error"});
  EXPECT_EQ(options.command, Command::kOnce);
  EXPECT_EQ(options.source, "bpf");
  EXPECT_EQ(options.procfs, "/host/proc");
  EXPECT_EQ(options.log.format, log::Format::kJson);
  EXPECT_EQ(options.log.files, Arguments{"/var/log/x"});
  EXPECT_EQ(options.log.level, log::Level::kError);
  const Options served = good({"--web.telemetry-path=/m", "--collect.interval=500ms"});
  EXPECT_EQ(served.telemetry_path, "/m");
  EXPECT_EQ(served.collect_interval, 500ms);
}

TEST(CommandLine, DearFiguresAreAskedForOneByOne) {
  const Options memory = good({"--memory.pss", "--slow.interval=1m"});
  EXPECT_TRUE(memory.pss);
  EXPECT_FALSE(memory.sockets);
  EXPECT_EQ(memory.slow_interval, 60s);
  const Options sockets = good({"once", "-sockets"});
  EXPECT_TRUE(sockets.sockets);
  EXPECT_FALSE(sockets.pss);
}

TEST(CommandLine, SlowIntervalHasALowerEndAndAUse) {
  EXPECT_EQ(good({"--sockets", "--slow.interval=1s"}).slow_interval, 1s);
  EXPECT_EQ(refusal({"--sockets", "--slow.interval=999ms"}), "--slow.interval: at least 1s");
  EXPECT_EQ(refusal({"--sockets", "--slow.interval=0"}), "--slow.interval: at least 1s");
  EXPECT_TRUE(refusal({"--sockets", "--slow.interval=soon"}).starts_with("--slow.interval: "));
  EXPECT_EQ(refusal({"--slow.interval=15s"}), "--slow.interval makes no sense without --memory.pss or --sockets");
  EXPECT_EQ(refusal({"once", "--sockets", "--slow.interval=15s"}), "--slow.interval makes no sense with \"once\"");
}

TEST(CommandLine, ListenAddressRepeatsAndReplacesTheDefault) {
  EXPECT_EQ(good({"--web.listen-address=127.0.0.1:0", "-web.listen-address", "[::1]:9056", "serve"}).listen_addresses,
            (Arguments{"127.0.0.1:0", "[::1]:9056"}));
}

TEST(CommandLine, LogGoesToEachPlaceOnce) {
  EXPECT_EQ(good({"--log.file=/var/log/x", "--log.file", "stdout", "serve"}).log.files, (Arguments{"/var/log/x", "stdout"}));
  EXPECT_EQ(refusal({"--log.file=x", "--log.file=stderr", "--log.file=x"}), "--log.file: \"x\" is there more than once");
  EXPECT_EQ(refusal({"--log.file="}), "--log.file needs a value");
  EXPECT_EQ(refusal({"--log.file", ""}), "--log.file: a file has a name");
}

TEST(CommandLine, HelpNamesEveryFlag) {
  const Options options = good({"--help"});
  EXPECT_EQ(options.command, Command::kHelp);
  for (const char* flag :
       {"--web.listen-address", "--web.telemetry-path", "--source", "--path.procfs", "--collect.interval", "--log.level", "--log.format",
        "--log.file", "--version", "--memory.pss", "--sockets", "--slow.interval", "--compat", "--config.path", "once"}) {
    EXPECT_NE(options.help.find(flag), std::string::npos) << flag;
  }
}

TEST(CommandLine, VersionWins) {
  EXPECT_EQ(good({"--version"}).command, Command::kVersion);
  EXPECT_EQ(good({"-version"}).command, Command::kVersion);
}

TEST(CommandLine, UnknownFlagGetsAHint) {
  EXPECT_EQ(refusal({"--web.listen-adress=:1"}), "unknown flag --web.listen-adress; did you mean --web.listen-address?");
  EXPECT_EQ(refusal({"-log.lvl", "debug"}), "unknown flag --log.lvl; did you mean --log.level?");
  EXPECT_EQ(refusal({"--entirely-else"}), "unknown flag --entirely-else; see --help");
}

TEST(CommandLine, FlagsOfLaterVersionsAreRefusedNotIgnored) {
  for (const std::string flag : {"--web.config.file"}) {
    EXPECT_EQ(refusal({flag}), flag + " is not available in this version");
    EXPECT_EQ(refusal({flag + "=x"}), flag + " is not available in this version");
    EXPECT_EQ(refusal({flag, "x"}), flag + " is not available in this version");
  }
}

TEST(CommandLine, ConfigurationHasItsFlags) {
  const Options options = good({"--config.file=/etc/procledger.yaml", "--web.enable-lifecycle", "--path.cgroupfs=/host/cgroup",
                                "--path.podlogs=/host/log", "--collect.interval=5s"});
  EXPECT_EQ(options.config_file, "/etc/procledger.yaml");
  EXPECT_TRUE(options.lifecycle);
  EXPECT_EQ(options.cgroupfs, "/host/cgroup");
  EXPECT_EQ(options.podlogs, "/host/log");
  EXPECT_EQ(options.collect_interval, 5s);
  EXPECT_EQ(good({"--print-default-config"}).command, Command::kPrintDefaultConfig);
}

TEST(CommandLine, CheckConfigTakesOneFile) {
  const Options options = good({"check-config", "a.yaml", "--expect"});
  EXPECT_EQ(options.command, Command::kCheckConfig);
  EXPECT_EQ(options.config_file, "a.yaml");
  EXPECT_TRUE(options.expect);
  EXPECT_EQ(good({"check-config", "--config.file=b.yaml"}).config_file, "b.yaml");
  EXPECT_EQ(refusal({"check-config"}), "check-config needs a file: procledger check-config FILE");
  EXPECT_EQ(refusal({"check-config", "a.yaml", "--config.file=b.yaml"}), "check-config takes one file: FILE or --config.file");
  EXPECT_EQ(refusal({"serve", "a.yaml"}), "unexpected argument \"a.yaml\"");
  EXPECT_EQ(refusal({"--expect"}), "--expect makes no sense without \"check-config\"");
}

TEST(CommandLine, DoctorTakesWhatItUses) {
  EXPECT_EQ(good({"doctor"}).command, Command::kDoctor);
  EXPECT_FALSE(good({"doctor"}).json);
  const Options options = good({"doctor", "--json", "--path.procfs=/host/proc"});
  EXPECT_TRUE(options.json);
  EXPECT_EQ(options.procfs, "/host/proc");
  EXPECT_EQ(refusal({"doctor", "--web.listen-address=:80"}), "--web.listen-address makes no sense with \"doctor\"");
  EXPECT_EQ(refusal({"doctor", "--source=bpf"}), "--source makes no sense with \"doctor\"");
  EXPECT_EQ(refusal({"doctor", "x"}), "unexpected argument \"x\"");
  EXPECT_EQ(refusal({"--json"}), "--json makes no sense without \"doctor\"");
}

TEST(CommandLine, WrongValuesSayWhatIsRight) {
  EXPECT_EQ(refusal({"--source=ebpf"}), "--source: \"ebpf\" is none of auto, bpf, taskstats, proc");
  EXPECT_EQ(refusal({"--log.level=loud"}), "--log.level: \"loud\" is none of debug, info, warn, error");
  EXPECT_EQ(refusal({"--log.format=xml"}), "--log.format: \"xml\" is none of logfmt, json");
  EXPECT_EQ(refusal({"--collect.interval=5"}), "--collect.interval: \"5\" is not a duration such as 0, 500ms, 5s or 1m30s");
  EXPECT_EQ(refusal({"--collect.interval=1ms"}), "--collect.interval: at least 10ms, or 0 to collect when scraped");
}

TEST(CommandLine, WrongWordsAreRefused) {
  EXPECT_EQ(refusal({"serv"}), "unknown command \"serv\"; did you mean \"serve\"?");
  EXPECT_EQ(refusal({"once", "more"}), "unexpected argument \"more\"");
  EXPECT_EQ(refusal({"--log.level"}), "--log.level needs a value");
  EXPECT_EQ(refusal({"--log.level="}), "--log.level needs a value");
  EXPECT_EQ(refusal({"--log.level=info", "--log.level=debug"}), "--log.level is there more than once");
}

TEST(CommandLine, OnceRefusesWhatItWouldIgnore) {
  EXPECT_EQ(refusal({"once", "--web.listen-address=:1"}), "--web.listen-address makes no sense with \"once\"");
  EXPECT_EQ(refusal({"once", "--collect.interval=5s"}), "--collect.interval makes no sense with \"once\"");
}

}  // namespace
}  // namespace procledger::commands
