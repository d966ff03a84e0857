// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/compat_flags.hpp"

#include <gtest/gtest.h>

#include "commands/serve/configuration.hpp"
#include "commands/serve/options.hpp"

namespace procledger::commands {
namespace {

using namespace std::chrono_literals;
using Arguments = std::vector<std::string>;

Arguments with_compat(Arguments arguments) {
  arguments.insert(arguments.begin(), "--compat=process-exporter");
  return arguments;
}

Options good_compat(Arguments arguments) {
  const auto options = parse_options(with_compat(std::move(arguments)));
  EXPECT_TRUE(options) << options.error().message;
  return options.value_or(Options{});
}

CompatOptions compat(Arguments arguments) { return good_compat(std::move(arguments)).compat.value_or(CompatOptions{}); }

std::string refusal_of(const Arguments& arguments) {
  const auto options = parse_options(arguments);
  if (options) return "accepted";
  EXPECT_EQ(options.error().kind, ErrorKind::kUsage);
  return options.error().message;
}

std::string compat_refusal(Arguments arguments) { return refusal_of(with_compat(std::move(arguments))); }

TEST(CompatFlags, DefaultsAreThoseOfProcessExporter) {
  const Options options = good_compat({});
  EXPECT_EQ(options.command, Command::kServe);
  EXPECT_EQ(options.listen_addresses, Arguments{":9256"});
  EXPECT_EQ(options.telemetry_path, "/metrics");
  EXPECT_EQ(options.procfs, "/proc");
  EXPECT_TRUE(options.pss);
  ASSERT_TRUE(options.compat);
  EXPECT_TRUE(options.compat->children);
  EXPECT_TRUE(options.compat->threads);
  EXPECT_TRUE(options.compat->gather_smaps);
  EXPECT_FALSE(options.compat->recheck);
  EXPECT_FALSE(options.compat->remove_empty_groups);
  EXPECT_EQ(options.compat->recheck_time_limit, 0ms);
  EXPECT_EQ(options.compat->once_delay, 0ms);
}

TEST(CompatFlags, TextReachesItsOption) {
  EXPECT_EQ(compat({"-config.path", "/etc/process-exporter/all.yaml"}).config_path, "/etc/process-exporter/all.yaml");
  const CompatOptions by_name = compat({"-procnames=bash,sshd", "--namemapping", R"(python3,([^/]+)\.py)"});
  EXPECT_EQ(by_name.procnames, "bash,sshd");
  EXPECT_EQ(by_name.namemapping, R"(python3,([^/]+)\.py)");
  EXPECT_EQ(good_compat({"-procfs=/host/proc"}).procfs, "/host/proc");
  EXPECT_EQ(good_compat({"-web.listen-address=127.0.0.1:1"}).listen_addresses, Arguments{"127.0.0.1:1"});
}

TEST(CompatFlags, BooleansAreGos) {
  for (const char* yes : {"-recheck", "--recheck", "-recheck=true", "-recheck=1", "--recheck=T"}) EXPECT_TRUE(compat({yes}).recheck) << yes;
  for (const char* no : {"-children=false", "--children=0", "-children=F", "-children=FALSE"}) EXPECT_FALSE(compat({no}).children) << no;
  EXPECT_FALSE(compat({"-threads=false"}).threads);
  EXPECT_TRUE(compat({"-remove-empty-groups"}).remove_empty_groups);
  EXPECT_EQ(compat_refusal({"-children=maybe"}), "--children: \"maybe\" is neither true nor false");
  EXPECT_EQ(compat_refusal({"-threads=on"}), "--threads: \"on\" is neither true nor false");
}

// "-children false" is a flag and a word that fits nothing: Go's parser would drop the word and all that comes after it.
TEST(CompatFlags, BooleansTakeNoWordAfterThem) { EXPECT_NE(compat_refusal({"-children", "false"}), "accepted"); }

TEST(CompatFlags, LastOneCounts) {
  EXPECT_EQ(compat({"-procnames=a", "-procnames=b"}).procnames, "b");
  EXPECT_TRUE(compat({"-threads=false", "-threads=true"}).threads);
}

TEST(CompatFlags, FileExcludesNames) {
  EXPECT_EQ(compat_refusal({"-config.path=x", "-procnames=a"}), "--config.path excludes --procnames and --namemapping");
  EXPECT_EQ(compat_refusal({"-config.path=x", "-namemapping=a,b"}), "--config.path excludes --procnames and --namemapping");
}

TEST(CompatFlags, TimeLimitImpliesRecheck) {
  const CompatOptions options = compat({"-recheck-with-time-limit=1m30s"});
  EXPECT_EQ(options.recheck_time_limit, 90s);
  EXPECT_TRUE(options.recheck);
  EXPECT_TRUE(compat_refusal({"-recheck-with-time-limit=soon"}).starts_with("--recheck-with-time-limit: "));
}

TEST(CompatFlags, DelayPrintsOnePageInsteadOfServing) {
  const Options options = good_compat({"-once-to-stdout-delay=2s", "-web.listen-address=:1"});
  EXPECT_EQ(options.command, Command::kOnce);
  EXPECT_EQ(options.compat->once_delay, 2s);
  EXPECT_EQ(good_compat({"-once-to-stdout-delay=0"}).command, Command::kServe);
}

TEST(CompatFlags, SmapsAreSampledInTheBackground) {
  EXPECT_FALSE(good_compat({"-gather-smaps=false"}).pss);
  EXPECT_EQ(good_compat({"-slow.interval=30s"}).slow_interval, 30s);
  EXPECT_EQ(compat_refusal({"-gather-smaps=false", "-slow.interval=30s"}),
            "--slow.interval makes no sense without --memory.pss or --sockets");
}

TEST(CompatFlags, DebugIsALogLevel) {
  EXPECT_EQ(good_compat({"-debug"}).log.level, log::Level::kDebug);
  EXPECT_EQ(good_compat({"-debug=false"}).log.level, log::Level::kInfo);
  EXPECT_EQ(compat_refusal({"-debug", "-log.level=warn"}), "--debug excludes --log.level");
  EXPECT_EQ(compat_refusal({"-procfs=/a", "-path.procfs=/b"}), "--procfs excludes --path.procfs");
}

TEST(CompatFlags, ManualTellsOfFlagsAndFile) {
  const Options options = good_compat({"-man"});
  EXPECT_EQ(options.command, Command::kHelp);
  for (const char* word : {"--namemapping", "process_names:", "{{.Comm}}"}) EXPECT_NE(options.help.find(word), std::string::npos) << word;
  EXPECT_EQ(good_compat({"-version"}).command, Command::kVersion);
  EXPECT_EQ(good_compat({"-man", "-version"}).command, Command::kVersion);
}

TEST(CompatFlags, AreUnknownWithoutTheMode) {
  EXPECT_EQ(refusal_of({"-procnames=a"}), "--procnames needs --compat=process-exporter");
  EXPECT_EQ(refusal_of({"-threads=false"}), "--threads needs --compat=process-exporter");
  EXPECT_EQ(refusal_of({"--compat=none", "-man"}), "--man needs --compat=process-exporter");
  EXPECT_EQ(refusal_of({"--compat=collectd"}), "--compat: \"collectd\" is none of none, process-exporter");
  EXPECT_EQ(refusal_of({"--compat"}), "--compat needs a value");
}

TEST(CompatFlags, EveryFlagIsKnownAndHinted) {
  const std::string help = good_compat({"--help"}).help;
  for (const std::string_view flag : compat_flags()) {
    EXPECT_NE(help.find(std::string{flag}), std::string::npos) << flag;
    const std::string typo = std::string{flag} + "x";
    EXPECT_EQ(compat_refusal({typo + "=1"}), "unknown flag " + typo + "; did you mean " + std::string{flag} + "?");
  }
}

TEST(CompatFlags, ConfigurationOfTheWebServerIsRefusedNotIgnored) {
  EXPECT_EQ(compat_refusal({"-web.config.file=x"}), "--web.config.file is not available in this version");
}

TEST(CompatFlags, ModeChoosesThePage) {
  const auto about = [](const Options& options) { return page_model(options).about; };
  EXPECT_NE(about(good_compat({})).find("process-exporter"), std::string::npos);
  EXPECT_EQ(about(Options{}).find("process-exporter"), std::string::npos);
}

}  // namespace
}  // namespace procledger::commands
