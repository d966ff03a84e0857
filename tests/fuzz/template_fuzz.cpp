// SPDX-License-Identifier: Apache-2.0
// Any text is either a template that renders, or an error with a position in the text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/rules/template.hpp"

namespace {

using procledger::rules::Captures;
using procledger::rules::Field;
using procledger::rules::Template;

class Source final : public procledger::rules::FieldSource {
 public:
  [[nodiscard]] std::string scalar(Field field) const override { return std::string{procledger::rules::field_name(field)}; }
  [[nodiscard]] std::vector<std::string> slice(Field) const override { return {"/a", "/b"}; }
  [[nodiscard]] const Captures& captures() const override { return captures_; }

 private:
  Captures captures_{{"", "1"}, {"x", "{{.Comm}}"}};
};

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto parsed = Template::parse(text);
  if (!parsed) {
    require(parsed.error().offset <= size && !parsed.error().expected.empty());
    return 0;
  }
  const std::string rendered = parsed->render(Source{});
  if (text.find("{{") == std::string_view::npos) require(rendered == text);
  for (const std::string& name : parsed->captures()) require(!name.empty() && text.find(name) != std::string_view::npos);
  require(parsed->captures().empty() || parsed->uses(Field::kMatches));
  return 0;
}
