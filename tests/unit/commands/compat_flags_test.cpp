// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/compat_flags.hpp"

#include <gtest/gtest.h>

#include "commands/check_config/check_config.hpp"
#include "commands/cli/command.hpp"
#include "commands/once/once.hpp"
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

template <typename Flags = ServeFlags>
auto good_compat(Arguments arguments) {
  const auto options = read_flags<Flags>(with_compat(std::move(arguments)));
  EXPECT_TRUE(options) << options.error().message;
  return options ? options->value() : typename std::decay_t<decltype(*options)>::value_type{};
}

CompatOptions compat(Arguments arguments) { return good_compat(std::move(arguments)).compat.value_or(CompatOptions{}); }

template <typename Flags = ServeFlags>
std::string refusal_of(const Arguments& arguments) {
  const auto options = read_flags<Flags>(arguments);
  if (options) return "accepted";
  EXPECT_EQ(options.error().kind, ErrorKind::kUsage);
  return options.error().message;
}

template <typename Flags = ServeFlags>
std::string compat_refusal(Arguments arguments) {
  return refusal_of<Flags>(with_compat(std::move(arguments)));
}

TEST(CompatFlags, DefaultsAreThoseOfProcessExporter) {
  const ServeOptions options = good_compat({});
  EXPECT_EQ(options.listen_addresses, Arguments{":9256"});
  EXPECT_EQ(options.telemetry_path, "/metrics");
  EXPECT_EQ(options.procfs, "/proc");
  EXPECT_TRUE(options.pss);
  ASSERT_TRUE(options.compat);
  EXPECT_EQ(options.compat->children, std::nullopt) << "the default is yes, unless a file says no";
  EXPECT_TRUE(options.compat->threads);
  EXPECT_TRUE(options.compat->gather_smaps);
  EXPECT_FALSE(options.compat->remove_empty_groups);
  EXPECT_EQ(options.compat->once_delay, 0ms);
}

TEST(CompatFlags, TextReachesItsOption) {
  EXPECT_EQ(good_compat({"-config.path", "/etc/process-exporter/all.yaml"}).config_file, "/etc/process-exporter/all.yaml");
  const CompatOptions by_name = compat({"-procnames=bash,sshd", "--namemapping", R"(python3,([^/]+)\.py)"});
  EXPECT_EQ(by_name.procnames, "bash,sshd");
  EXPECT_EQ(by_name.namemapping, R"(python3,([^/]+)\.py)");
  EXPECT_EQ(good_compat({"-procfs=/host/proc"}).procfs, "/host/proc");
  EXPECT_EQ(good_compat({"-web.listen-address=127.0.0.1:1"}).listen_addresses, Arguments{"127.0.0.1:1"});
}

TEST(CompatFlags, BooleansAreGos) {
  for (const char* yes : {"-remove-empty-groups", "--remove-empty-groups", "-remove-empty-groups=true", "--remove-empty-groups=T"})
    EXPECT_TRUE(compat({yes}).remove_empty_groups) << yes;
  for (const char* no : {"-children=false", "--children=0", "-children=F", "-children=FALSE"})
    EXPECT_EQ(compat({no}).children, false) << no;
  EXPECT_FALSE(compat({"-threads=false"}).threads);
  EXPECT_EQ(compat_refusal({"-children=maybe"}), "--children: \"maybe\" is neither true nor false");
  EXPECT_EQ(compat_refusal({"-threads=on"}), "--threads: \"on\" is neither true nor false");
}

// "-children false" is a flag and an extra word: the flag parser of Go would drop the word and all later words.
TEST(CompatFlags, BooleansTakeNoWordAfterThem) {
  EXPECT_EQ(compat_refusal({"-children", "false"}),
            "unexpected argument \"false\": the value of --children follows \"=\": --children=false");
}

TEST(CompatFlags, LastOneCounts) {
  EXPECT_EQ(compat({"-procnames=a", "-procnames=b"}).procnames, "b");
  EXPECT_TRUE(compat({"-threads=false", "-threads=true"}).threads);
}

TEST(CompatFlags, FileExcludesNames) {
  EXPECT_EQ(compat_refusal({"-config.path=x", "-procnames=a"}), "--config.path cannot be combined with --procnames or --namemapping");
  EXPECT_EQ(compat_refusal({"-config.path=x", "-namemapping=a,b"}), "--config.path cannot be combined with --procnames or --namemapping");
  EXPECT_EQ(compat_refusal({"-config.file=x", "-procnames=a"}), "--config.file cannot be combined with --procnames or --namemapping");
  EXPECT_TRUE(compat_refusal<CheckConfigFlags>({"x", "-procnames=a"}).starts_with("unknown flag --procnames"));
}

TEST(CompatFlags, FileIsOneWhicheverFlagNamesIt) {
  EXPECT_EQ(good_compat({"--config.file=x"}).config_file, "x");
  EXPECT_EQ(good_compat({"-config.path=x"}).config_file, "x");
  EXPECT_EQ(good_compat({"-config.path=y", "-config.path=x"}).config_file, "x");
  EXPECT_EQ(good_compat<CheckConfigFlags>({"x", "--expect"}).config_file, "x");
  EXPECT_EQ(good_compat<CheckConfigFlags>({"-config.path=x"}).config_file, "x");
  EXPECT_EQ(good_compat<OnceFlags>({"-config.path=x"}).config_file, "x");
  EXPECT_EQ(compat_refusal({"-config.path=x", "--config.file=x"}), "--config.path cannot be combined with --config.file");
  EXPECT_EQ(compat_refusal<CheckConfigFlags>({"x", "--config.file=x"}), "check-config takes one file: FILE or --config.file");
  EXPECT_EQ(compat_refusal<CheckConfigFlags>({"x", "-config.path=x"}), "check-config takes one file: FILE or --config.path");
  EXPECT_EQ(good_compat({"-config.path="}).config_file, "") << "as without the flag";
}

TEST(CompatFlags, FlagsWithoutEffectAreSaid) {
  EXPECT_TRUE(good_compat({}).notes.empty());
  const auto notes = good_compat({"-recheck", "-recheck-with-time-limit=1m30s"}).notes;
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_EQ(notes[0], "--recheck has no effect: procledger reclassifies a process at every exec");
  EXPECT_TRUE(notes[1].starts_with("--recheck-with-time-limit has no effect: ")) << notes[1];
  EXPECT_TRUE(compat_refusal({"-recheck-with-time-limit=soon"}).starts_with("--recheck-with-time-limit: "));
  EXPECT_EQ(compat_refusal({"-recheck=on"}), "--recheck: \"on\" is neither true nor false");
}

TEST(CompatFlags, DelayPrintsOnePageInsteadOfServing) {
  const ServeOptions options = good_compat({"-once-to-stdout-delay=2s", "-web.listen-address=:1", "-debug"});
  EXPECT_EQ(options.compat->once_delay, 2s);
  EXPECT_EQ(options.notes, (Arguments{"--web.listen-address has no effect with --once-to-stdout-delay",
                                      "--debug has no effect with --once-to-stdout-delay"}));
  EXPECT_EQ(compat_refusal({"-once-to-stdout-delay=2s", "--collect.interval=1s"}),
            "--collect.interval cannot be combined with --once-to-stdout-delay");
  EXPECT_EQ(good_compat({"-once-to-stdout-delay=0"}).compat->once_delay, 0s) << "serves";
}

TEST(CompatFlags, PageWithoutAPlaceForThemRefusesThem) {
  EXPECT_EQ(compat_refusal({"--sockets"}), "--sockets cannot be combined with --compat: process-exporter's page has no sockets");
  EXPECT_EQ(compat_refusal<OnceFlags>({"--memory.pss"}),
            "--memory.pss cannot be combined with --compat: use --gather-smaps for proportional memory");
}

TEST(CompatFlags, SmapsAreSampledInTheBackground) {
  EXPECT_FALSE(good_compat({"-gather-smaps=false"}).pss);
  EXPECT_EQ(good_compat({"-slow.interval=30s"}).slow_interval, 30s);
  EXPECT_EQ(compat_refusal({"-gather-smaps=false", "-slow.interval=30s"}), "--slow.interval needs --memory.pss or --sockets");
}

TEST(CompatFlags, DebugIsALogLevel) {
  EXPECT_EQ(good_compat({"-debug"}).log.level, log::Level::kDebug);
  EXPECT_EQ(good_compat({"-debug=false"}).log.level, log::Level::kInfo);
  EXPECT_EQ(compat_refusal({"-debug", "-log.level=warn"}), "--debug cannot be combined with --log.level");
  EXPECT_EQ(compat_refusal({"-procfs=/a", "-path.procfs=/b"}), "--procfs cannot be combined with --path.procfs");
}

TEST(CompatFlags, ManualIsAskedFor) {
  EXPECT_TRUE(good_compat({"-man"}).compat->manual);
  EXPECT_TRUE(good_compat({"-version"}).version);
  for (const char* word : {"-namemapping", "process_names:", "{{.Comm}}"}) EXPECT_NE(compat_manual().find(word), std::string_view::npos);
}

TEST(CompatFlags, AreUnknownWithoutTheMode) {
  EXPECT_EQ(refusal_of({"-procnames=a"}), "--procnames needs --compat=process-exporter");
  EXPECT_EQ(refusal_of({"-threads=false"}), "--threads needs --compat=process-exporter");
  EXPECT_EQ(refusal_of({"--compat=none", "-man"}), "--man needs --compat=process-exporter");
  EXPECT_EQ(refusal_of({"--compat=collectd"}), "--compat: \"collectd\" is not one of none, process-exporter");
  EXPECT_EQ(refusal_of({"--compat"}), "--compat needs a value");
}

TEST(CompatFlags, ConfigurationOfTheWebServerMayBeEmpty) {
  EXPECT_EQ(good_compat({"-web.config.file="}), good_compat({}));
  EXPECT_NE(compat_refusal({"-web.config.file=x"}), "accepted");
}

TEST(CompatFlags, ModeChoosesThePage) {
  const auto about = [](const ServeOptions& options) { return page_model(options).about; };
  EXPECT_NE(about(good_compat({})).find("process-exporter"), std::string::npos);
  EXPECT_EQ(about(ServeOptions{}).find("process-exporter"), std::string::npos);
}

}  // namespace
}  // namespace procledger::commands
