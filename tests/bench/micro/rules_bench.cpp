// SPDX-License-Identifier: Apache-2.0
// The cost of matching a process against 50 rules: with evaluation, and from the cache.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/rules/match_cache.hpp"

namespace procledger::bench {
namespace {

using namespace std::string_view_literals;

class PaymentsHost final : public rules::HostLookup {
 public:
  [[nodiscard]] std::string user(std::uint32_t) override { return "payments"; }
  [[nodiscard]] std::optional<rules::Place> place(std::uint64_t) override {
    rules::Place place;
    place.path = "/system.slice/payments.service";
    return place;
  }
};

/// A mixed configuration. Only the last rule matches the process of the benchmark.
std::shared_ptr<const rules::RuleSet> fifty_rules() {
  rules::RuleBook book;
  for (int i = 0; i < 49; ++i) {
    const std::string n = std::to_string(i);
    rules::Rule rule;
    rule.name = "service" + n + ":{{.Matches.name}}";
    switch (i % 5) {
      case 0:
        rule.match.comm = {"daemon" + n, "helper" + n};
        break;
      case 1:
        rule.match.argv0 = {"/opt/service" + n + "/bin/run"};
        rule.match.user = {"service" + n};
        break;
      case 2:
        rule.match.exe = {"/opt/*/service" + n + "/bin/*"};
        break;
      case 3:
        rule.match.cgroup = {"/system.slice/service" + n + "@*.service"};
        break;
      default:
        rule.match.cmdline = {"service" + n + " --name=(?P<name>\\w+)"};
    }
    book.rules.push_back(std::move(rule));
  }
  rules::Rule last;
  last.name = "java:{{.Matches.jar}}";
  last.match.cmdline = {"-jar \\S*/(?P<jar>[^/ ]+)\\.jar"};
  book.rules.push_back(std::move(last));
  return std::make_shared<const rules::RuleSet>(rules::RuleSet::compile(book).value());
}

ledger::ProcessFacts java() {
  ledger::Program program;
  program.path = "/usr/lib/jvm/java-17-openjdk-amd64/bin/java";
  program.args =
      "/usr/bin/java\0-Xms512m\0-Xmx4g\0-XX:+UseG1GC\0-Dlog.dir=/var/log/payments\0-cp\0/opt/payments/lib/a.jar:/opt/payments/lib/"
      "b.jar\0-jar\0"
      "/opt/payments/payments-server.jar\0--spring.profiles.active=production\0--server.port=8080\0"sv;
  ledger::ProcessFacts facts;
  facts.comm = "java";
  facts.program = std::make_shared<const ledger::Program>(std::move(program));
  facts.cgroup_id = 1;
  return facts;
}

void rules_decide(benchmark::State& state) {
  const auto rules = fifty_rules();
  PaymentsHost host;
  const ledger::ProcessFacts facts = java();
  std::string name;
  for (auto _ : state) {
    rules::ProcessAttributes process{host, facts, rules->required()};
    auto match = rules->match(process);
    benchmark::DoNotOptimize(match);
    name = match->name;
  }
  if (name != "java:payments-server") state.SkipWithError("the wrong rule");
}
BENCHMARK(rules_decide);

void rules_decide_remembered(benchmark::State& state) {
  const auto rules = fifty_rules();
  rules::MatchCache cache{rules, {1, 2}};
  PaymentsHost host;
  const ledger::ProcessFacts facts = java();
  for (auto _ : state) {
    rules::ProcessAttributes process{host, facts, rules->required()};
    auto match = cache.match(process);
    benchmark::DoNotOptimize(match);
  }
  if (cache.misses() != 1) state.SkipWithError("decided anew");
}
BENCHMARK(rules_decide_remembered);

}  // namespace
}  // namespace procledger::bench
