// SPDX-License-Identifier: Apache-2.0
#include "sources/probe/source_selector.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sources/bpf/bpf_source.hpp"
#include "sources/probe/gather.hpp"
#include "sources/proc/proc_source.hpp"
#include "sources/taskstats/taskstats_source.hpp"

namespace procledger::probe {
namespace {

using event::CreatedSource;

constexpr std::array kBestFirst{SourceKind::kBpf, SourceKind::kTaskstats, SourceKind::kProc};

std::size_t place_of(std::string_view name) {
  const auto called = [name](SourceKind kind) { return name_of(kind) == name; };
  return static_cast<std::size_t>(std::ranges::find_if(kBestFirst, called) - kBestFirst.begin());
}

std::string of_source(SourceKind kind, const std::string& what) { return std::string{name_of(kind)} + ": " + what; }

void add_line(std::string& lines, const std::string& line) {
  if (!lines.empty()) lines += "; ";
  lines += line;
}

}  // namespace

Result<CreatedSource> SourceSelector::open(SourceKind kind, std::optional<bpf::KernelTypes> types) const {
  const auto supplied = [](std::unique_ptr<event::Source> source) {
    return CreatedSource{.source = std::move(source), .reason = "requested", .why = ""};
  };
  switch (kind) {
    case SourceKind::kBpf:
      return bpf::open_bpf_source({.procfs = request_.procfs, .types = std::move(types)}).map(supplied);
    case SourceKind::kTaskstats:
      return taskstats::open_taskstats_source({.procfs = request_.procfs}).map(supplied);
    case SourceKind::kProc:
      return proc::open_proc_source({.procfs = request_.procfs}).map(supplied);
  }
  return fail(ErrorKind::kUsage, "no such source");
}

// A source that the assessment excludes is not tried: its own error would say less clearly what is missing.
Result<CreatedSource> SourceSelector::first_of(std::size_t from, std::size_t to) const {
  const bpf::KernelTypes types = bpf::read_kernel_types();
  const auto assessments = assess(gather(request_.procfs, types));
  std::string reason{"best_available"};
  std::string why;
  const auto pass_over = [&](SourceKind kind, std::string_view word, const std::string& what) {
    if (why.empty()) reason = word;  // of several sources passed over, the reason is that of the best one
    add_line(why, of_source(kind, what));
  };
  for (const Assessment& each : assessments) {
    const std::size_t place = place_of(name_of(each.source));
    if (place < from || place >= to) continue;
    if (!each.usable) {
      pass_over(each.source, each.reason, each.why);
      continue;
    }
    auto opened = open(each.source, types);
    if (!opened) {
      pass_over(each.source, "refused", opened.error().message);
      continue;
    }
    opened->reason = reason;
    opened->why = why;
    return opened;
  }
  return fail(ErrorKind::kUnsupported, "no source works on this host: " + why);
}

Result<CreatedSource> SourceSelector::open() const {
  if (request_.name == "auto") return first_of(0, kBestFirst.size());
  return open(kBestFirst[place_of(request_.name)], std::nullopt);
}

Result<CreatedSource> SourceSelector::next_fallback(std::string_view name) { return first_of(place_of(name) + 1, kBestFirst.size()); }

// Every reload calls this, mostly while the best source works. In that case there is no need to gather facts about the host.
Result<CreatedSource> SourceSelector::better_than(std::string_view name) {
  if (place_of(name) == 0) return fail(ErrorKind::kUnsupported, "");
  return first_of(0, place_of(name));
}

Result<CreatedSource> open_source(const SourceRequest& request) { return SourceSelector{request}.open(); }

}  // namespace procledger::probe
