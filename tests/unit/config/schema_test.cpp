// SPDX-License-Identifier: Apache-2.0
// The schema and the reader agree: the test tries each key, number and word of the schema with the reader.
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include <nlohmann/json.hpp>

#include "core/config/texts.hpp"
#include "diagnosed.hpp"

namespace procledger::config {
namespace {

using nlohmann::json;
using Wrap = std::function<std::string(const std::string&)>;  // puts a value into its place in a file

constexpr std::string_view kUnknown = "unknown key \"zzzz\"";

/// The keys that the reader expects at this place.
std::set<std::string> keys_known_to_the_reader(const std::string& file) {
  const Loaded loaded = load_text(file);
  if (loaded) return {};
  for (const Diagnostic& each : loaded.error()) {
    if (each.found != kUnknown) continue;
    std::set<std::string> keys;
    std::string list = each.expected.starts_with("one of ") ? each.expected.substr(7) : each.expected;
    for (std::size_t comma = 0; comma != std::string::npos;) {
      comma = list.find(", ");
      keys.insert(list.substr(0, comma));
      list.erase(0, comma == std::string::npos ? comma : comma + 2);
    }
    return keys;
  }
  return {};
}

bool is_refused(const std::string& file, std::string_view key) {
  const Loaded loaded = load_text(file);
  if (loaded) return false;
  return std::any_of(loaded.error().begin(), loaded.error().end(), [key](const Diagnostic& each) { return each.path.ends_with(key); });
}

class Walk {
 public:
  Walk() : schema_(json::parse(json_schema())) {
    visit(schema_, [](const std::string& value) { return value; }, "");
  }

  int objects{};
  int numbers{};
  int words{};

 private:
  void visit(const json& here, const Wrap& wrap, const std::string& key) {
    if (here.contains("$ref")) visit(schema_.at(json::json_pointer{here.at("$ref").get<std::string>().substr(1)}), wrap, key);
    if (here.contains("oneOf")) {
      for (const json& each : here.at("oneOf")) visit(each, wrap, key);
    }
    if (here.contains("items")) visit(here.at("items"), [&wrap](const std::string& value) { return wrap("[" + value + "]"); }, key);
    if (here.contains("enum")) try_words(here, wrap, key);
    if (here.contains("maximum") && here.at("type") == "integer") try_numbers(here, wrap, key);
    if (here.contains("properties")) try_keys(here, wrap);
  }

  void try_keys(const json& here, const Wrap& wrap) {
    ++objects;
    std::set<std::string> keys;
    for (const auto& [key, below] : here.at("properties").items()) {
      keys.insert(key);
      visit(below, [&wrap, name = key](const std::string& value) { return wrap("{" + name + ": " + value + "}"); }, key);
    }
    EXPECT_EQ(here.at("additionalProperties"), false) << wrap("{}");
    EXPECT_EQ(keys_known_to_the_reader(wrap("{zzzz: 1}")), keys) << wrap("{zzzz: 1}");
  }

  void try_words(const json& here, const Wrap& wrap, const std::string& key) {
    ++words;
    for (const json& word : here.at("enum")) EXPECT_FALSE(is_refused(wrap(word.dump()), key)) << wrap(word.dump());
    EXPECT_TRUE(is_refused(wrap("zzzz"), key) || is_refused(wrap("zzzz"), key + "[0]")) << wrap("zzzz");
  }

  void try_numbers(const json& here, const Wrap& wrap, const std::string& key) {
    ++numbers;
    const auto lowest = here.at("minimum").get<std::int64_t>();
    const auto highest = here.at("maximum").get<std::int64_t>();
    const auto refused = [&](std::int64_t number) {
      const std::string file = wrap(std::to_string(number));
      return is_refused(file, key) || is_refused(file, key + "[0]");
    };
    EXPECT_FALSE(refused(lowest)) << key;
    EXPECT_FALSE(refused(highest)) << key;
    EXPECT_TRUE(refused(lowest - 1)) << key;
    EXPECT_TRUE(refused(highest + 1)) << key;
  }

  json schema_;
};

TEST(ConfigSchema, AgreesWithTheReader) {
  const Walk walk;
  EXPECT_GE(walk.objects, 9);  // top, collect, limits, group, match, not, memory, containers, process_names
  EXPECT_GE(walk.numbers, 5);
  EXPECT_GE(walk.words, 3);
}

TEST(ConfigSchema, DefaultsAreOurs) {
  const json properties = json::parse(json_schema()).at("properties");
  const Config config;
  EXPECT_EQ(properties.at("limits").at("properties").at("groups").at("default"), config.limits.groups);
  EXPECT_EQ(properties.at("limits").at("properties").at("series").at("default"), config.limits.series);
  EXPECT_EQ(properties.at("limits").at("properties").at("label_bytes").at("default"), config.limits.label_bytes);
  EXPECT_EQ(properties.at("collect").at("properties").at("lifetime_histogram").at("default"), config.collect.lifetime_histogram);
  EXPECT_EQ(properties.at("default").at("default"), config.book.fallback.value_or(""));
  EXPECT_EQ(properties.at("exclude_self").at("default"), config.book.exclude_self);
}

TEST(ConfigSchema, EveryKeyIsDescribed) {
  const json schema = json::parse(json_schema());
  const auto check = [](const json& properties) {
    for (const auto& [key, below] : properties.items()) EXPECT_TRUE(below.contains("description")) << key;
  };
  check(schema.at("properties"));
  for (const char* each : {"collect", "limits", "containers"}) check(schema.at("properties").at(each).at("properties"));
  for (const char* each : {"group", "match", "process_name"}) check(schema.at("$defs").at(each).at("properties"));
}

}  // namespace
}  // namespace procledger::config
