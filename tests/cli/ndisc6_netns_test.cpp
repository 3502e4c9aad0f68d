// SPDX-License-Identifier: Apache-2.0
// `onlink compat ndisc6` among real kernels: its dialogue, and the warnings that the original lacks. (tests/compat
// compares it with the original, case by case.)
#include <gtest/gtest.h>

#include "onlink/kernel/link_setup.hpp"
#include "tests/netns/small_lan.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {
namespace {

using testing::HasSubstr;

class Ndisc6Run : public testing::Test {
 protected:
  Ndisc6Run() : lan_({.addresses = {prefix("fd00:9::1/64")}}) {
    lan_.add_host({.mac = mac("02:00:5e:10:00:ab"), .addresses = {prefix("fd00:9::2/64")}});
  }

  static ProgramResult ndisc6(std::vector<std::string> words) {
    words.insert(words.begin(), {"compat", "ndisc6"});
    return run_onlink({.words = words});
  }
  static std::string warning(const std::vector<std::string>& words) { return ndisc6(words).err; }

  SmallLan lan_;
};

TEST_F(Ndisc6Run, AsksAKernel) {
  const ProgramResult result = ndisc6({"fd00:9::2", "eth0"});
  EXPECT_EQ(result.out,
            "Soliciting fd00:9::2 (fd00:9::2) on eth0...\n"
            "Target link-layer address: 02:00:5E:10:00:AB\n"
            " from fd00:9::2\n");
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.status, 0);
}

TEST_F(Ndisc6Run, SilenceIsStatusTwo) {
  const ProgramResult result = ndisc6({"-r", "2", "-w", "50", "fd00:9::77", "eth0"});
  EXPECT_EQ(result.out, "Soliciting fd00:9::77 (fd00:9::77) on eth0...\nTimed out.\nTimed out.\nNo response.\n");
  EXPECT_EQ(result.status, 2);
}

TEST_F(Ndisc6Run, WarnsWhereSilenceSaysNothing) {
  ASSERT_TRUE(
      kernel::add_route(lan_.ours().netlink(), {.destination = prefix("2001:db8::/32"), .gateway = ip("fd00:9::fe")}));
  EXPECT_EQ(warning({"-r", "1", "-w", "10", "2001:db8::7", "eth0"}),
            "ndisc6: warning: 2001:db8::7 is behind the router fd00:9::fe: silence says nothing about it\n");
  EXPECT_EQ(warning({"-r", "1", "-w", "10", "fd00:9::1", "eth0"}),
            "ndisc6: warning: fd00:9::1 is an address of this machine, which does not answer itself\n");
  EXPECT_EQ(warning({"-r", "1", "-w", "10", "ff02::1", "eth0"}),
            "ndisc6: warning: ff02::1 is a group: nobody answers for it\n");
}

TEST_F(Ndisc6Run, WarnsOfOptionsThatDoNotWhatTheySay) {
  EXPECT_THAT(warning({"--multiple", "word", "-w", "10", "fd00:9::2", "eth0"}),
              HasSubstr("warning: --multiple took 'word' for its value"));
  EXPECT_THAT(warning({"-w", "4294967295", "fd00:9::77", "eth0"}),
              HasSubstr("warning: -w is too large, and nothing is waited for"));
  EXPECT_THAT(warning({"-s", "ff02::1", "-r", "1", "-w", "10", "fd00:9::2", "eth0"}),
              HasSubstr("warning: ff02::1 is a group: answers"));
}

TEST_F(Ndisc6Run, WaitsNotAtAllWhereNothingIsHeard) {
  lan_.ours().set_up(false);
  const ProgramResult result = ndisc6({"-d", "-r", "1000", "-w", "100000", "-q", "fd00:9::2", "eth0"});
  EXPECT_EQ(result.err, "ndisc6: warning: eth0 hears nothing, so silence says nothing\n");
  EXPECT_EQ(result.status, 2);
}

}  // namespace
}  // namespace onlink::inline v0::test
