// SPDX-License-Identifier: Apache-2.0
#include "commands/cli/option_values.hpp"

#include <array>
#include <utility>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace procledger::commands {

void name_values(CLI::App& app) {
  constexpr std::array<std::pair<const char*, const char*>, 20> kValues{{{"--config.file", "FILE"},
                                                                         {"--web.listen-address", "ADDRESS"},
                                                                         {"--web.telemetry-path", "PATH"},
                                                                         {"--source", "auto|bpf|taskstats|proc"},
                                                                         {"--path.procfs", "DIR"},
                                                                         {"--path.cgroupfs", "DIR"},
                                                                         {"--path.podlogs", "DIR"},
                                                                         {"--collect.interval", "DURATION"},
                                                                         {"--slow.interval", "DURATION"},
                                                                         {"--log.level", "debug|info|warn|error"},
                                                                         {"--log.format", "logfmt|json"},
                                                                         {"--log.file", "FILE|stderr|stdout"},
                                                                         {"--compat", "none|process-exporter"},
                                                                         {"--threads.filter", "LIST"},
                                                                         {"--config.path", "FILE"},
                                                                         {"--procnames", "LIST"},
                                                                         {"--namemapping", "LIST"},
                                                                         {"--procfs", "DIR"},
                                                                         {"--recheck-with-time-limit", "DURATION"},
                                                                         {"--once-to-stdout-delay", "DURATION"}}};
  for (const auto& [flag, value] : kValues) {
    if (CLI::Option* option = app.get_option_no_throw(flag)) option->type_name(value);
  }
}

}  // namespace procledger::commands
