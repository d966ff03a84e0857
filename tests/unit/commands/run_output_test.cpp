// SPDX-License-Identifier: Apache-2.0
#include "commands/run/output.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <thread>

namespace procledger::commands {
namespace {

using namespace std::chrono_literals;

class RunOutput : public testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    reader_ = UniqueFd{ends[0]};
    writer_ = UniqueFd{ends[1]};
    ASSERT_EQ(::fcntl(writer_.get(), F_SETFL, O_NONBLOCK), 0);
  }

  UniqueFd reader_;
  UniqueFd writer_;
};

TEST_F(RunOutput, FullPipeThatDoesNotBlockIsWaitedFor) {
  const std::string text(1 << 20, 'x');
  std::size_t got = 0;
  std::thread reading{[&] {
    std::array<char, 4096> part{};
    for (ssize_t n = 0; (n = ::read(reader_.get(), part.data(), part.size())) > 0;) got += static_cast<std::size_t>(n);
  }};
  EXPECT_TRUE(write_all(writer_.get(), text));
  writer_ = UniqueFd{};
  reading.join();
  EXPECT_EQ(got, text.size());
}

TEST_F(RunOutput, PatienceEnds) {
  const auto began = std::chrono::steady_clock::now();
  EXPECT_FALSE(write_all(writer_.get(), std::string(1 << 20, 'x'), 50ms));
  EXPECT_EQ(errno, EAGAIN);
  EXPECT_GE(std::chrono::steady_clock::now() - began, 50ms);
}

TEST_F(RunOutput, ErrorIsSaid) {
  reader_ = UniqueFd{};
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  EXPECT_FALSE(write_all(writer_.get(), "x"));
  EXPECT_EQ(errno, EPIPE);
  std::signal(SIGPIPE, before);
}

// In a separate process, because the standard descriptors are closed permanently.
TEST(RunReportStream, ClosedOneIsAnError) {
  const auto status = [](int closed, const std::string& path) {
    ::close(closed);
    std::exit(check_report_stream(path) ? 0 : 1);
  };
  EXPECT_EXIT(status(STDERR_FILENO, ""), testing::ExitedWithCode(1), "");
  EXPECT_EXIT(status(STDERR_FILENO, "-"), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(status(STDERR_FILENO, "file"), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(status(STDOUT_FILENO, ""), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(status(STDOUT_FILENO, "-"), testing::ExitedWithCode(1), "");
}

TEST(RunReportStream, DashOpensNoFile) {
  const auto output = open_output("-");
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_FALSE(*output);
}

}  // namespace
}  // namespace procledger::commands
