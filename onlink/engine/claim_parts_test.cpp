// SPDX-License-Identifier: Apache-2.0
// What a claimer is made of, without one: its table, its times, its candidates, and what a packet means to it.
#include <gtest/gtest.h>

#include <set>

#include "onlink/engine/claim_link_local.hpp"
#include "onlink/engine/claim_receive.hpp"
#include "onlink/engine/claim_table.hpp"
#include "onlink/engine/claim_times.hpp"

namespace onlink::inline v0 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MacAddress ours{{2, 0, 0, 0, 0, 0x0a}};
constexpr MacAddress theirs{{2, 0, 0, 0, 0, 0x0b}};
constexpr ArpPacket reply{.operation = ArpOperation::reply,
                          .sender_hardware_addr = theirs,
                          .sender_protocol_addr = Ipv4Address::of(10, 0, 0, 9),
                          .target_hardware_addr = ours,
                          .target_protocol_addr = Ipv4Address::of(10, 0, 0, 2)};

TEST(ClaimTable, EveryRowLeadsWhereItSays) {
  for (const ClaimRow& row : claim_rows()) {
    EXPECT_EQ(step(row.from, row.on), (ClaimStep{row.next, row.actions})) << row.why;
  }
}

TEST(ClaimTimes, FastOnesLeaveAnnouncementsAndLimitsAlone) {
  const ClaimTimes fast = ClaimTimes{}.scaled(0.05);
  EXPECT_EQ(fast.probe_min, milliseconds{50});
  EXPECT_EQ(fast.announce_wait, milliseconds{100});
  EXPECT_EQ(fast.announce_interval, seconds{2});
  EXPECT_EQ(fast.rate_limit_interval, seconds{60});
  EXPECT_EQ(fast.defend_interval, seconds{10});
}

TEST(LinkLocalSequence, CandidatesDependOnTheMacAlone) {  // N-127
  LinkLocalSequence first(ours), second(ours), other(theirs);
  std::set<std::uint32_t> different;
  for (int i = 0; i < 1000; ++i) {
    const Ipv4Address candidate = first.next();
    EXPECT_EQ(candidate, second.next());
    EXPECT_GE(candidate, Ipv4Address::of(169, 254, 1, 0));
    EXPECT_LE(candidate, Ipv4Address::of(169, 254, 254, 255));
    different.insert(candidate.value);
    different.insert(other.next().value);
  }
  EXPECT_GT(different.size(), 1900U);
}

TEST(ClaimHeard, IsOfThisNetworkOfTheLinkOnly) {
  Packet packet{.ethernet = {.source = theirs, .type = EtherType::arp}, .payload = reply};
  const auto vlan = parse_vlan_stack("100").value();
  EXPECT_TRUE(claim_heard(packet, {}));
  EXPECT_FALSE(claim_heard(packet, vlan));
  packet.ethernet.vlans = vlan;
  EXPECT_TRUE(claim_heard(packet, vlan));
  EXPECT_FALSE(claim_heard(packet, {}));
}

TEST(ClaimHeard, NeedsEthernetFramesAndRequestsOrReplies) {
  Packet packet{.ethernet = {.source = theirs, .type = EtherType::arp}, .payload = reply};
  packet.ethernet.encapsulation = Encapsulation::snap;
  EXPECT_FALSE(claim_heard(packet, {})) << "Linux does not act on it either";
  packet.ethernet.encapsulation = Encapsulation::ethernet2;
  std::get<ArpPacket>(packet.payload).operation = ArpOperation::inverse_request;
  EXPECT_FALSE(claim_heard(packet, {}));
  packet = {.ethernet = {.source = theirs, .type = EtherType::rarp}, .payload = reply};
  EXPECT_FALSE(claim_heard(packet, {}));
}

}  // namespace
}  // namespace onlink::inline v0
