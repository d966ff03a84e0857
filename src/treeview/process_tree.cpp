// SPDX-License-Identifier: Apache-2.0
#include "treeview/process_tree.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tree/run.hpp"
#include "treeview/programs.hpp"
#include "treeview/units.hpp"

namespace procledger::treeview {
namespace {

/// Children by parent: a list in one array, newest first.
struct Children {
  explicit Children(const std::vector<tree::Node>& nodes) : first(nodes.size() + 1, tree::kNoNode), next(nodes.size(), tree::kNoNode) {
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
      std::uint32_t& head = first[slot(nodes[i].parent, nodes.size())];
      next[i] = head;
      head = i;
    }
  }
  [[nodiscard]] static std::size_t slot(std::uint32_t parent, std::size_t count) { return parent == tree::kNoNode ? count : parent; }

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

std::vector<ListedProcess> list_tree(const std::vector<tree::Node>& nodes) {
  struct Waiting {
    std::uint32_t node;
    std::vector<bool> more;
  };
  const Children children{nodes};
  std::vector<Waiting> waiting;
  // The newest goes in first and comes out last.
  const auto push = [&](std::uint32_t head, const std::vector<bool>* above) {
    bool more = false;
    for (std::uint32_t at = head; at != tree::kNoNode; at = children.next[at]) {
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
    const tree::Node& node = nodes[at.node];
    const bool orphan = node.parent == tree::kNoNode;
    depths[at.node] = orphan ? 0 : depths[node.parent] + 1;
    list.push_back({.node = &node, .parent = orphan ? nullptr : &nodes[node.parent], .depth = depths[at.node], .more = at.more});
    push(children.first[at.node], &at.more);
  }
  return list;
}

const char* state_name(const tree::Node& node) {
  if (node.ending == tree::Ending::kLives) return "alive";
  if (node.ending == tree::Ending::kZombie) return "zombie";
  if (!node.status_known) return "ended";
  return tree::ending_signal(node.status) != 0 ? "signaled" : "exited";
}

std::string end_of(const tree::Node& node) {
  if (node.ending == tree::Ending::kLives) return "running";
  if (node.ending == tree::Ending::kZombie) return "zombie";
  if (!node.status_known) return "ended";
  const int signal = tree::ending_signal(node.status);
  return signal != 0 ? fmt::format("signal {}", signal) : fmt::format("exit {}", tree::shell_status(node.status));
}

std::string tree_lines(const tree::Figures& figures) {
  std::string lines;
  for (const ListedProcess& listed : list_tree(figures.nodes)) {
    const tree::Node& node = *listed.node;
    lines += fmt::format("  {}{} [{}]  {}, {} of CPU, {}\n", indentation(listed), shown_name(figures.node_names[node.program]), node.tgid,
                         in_seconds(seconds(node.end_ns - std::min(node.end_ns, node.birth_ns))), in_seconds(seconds(node.cpu_ns)),
                         end_of(node));
  }
  if (figures.unlisted > 0) lines += fmt::format("  and {} more, which are not listed\n", in_thousands(figures.unlisted));
  return lines;
}

}  // namespace procledger::treeview
