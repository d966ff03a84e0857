// SPDX-License-Identifier: Apache-2.0
#include "core/grouping/process_view.hpp"

namespace procledger::grouping {
namespace {

using rules::Fact;

std::optional<std::string_view> known(std::string_view text) { return text.empty() ? std::nullopt : std::optional<std::string_view>{text}; }

}  // namespace

Asked::Asked(World& world, const ledger::ProcessFacts& facts, const ledger::Program* program, std::optional<Place> place,
             const rules::Needs& needs)
    : world_{world}, facts_{facts}, place_{place} {
  subject_.comm = facts.comm;
  subject_.uid = facts.uid;
  subject_.tgid = facts.tgid;
  subject_.parent_tgid = facts.parent_tgid;
  subject_.kernel_thread = facts.kernel_thread;
  if (program != nullptr) {
    subject_.args = program->args;
    if (!program->path_cut) subject_.exe = program->path;
    if (program->env) subject_.env = rules::Environment{.block = *program->env, .cut = program->env_cut};
  }
  if (needs.has(Fact::kUser)) {
    user_ = world.user(facts.uid);
    subject_.user = user_;
  }
  if (needs.has(Fact::kStartTime)) subject_.start_unix_ns = world.unix_ns(facts.birth_ns);
  if (needs.has(Fact::kCgroups) && !facts.dead) {
    cgroups_ = world.cgroups(facts.tgid);
    cgroup_views_.assign(cgroups_.begin(), cgroups_.end());
    subject_.cgroups = cgroup_views_;
  }
  if (!place_) return;
  subject_.cgroup = known(place_->path);
  subject_.unit = known(place_->unit);
  subject_.namespace_name = known(place_->namespace_name);
  subject_.pod = known(place_->pod);
  subject_.container = known(place_->container);
}

}  // namespace procledger::grouping
