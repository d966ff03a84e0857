// SPDX-License-Identifier: Apache-2.0
// A tree of files in the form of /proc, with processes that a test defines.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include "support/files.hpp"

namespace procledger::test {

class ProcTree {
 public:
  [[nodiscard]] std::string root() const { return dir_.path(); }

  /// Writes a file, and makes its directories.
  void file(const std::string& name, std::string_view text) const {
    make_way(name);
    const auto written = write_file(dir_.path() / name, text);
    if (!written) throw std::runtime_error{written.error().message};
  }
  void link(const std::string& name, const std::string& target) const {
    make_way(name);
    std::filesystem::create_symlink(target, dir_.path() / name);
  }
  /// Makes a fifo, which blocks a reader.
  [[nodiscard]] std::string fifo(const std::string& name) const {
    make_way(name);
    const std::string path = dir_.path() / name;
    if (::mkfifo(path.c_str(), 0600) != 0) throw std::runtime_error{"mkfifo " + path};
    return path;
  }
  void remove(const std::string& name) const { std::filesystem::remove_all(dir_.path() / name); }

  /// The text of a stat file of a process that started `birth_ticks` after boot.
  [[nodiscard]] static std::string stat(std::uint32_t pid, std::uint64_t birth_ticks, char state = 'S') {
    std::string text = std::to_string(pid) + " (a) b (" + ") " + state;
    for (int field = 4; field < 22; ++field) text += " 0";
    return text + " " + std::to_string(birth_ticks) + " 0 0\n";
  }
  [[nodiscard]] static std::uint64_t start_boottime_ns(std::uint64_t ticks) {
    return ticks * (1'000'000'000 / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK)));
  }

  /// Makes a process with `pss_kb` of proportional memory, no descriptors, in the network namespace `netns`.
  void process(std::uint32_t pid, std::uint64_t birth_ticks, std::uint64_t pss_kb, int netns = 1) const {
    const std::string number = std::to_string(pid);
    file(number + "/stat", stat(pid, birth_ticks));
    file(number + "/smaps_rollup",
         "00400000-7fff0000 ---p 00000000 00:00 0 [rollup]\nRss: 999999 kB\nPss:  " + std::to_string(pss_kb) + " kB\nPss_Anon: 1 kB\n");
    std::filesystem::create_directories(dir_.path() / number / "fd");
    link(number + "/ns/net", "net:[" + std::to_string(netns) + "]");
    std::filesystem::create_directories(dir_.path() / number / "net");
  }
  void socket(std::uint32_t pid, int fd, std::uint64_t inode) const {
    link(std::to_string(pid) + "/fd/" + std::to_string(fd), "socket:[" + std::to_string(inode) + "]");
  }

  /// Lines of the tables in /proc/net. `state` is a number of the kernel.
  [[nodiscard]] static std::string inet_line(int state, std::uint64_t inode) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    return std::string{"   0: 0100007F:1F90 00000000:0000 0"} + kDigits[static_cast<std::size_t>(state)] +
           " 00000000:00000000 00:00000000 00000000     0        0 " + std::to_string(inode) + " 1 0000000000000000 100 0 0 10 0\n";
  }
  [[nodiscard]] static std::string unix_line(std::string_view flags, int state, std::uint64_t inode, std::string_view path = "") {
    return "0000000000000000: 00000002 00000000 " + std::string{flags} + " 0001 0" + std::to_string(state) + " " + std::to_string(inode) +
           std::string{path.empty() ? "" : " "} + std::string{path} + "\n";
  }

 private:
  void make_way(const std::string& name) const { std::filesystem::create_directories((dir_.path() / name).parent_path()); }

  TempDir dir_;
};

}  // namespace procledger::test
