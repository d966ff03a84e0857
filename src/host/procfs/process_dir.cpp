// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/process_dir.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "host/procfs/file.hpp"
#include "host/procfs/own_process.hpp"

namespace procledger::procfs {
namespace {

bool ended(char state) { return state == 'Z' || state == 'X' || state == 'x'; }

Result<StatTimes> times_of(const ProcessDir& dir) {
  return dir.read("stat").and_then([](const std::string& text) { return parse_stat_times(text, user_hz()); });
}

}  // namespace

Result<ProcessDir> ProcessDir::open_path(std::string path) {
  UniqueFd dir{::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  if (!dir) return tl::unexpected{system_error("opening " + path, errno)};
  return ProcessDir{std::move(path), std::move(dir)};
}

Result<ProcessDir> ProcessDir::open(const std::string& root, std::uint32_t tgid, std::uint64_t start_boottime_ns) {
  const std::string number = std::to_string(tgid);
  auto dir = open_path(root + "/" + number);
  if (!dir) return dir;
  const auto times = times_of(*dir);
  if (!times) return tl::unexpected{times.error()};
  const std::uint64_t tick_ns = 1'000'000'000 / user_hz();
  if (times->start_boottime_ns / tick_ns != start_boottime_ns / tick_ns)
    return fail(ErrorKind::kGone, dir->path() + " now belongs to another process");
  return ended(times->state) ? dir->living_thread(number) : std::move(dir);
}

Result<ProcessDir> ProcessDir::living_thread(std::string_view leader) const {
  const auto tasks = list("task");
  if (!tasks) return tl::unexpected{tasks.error()};
  while (const dirent* entry = ::readdir(tasks->get())) {
    const std::string_view name{entry->d_name};
    if (name == leader || !to_number<std::uint32_t>(name)) continue;
    auto thread = open_path(path_ + "/task/" + std::string{name});
    if (!thread) continue;
    thread->tasks_ = "..";
    const auto times = times_of(*thread);
    if (times && !ended(times->state)) return thread;
  }
  return fail(ErrorKind::kGone, path_ + " has ended");
}

Result<UniqueFd> ProcessDir::open_file(const std::string& name) const {
  UniqueFd file{::openat(dir_.get(), name.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file) return tl::unexpected{system_error("reading " + path_ + "/" + name, errno)};
  return file;
}

Result<std::string> ProcessDir::read(const std::string& name) const {
  return open_file(name).and_then([&](const UniqueFd& file) { return read_rest(file, path_ + "/" + name); });
}

Result<Prefix> ProcessDir::read_prefix(const std::string& name, std::size_t max_bytes) const {
  return open_file(name).and_then([&](const UniqueFd& file) { return procfs::read_prefix(file, path_ + "/" + name, max_bytes); });
}

Result<DirStream> ProcessDir::list(const std::string& name) const {
  DirStream stream = open_dir(dir_.get(), name.c_str());
  if (!stream) return tl::unexpected{system_error("reading " + path_ + "/" + name, errno)};
  return stream;
}

Result<std::string> ProcessDir::link(const std::string& name) const {
  std::array<char, 255> text{};
  const ssize_t got = ::readlinkat(dir_.get(), name.c_str(), text.data(), text.size());
  if (got < 0) return tl::unexpected{system_error("reading " + path_ + "/" + name, errno)};
  return std::string{text.data(), static_cast<std::size_t>(got)};
}

}  // namespace procledger::procfs
