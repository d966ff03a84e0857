// SPDX-License-Identifier: Apache-2.0
#include "host/container/cgroup_path.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace procledger::container {
namespace {

constexpr std::size_t kEscapeBytes = 4;  // \xHH

std::optional<char> escaped_byte(std::string_view text) {
  if (text.size() < kEscapeBytes || !text.starts_with("\\x")) return std::nullopt;
  unsigned byte = 0;
  const char* const end = text.data() + kEscapeBytes;
  if (std::from_chars(text.data() + 2, end, byte, 16).ptr != end) return std::nullopt;
  if (byte < 0x20 || byte == 0x7F || byte == '/') return std::nullopt;
  return static_cast<char>(byte);
}

constexpr std::string_view kHexDigits = "0123456789abcdef";

bool hex(std::string_view text) { return text.find_first_not_of(kHexDigits) == std::string_view::npos; }

bool ends_with_take(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

bool starts_with_take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Parses the uid of a pod: 32 hex digits, or 8-4-4-4-12 digits separated by "-" or "_". systemd's slice names use "_", because "-" nests
/// slices there.
std::optional<std::string> pod_uid_of(std::string_view text) {
  if (text.size() == 32 && hex(text)) return std::string{text};
  if (text.size() != 36 || (text[8] != '-' && text[8] != '_')) return std::nullopt;
  std::string uid{text};
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) {
    if (uid[dash] != text[8]) return std::nullopt;
    uid[dash] = '0';
  }
  if (!hex(uid)) return std::nullopt;
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) uid[dash] = '-';
  return uid;
}

/// The id of a container in a component, and the text before the id: "cri-containerd-<id>.scope", "<id>", "<slice>:crio:<id>".
struct Leaf {
  std::string_view before;
  std::string_view id;
};

std::optional<Leaf> leaf_of(std::string_view component) {
  // The last run of 64 digits is the id: engines put any prefix before the id, but only the type of a unit after it.
  for (std::size_t end = component.size(); end > 0;) {
    const std::size_t last = component.find_last_of(kHexDigits, end - 1);
    if (last == std::string_view::npos) break;
    const std::size_t before = component.find_last_not_of(kHexDigits, last);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const bool opens = begin == 0 || component[begin - 1] == '-' || component[begin - 1] == ':';
    const bool closes = last + 1 == component.size() || component[last + 1] == '.';
    if (last + 1 - begin == kContainerIdDigits && opens && closes)
      return Leaf{component.substr(0, begin), component.substr(begin, kContainerIdDigits)};
    end = begin;
  }
  return std::nullopt;
}

std::string_view runtime_of(std::string_view engine) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kEngines{{{"docker", "docker"},
                                                                                   {"cri-containerd", "containerd"},
                                                                                   {"nerdctl", "containerd"},
                                                                                   {"crio", "cri-o"},
                                                                                   {"libpod", "podman"},
                                                                                   {"libpod-payload", "podman"}}};
  const auto* const found = std::find_if(kEngines.begin(), kEngines.end(), [&](const auto& known) { return known.first == engine; });
  return found != kEngines.end() ? found->second : std::string_view{};
}

/// Takes the components of a path from the outermost to the innermost. A later component overrides an earlier one.
class Reader {
 public:
  explicit Reader(bool begins_above) : in_kubepods_{begins_above} {}

  void take(std::string_view component) {
    take_unit(component);
    take_pod(component);
    if (const auto leaf = leaf_of(component)) {
      take_container(*leaf);
    } else {
      take_named(component);
    }
    parent_ = component;
    ++depth_;
  }

  [[nodiscard]] CgroupIdentity result() && { return std::move(identity_); }

 private:
  void take_unit(std::string_view component) {
    const UnitName unit = unit_of(component);
    if (unit.kind == UnitKind::kNone || (unit.kind == UnitKind::kSlice && in_unit_)) return;
    in_unit_ = unit.kind == UnitKind::kProcesses;
    identity_.unit = unescaped_unit(unit.name);
  }

  void take_pod(std::string_view component) {
    const std::string_view slice = component.substr(0, component.find(':'));  // a containerd with the wrong cgroup driver appends ":..."
    const std::size_t kubepods = slice.rfind("kubepods");
    std::string_view rest = kubepods == std::string_view::npos ? slice : slice.substr(kubepods + 8);
    if (kubepods != std::string_view::npos) {
      in_kubepods_ = true;
      qos_ = "guaranteed";
      ends_with_take(rest, ".slice");
      if (starts_with_take(rest, "-burstable")) qos_ = "burstable";
      if (starts_with_take(rest, "-besteffort")) qos_ = "besteffort";
      if (starts_with_take(rest, "-pod")) enter_pod(rest);
    } else if (in_kubepods_ && (rest == "burstable" || rest == "besteffort")) {
      qos_ = rest;
    } else if (in_kubepods_ && starts_with_take(rest, "pod")) {
      enter_pod(rest);
    }
  }

  void enter_pod(std::string_view text) {
    auto uid = pod_uid_of(text);
    if (!uid) return;
    identity_.pod_uid = *std::move(uid);
    identity_.qos = qos_;
    // A container around the pod is a node of the pod's cluster.
    leave_container();
    identity_.pod_container_id.clear();
  }

  void take_container(const Leaf& leaf) {
    std::string_view engine = leaf.before.empty() ? parent_ : leaf.before.substr(0, leaf.before.size() - 1);
    if (!leaf.before.empty() && leaf.before.back() == ':') engine = engine.substr(engine.rfind(':') + 1);
    if (engine == "conmon" || engine.ends_with("-conmon")) return;
    leave_container();
    identity_.container_id = leaf.id;
    identity_.runtime = runtime_of(engine);
    if (!identity_.pod_uid.empty() && identity_.pod_container_id.empty()) identity_.pod_container_id = leaf.id;
  }

  /// Recognizes containers without an id.
  void take_named(std::string_view component) {
    if (parent_ == "lxc" || parent_ == "lxc.payload" || starts_with_take(component, "lxc.payload.")) {
      enter_named("lxc", component);
    } else if (starts_with_take(component, "machine-lxc\\x2d") && ends_with_take(component, ".scope")) {
      // libvirt: machine-lxc\x2d<number>\x2d<name>.scope
      const std::size_t end = component.find("\\x2d");
      if (end != std::string_view::npos) enter_named("lxc", component.substr(end + 4));
    } else if (depth_ == 1 && (parent_ == "podruntime" || parent_ == "system") && unit_of(component).kind == UnitKind::kNone) {
      enter_named("talos", component);
    }
  }

  void enter_named(std::string_view runtime, std::string_view name) {
    if (name.empty()) return;
    leave_container();
    identity_.runtime = runtime;
    identity_.name = unescaped_unit(name);
  }

  void leave_container() {
    identity_.container_id.clear();
    identity_.runtime.clear();
    identity_.name.clear();
  }

  CgroupIdentity identity_;
  std::string_view parent_;
  std::string_view qos_;
  std::size_t depth_{};
  bool in_kubepods_;
  bool in_unit_{};
};

}  // namespace

UnitName unit_of(std::string_view component) {
  // systemd puts "_" before the name of a unit that the kernel would interpret: systemd/src/basic/cgroup-util.c, cg_escape.
  if (component.starts_with('_')) component.remove_prefix(1);
  for (const std::string_view suffix : {".service", ".scope", ".slice"}) {
    if (component.size() <= suffix.size() || !component.ends_with(suffix)) continue;
    return {suffix == ".slice" ? UnitKind::kSlice : UnitKind::kProcesses, component};
  }
  return {};
}

std::string unescaped_unit(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const auto byte = escaped_byte(name);
    out += byte ? *byte : name.front();
    name.remove_prefix(byte ? kEscapeBytes : 1);
  }
  return out;
}

bool at_or_below(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

bool is_container_id(std::string_view text) { return text.size() == kContainerIdDigits && hex(text); }

CgroupIdentity parse_cgroup_path(std::string_view path) {
  Reader reader{path.starts_with("/../")};
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view component = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (!component.empty() && component != "..") reader.take(component);
  }
  return std::move(reader).result();
}

}  // namespace procledger::container
