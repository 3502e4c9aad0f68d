// SPDX-License-Identifier: Apache-2.0
// IPv6: a range by Neighbor Solicitation, and a link without any list.
#include <set>

#include "tests/sim/scan_run.hpp"

namespace onlink::inline v0 {
namespace {

const Ipv6Address own_link_local = parse_ipv6("fe80::1").value();
const Ipv6Address own_global = parse_ipv6("2001:db8::1").value();

ScanConfig ipv6_scan(std::uint64_t seed = 1) {
  return {.identity = {.mac = scanner_mac, .ipv6 = own_link_local}, .seed = seed};
}

std::set<IpAddress> addresses_of(const ScanRun& run) {
  std::set<IpAddress> found;
  for (const Answered& answer : run.answers) {
    if (answer.kind == AnswerKind::first) found.insert(answer.address);
  }
  return found;
}

TEST(ScanIpv6, AsksARangeBySolicitation) {
  ScanRun run{.config = ipv6_scan(), .crowd = {.addresses = {range("2001:db8::40-2001:db8::53")}, .mac = crowd_mac}};
  run.config.targets = targets("2001:db8::/120");
  ASSERT_TRUE(run.go()) << run;
  EXPECT_EQ(run.found(), 20U) << run;
  EXPECT_EQ(run.answers.front().evidence, Evidence::neighbor_advertisement);
  EXPECT_TRUE(run.answers.front().round_trip);
  EXPECT_LT(run.took, 1200ms);
}

TEST(ScanIpv6, FindsTheLinksHostsWithoutAnyList) {
  for (const std::uint64_t seed : simulation_seeds(10)) {
    ONLINK_TRACE_SEED(seed);
    ScanRun run{.config = ipv6_scan(seed), .lan_seed = seed};
    run.crowd = {.addresses = {range("fe80::a:1-fe80::a:32"), range("2001:db8::a:1-2001:db8::a:14")},
                 .mac = crowd_mac,
                 .mac_per_address = true,
                 .delay = 1ms,
                 .jitter = 10ms,
                 .loss = seed % 2 == 0 ? 0.1 : 0.0,
                 .seed = seed};
    run.config.discover_ipv6 = true;
    run.config.echo_sources = {own_global};
    ASSERT_TRUE(run.go()) << run;
    const std::set<IpAddress> found = addresses_of(run);
    EXPECT_TRUE(found.contains(parse_ip("fe80::a:1").value()));
    EXPECT_TRUE(found.contains(parse_ip("2001:db8::a:14").value())) << "answers come from the scope that asked";
    EXPECT_EQ(run.progress.learned, found.size());
    EXPECT_EQ(found.size(), 70U) << run;
    // Every one was solicited too: the echo alone does not show a second owner.
    std::set<IpAddress> solicited;
    for (const Answered& answer : run.answers) {
      if (answer.evidence == Evidence::neighbor_advertisement) solicited.insert(answer.address);
    }
    for (const IpAddress& address : found)
      EXPECT_TRUE(solicited.contains(address)) << to_string(address) << ", " << run;
  }
}

// Asked from ::, so that the answer goes to all nodes.
TEST(ScanIpv6, AnotherOwnerOfItsOwnAddressAnswersTheProbe) {
  ScanRun run{.config = ipv6_scan(), .crowd = {.addresses = {range("fe80::1")}, .mac = crowd_mac}};
  run.config.targets = targets("fe80::1");
  ASSERT_TRUE(run.go()) << run;
  ASSERT_EQ(run.found(), 1U) << run;
  EXPECT_EQ(run.answers.front().mac, crowd_mac);
  EXPECT_TRUE(run.answers.front().round_trip);
}

std::vector<std::byte> echo_reply(std::uint16_t identifier, std::uint16_t sequence) {
  std::vector<std::byte> frame(ethernet_header_size + ipv6_header_size + 8);
  Writer out{frame};
  encode(EthernetHeader{.destination = scanner_mac, .source = crowd_mac, .type = EtherType::ipv6}, 0, out);
  const Ipv6Address source = parse_ipv6("fe80::77").value();
  encode(Ipv6Header{.source = source, .destination = own_link_local}, 8, out);
  encode(Icmpv6Echo{.reply = true, .identifier = identifier, .sequence = sequence}, source, own_link_local, out);
  return frame;
}

TEST(ScanIpv6, EchoRepliesToAnotherProgramShowNobody) {
  ScanRun run{.config = ipv6_scan(), .crowd = {.mac = crowd_mac}};
  run.config.discover_ipv6 = true;
  bool right_one_too = false;
  run.hook = [&](Instant now, const SimulatedStation* from, Bytes frame) {
    const auto packet = decode(frame);
    const auto* datagram = std::get_if<Icmpv6Datagram>(&packet->payload);
    const auto* echo = datagram == nullptr ? nullptr : std::get_if<Icmpv6Echo>(&datagram->message);
    if (from == nullptr || echo == nullptr) return true;
    run.lan->inject(now + 1ms, echo_reply(echo->identifier ^ 1, echo->sequence));
    run.lan->inject(now + 1ms, echo_reply(echo->identifier, 1000));
    if (right_one_too) run.lan->inject(now + 1ms, echo_reply(echo->identifier, echo->sequence));
    return true;
  };
  ASSERT_TRUE(run.go()) << run;
  EXPECT_EQ(run.found(), 0U) << run;
  right_one_too = true;
  ASSERT_TRUE(run.go()) << run;
  EXPECT_EQ(run.found(), 1U) << run;
}

TEST(ScanIpv6, DiscoveryLeavesTheExcludedAlone) {
  ScanRun run{.config = ipv6_scan(),
              .crowd = {.addresses = {range("fe80::a:1-fe80::a:9")}, .mac = crowd_mac, .mac_per_address = true}};
  run.config.discover_ipv6 = true;
  run.config.excluded = {range("fe80::a:3-fe80::a:5")};
  bool asked = false;
  run.hook = [&](Instant, const SimulatedStation*, Bytes frame) {
    const auto packet = decode(frame);
    const auto* datagram = std::get_if<Icmpv6Datagram>(&packet->payload);
    const auto* question = datagram == nullptr ? nullptr : std::get_if<NeighborSolicitation>(&datagram->message);
    asked |= question != nullptr && run.config.excluded[0].contains(question->target);
    return true;
  };
  ASSERT_TRUE(run.go()) << run;
  EXPECT_EQ(run.found(), 6U) << run;
  EXPECT_FALSE(asked);
}

TEST(ScanIpv6, WithoutDiscoveryStrangersAreNotReported) {
  ScanRun run{.config = ipv6_scan(), .crowd = {.addresses = {range("fe80::a:1-fe80::a:9")}, .mac = crowd_mac}};
  run.config.targets = targets("fe80::a:3");
  ASSERT_TRUE(run.go()) << run;
  EXPECT_EQ(addresses_of(run), std::set<IpAddress>{parse_ip("fe80::a:3").value()});
}

TEST(ScanIpv6, BothFamiliesInOneScan) {
  ScanRun run{.config = ipv6_scan(),
              .crowd = {.addresses = {range("10.9.0.8/29"), range("2001:db8::8-2001:db8::f")}, .mac = crowd_mac}};
  run.config.identity.ipv4 = scanner_address;
  run.config.targets = TargetSet::make({range("10.9.0.0/24"), range("2001:db8::/120")}).value();
  ASSERT_TRUE(run.go()) << run;
  EXPECT_EQ(run.found(), 16U) << run;
}

TEST(ScanIpv6, LearnsFromWhatIsOverheard) {
  ScanRun run{.config = ipv6_scan(), .crowd = {.addresses = {range("2001:db8::77")}, .mac = crowd_mac}};
  run.config.discover_ipv6 = true;
  FrameBatch overheard;
  RequestBuilder{{.mac = crowd_mac, .ipv6 = parse_ipv6("2001:db8::77").value()}}.neighbor_solicitation(
      parse_ipv6("2001:db8::99").value(), overheard);
  run.before = [&](SimulatedLan& lan) { lan.inject(lan.now() + 1us, overheard[0]); };
  ASSERT_TRUE(run.go()) << run;
  ASSERT_EQ(run.found(), 1U);
  EXPECT_EQ(run.answers.front().evidence, Evidence::neighbor_solicitation);
  EXPECT_TRUE(std::ranges::count(run.answers, Evidence::neighbor_advertisement, &Answered::evidence)) << "solicited";
}

}  // namespace
}  // namespace onlink::inline v0
