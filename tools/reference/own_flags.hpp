// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace procledger::reference {

/// For Command::own_flags: shows the flags that `Define` adds, bound to a `Given` that nobody parses into.
template <typename Given, void (*Define)(CLI::App&, Given&)>
void own_flags(const std::function<void(const CLI::App&)>& use) {
  Given given;
  CLI::App app;
  Define(app, given);
  use(app);
}

}  // namespace procledger::reference
