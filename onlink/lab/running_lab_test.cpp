// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/running_lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace onlink::inline v0::lab {
namespace {

RunningLab example() {
  return {.name = "home",
          .about = "a household",
          .fingerprint = 0xfedcba9876543210,
          .holder = 4711,
          .asker = "me",
          .hosts = {
              {.name = "me",
               .process = 4712,
               .role = Role::host,
               .by_engine = false,
               .mac = {{2, 0, 0, 0, 0, 1}},
               .addresses = {"192.0.2.1/24", "2001:db8::1/64"}},
              {.name = "crowd", .process = 4713, .role = Role::crowd, .by_engine = true, .mac = {{2, 0, 0, 0, 0, 2}}}}};
}

TEST(RunningLab, StateTextIsReadBack) {
  const auto read = parse_running_lab(to_text(example()));
  ASSERT_TRUE(read) << read.error().context;
  EXPECT_EQ(*read, example());
}

TEST(RunningLab, LineEndsInTheDescriptionDoNoHarm) {
  RunningLab lab = example();
  lab.about = "two\nlines\tand a tab";
  const auto read = parse_running_lab(to_text(lab));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->about, "two lines and a tab");
  EXPECT_EQ(read->hosts, lab.hosts);
}

TEST(RunningLab, ForeignTextIsRefused) {
  const std::string text = to_text(example());
  EXPECT_FALSE(parse_running_lab(""));
  EXPECT_FALSE(parse_running_lab("onlink-lab 2" + text.substr(text.find('\n'))));
  EXPECT_FALSE(parse_running_lab(text + "half a li"));
  EXPECT_FALSE(parse_running_lab("onlink-lab 1\nhome\tx\t1\tme\tabout\n"));
}

TEST(RunningLab, HostsAreFoundByName) {
  const RunningLab lab = example();
  ASSERT_NE(lab.find_host("crowd"), nullptr);
  EXPECT_EQ(lab.find_host("crowd")->process, 4713);
  EXPECT_EQ(lab.find_host("nobody"), nullptr);
}

}  // namespace
}  // namespace onlink::inline v0::lab
