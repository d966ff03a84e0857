// SPDX-License-Identifier: Apache-2.0
#include "core/config/load.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/result.hpp"
#include "base/unique_fd.hpp"
#include "core/config/forms.hpp"
#include "core/config/value.hpp"
#include "core/config/yaml_document.hpp"

namespace procledger::config {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Config read_root(const Value& root) {
  if (root.is(TreeNode::Kind::kNull)) return {};
  const std::vector<Entry>& entries = root.node().entries;
  for (const Entry& entry : entries) {
    if (entry.key == "process_names") return read_process_names(root);
  }
  return read_own_form(root);
}

/// One byte more than a file may have, so that load_text sees that it is too large.
Result<std::string> read_file(const std::string& path) {
  const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!fd) return tl::unexpected{system_error("cannot be opened", errno)};
  std::string text;
  std::array<char, 65536> part{};
  while (text.size() <= kMaxFileBytes) {
    const ssize_t count = ::read(fd.get(), part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return tl::unexpected{system_error("cannot be read", errno)};
    if (count == 0) break;
    text.append(part.data(), static_cast<std::size_t>(count));
  }
  return text;
}

}  // namespace

Loaded load_text(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  Context context{SourceText{text}, {}, {}};
  const auto root = parse_document(context.source, context.report);
  Config config;
  if (root) config = read_root(Value{*root, {}, context});
  const bool failed = context.report.failed();
  auto diagnostics = context.report.take();
  if (failed) return tl::unexpected{std::move(diagnostics)};
  return Sound{std::move(config), std::move(diagnostics)};
}

Loaded load_file(const std::string& path) {
  const auto text = read_file(path);
  if (text) return load_text(*text);
  return tl::unexpected{std::vector{Diagnostic{.found = text.error().message}}};
}

}  // namespace procledger::config
