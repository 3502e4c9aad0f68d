// SPDX-License-Identifier: Apache-2.0
// `onlink compat arping` among real kernels: the warnings that the originals lack. Their own lines, frames and statuses
// are tests/compat's matter.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onlink/kernel/link_setup.hpp"
#include "tests/netns/small_lan.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Arping : public testing::Test {
 protected:
  Arping() : lan_({.addresses = {prefix("192.0.2.1/24")}}) {
    lan_.add_host({.mac = mac("02:00:00:00:00:02"), .addresses = {prefix("192.0.2.2/24")}});
  }

  static ProgramResult arping(std::vector<std::string> words, ProgramRun run = {}) {
    words.insert(words.begin(), {"compat", "arping"});
    run.words = std::move(words);
    return run_onlink(run);
  }
  static ProgramResult habets(std::vector<std::string> words, ProgramRun run = {}) {
    words.insert(words.begin(), "--habets");
    return arping(std::move(words), std::move(run));
  }
  // The link goes when the first reply is known.
  ProgramRun losing_the_link() {
    return {.on_output = [this, lost = false](std::string_view out) mutable {
      if (lost || out.find("02:00:00:00:00:02") == std::string_view::npos) return;
      lost = true;
      lan_.ours().set_up(false);
    }};
  }

  SmallLan lan_;
};

TEST_F(Arping, BothDialectsAnswerToTheirNames) {
  EXPECT_THAT(arping({"-f", "192.0.2.2"}).out, StartsWith("ARPING 192.0.2.2 from 192.0.2.1 eth0\nUnicast reply from"));
  const ProgramResult other = habets({"-C", "1", "192.0.2.2"});
  EXPECT_THAT(other.out, StartsWith("ARPING 192.0.2.2\n42 bytes from 02:00:00:00:00:02 (192.0.2.2): index=0 time="));
  EXPECT_EQ(other.status, 0);
  EXPECT_EQ(other.err, "");
}

// openHAB reads the help of whatever arping is there.
TEST_F(Arping, HelpTellsTheDialectsApartAsScriptsLookForIt) {
  const ProgramResult iputils = arping({"-h"});
  EXPECT_EQ(iputils.status, 2);
  EXPECT_THAT(iputils.err, AllOf(HasSubstr("-w <timeout>"), Not(HasSubstr("Thomas Habets"))));
  EXPECT_THAT(arping({"-V"}).out, StartsWith("arping from iputils 20221126"));
  const ProgramResult other = habets({"--help"});
  EXPECT_EQ(other.status, 0);
  EXPECT_THAT(other.out, HasSubstr("Thomas Habets"));
  EXPECT_THAT(other.out, HasSubstr("-w sec Specify a timeout"));
}

TEST_F(Arping, SaysThatTheLoopbackWasNotAsked) {
  const ProgramResult result = arping({"-D", "-I", "lo", "127.0.0.1"});
  EXPECT_EQ(result.status, 0) << "as the original has it";
  EXPECT_EQ(result.out, "Interface \"lo\" is not ARPable\n");
  EXPECT_EQ(result.err, "arping: warning: nothing was asked on lo: the status says nothing about 127.0.0.1\n");
}

TEST_F(Arping, SaysThatATargetIsBehindARouter) {
  const kernel::NewRoute route{.destination = prefix("198.51.100.0/24"), .gateway = ip("192.0.2.254")};
  ASSERT_TRUE(kernel::add_route(lan_.ours().netlink(), route));
  const std::string warning =
      "arping: warning: 198.51.100.7 is behind the router 192.0.2.254: silence says nothing about it\n";
  const ProgramResult iputils = arping({"-c", "1", "198.51.100.7"});
  EXPECT_EQ(iputils.status, 1);
  EXPECT_EQ(iputils.err, warning);
  EXPECT_EQ(habets({"-c", "1", "-i", "eth0", "198.51.100.7"}).err, warning);
}

TEST_F(Arping, SaysThatASourceIsAnotherInterfaces) {
  kernel::Netlink& netlink = lan_.ours().netlink();
  ASSERT_TRUE(kernel::create_veth(netlink, {.name = "bare0", .up = false}, {.name = "bare1", .up = false}));
  for (const char* end : {"bare0", "bare1"}) {
    const auto link = netlink.find_link(end);
    ASSERT_TRUE(link);
    ASSERT_TRUE(kernel::change_link(netlink, link->index, {.up = true}));
  }
  const ProgramResult result = arping({"-c", "1", "-I", "bare0", "192.0.2.2"});
  EXPECT_THAT(result.out, StartsWith("ARPING 192.0.2.2 from 192.0.2.1 bare0\n"));
  EXPECT_THAT(result.err, HasSubstr("warning: 192.0.2.1 is no address of bare0"));
  EXPECT_THAT(result.err, HasSubstr("warning: 192.0.2.2 is reached through eth0, not bare0"));
  EXPECT_THAT(arping({"-c", "1", "-D", "-I", "bare0", "192.0.2.2"}).err, Not(HasSubstr("no address of")));
}

TEST_F(Arping, GoesOnWhenItsLinkWentAndSaysSo) {
  const ProgramResult result = arping({"-c", "3", "192.0.2.2"}, losing_the_link());
  EXPECT_EQ(result.err, "arping: recvfrom: Network is down\n");
  EXPECT_THAT(result.out, EndsWith("Sent 1 probes (1 broadcast(s))\nReceived 1 response(s)\n"));
  EXPECT_EQ(result.status, 2);
}

TEST_F(Arping, HabetsEndsWhenItsLinkWentAndTheWarningSaysWhatItsStatusDoesNot) {
  const ProgramResult result = habets({"-i", "eth0", "192.0.2.2"}, losing_the_link());
  EXPECT_EQ(result.status, 0) << "as the original has it";
  EXPECT_EQ(result.err,
            "arping: libnet_write(): libnet_write_link(): only -1 bytes written (Network is down)\n\n"
            "arping: warning: the link went down: the status speaks of the time before\n");
}

}  // namespace
}  // namespace onlink::inline v0::test
