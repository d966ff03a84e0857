// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/process.hpp"

#include <algorithm>

namespace procledger::ledger {

// Advances the stage. Returns true if the process enters kExited.
bool EndOfLife::advance(bool leader_reported, bool threads_exited) {
  if (stage_ == EndStage::kExited) return false;
  const bool zombie = leader_exited();
  if (leader_reported) {
    stage_ = threads_exited ? EndStage::kExited : EndStage::kLeaderReported;
  } else if (threads_exited) {
    stage_ = zombie ? EndStage::kZombieUnreported : EndStage::kThreadsReported;
  }
  return stage_ == EndStage::kExited;
}

bool EndOfLife::note_exit(const event::TaskExit& final) {
  const event::Observation& seen = final.task;
  const bool last = seen.live_threads == 0;
  if (status_of_ != StatusOf::kNobody) note_status(seen);
  if (last && !final.status_known && stage_ != EndStage::kExited) status_of_ = StatusOf::kNobody;
  time_ns_ = std::max(time_ns_, final.exit_boottime_ns);
  if (seen.leader) {
    reaping_certain_ = last;
    autoreaped_ = final.autoreaped;
    parent_at_exit_ = seen.parent;
  }
  const bool exited = advance(seen.leader || leader_reported(), last || threads_exited());
  return exited && status_of_ != StatusOf::kNobody;
}

void EndOfLife::note_status(const event::Observation& seen) {
  if (seen.group_exit) {
    status_of_ = StatusOf::kGroup;
  } else if (status_of_ == StatusOf::kGroup || (!seen.leader && status_known())) {
    return;
  } else if (seen.leader) {
    status_of_ = StatusOf::kLeader;
  }
  status_ = seen.exit_status;
}

// The data of the leader's exit record may be outdated: a later thread may have called exit_group, or the process has another parent now.
bool EndOfLife::note_release(const event::TaskRelease& release) {
  if (release.group_exit || !status_known()) status_ = release.exit_status;
  if (!reaping_certain_ || parent_at_exit_ != release.parent) autoreaped_ |= release.autoreaped;
  return leader_reported() && advance(true, true) && status_of_ != StatusOf::kNobody;
}

void EndOfLife::note_zombie_leader() {
  if (stage_ == EndStage::kAlive) stage_ = EndStage::kLeaderZombie;
  if (stage_ == EndStage::kThreadsReported) stage_ = EndStage::kZombieUnreported;
}

void EndOfLife::note_living_leader() {
  if (stage_ == EndStage::kLeaderZombie || stage_ == EndStage::kLeaderReported) stage_ = EndStage::kAlive;
  if (stage_ == EndStage::kZombieUnreported) stage_ = EndStage::kThreadsReported;
}

void EndOfLife::note_exec() {
  note_living_leader();
  if (status_known()) status_of_ = StatusOf::kUnknown;
}

}  // namespace procledger::ledger
