// SPDX-License-Identifier: Apache-2.0
// Memory, open files and threads of a process, compared with /proc at the same moment.
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <iostream>

#include "matrix/matrix_test.hpp"

namespace procledger::test {
namespace {

class Holdings : public MatrixTest {
 protected:
  void hold(std::uint64_t anonymous, std::uint64_t shared, std::uint64_t in_file, std::uint64_t fds, std::uint64_t threads) {
    const std::string file = (files_.path() / "mapped").string();
    if (in_file > 0) std::ofstream{file}.write(std::string(in_file, 'x').data(), static_cast<std::streamsize>(in_file));
    auto holder = Child::spawn({.argv = {names_.link("holder", "holder"), std::to_string(anonymous), std::to_string(shared),
                                         std::to_string(in_file), file, std::to_string(fds), std::to_string(threads)},
                                .cgroup_procs = {},
                                .cpu = {},
                                .inherit = {}});
    ASSERT_TRUE(holder) << holder.error().message;
    holder_.emplace(std::move(*holder));
    ASSERT_TRUE(soon([&] { return holder_->out() == "ready\n"; })) << holder_->err();
    collect();
    process_ = pipeline_->process(holder_->pid());
    ASSERT_TRUE(process_);
  }

  /// Bytes of a line of /proc/PID/status.
  [[nodiscard]] std::uint64_t status(const std::string& key) const {
    for (const std::string& line : words(read_file("/proc/" + std::to_string(holder_->pid()) + "/status").value_or(""), "\n")) {
      if (line.starts_with(key + ":")) return std::stoull(line.substr(key.size() + 1)) * 1024;
    }
    return 0;
  }

  void check(const char* key, std::uint64_t shown) const {
    const auto truth = static_cast<double>(status(key));
    std::cout << key << " " << truth << ", shown " << shown << "\n";
    EXPECT_GT(truth, 0) << key;
    EXPECT_NEAR(static_cast<double>(shown), truth, std::max(0.02 * truth, 524288.0)) << key;
  }

  TempDir files_;
  std::optional<Child> holder_;
  ledger::ProcessPtr process_;
};

TEST_F(Holdings, EachKindOfMemory) {
  hold(60'000'000, 30'000'000, 20'000'000, 0, 1);
  ASSERT_FALSE(HasFatalFailure());
  ASSERT_TRUE(process_->scan.memory);
  const event::Memory& memory = *process_->scan.memory;
  check("VmRSS", memory.resident());
  check("RssAnon", memory.anonymous);
  check("RssFile", memory.file);
  check("RssShmem", memory.shared);
  check("VmSize", memory.mapped);
  check("VmHWM", memory.peak);
  EXPECT_EQ(memory.swapped, 0U);
}

TEST_F(Holdings, OpenFilesAndTheirLimit) {
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  hold(0, 0, 0, 700, 1);
  ASSERT_FALSE(HasFatalFailure());
  std::uint64_t truth = 0;
  for ([[maybe_unused]] const auto& fd : std::filesystem::directory_iterator{"/proc/" + std::to_string(holder_->pid()) + "/fd"}) ++truth;
  EXPECT_GE(truth, 700U);
  ASSERT_TRUE(process_->scan.files);
  EXPECT_EQ(process_->scan.files->open, truth);
  EXPECT_EQ(process_->scan.files->limit, limit.rlim_cur);
}

TEST_F(Holdings, ThreadsOfAProcess) {
  hold(0, 0, 0, 0, 9);
  ASSERT_FALSE(HasFatalFailure());
  ASSERT_TRUE(soon([&] { return account("holder").thread_states[static_cast<std::size_t>(event::State::kSleeping)] == 9; }));
  EXPECT_EQ(account("holder").threads, 9U);
  EXPECT_EQ(account("holder").processes, 1U);
}

}  // namespace
}  // namespace procledger::test
