// SPDX-License-Identifier: Apache-2.0
// The program refuses an object with another record layout before it loads the object.
#include <bpf/libbpf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "bpf/wire.h"
#include "procledger.skel.h"
#include "sources/bpf/bpf_object.hpp"
#include "support/bpf_image.hpp"

namespace procledger::bpf {
namespace {

std::string embedded_image() {
  std::size_t size = 0;
  const void* const bytes = procledger_bpf__elf_bytes(&size);
  return {static_cast<const char*>(bytes), size};
}

/// The error for an object; empty if the object is accepted.
std::string refusal(const std::string& image) {
  const std::unique_ptr<bpf_object, void (*)(bpf_object*)> object{bpf_object__open_mem(image.data(), image.size(), nullptr),
                                                                  bpf_object__close};
  if (!object) return "libbpf does not open it";
  const auto fits = check_wire_version(*object);
  return fits ? "" : fits.error().message;
}

TEST(WireVersion, TheObjectOfThisBuildIsAccepted) { EXPECT_EQ(refusal(embedded_image()), ""); }

TEST(WireVersion, AnotherVersionIsRefusedAndBothAreNamed) {
  std::string image = embedded_image();
  ASSERT_TRUE(test::set_wire_version(image, 0, 99));
  EXPECT_THAT(refusal(image),
              testing::AllOf(testing::HasSubstr("version 99"), testing::HasSubstr("version " + std::to_string(PL_WIRE_VERSION))));
}

TEST(WireVersion, OneStaleSourceFileOfManyIsEnough) {
  std::string image = embedded_image();
  const auto versions = test::bpf_section(image, ".rodata.wire");
  ASSERT_TRUE(versions);
  const std::size_t files = versions->size / sizeof(std::uint32_t);
  ASSERT_GT(files, 1);
  ASSERT_TRUE(test::set_wire_version(image, files - 1, PL_WIRE_VERSION - 1));
  EXPECT_THAT(refusal(image), testing::HasSubstr("version " + std::to_string(PL_WIRE_VERSION - 1)));
}

TEST(WireVersion, AnObjectThatSaysNoneIsRefused) {
  std::string image = embedded_image();
  const std::string section{".rodata.wire"};
  for (std::size_t at = image.find(section); at != std::string::npos; at = image.find(section))
    image.replace(at, section.size(), ".rodata.wary");
  EXPECT_THAT(refusal(image), testing::HasSubstr("version unknown"));
}

}  // namespace
}  // namespace procledger::bpf
