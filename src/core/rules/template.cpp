// SPDX-License-Identifier: Apache-2.0
#include "core/rules/template.hpp"

#include <algorithm>
#include <utility>

#include "core/rules/fields.hpp"

namespace procledger::rules {
namespace {

constexpr std::string_view kNoValue = "<no value>";  // what Go writes for a key that a map does not have

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

/// As Go prints a slice of strings: "[a b]".
std::string slice_text(const std::vector<std::string>& items) {
  std::string text = "[";
  std::string_view separator;
  for (const std::string& item : items) {
    text.append(separator).append(item);
    separator = " ";
  }
  return text + ']';
}

/// As Go prints a map of strings: "map[a:1 b:2]", keys in byte order.
std::string map_text(const Captures& captures) {
  std::string text = "map[";
  std::string_view separator;
  for (const auto& [name, value] : captures) {
    text.append(separator).append(name).append(":").append(value);
    separator = " ";
  }
  return text + ']';
}

std::string whole_text(Field field, const FieldSource& source) {
  switch (field) {
    case Field::kMatches:
      return map_text(source.captures());
    case Field::kCgroups:
      return slice_text(source.slice(field));
    default:
      return source.scalar(field);
  }
}

}  // namespace

std::string_view field_name(Field field) { return kFieldNames[static_cast<std::size_t>(field)]; }

std::string Template::render(const FieldSource& source) const {
  std::string out;
  const auto append = Overloaded{
      [&](const Text& part) {
        out += part.text;
        return true;
      },
      [&](const Whole& part) {
        out += whole_text(part.field, source);
        return true;
      },
      [&](const Capture& part) {
        const auto found = source.captures().find(part.name);
        out += found == source.captures().end() ? kNoValue : std::string_view{found->second};
        return true;
      },
      [&](const Indexed& part) {
        const std::vector<std::string> items = source.slice(part.field);
        if (part.index >= items.size()) return false;
        out += items[part.index];
        return true;
      },
  };
  for (const Part& part : parts_) {
    if (!std::visit(append, part)) break;
  }
  return out;
}

bool Template::uses(Field field) const {
  const auto names_it = Overloaded{
      [](const Text&) { return false; },
      [&](const Whole& part) { return part.field == field; },
      [&](const Capture&) { return field == Field::kMatches; },
      [&](const Indexed& part) { return part.field == field; },
  };
  return std::any_of(parts_.begin(), parts_.end(), [&](const Part& part) { return std::visit(names_it, part); });
}

std::vector<std::string> Template::captures() const {
  std::vector<std::string> names;
  for (const Part& part : parts_) {
    if (const auto* capture = std::get_if<Capture>(&part)) names.push_back(capture->name);
  }
  return names;
}

}  // namespace procledger::rules
