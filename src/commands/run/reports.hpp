// SPDX-License-Identifier: Apache-2.0
// The runs of one command, as text for people and for machines. What is not known is left out, never 0. Names are made safe here.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/proctree/run_record.hpp"

namespace procledger::run {

struct Subject {
  const std::vector<std::string>& command;
  std::span<const proctree::Run> runs;  ///< at least one
};

/// The report; with several runs means and standard deviations, and programs as means.
/// @param tree  adds the process tree, if the run has kept it
[[nodiscard]] std::string text(const Subject& subject, bool tree);

/// One object, and a newline. docs/run.md names its keys.
[[nodiscard]] std::string json(const Subject& subject, bool tree);

/// A header, then a row for each program of each run and one for its sum, RFC 4180.
[[nodiscard]] std::string csv(const Subject& subject);

/// One line on the present.
[[nodiscard]] std::string glance(const proctree::Glance& glance, const proctree::Glance* before);

}  // namespace procledger::run
