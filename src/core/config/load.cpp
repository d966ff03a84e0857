// SPDX-License-Identifier: Apache-2.0
#include "core/config/load.hpp"

#include "core/config/process_exporter_form.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/result.hpp"
#include "base/unique_fd.hpp"
#include "core/config/group.hpp"
#include "core/config/sections.hpp"
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

/// Reads more than the max size of a file, so that load_text can detect a file that is too large.
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

// The last key is process-exporter's and never present here; error messages list it as an allowed key.
constexpr std::array<std::string_view, 9> kTopKeys{"collect",      "limits",     "groups",  "default",      "children",
                                                   "exclude_self", "containers", "threads", "process_names"};
constexpr std::array<std::string_view, 2> kChildren{"inherit", "own"};

}  // namespace

Loaded load_text(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  Context context{.source = SourceText{text}, .report = {}};
  const auto root = parse_document(context.source, context.report);
  Config config;
  if (root) config = read_root(Value{*root, {}, context});
  config.patterns = context.patterns;
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

Config read_own_form(const Value& root) {
  Config config;
  const auto members = root.members(kTopKeys);
  if (const Value* collect = find(members, "collect")) config.collect = read_collect(*collect);
  if (const Value* limits = find(members, "limits")) config.limits = read_limits(*limits);
  if (const Value* containers = find(members, "containers")) config.containers = read_containers(*containers);
  if (const Value* groups = find(members, "groups")) {
    const auto items = groups->list();
    const CommonLabels common = common_labels(config.containers);
    for (const Value& item : items) config.book.rules.push_back(read_group(item, common));
    if (!root.file_failed()) check_reach(config.book.rules, items);
  }
  if (const Value* fallback = find(members, "default")) config.book.fallback = read_fallback(*fallback);
  if (const Value* children = find(members, "children")) config.book.inherit = children->word(kChildren).value_or(0) == 0;
  if (const Value* threads = find(members, "threads")) config.book.thread_filter = read_thread_filter(*threads);
  if (const Value* self = find(members, "exclude_self")) config.book.exclude_self = self->flag().value_or(false);
  return config;
}

}  // namespace procledger::config
