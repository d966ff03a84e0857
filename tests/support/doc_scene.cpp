// SPDX-License-Identifier: Apache-2.0
#include "support/doc_scene.hpp"

#include <filesystem>
#include <regex>

#include "support/clocks.hpp"
#include "support/daemon_process.hpp"
#include "support/http_client.hpp"

namespace procledger::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMax = "12001";
constexpr const char* kSam = "12002";
constexpr const char* kDefaults = "default: \"{{.Comm}}\"\n";

// A separate mount namespace has the users of the pages and does not change the users of the host.
constexpr const char* kUsers =
    R"(mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/group" /etc/group && cd "$1" && shift && exec "$@")";
constexpr const char* kShell = "sudo() { \"$@\"; }\n";

// The output of a command that starts a daemon is the page of the daemon; the exit of the daemon has to be clean.
constexpr const char* kServe = R"( 2>log &
daemon=$!
until curl -sf ADDRESS/-/ready >ready; do kill -0 $daemon || { cat log >&2; exit 99; }; sleep 0.1; done
curl -sf ADDRESS/metrics || exit 98
kill $daemon
wait $daemon)";

bool is_daemon(const std::string& command) {
  static const std::regex once{" --(print-default-config|version|help)"};
  return command.starts_with("procledger -") && !std::regex_search(command, once);
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  return text;
}

}  // namespace

Result<void> DocScene::set(const DocPage& page) {
  folder_ = files_.path();
  fs::permissions(files_.path(), fs::perms{0755});
  std::map<std::string, std::string> files = page.files;
  files["passwd"] = read_file("/etc/passwd").value_or("") + "max:x:" + kMax + ":12000::/:/bin/sh\nsam:x:" + kSam + ":12000::/:/bin/sh\n";
  files["group"] = read_file("/etc/group").value_or("") + "procledger:x:12000:\n";
  files["FILE"] = files["etc/procledger/config.yaml"] = kDefaults;
  files["all.yaml"] = files["etc/process-exporter/all.yaml"] = "process_names: [{name: '{{.Comm}}', comm: [foo]}]\n";
  files["usr/share/doc/procledger/examples/taskstats.conf"] =
      read_file(PROCLEDGER_TEST_SOURCE_DIR "/../tools/packaging/systemd/taskstats.conf").value_or("");
  for (const auto& [who, id] : {std::pair{"foo", kMax}, {"foo", kMax}, {"bar", kSam}, {"ceph-osd", "0"}}) {
    if (auto started = start(who, id); !started) return started;
  }
  files["run/foo.pid"] = std::to_string(children_.front().pid()) + "\n";
  for (const auto& [name, text] : files) {
    fs::create_directories((files_.path() / name).parent_path());
    if (auto written = write_file(files_.path() / name, text); !written) return written;
  }
  fs::create_directories(files_.path() / "usr/bin");
  fs::create_hard_link(binary_.path(), files_.path() / "usr/bin/procledger");
  return {};
}

Result<void> DocScene::start(const std::string& name, const std::string& user_id) {
  const fs::path program = files_.path() / "programs" / name;
  fs::create_directories(program.parent_path());
  fs::copy_file(fs::path{PROCLEDGER_TESTPROGS} / "pace", program, fs::copy_options::skip_existing);
  auto child =
      Child::spawn({.argv = {"setpriv", "--reuid=" + user_id, "--regid=12000", "--clear-groups", "env", "TAG=x", program, "200", "20000"},
                    .cgroup_procs = {},
                    .cpu = {},
                    .inherit = {}});
  if (!child) return tl::unexpected{child.error()};
  const std::string comm = "/proc/" + std::to_string(child->pid()) + "/comm";
  if (!eventually(kHangDeadline, [&] { return read_file(comm).value_or("") == name + "\n"; })) {
    return fail(ErrorKind::kIo, name + " does not run: " + child->err());
  }
  children_.push_back(std::move(*child));
  return {};
}

Result<void> DocScene::start_daemon() {
  const auto port = free_port();
  if (!port) return tl::unexpected{port.error()};
  address_ = {"127.0.0.1", *port};
  auto daemon = Child::spawn({.argv = {procledger_binary(), "--web.listen-address=" + address_.text(),
                                       "--config.file=" + folder() + "/etc/procledger/config.yaml", "--log.file=" + folder() + "/log.txt"},
                              .cgroup_procs = {},
                              .cpu = {},
                              .inherit = {}});
  if (!daemon) return tl::unexpected{daemon.error()};
  daemon_.emplace(std::move(*daemon));
  const bool ready = eventually(kHangDeadline, [&] {
    const auto answer = HttpClient{address_}.get("/-/ready");
    return answer && answer->status == 200;
  });
  return ready ? Result<void>{} : Result<void>{fail(ErrorKind::kIo, "the daemon did not become ready")};
}

std::string DocScene::placed(std::string text) const {
  const auto pid = [&](std::size_t child) { return std::to_string(children_.at(child).pid()); };
  if (daemon_) text = with(text, "localhost:9056", address_.text());
  text = with(text, "5546,3455", pid(0) + "," + pid(1));
  text = with(text, "3240", pid(2));
  if (daemon_) text = std::regex_replace(text, std::regex{"\\bPID\\b"}, std::to_string(daemon_->pid()));
  return std::regex_replace(text, std::regex{" (/etc|/usr|/run)/"}, " " + folder() + "$1/");
}

Result<Outcome> DocScene::run(const DocCommand& command, const As& as) {
  static const std::regex asks_a_daemon{"localhost:9056|\\bPID\\b"};
  if (!daemon_ && std::regex_search(command.text, asks_a_daemon)) {
    if (auto started = start_daemon(); !started) return tl::unexpected{started.error()};
  }
  std::string script = kShell + placed(command.text);
  if (is_daemon(command.text)) {
    const auto port = free_port();
    if (!port) return tl::unexpected{port.error()};
    const std::string address = "127.0.0.1:" + std::to_string(*port);
    script += " --web.listen-address=" + address + with(kServe, "ADDRESS", address);
  }
  if (!as.then.empty()) script += " && " + as.then;
  std::vector<std::string> argv{"unshare", "-m", "sh", "-c", kUsers, "sh", folder()};
  if (as.nobody) {
    const auto words_before = as_nobody();
    argv.insert(argv.end(), words_before.begin(), words_before.end());
  }
  const std::string path = "PATH=" + fs::path{binary_.path()}.parent_path().string() + ":/usr/bin:/bin:/usr/sbin:/sbin";
  argv.insert(argv.end(), {"env", path, "bash", "-o", "pipefail", "-c", script});
  return run_command(std::move(argv));
}

}  // namespace procledger::test
