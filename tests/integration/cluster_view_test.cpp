// SPDX-License-Identifier: Apache-2.0
// A node of a cluster as its users see it: a Prometheus scrapes the daemon in a pod, with the labels of that pod as target labels. The
// tests check the classes of pods, infrastructure and host, and the reports of docs/report.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "support/clocks.hpp"
#include "support/configured_daemon.hpp"
#include "support/doc_commands.hpp"
#include "support/host.hpp"
#include "support/load.hpp"
#include "support/pod.hpp"
#include "support/prometheus_server.hpp"

namespace procledger::test {
namespace {

using namespace std::chrono_literals;

constexpr int kEnough = 7;  // scrapes for a report over two seconds

const PodNames kShop{"shop", "front-7d9f", "web", "0b1c2d3e-1111-4222-8333-0123456789ae", std::string(63, 'e') + "1"};
const PodNames kDns{"openshift-dns", "dns-x2x4z", "resolver", "0b1c2d3e-1111-4222-8333-0123456789af", std::string(63, 'f') + "2"};

class ClusterView : public testing::Test {
 protected:
  void SetUp() override {
    PROCLEDGER_REQUIRE_BPF();
    if (!run_command({"prometheus", "--version"})) GTEST_SKIP() << "prometheus is not installed";
    make_log_folders(logs_.path());
    const auto started = daemon_.start(kByPod, {"--path.podlogs=" + logs_.path().string()});
    ASSERT_TRUE(started) << started.error().message;
    start_in_pod(kShop, "web", "20000");
    start_in_pod(kShop, "cart", "10000");
    start_in_pod(kDns, "coredns", "10000");
    start(names_.link("sshd", "pace"), "10000", {});
    start_prometheus();
  }

  /// Starts a program that uses `burn_us` microseconds of CPU time in every 100 ms.
  void start(const std::string& program, const std::string& burn_us, const std::string& cgroup_procs) {
    auto child = Child::spawn({.argv = {program, burn_us, "100000"}, .cgroup_procs = cgroup_procs, .cpu = {}, .inherit = {}});
    ASSERT_TRUE(child) << child.error().message;
    children_.push_back(std::move(*child));
  }
  void start_in_pod(const PodNames& of, const std::string& name, const std::string& burn_us) {
    if (!pods_.contains(of.pod)) {
      ASSERT_TRUE(make_pod_logs(logs_.path(), of));
      pods_[of.pod] = std::make_unique<PodCgroups>("procledger-test-" + names_.prefix() + of.namespace_, of);
      ASSERT_TRUE(pods_[of.pod]->complete());
    }
    start(names_.link(name, "pace"), burn_us, pods_[of.pod]->container().procs_file());
  }

  // Scrapes as a PodMonitor of the Prometheus operator does: the target has the labels of the daemon's pod, and a relabel rule removes
  // these labels.
  void start_prometheus() {
    auto server = PrometheusServer::start_with(
        "global: {scrape_interval: 500ms, scrape_timeout: 500ms}\nscrape_configs:\n  - job_name: procledger\n    honor_labels: true\n"
        "    static_configs: [{targets: ['" +
        daemon_.daemon().address().text() +
        "'], labels: {namespace: procledger, pod: procledger-a1b2c, container: procledger}}]\n"
        "    relabel_configs: [{action: labeldrop, regex: namespace|pod|container|endpoint|service}]\n");
    ASSERT_TRUE(server) << server.error().message;
    server_.emplace(std::move(*server));
  }
  [[nodiscard]] bool scraped(int times) const {
    return eventually(kHangDeadline, [&] {
      const auto scrapes = server_->query("count_over_time(procledger_host_cpus[1m])", "job");
      return scrapes && !scrapes->empty() && scrapes->begin()->second >= times;
    });
  }

  [[nodiscard]] std::set<std::string> values(const std::string& label, const std::string& expression) const {
    std::set<std::string> found;
    const auto answer = server_->query(expression, label);
    EXPECT_TRUE(answer) << answer.error().message;
    if (answer) {
      for (const auto& [value, number] : *answer) found.insert(value);
    }
    return found;
  }

  /// Runs a command line of docs/report.md. This server and its last 2 s replace the server and the window in the command line.
  [[nodiscard]] Outcome report(const std::string& line) const {
    const std::string script = "procledger() { shift 3; '" + procledger_binary() + "' report --prometheus http://" +
                               server_->address().text() + " \"$@\"; }; " +
                               std::regex_replace(line, std::regex{"--last \\w+"}, "--last 2s --step 1s");
    const auto ended = run_command({"bash", "-c", script});
    EXPECT_TRUE(ended) << ended.error().message;
    EXPECT_TRUE(!ended || ended->exit_code() == 0) << line << "\n" << ended->err;
    return ended.value_or(Outcome{});
  }
  /// Mean CPUs by the value of one label.
  [[nodiscard]] std::map<std::string, double> cpus_by(const std::string& label, const std::string& flags = "") const {
    const Outcome ended = report("procledger report --prometheus URL --last 1m --format json --by " + label + " " + flags);
    std::map<std::string, double> found;
    const auto json = nlohmann::json::parse(ended.out, nullptr, false);
    if (!json.is_object()) return found;
    for (const auto& row : json["groups"]) {
      found[row["labels"].value(label, "")] = row["cpu"]["avg"];
      EXPECT_LE(row["cpu"]["min"], row["cpu"]["avg"]);
      EXPECT_LE(row["cpu"]["avg"], row["cpu"]["max"]);
    }
    return found;
  }
  [[nodiscard]] bool has(const Outcome& ended, const std::string& name) const {
    return ended.out.find(names_.comm(name)) != std::string::npos;
  }

  void expect_processes_in_their_pods() const;
  void expect_namespaces_and_classes() const;
  void expect_commands_of_the_page() const;

  UniqueNames names_;
  TempDir logs_;
  std::map<std::string, std::unique_ptr<PodCgroups>> pods_;
  std::vector<Child> children_;
  ConfiguredDaemon daemon_;
  std::optional<PrometheusServer> server_;
};

void ClusterView::expect_processes_in_their_pods() const {
  const auto of = [this](const std::string& name) { return "procledger_group_processes{group=\"" + names_.comm(name) + "\"}"; };
  EXPECT_EQ(values("namespace", of("web")), std::set<std::string>{"shop"});
  EXPECT_EQ(values("pod", of("web")), std::set<std::string>{"front-7d9f"});
  EXPECT_EQ(values("namespace", of("coredns")), std::set<std::string>{"openshift-dns"});
  EXPECT_EQ(values("namespace", of("sshd")), std::set<std::string>{""}) << "not the pod of procledger";
  EXPECT_EQ(values("group", "{exported_namespace!=\"\"}"), std::set<std::string>{});
  EXPECT_EQ(values("class", of("web") + " or " + of("coredns") + " or " + of("sshd")),
            (std::set<std::string>{"workload", "infrastructure", "host"}));
}

void ClusterView::expect_namespaces_and_classes() const {
  const auto namespaces = cpus_by("namespace");
  ASSERT_TRUE(namespaces.contains("shop") && namespaces.contains("openshift-dns") && namespaces.contains(""));
  EXPECT_GT(namespaces.at("shop"), namespaces.at("openshift-dns")) << "three times as much";
  EXPECT_GT(namespaces.at("openshift-dns"), 0);
  const auto in_shop = cpus_by("group", "--namespace shop");
  EXPECT_TRUE(in_shop.contains(names_.comm("web")) && in_shop.contains(names_.comm("cart")));
  EXPECT_FALSE(in_shop.contains(names_.comm("coredns")) || in_shop.contains(names_.comm("sshd")));
  const auto classes = cpus_by("class");
  for (const char* of_class : {"host", "infrastructure", "workload"}) EXPECT_TRUE(classes.contains(of_class)) << of_class;
}

void ClusterView::expect_commands_of_the_page() const {
  std::vector<Outcome> said;
  for (const DocCommand& command : read_doc_page("docs/report.md").commands) {
    if (!command.text.starts_with("procledger report ")) continue;
    said.push_back(report(command.text));
    EXPECT_GE(std::ranges::count(said.back().out, '\n'), 2) << command.place() << "\n" << said.back().out;
  }
  ASSERT_EQ(said.size(), 3U);
  EXPECT_TRUE(has(said[0], "web") && has(said[0], "coredns") && has(said[0], "sshd")) << said[0].out;
  EXPECT_TRUE(has(said[1], "coredns") && !has(said[1], "web") && !has(said[1], "sshd")) << "--namespace\n" << said[1].out;
  EXPECT_TRUE(said[1].out.starts_with("group,namespace,instance,")) << said[1].out;
  EXPECT_NE(said[2].out.find("openshift-dns"), std::string::npos) << said[2].out;
  EXPECT_TRUE(!has(said[2], "web") && said[2].out.find("shop") != std::string::npos) << "--by namespace\n" << said[2].out;
}

// One test for all checks: Prometheus takes five seconds before it scrapes a new target.
TEST_F(ClusterView, PageAndReportsSeparatePodsInfrastructureAndHost) {
  ASSERT_TRUE(scraped(kEnough));
  expect_processes_in_their_pods();
  expect_namespaces_and_classes();
  expect_commands_of_the_page();
}

}  // namespace
}  // namespace procledger::test
