// SPDX-License-Identifier: Apache-2.0
// Whole scans: who is found, who is asked how often, what is told.
#include <map>
#include <set>
#include <utility>

#include "tests/sim/scan_run.hpp"

namespace onlink::inline v0 {
namespace {

TEST(Scan, FindsEveryHostOfAFullNetwork) {
  ScanRun run{.config = scan_of("10.10.0.0/16"), .crowd = {.addresses = {range("10.10.0.0/16")}, .mac = crowd_mac}};
  ASSERT_TRUE(run.go()) << run;
  EXPECT_EQ(run.found(), 65'536U) << run;
  EXPECT_LT(run.took, 4500ms) << run;
}

TEST(Scan, ASparseNetworkIsAskedTwiceInTwiceTheTimeOfAFullOne) {
  ScanRun run{.config = scan_of("10.10.0.0/16"),
              .crowd = {.addresses = {range("10.10.7.0-10.10.8.243")}, .mac = crowd_mac}};
  ASSERT_TRUE(run.go()) << run;
  EXPECT_EQ(run.found(), 500U) << run;
  EXPECT_GE(run.progress.requests, 65'536U + 65'036U) << run;
  EXPECT_LT(run.took, 9s) << run;
}

TEST(Scan, ASmallNetworkIsDoneWithinASecond) {
  ScanRun run{.config = scan_of("10.9.0.0/24"),
              .crowd = {.addresses = {range("10.9.0.10-10.9.0.29")}, .mac = crowd_mac}};
  ASSERT_TRUE(run.go()) << run;
  EXPECT_EQ(run.found(), 20U) << run;
  EXPECT_LT(run.took, 1s) << run;
}

TEST(Scan, FindsAllOfASlowLossyCrowdAndEveryConflict) {
  for (const std::uint64_t seed : simulation_seeds(20)) {
    ONLINK_TRACE_SEED(seed);
    const VirtualHostConfig crowd{.addresses = {range("10.10.16.0/20")},
                                  .mac = crowd_mac,
                                  .delay = 20ms,
                                  .jitter = 30ms,
                                  .loss = 0.1,
                                  .duplicate = 0.02,
                                  .impostor = 0.01,
                                  .seed = seed};
    ScanRun run{.config = scan_of("10.10.16.0/20", seed), .crowd = crowd, .lan_seed = seed};
    EXPECT_TRUE(run.go()) << run;
    EXPECT_EQ(run.found(), 4096U) << run;
    const VirtualHost truth{crowd};
    std::set<IpAddress> conflicts;
    for (const Answered& answer : run.answers) {
      if (answer.kind == AnswerKind::conflict) conflicts.insert(answer.address);
    }
    std::size_t expected = 0;
    for (std::uint64_t i = 0; i < 4096; ++i) {
      const IpAddress address = run.config.targets[i];
      if (!truth.impostor_of(address)) continue;
      ++expected;
      EXPECT_TRUE(conflicts.contains(address)) << to_string(address);
    }
    EXPECT_EQ(conflicts.size(), expected);
    EXPECT_LT(run.took, 6s) << run;
  }
}

// Answers that take longer than the time to wait are neither missed nor taken for losses.
TEST(Scan, WaitsForSlowHosts) {
  for (const std::uint64_t seed : simulation_seeds(10)) {
    ONLINK_TRACE_SEED(seed);
    SimulatedLan lan{seed};
    Scanner scanner{scan_of("10.9.0.0/24", seed), lan.now()};
    VirtualHost quick{{.addresses = {range("10.9.0.10-10.9.0.29")}, .mac = crowd_mac}};
    const MacAddress slow_mac{{0x02, 0, 0, 0, 0, 0x03}};
    VirtualHost slow{{.addresses = {range("10.9.0.40-10.9.0.44")}, .mac = slow_mac, .delay = 250ms, .jitter = 100ms}};
    SimulatedStation& asker = lan.join(scanner, scanner_station());
    lan.join(quick, {.name = "quick", .macs = {crowd_mac}});
    lan.join(slow, {.name = "slow", .macs = {slow_mac}});
    ASSERT_TRUE(lan.run_until_done(asker, 10s));
    EXPECT_EQ(scanner.progress().answered, 25U);
    EXPECT_EQ(scanner.progress().loss, 0);
  }
}

TEST(Scan, IsNotConfusedByReorderedAndDoubledFrames) {
  for (const std::uint64_t seed : simulation_seeds(10)) {
    ONLINK_TRACE_SEED(seed);
    ScanRun run{.config = scan_of("10.10.0.0/22", seed),
                .crowd = {.addresses = {range("10.10.0.0/22")}, .mac = crowd_mac},
                .lan_seed = seed};
    run.station.link.duplicate = 0.2;
    run.station.link.reorder = 0.3;
    run.station.link.reorder_delay = 20ms;
    EXPECT_TRUE(run.go()) << run;
    EXPECT_EQ(run.found(), 1024U) << run;
    EXPECT_EQ(run.count(AnswerKind::conflict), 0U);
    EXPECT_EQ(run.progress.loss, 0) << run;
  }
}

// Frames of a run, as one number that depends on every octet and every time.
std::uint64_t fingerprint(std::uint64_t seed) {
  std::uint64_t hash = 0;
  ScanRun run{
      .config = scan_of("10.10.0.0/22", seed),
      .crowd = {.addresses = {range("10.10.1.0/24")}, .mac = crowd_mac, .delay = 5ms, .jitter = 5ms, .loss = 0.2}};
  run.hook = [&](Instant now, const SimulatedStation*, Bytes frame) {
    hash = (hash ^ static_cast<std::uint64_t>(now.time_since_epoch().count())) * 0x100000001b3ULL;
    for (const std::byte octet : frame) hash = (hash ^ std::to_integer<std::uint64_t>(octet)) * 0x100000001b3ULL;
    return true;
  };
  EXPECT_TRUE(run.go());
  return hash;
}

TEST(Scan, SendsTheSameFramesForTheSameSeed) {
  EXPECT_EQ(fingerprint(5), fingerprint(5));
  EXPECT_NE(fingerprint(5), fingerprint(6));
}

// How often each target was asked, by the ARP requests that the scanner sent.
SimulatedLan::FrameHook count_asks(std::map<Ipv4Address, int>& asks, int& probes) {
  return [&](Instant, const SimulatedStation* from, Bytes frame) {
    const auto packet = decode(frame);
    if (from == nullptr || from->name() != "scanner") return true;
    const auto* arp = std::get_if<ArpPacket>(&packet->payload);
    if (arp == nullptr) return true;
    ++asks[arp->target_protocol_addr];
    probes += arp->is_probe() ? 1 : 0;
    return true;
  };
}

TEST(Scan, AsksTheSilentAgainTheOthersOnceAndTheExcludedNever) {
  std::map<Ipv4Address, int> asks;
  int probes = 0;
  ScanRun run{.config = scan_of("10.10.0.0/22"), .crowd = {.addresses = {range("10.10.1.0/24")}, .mac = crowd_mac}};
  run.config.targets = TargetSet::make({range("10.10.0.0/22")}, {range("10.10.3.0/24"), range("10.10.1.7")}).value();
  run.config.report_silent = true;
  run.hook = count_asks(asks, probes);
  ASSERT_TRUE(run.go()) << run;
  EXPECT_EQ(asks.size(), 1024U - 257U);
  int asked_again = 0;
  for (const auto& [address, count] : asks) {
    const bool answers = address.value >> 8 == 0x0a0a01;
    if (answers) {
      asked_again += count - 1;
    } else {
      EXPECT_EQ(count, static_cast<int>(run.progress.pass)) << to_string(address);
    }
  }
  EXPECT_LT(asked_again, 120) << "samples of loss";
  EXPECT_EQ(run.found(), 255U);
  EXPECT_EQ(run.silent, 512U);
  EXPECT_EQ(probes, 0);
}

TEST(Scan, AsksForItsOwnAddressByProbeAndNamesAnotherOwner) {
  std::map<Ipv4Address, int> asks;
  int probes = 0;
  ScanRun run{.config = scan_of("10.9.0.0/29"), .crowd = {.addresses = {range("10.9.0.1")}, .mac = crowd_mac}};
  run.hook = count_asks(asks, probes);
  ASSERT_TRUE(run.go()) << run;
  EXPECT_EQ(probes, asks[scanner_address]);
  EXPECT_GT(probes, 0);
  ASSERT_EQ(run.found(), 1U);
  EXPECT_EQ(run.answers.front().address, IpAddress{scanner_address});
  EXPECT_EQ(run.answers.front().mac, crowd_mac);
}

TEST(Scan, AnAnswerWithOtherTagsIsNone) {
  for (const bool same_network : {true, false}) {
    ScanRun run{.config = scan_of("10.9.0.0/28"), .crowd = {.addresses = {range("10.9.0.8/29")}, .mac = crowd_mac}};
    run.config.identity.vlans = parse_vlan_stack("100").value();
    // The crowd hears the questions of its own network; on their way back the answers lose or keep their tag.
    run.crowd.vlans = run.config.identity.vlans;
    run.hook = [&](Instant, const SimulatedStation* from, Bytes frame) {
      if (same_network || from == nullptr || from->name() == "scanner") return true;
      std::vector<std::byte> untagged(frame.begin(), frame.end());
      untagged.erase(untagged.begin() + 12, untagged.begin() + 16);
      run.lan->inject(run.lan->now(), untagged);
      return false;
    };
    ASSERT_TRUE(run.go()) << run;
    EXPECT_EQ(run.found(), same_network ? 8U : 0U);
  }
}

TEST(Scan, AWordOverheardShowsAHostButIsNoAnswer) {
  std::map<Ipv4Address, int> asks;
  int probes = 0;
  ScanRun run{.config = scan_of("10.9.0.0/28"), .crowd = {.addresses = {range("10.9.0.3")}, .mac = crowd_mac}};
  run.hook = count_asks(asks, probes);
  FrameBatch overheard;
  RequestBuilder{{.mac = crowd_mac, .ipv4 = Ipv4Address::of(10, 9, 0, 5)}}.arp_request(Ipv4Address::of(10, 9, 0, 99),
                                                                                       overheard);
  RequestBuilder{{.mac = crowd_mac}}.arp_probe(Ipv4Address::of(10, 9, 0, 6), overheard);
  run.before = [&](SimulatedLan& lan) {
    for (std::size_t i = 0; i < overheard.size(); ++i) lan.inject(lan.now() + 1us, overheard[i]);
  };
  ASSERT_TRUE(run.go()) << run;
  ASSERT_EQ(run.found(), 2U) << "10.9.0.3 and 10.9.0.5; a probe shows nothing";
  EXPECT_EQ(run.answers.front().evidence, Evidence::arp_request);
  EXPECT_EQ(run.answers.front().round_trip, std::nullopt);
  EXPECT_GE(asks[Ipv4Address::of(10, 9, 0, 5)], 2);
}

constexpr Ipv4Address owned = Ipv4Address::of(10, 9, 0, 5);

std::vector<std::byte> broadcast_reply(const MacAddress& frame_source, const MacAddress& owner,
                                       const MacAddress& asker) {
  std::vector<std::byte> reply(ethernet_header_size + arp_packet_size);
  Writer out{reply};
  encode(EthernetHeader{.destination = broadcast_mac, .source = frame_source, .type = EtherType::arp}, arp_packet_size,
         out);
  encode(ArpPacket{ArpOperation::reply, owner, owned, asker, owned},
         out.reserve(arp_packet_size).first<arp_packet_size>());
  return reply;
}

TEST(Scan, WhatComesBackToUsShowsNobody) {
  ScanRun run{.config = scan_of("10.9.0.0/28"), .crowd = {.mac = crowd_mac}};
  run.station.hears_itself = true;
  run.before = [](SimulatedLan& lan) {
    lan.inject(lan.now() + 50ms, broadcast_reply(crowd_mac, scanner_mac, scanner_mac));
    lan.inject(lan.now() + 50ms, broadcast_reply(scanner_mac, crowd_mac, scanner_mac));
  };
  ASSERT_TRUE(run.go()) << run;
  EXPECT_EQ(run.found(), 0U) << run;
}

// Sent unasked, or to somebody else: no round trip, and the asking goes on.
TEST(Scan, AReplyThatIsNotForUsIsNoAnswer) {
  for (const MacAddress& asker : {broadcast_mac, crowd_mac, scanner_mac}) {
    std::map<Ipv4Address, int> asks;
    int probes = 0;
    ScanRun run{.config = scan_of("10.9.0.0/28"), .crowd = {.mac = crowd_mac}};
    run.hook = count_asks(asks, probes);
    const auto reply = broadcast_reply(crowd_mac, crowd_mac, asker);
    run.before = [&](SimulatedLan& lan) { lan.inject(lan.now() + 50ms, reply); };
    ASSERT_TRUE(run.go()) << run;
    ASSERT_EQ(run.found(), 1U);
    const bool for_us = asker == scanner_mac;
    EXPECT_EQ(run.answers.front().round_trip.has_value(), for_us) << to_string(asker);
    if (!for_us) {
      EXPECT_GE(asks[owned], 2) << to_string(asker);
    }
  }
}

TEST(Scan, WhoSpeaksUpAfterTheEndIsLate) {
  SimulatedLan lan{1};
  Scanner scanner{scan_of("10.9.0.0/28"), lan.now()};
  SimulatedStation& asker = lan.join(scanner, scanner_station());
  ASSERT_TRUE(lan.run_until_done(asker, 10s));
  lan.inject(lan.now() + 1s, broadcast_reply(crowd_mac, crowd_mac, scanner_mac));
  lan.run_for(2s);
  const auto answers = asker.events_of<Answered>();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].kind, AnswerKind::late);
  EXPECT_TRUE(asker.done());
}

TEST(Scan, RemembersNoMoreHostsThanItMay) {
  ScanRun run{.config = scan_of("10.10.0.0/24"), .crowd = {.addresses = {range("10.10.0.0/24")}, .mac = crowd_mac}};
  run.config.max_hosts = 100;
  ASSERT_TRUE(run.go()) << run;
  EXPECT_EQ(run.progress.answered, 100U);
  EXPECT_GT(run.progress.unrecorded, 0U);
}

TEST(Scan, EndsWithoutTargets) {
  ScanRun run{.config = scan_of("10.10.0.0/24"), .crowd = {.mac = crowd_mac}};
  run.config.targets = {};
  ASSERT_TRUE(run.go()) << run;
  EXPECT_EQ(run.progress.requests, 0U);
  EXPECT_TRUE(run.progress.done);
}

TEST(Scan, TellsHowFarItIs) {
  SimulatedLan lan{1};
  Scanner scanner{scan_of("10.10.0.0/18"), lan.now()};
  VirtualHost host{{.addresses = {range("10.10.0.0/24")}, .mac = crowd_mac}};
  SimulatedStation& asker = lan.join(scanner, scanner_station());
  lan.join(host, {.name = "crowd", .macs = {crowd_mac}});
  double last = 0;
  const Instant start = lan.now();
  std::vector<std::pair<Instant, Duration>> forecasts;
  while (!asker.done()) {
    lan.run_for(50ms);
    const ScanProgress progress = scanner.progress();
    EXPECT_GE(progress.fraction, last - 0.02);
    EXPECT_LE(progress.fraction, 1);
    last = progress.fraction;
    if (!progress.done) forecasts.emplace_back(lan.now(), progress.time_left);
  }
  EXPECT_EQ(last, 1);
  for (const auto& [at, left] : forecasts) {
    if (at - start < 500ms) continue;  // while the pace still rises, nobody knows
    EXPECT_NEAR(to_seconds(at + left - start), to_seconds(lan.now() - start), 0.6);
  }
  const ScanEstimate estimate = estimate_scan(16'384, {});
  EXPECT_NEAR(to_seconds(estimate.sparse), to_seconds(lan.now() - start), 0.5);
}

}  // namespace
}  // namespace onlink::inline v0
