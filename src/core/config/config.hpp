// SPDX-License-Identifier: Apache-2.0
// The content of a configuration file, as data. A default-constructed Config is the default configuration.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/rules/pattern.hpp"
#include "core/rules/rule.hpp"

namespace procledger::config {

struct Collect {
  std::chrono::nanoseconds interval{0};  ///< 0: collect on each scrape
  bool lifetime_histogram{true};
  bool operator==(const Collect&) const = default;
};

struct Limits {
  std::uint32_t groups{1000};
  std::uint32_t series{50'000};
  std::uint32_t label_bytes{128};
  bool operator==(const Limits&) const = default;
};

/// The facts about a container that need no API call.
enum class ContainerField : std::uint8_t { kNamespace, kPod, kContainer, kContainerId, kPodUid, kQos };

struct ContainerLabel {
  ContainerField source{};
  std::string name;  ///< of the label
  bool operator==(const ContainerLabel&) const = default;
};

/// A value of the label `class`, for processes in a namespace that one of the globs matches.
struct ContainerClass {
  std::string name;
  std::vector<std::string> patterns;
  bool operator==(const ContainerClass&) const = default;
};

struct Containers {
  std::vector<ContainerLabel> labels;
  std::vector<ContainerClass> classes;  ///< the first matching class applies; processes outside pods have "host"
  bool operator==(const Containers&) const = default;
};

struct Config {
  Collect collect;
  Limits limits;
  rules::RuleBook book;
  Containers containers;
  /// The compiler that checked the patterns of the file. The rules take the compiled patterns from it. Null without a file.
  std::shared_ptr<rules::PatternCompiler> patterns;

  bool operator==(const Config& other) const {
    return collect == other.collect && limits == other.limits && book == other.book && containers == other.containers;
  }
};

}  // namespace procledger::config
