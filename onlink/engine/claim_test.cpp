// SPDX-License-Identifier: Apache-2.0
// RFC 5227 and RFC 3927 by virtual time.
#include "onlink/engine/claim.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "onlink/wire/decode.hpp"

namespace onlink::inline v0 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MacAddress ours{{2, 0, 0, 0, 0, 0x0a}};
constexpr MacAddress theirs{{2, 0, 0, 0, 0, 0x0b}};
constexpr Ipv4Address address = Ipv4Address::of(10, 0, 0, 9);
constexpr Ipv4Address another = Ipv4Address::of(10, 0, 0, 2);

struct Sent {
  Instant at;
  EthernetHeader ethernet;
  ArpPacket arp;
};

// A claimer and the time; frames and events are kept as they come.
class Bench {
 public:
  explicit Bench(const ClaimerConfig& config = {}) : claimer_(with_mac(config)) {}

  Claimer& claimer() { return claimer_; }
  Instant now() const { return now_; }

  void run_until(Instant end) {
    while (claimer_.next_deadline() && *claimer_.next_deadline() <= end) {
      now_ = std::max(now_, *claimer_.next_deadline());
      claimer_.on_deadline(now_, output_);
      collect();
    }
    now_ = end;
  }
  void run_for(Duration time) { run_until(now_ + time); }

  void hear(const ArpPacket& arp, const MacAddress& destination = broadcast_mac) {
    std::array<std::byte, ethernet_header_size + arp_packet_size> frame{};
    Writer out{frame};
    encode(EthernetHeader{.destination = destination, .source = arp.sender_hardware_addr, .type = EtherType::arp},
           arp_packet_size, out);
    encode(arp, out.reserve(arp_packet_size).first<arp_packet_size>());
    const auto packet = decode(frame);
    ASSERT_TRUE(packet);
    claimer_.on_packet(now_, *packet, output_);
    collect();
  }
  void claim(const IpAddress& wanted) {
    claimer_.claim(now_, wanted, output_);
    collect();
  }
  void claim_link_local(std::optional<Ipv4Address> previous = {}) {
    claimer_.claim_link_local(now_, previous, output_);
    collect();
  }
  void link(bool up) {
    claimer_.on_link(now_, up, output_);
    collect();
  }

  template <class Kind>
  std::vector<Kind> events() const {
    std::vector<Kind> found;
    for (const Event& event : events_) {
      if (const auto* one = std::get_if<Kind>(&event)) found.push_back(*one);
    }
    return found;
  }
  const std::vector<Sent>& sent() const { return sent_; }
  std::vector<Sent> probes() const {
    return only([](const Sent& sent) { return sent.arp.is_probe(); });
  }
  std::vector<Sent> announcements() const {
    return only([](const Sent& sent) { return sent.arp.is_announcement(); });
  }

 private:
  static ClaimerConfig with_mac(ClaimerConfig config) {
    config.mac = ours;
    return config;
  }
  std::vector<Sent> only(bool (*wanted)(const Sent&)) const {
    std::vector<Sent> found;
    std::ranges::copy_if(sent_, std::back_inserter(found), wanted);
    return found;
  }
  void collect() {
    for (std::size_t i = 0; i < output_.frames.size(); ++i) {
      const auto packet = decode(output_.frames[i]);
      ASSERT_TRUE(packet);
      sent_.push_back({now_, packet->ethernet, std::get<ArpPacket>(packet->payload)});
      EXPECT_EQ(output_.frames[i].size(), min_frame_size);
    }
    events_.insert(events_.end(), output_.events.begin(), output_.events.end());
    output_.clear();
  }

  Claimer claimer_;
  Instant now_{};
  Output output_;
  std::vector<Sent> sent_;
  std::vector<Event> events_;
};

ArpPacket reply_from(const MacAddress& mac, Ipv4Address sender) {
  return {.operation = ArpOperation::reply,
          .sender_hardware_addr = mac,
          .sender_protocol_addr = sender,
          .target_hardware_addr = ours,
          .target_protocol_addr = another};
}
ArpPacket request_from(const MacAddress& mac, Ipv4Address sender, Ipv4Address target) {
  return {.operation = ArpOperation::request,
          .sender_hardware_addr = mac,
          .sender_protocol_addr = sender,
          .target_protocol_addr = target};
}
ArpPacket probe_from(const MacAddress& mac, Ipv4Address target) { return request_from(mac, {}, target); }

// To the first moment at which the claim is in this state.
void run_to(Bench& bench, ClaimState state) {
  while (bench.claimer().state(address) != state) {
    ASSERT_TRUE(bench.claimer().next_deadline());
    bench.run_until(*bench.claimer().next_deadline());
  }
}

Bench bound_bench(DefensePolicy policy) {
  Bench bench({.policy = policy});
  bench.claim(address);
  run_to(bench, ClaimState::bound);
  return bench;
}

TEST(Claimer, AQuietLinkIsProbedThreeTimesAndThenAnnounced) {  // N-116
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Bench bench({.seed = seed});
    bench.claim(address);
    bench.run_for(seconds{30});
    const auto probes = bench.probes();
    ASSERT_EQ(probes.size(), 3U) << seed;
    EXPECT_LE(probes[0].at.time_since_epoch(), seconds{1});
    for (std::size_t i = 1; i < 3; ++i) {
      EXPECT_GE(probes[i].at - probes[i - 1].at, seconds{1}) << seed;
      EXPECT_LE(probes[i].at - probes[i - 1].at, seconds{2}) << seed;
    }
    const auto ready = bench.events<ClaimReady>();
    ASSERT_EQ(ready.size(), 1U);
    EXPECT_EQ(ready[0].time - probes[2].at, seconds{2});
    const auto announced = bench.announcements();
    ASSERT_EQ(announced.size(), 2U);
    EXPECT_EQ(announced[0].at, ready[0].time);
    EXPECT_EQ(announced[1].at - announced[0].at, seconds{2});
    EXPECT_EQ(bench.sent().size(), 5U);
    EXPECT_EQ(bench.claimer().state(address), ClaimState::bound);
  }
}

TEST(Claimer, ProbesShowNoAddressAndAreForAll) {  // N-117
  Bench bench;
  bench.claim(address);
  bench.run_for(seconds{30});
  const Sent probe = bench.probes().front();
  EXPECT_EQ(probe.ethernet.destination, broadcast_mac);
  EXPECT_EQ(probe.arp, probe_from(ours, address));
  const Sent announcement = bench.announcements().front();
  EXPECT_EQ(announcement.ethernet.destination, broadcast_mac);
  EXPECT_EQ(announcement.arp, request_from(ours, address, address));
}

TEST(Claimer, AReplyByItsOwnerRefusesTheAddressAtOnce) {  // N-118
  Bench bench;
  bench.claim(address);
  while (bench.probes().size() < 2) bench.run_until(*bench.claimer().next_deadline());
  bench.hear(reply_from(theirs, address), ours);
  const auto conflicts = bench.events<ClaimConflict>();
  ASSERT_EQ(conflicts.size(), 1U);
  EXPECT_EQ(conflicts[0].mac, theirs);
  EXPECT_FALSE(conflicts[0].contender);
  bench.run_for(seconds{60});
  EXPECT_EQ(bench.sent().size(), 2U);
  EXPECT_EQ(bench.claimer().state(address), ClaimState::refused);
}

TEST(Claimer, AForeignProbeForItIsAConflictAndOurOwnComingBackIsNone) {  // N-119
  constexpr MacAddress bond{{2, 0, 0, 0, 0, 0x1a}};
  Bench bench({.own_macs = {bond}});
  bench.claim(address);
  run_to(bench, ClaimState::probing);
  bench.hear(probe_from(ours, address));
  bench.hear(probe_from(bond, address));
  bench.hear(request_from(bond, address, address));
  EXPECT_TRUE(bench.events<ClaimConflict>().empty());
  bench.hear(probe_from(theirs, address));
  ASSERT_EQ(bench.events<ClaimConflict>().size(), 1U);
  EXPECT_TRUE(bench.events<ClaimConflict>().front().contender);
}

TEST(Claimer, SomebodyWhoAsksForItIsNoConflict) {  // N-120
  Bench bench;
  bench.claim(address);
  run_to(bench, ClaimState::settling);
  bench.hear(request_from(theirs, another, address));
  EXPECT_TRUE(bench.events<ClaimConflict>().empty());
  EXPECT_EQ(bench.sent().size(), 3U) << "what is not ours yet is not answered for";
}

TEST(Claimer, UntilTheAnnouncementAConflictCounts) {  // N-121
  Bench bench;
  bench.claim(address);
  run_to(bench, ClaimState::settling);
  bench.run_for(milliseconds{1900});
  bench.hear(request_from(theirs, address, another));
  EXPECT_EQ(bench.claimer().state(address), ClaimState::refused);
  EXPECT_TRUE(bench.events<ClaimReady>().empty());
}

TEST(Claimer, AfterTenConflictsAttemptsAreAMinuteApart) {  // N-122
  Bench bench;
  for (int i = 0; i < 10; ++i) {
    const Instant begin = bench.now();
    bench.claim(address);
    run_to(bench, ClaimState::probing);
    EXPECT_LE(bench.now() - begin, seconds{1});
    bench.hear(reply_from(theirs, address));
  }
  EXPECT_EQ(bench.claimer().conflicts(), 10U);
  const Instant last_attempt = bench.probes().back().at - seconds{1};
  bench.claim(address);
  run_to(bench, ClaimState::probing);
  EXPECT_GE(bench.now() - last_attempt, seconds{60});
  run_to(bench, ClaimState::bound);
  EXPECT_EQ(bench.claimer().conflicts(), 0U);
}

TEST(Claimer, PolicyNeverGivesUpAtTheFirstConflict) {  // N-123
  Bench bench = bound_bench(DefensePolicy::never);
  const std::size_t sent = bench.sent().size();
  bench.hear(reply_from(theirs, address));
  ASSERT_EQ(bench.events<ClaimLost>().size(), 1U);
  EXPECT_EQ(bench.events<ClaimLost>().front().mac, theirs);
  EXPECT_EQ(bench.sent().size(), sent);
}

TEST(Claimer, PolicyOnceDefendsOnceInTenSeconds) {  // N-124
  Bench bench = bound_bench(DefensePolicy::once);
  bench.hear(reply_from(theirs, address));
  EXPECT_EQ(bench.announcements().size(), 3U);
  EXPECT_EQ(bench.events<ClaimDefended>().size(), 1U);
  bench.run_for(milliseconds{10'100});
  bench.hear(reply_from(theirs, address));
  EXPECT_EQ(bench.announcements().size(), 4U);
  EXPECT_TRUE(bench.events<ClaimLost>().empty());
  bench.run_for(milliseconds{9'900});
  bench.hear(reply_from(theirs, address));
  EXPECT_EQ(bench.announcements().size(), 4U);
  EXPECT_EQ(bench.events<ClaimLost>().size(), 1U);
}

TEST(Claimer, PolicyAlwaysNeverGivesUpAndDefendsOnceInTenSeconds) {  // N-125
  Bench bench = bound_bench(DefensePolicy::always);
  for (int i = 0; i < 5; ++i) {
    bench.hear(reply_from(theirs, address));
    bench.run_for(seconds{2});
  }
  EXPECT_EQ(bench.announcements().size(), 3U);
  EXPECT_EQ(bench.events<ClaimDefended>().size(), 1U);
  EXPECT_EQ(bench.events<ClaimConflict>().size(), 4U);
  bench.hear(reply_from(theirs, address));
  EXPECT_EQ(bench.announcements().size(), 4U);
  EXPECT_TRUE(bench.events<ClaimLost>().empty());
}

TEST(Claimer, AProbeForWhatIsOursIsAnswered) {  // N-126
  Bench bench = bound_bench(DefensePolicy::never);
  bench.hear(probe_from(theirs, address));
  EXPECT_TRUE(bench.events<ClaimLost>().empty());
  const Sent reply = bench.sent().back();
  EXPECT_EQ(reply.ethernet.destination, theirs);
  EXPECT_EQ(reply.arp.operation, ArpOperation::reply);
  EXPECT_EQ(reply.arp.sender_protocol_addr, address);
  EXPECT_TRUE(reply.arp.target_protocol_addr.is_unspecified());
}

TEST(Claimer, ChoosesNoLinkLocalAddressWhereNoneIsLeft) {
  Claimer claimer{{.mac = ours}};
  Output output;
  for (std::uint32_t i = 0; i < LinkLocalSequence::size; ++i) {
    claimer.claim(Instant{}, IpAddress{Ipv4Address{Ipv4Address::of(169, 254, 1, 0).value + i}}, output);
  }
  claimer.claim_link_local(Instant{}, std::nullopt, output);
  EXPECT_EQ(claimer.link_local(), std::nullopt);
}

TEST(Claimer, ALinkLocalAddressIsChosenAgainUntilOneStands) {
  Bench bench;
  const Ipv4Address previous = Ipv4Address::of(169, 254, 7, 7);
  bench.claim_link_local(previous);
  bench.run_for(seconds{1});
  EXPECT_EQ(bench.probes().front().arp.target_protocol_addr, previous);
  bench.hear(reply_from(theirs, previous));
  EXPECT_FALSE(bench.claimer().state(previous));
  bench.run_for(seconds{20});
  const auto ready = bench.events<ClaimReady>();
  ASSERT_EQ(ready.size(), 1U);
  EXPECT_EQ(ready[0].address, IpAddress{LinkLocalSequence{ours}.next()});
  bench.hear(request_from(theirs, another, ready[0].address.ipv4()));
  EXPECT_EQ(bench.sent().back().ethernet.destination, broadcast_mac) << "RFC 3927 section 2.5";
}

TEST(Claimer, ALostLinkLosesTheAddressAndItIsProbedForAnew) {
  Bench bench = bound_bench(DefensePolicy::once);
  bench.link(false);
  ASSERT_EQ(bench.events<ClaimLost>().size(), 1U);
  EXPECT_FALSE(bench.events<ClaimLost>().front().mac);
  EXPECT_FALSE(bench.claimer().next_deadline());
  bench.hear(reply_from(theirs, address));
  bench.run_for(seconds{60});
  bench.link(true);
  bench.run_for(seconds{30});
  EXPECT_EQ(bench.probes().size(), 6U);
  EXPECT_EQ(bench.events<ClaimReady>().size(), 2U);
}

TEST(Claimer, ANewLinkHasNoConflictsYet) {
  Bench bench;
  for (int i = 0; i < 10; ++i) {
    bench.claim(address);
    bench.hear(reply_from(theirs, address));
  }
  EXPECT_EQ(bench.claimer().conflicts(), 10U);
  bench.link(false);
  bench.link(true);
  bench.run_for(seconds{8});
  EXPECT_EQ(bench.events<ClaimReady>().size(), 1U) << "no minute's wait";
}

TEST(Claimer, AnAskerWithoutAStationsMacIsNotAnswered) {
  Bench bench = bound_bench(DefensePolicy::once);
  const std::size_t before = bench.sent().size();
  bench.hear(request_from(broadcast_mac, another, address));
  EXPECT_EQ(bench.sent().size(), before);
}

TEST(Claimer, AReservedPreviousAddressIsNotTaken) {  // RFC 3927 section 2.1
  for (const Ipv4Address previous : {Ipv4Address::of(169, 254, 0, 9), Ipv4Address::of(169, 254, 255, 1), address}) {
    Bench bench;
    bench.claim_link_local(previous);
    EXPECT_EQ(bench.claimer().link_local(), IpAddress{LinkLocalSequence{ours}.next()}) << to_string(previous);
  }
}

TEST(Claimer, ACheckEndsWithoutAnAnnouncement) {
  Bench bench({.probe_only = true});
  bench.claim(address);
  bench.run_for(seconds{30});
  EXPECT_EQ(bench.events<ClaimReady>().size(), 1U);
  EXPECT_EQ(bench.sent().size(), 3U);
  EXPECT_FALSE(bench.claimer().next_deadline());
  bench.hear(reply_from(theirs, address));
  EXPECT_TRUE(bench.events<ClaimConflict>().empty()) << "it was a question, and it has been answered";
}

TEST(Claimer, AThousandAddressesAreClaimedByOne) {
  Bench bench;
  for (std::uint32_t i = 0; i < 1000; ++i) bench.claim(Ipv4Address{address.value + i});
  bench.run_for(seconds{2});
  bench.hear(reply_from(theirs, {address.value + 500}));
  bench.claimer().release(Ipv4Address{address.value + 501});
  bench.run_for(seconds{20});
  EXPECT_EQ(bench.events<ClaimReady>().size(), 998U);
  EXPECT_FALSE(bench.claimer().state(Ipv4Address{address.value + 501}));
}

}  // namespace
}  // namespace onlink::inline v0
