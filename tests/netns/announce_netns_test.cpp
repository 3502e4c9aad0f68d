// SPDX-License-Identifier: Apache-2.0
// `onlink announce` among real kernels: what each form does to a Linux host's neighbour table, who answers
// afterwards, and what protects others from a slip.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <sstream>

#include "tests/netns/announce_lan.hpp"
#include "tests/support/json_schema.hpp"

namespace onlink::inline v0::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// --- a Linux host's table (docs/announce.md) ---

constexpr std::string_view locktime = "net/ipv4/neigh/eth0/locktime";  // in hundredths of a second

struct FormCase {
  std::string form;
  std::string_view within;  // what the entry is afterwards, if it was touched less than locktime ago
  std::string_view after;   // and if more
};

class AnnounceForm : public Announce, public testing::WithParamInterface<FormCase> {};

TEST_P(AnnounceForm, DoesToALinuxEntryWhatTheTableSays) {
  for (const auto& [time, expected] : {std::pair{"60000", GetParam().within}, std::pair{"0", GetParam().after}}) {
    witness_.set_sysctl(locktime, time);
    remember(ip("192.0.2.1"));
    EXPECT_EQ(announce({"-c1", "--form", GetParam().form, "192.0.2.1"}).status, 0);
    pass_a_mark(ip("192.0.2.99"));
    EXPECT_EQ(row(ip("192.0.2.1")), expected) << "locktime " << time;
  }
}

INSTANTIATE_TEST_SUITE_P(AllOfThem, AnnounceForm,
                         testing::Values(FormCase{"request", learnt, learnt}, FormCase{"reply-own", learnt, learnt},
                                         FormCase{"reply-zero", kept, learnt},
                                         FormCase{"reply-broadcast", kept, learnt}),
                         [](const auto& which) {
                           std::string name = which.param.form;
                           std::erase(name, '-');
                           return name;
                         });

TEST_F(Announce, WhoDoesNotKnowTheAddressLearnsNothing) {
  EXPECT_EQ(announce({"-c1", "192.0.2.1", "2001:db8::1"}).status, 0);
  pass_a_mark();
  EXPECT_EQ(row(ip("192.0.2.1")), "none");
  EXPECT_EQ(row(ip("2001:db8::1")), "none");
}

TEST_F(Announce, WhoAcceptsGratuitousArpLearnsTheAddress) {
  witness_.set_sysctl("net/ipv4/conf/eth0/arp_accept", "1");
  EXPECT_EQ(announce({"-c1", "192.0.2.1"}).status, 0);
  pass_a_mark(ip("192.0.2.99"));
  EXPECT_EQ(row(ip("192.0.2.1")), learnt);
}

TEST_F(Announce, TheMacThatIsKnownAlreadyChangesNothing) {
  const auto known = kernel::edit_neighbor(
      witness_.netlink(), kernel::NeighborVerb::replace,
      {.interface = eth0(), .address = ip("192.0.2.1"), .mac = own_mac, .state = NudState::reachable});
  ASSERT_TRUE(known);
  EXPECT_EQ(announce({"-c1", "192.0.2.1"}).status, 0);
  pass_a_mark(ip("192.0.2.99"));
  EXPECT_EQ(row(ip("192.0.2.1")), "02:00:00:00:00:01 reachable");
}

TEST_F(Announce, RarpTeachesHostsNothing) {
  remember(ip("192.0.2.1"));
  EXPECT_EQ(announce({"-c1", "--rarp"}).status, 0);
  pass_a_mark(ip("192.0.2.99"));
  EXPECT_EQ(row(ip("192.0.2.1")), kept);
}

TEST_F(Announce, AnAdvertisementThatOverridesChangesTheMac) {
  remember(ip("2001:db8::1"));
  EXPECT_EQ(announce({"-c1", "2001:db8::1"}).status, 0);
  pass_a_mark();
  EXPECT_EQ(row(ip("2001:db8::1")), learnt);
}

TEST_F(Announce, AnAdvertisementThatDoesNotOverrideOnlyRaisesDoubt) {
  remember(ip("2001:db8::1"));
  EXPECT_EQ(announce({"-c1", "--no-override", "2001:db8::1"}).status, 0);
  pass_a_mark();
  EXPECT_EQ(row(ip("2001:db8::1")), "02:00:00:00:00:aa stale");
}

TEST_F(Announce, TheRouterFlagIsSetOnRequestAndTakenAwayByAHost) {
  remember(ip("2001:db8::1"));
  EXPECT_EQ(announce({"-c1", "--router", "2001:db8::1"}).status, 0);
  pass_a_mark();
  EXPECT_EQ(row(ip("2001:db8::1")), "02:00:00:00:00:01 stale router");
  EXPECT_EQ(announce({"-c1", "2001:db8::1"}).status, 0);
  pass_a_mark();
  EXPECT_EQ(row(ip("2001:db8::1")), "02:00:00:00:00:01 stale");
}

TEST_F(Announce, ARouterSaysThatItIsOneWithoutBeingTold) {
  lan_.ours().set_sysctl("net/ipv6/conf/eth0/forwarding", "1");
  EXPECT_THAT(announce({"-c1", "2001:db8::1", "--json"}).out, HasSubstr(R"("router":true)"));
  EXPECT_THAT(announce({"-c1", "2001:db8::1", "--json", "--no-router"}).out, HasSubstr(R"("router":false)"));
}

TEST_F(Announce, AVirtualRoutersMacIsLearntForBothFamilies) {
  remember(ip("192.0.2.1"));
  remember(ip("2001:db8::1"));
  EXPECT_EQ(announce({"-c1", "--vrrp", "7", "192.0.2.1", "2001:db8::1"}).status, 0);
  pass_a_mark();
  EXPECT_EQ(row(ip("192.0.2.1")), "00:00:5e:00:01:07 stale");
  EXPECT_EQ(row(ip("2001:db8::1")), "00:00:5e:00:02:07 stale router");
}

TEST_F(Announce, AnAddressThatMovedToAnotherStationIsLearntThere) {
  remember(ip("192.0.2.77"));
  const ProgramResult result = announce({"-c1", "--mac", "02:00:00:00:00:77", "192.0.2.77"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("192.0.2.77 announced at 02:00:00:00:00:77: hosts that know it send to that"));
  pass_a_mark(ip("192.0.2.99"));
  EXPECT_EQ(row(ip("192.0.2.77")), "02:00:00:00:00:77 stale");
}

// --- who answers afterwards ---

TEST_F(Announce, VerifyFindsNobodyElseForOurOwn) {
  const ProgramResult result = announce({"-c1", "--verify", "192.0.2.1", "2001:db8::1"});
  EXPECT_EQ(result.status, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("192.0.2.1        nobody else answers for it (3 probes)\n"));
  EXPECT_THAT(result.out, HasSubstr("2001:db8::1      nobody else answers for it (3 probes)\n"));
  EXPECT_THAT(result.err, HasSubstr("2 announcements sent; 2 of 2 addresses as announced"));
}

TEST_F(Announce, VerifyNamesTheRivalOfEitherFamily) {
  lan_.add_host({.mac = mac("02:00:00:00:00:66"), .addresses = {prefix("192.0.2.1/24"), prefix("2001:db8::1/64")}});
  const ProgramResult result = announce({"-c1", "--verify", "192.0.2.1", "2001:db8::1"});
  EXPECT_EQ(result.status, 3) << result.out << result.err;
  for (const std::string address : {"192.0.2.1", "2001:db8::1"}) {
    EXPECT_THAT(result.out, HasSubstr(fmt::format("{:<15}  conflict: announced at 02:00:00:00:00:01, and in use at "
                                                  "02:00:00:00:00:66",
                                                  address)));
  }
}

TEST_F(Announce, VerifyDoesNotTeachTheQuestionToAnybody) {
  remember(ip("192.0.2.1"));
  EXPECT_EQ(announce({"-c1", "--verify", "--mac", "02:00:00:00:00:02", "192.0.2.2", "2001:db8::2"}).status, 0);
  EXPECT_EQ(row(ip("192.0.2.1")), kept);
  EXPECT_EQ(row(ip("2001:db8::1")), "none");
}

// --- what protects users ---

TEST_F(Announce, AnAddressThatIsNotOursNeedsForce) {
  const auto ears = listen_to_everything(witness_);
  const ProgramResult refused = announce({"192.0.2.77"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("192.0.2.77: this host does not have it"));
  EXPECT_THAT(received(*ears), ElementsAre());
  const ProgramResult forced = announce({"-c1", "--force", "192.0.2.77"});
  EXPECT_EQ(forced.status, 0);
  EXPECT_THAT(forced.err, HasSubstr("one address is not this host's"));
}

TEST_F(Announce, AnAddressOfAnotherLinkIsNotAnnounced) {
  const auto ears = listen_to_everything(witness_);
  EXPECT_EQ(announce({"--mac", "02:00:00:00:00:77", "198.51.100.1"}).status, 4);
  EXPECT_THAT(received(*ears), ElementsAre());
}

// Runs without an end; once the first announcement has arrived, `then` ends it.
ProgramResult announce_until(const KernelHost& witness, const std::function<void(int pid)>& then) {
  const auto ears = listen_to_everything(witness);
  const ProgramRun run{.words = {"announce", "-i", "eth0", "-c0", "--interval", ".01", "192.0.2.1"},
                       .while_running = [&](int pid) {
                         (void)received_up_to(*ears, "0806");
                         then(pid);
                       }};
  return run_onlink(run);
}

TEST_F(Announce, WithoutAnEndItGoesOnUntilItIsInterrupted) {
  const ProgramResult result = announce_until(witness_, [](int pid) { ::kill(pid, SIGINT); });
  EXPECT_EQ(result.signal, SIGINT);
  EXPECT_THAT(result.out, HasSubstr("by ARP request, round 1\n"));
  EXPECT_THAT(result.err, HasSubstr("sent; interrupted\n"));
}

TEST_F(Announce, ALinkThatGoesDownEndsIt) {
  const ProgramResult result = announce_until(witness_, [&](int) { lan_.ours().set_up(false); });
  EXPECT_EQ(result.status, 6) << result.err;
}

TEST_F(Announce, EveryRowKeepsToTheSchema) {
  lan_.add_host({.mac = mac("02:00:00:00:00:66"), .addresses = {prefix("192.0.2.1/24")}});
  const ProgramResult result =
      announce({"-c1", "--verify", "--json", "--rarp", "--vlan", "none", "--vlan", "100", "--all", "203.0.113.1"});
  const std::string schema = read_text_file("docs/schema.json");
  std::istringstream lines{result.out};
  std::size_t count = 0;
  for (std::string text; std::getline(lines, text); ++count) {
    EXPECT_EQ(schema_violation(schema, text), "") << text;
  }
  EXPECT_GT(count, 8U);
}

}  // namespace
}  // namespace onlink::inline v0::test
