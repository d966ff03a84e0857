// SPDX-License-Identifier: Apache-2.0
#include "commands/run/process_tree.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "commands/run/programs.hpp"
#include "commands/run/units.hpp"
#include "core/proctree/run_record.hpp"

namespace procledger::run {
namespace {

/// Children by parent: a list in one array, newest first.
struct Children {
  explicit Children(const std::vector<proctree::Node>& nodes)
      : first(nodes.size() + 1, proctree::kNoNode), next(nodes.size(), proctree::kNoNode) {
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
      std::uint32_t& head = first[slot(nodes[i].parent, nodes.size())];
      next[i] = head;
      head = i;
    }
  }
  [[nodiscard]] static std::size_t slot(std::uint32_t parent, std::size_t count) { return parent == proctree::kNoNode ? count : parent; }

  std::vector<std::uint32_t> first;  ///< by parent; the last one: of nobody's children
  std::vector<std::uint32_t> next;
};

constexpr std::size_t kDeepest = 64;  // deeper ones are not indented further

std::string indentation(const ListedProcess& listed) {
  std::string result;
  const std::size_t levels = std::min(listed.more.size(), kDeepest);
  for (std::size_t level = 0; level < levels; ++level) {
    const bool own = level + 1 == levels;
    result += own ? (listed.more[level] ? "├─ " : "└─ ") : (listed.more[level] ? "│  " : "   ");
  }
  return result;
}

}  // namespace

std::vector<ListedProcess> list_tree(const std::vector<proctree::Node>& nodes) {
  struct Waiting {
    std::uint32_t node;
    std::vector<bool> more;
  };
  const Children children{nodes};
  std::vector<Waiting> waiting;
  // The newest goes in first and comes out last.
  const auto push = [&](std::uint32_t head, const std::vector<bool>* above) {
    bool more = false;
    for (std::uint32_t at = head; at != proctree::kNoNode; at = children.next[at]) {
      Waiting entry{at, above != nullptr ? *above : std::vector<bool>{}};
      if (above != nullptr && entry.more.size() < kDeepest) entry.more.push_back(more);
      waiting.push_back(std::move(entry));
      more = true;
    }
  };
  std::vector<ListedProcess> list;
  std::vector<std::uint32_t> depths(nodes.size());
  push(children.first[nodes.size()], nullptr);
  while (!waiting.empty()) {
    const Waiting at = std::move(waiting.back());
    waiting.pop_back();
    const proctree::Node& node = nodes[at.node];
    const bool orphan = node.parent == proctree::kNoNode;
    depths[at.node] = orphan ? 0 : depths[node.parent] + 1;
    list.push_back({.node = &node, .parent = orphan ? nullptr : &nodes[node.parent], .depth = depths[at.node], .more = at.more});
    push(children.first[at.node], &at.more);
  }
  return list;
}

const char* state_name(const proctree::Node& node) {
  if (node.ending == proctree::Ending::kLives) return "alive";
  if (node.ending == proctree::Ending::kZombie) return "zombie";
  if (!node.status_known) return "ended";
  return proctree::ending_signal(node.status) != 0 ? "signaled" : "exited";
}

std::string end_of(const proctree::Node& node) {
  if (node.ending == proctree::Ending::kLives) return "running";
  if (node.ending == proctree::Ending::kZombie) return "zombie";
  if (!node.status_known) return "ended";
  const int signal = proctree::ending_signal(node.status);
  return signal != 0 ? fmt::format("signal {}", signal) : fmt::format("exit {}", proctree::shell_status(node.status));
}

std::string tree_lines(const proctree::Figures& figures) {
  std::string lines;
  for (const ListedProcess& listed : list_tree(figures.nodes)) {
    const proctree::Node& node = *listed.node;
    lines += fmt::format("  {}{} [{}]  {}, {} of CPU, {}\n", indentation(listed), shown_name(figures.node_names[node.program]), node.tgid,
                         in_seconds(seconds(node.end_ns - std::min(node.end_ns, node.birth_ns))), in_seconds(seconds(node.cpu_ns)),
                         end_of(node));
  }
  if (figures.unlisted > 0) lines += fmt::format("  and {} more, which are not listed\n", in_thousands(figures.unlisted));
  return lines;
}

}  // namespace procledger::run
