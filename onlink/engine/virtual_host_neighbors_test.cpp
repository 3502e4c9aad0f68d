// SPDX-License-Identifier: Apache-2.0
// Virtual hosts with their neighbour table: whom they solicit before they answer, from which address and MAC, and what
// they answer above the link. What a Linux host does on the same link is in tests/netns/answer_netns_test.cpp.
#include <gtest/gtest.h>

#include <chrono>

#include "onlink/engine/request_frame.hpp"
#include "onlink/engine/virtual_host.hpp"
#include "onlink/wire/decode.hpp"
#include "onlink/wire/icmp.hpp"
#include "onlink/wire/udp.hpp"

namespace onlink {
namespace {

using namespace std::chrono_literals;

constexpr MacAddress asker_mac{{0x02, 0, 0, 0, 0, 0x0a}};
constexpr MacAddress host_mac{{0x02, 0xbb, 0, 0, 0, 0x0b}};
const Instant start{100s};

IpAddress ip(std::string_view text) { return parse_ip(text).value(); }
AddressRange range(std::string_view text) { return parse_range(text).value(); }

const IpAddress asker4 = ip("10.0.0.1");
const IpAddress host4 = ip("10.0.0.9");
const IpAddress asker6 = ip("2001:db8::1");
const IpAddress host6 = ip("2001:db8::9");

VirtualHostConfig one_host() {
  return {.addresses = {range("10.0.0.9"), range("2001:db8::9")}, .mac = host_mac, .reports = true};
}

struct IpPacket {
  IpAddress source;
  IpAddress destination;
  IpProtocol protocol = IpProtocol::udp;
  std::uint8_t traffic_class = 0;
};

// A host, a clock, and what came out since it was last looked at.
class Bench {
 public:
  explicit Bench(VirtualHostConfig config) : host(std::move(config)) {}

  void hear(Bytes frame) {
    const auto packet = decode(frame);
    ASSERT_TRUE(packet);
    host.on_packet(now, *packet, output);
  }
  template <class Append>
  void ask(Append append, const LinkIdentity& who = identity()) {
    FrameBatch question;
    append(RequestBuilder{who}, question);
    for (std::size_t i = 0; i < question.size(); ++i) hear(question[i]);
  }
  void arp(std::string_view target) {
    ask([&](const RequestBuilder& builder, FrameBatch& out) { builder.arp_request(ip(target).ipv4(), out); });
  }
  void solicit(std::string_view target) {
    ask([&](const RequestBuilder& builder, FrameBatch& out) { builder.neighbor_solicitation(ip(target).ipv6(), out); });
  }
  template <class Write>
  void packet(const IpPacket& head, std::size_t size, Write write, const MacAddress& to = host_mac) {
    const bool ipv4 = head.source.is_ipv4();
    std::vector<std::byte> frame(14 + (ipv4 ? 20 : 40) + size);
    Writer out{frame};
    encode(EthernetHeader{.destination = to, .source = asker_mac, .type = ipv4 ? EtherType::ipv4 : EtherType::ipv6}, 0,
           out);
    if (ipv4) {
      encode(Ipv4Header{.type_of_service = head.traffic_class,
                        .protocol = head.protocol,
                        .source = head.source.ipv4(),
                        .destination = head.destination.ipv4()},
             size, out);
    } else {
      encode(Ipv6Header{.traffic_class = head.traffic_class,
                        .next_header = head.protocol,
                        .source = head.source.ipv6(),
                        .destination = head.destination.ipv6()},
             size, out);
    }
    write(out);
    hear(frame);
  }
  void echo4(const IpAddress& from, std::string_view to, const MacAddress& to_mac = host_mac) {
    packet(
        {.source = from, .destination = ip(to), .protocol = IpProtocol::icmp, .traffic_class = 0xb8}, 11,
        [](Writer& out) { encode(IcmpMessage{IcmpEcho{.identifier = 7, .sequence = 9, .data = data}}, out); }, to_mac);
  }
  void udp4(const UdpMessage& message, const MacAddress& to = host_mac) {
    packet(
        {.source = asker4, .destination = host4, .traffic_class = 0x28}, message.size(),
        [&](Writer& out) { encode(message, asker4.ipv4(), host4.ipv4(), out); }, to);
  }
  void udp6(const UdpMessage& message) {
    packet({.source = asker6, .destination = host6}, message.size(),
           [&](Writer& out) { encode(message, asker6.ipv6(), host6.ipv6(), out); });
  }
  void run_until(Instant time) {
    for (auto next = host.next_deadline(); next && *next <= time; next = host.next_deadline()) {
      now = std::max(now, *next);
      host.on_deadline(now, output);
    }
    now = time;
  }
  [[nodiscard]] std::size_t frames() const { return output.frames.size(); }
  [[nodiscard]] Packet frame(std::size_t index) const { return decode(output.frames[index]).value(); }
  [[nodiscard]] ArpPacket arp_frame(std::size_t index) const { return std::get<ArpPacket>(frame(index).payload); }
  [[nodiscard]] Ipv4Packet ipv4_frame(std::size_t index) const {
    return std::get<Ipv4Datagram>(frame(index).payload).ip;
  }
  template <class Message>
  [[nodiscard]] Message icmpv6_frame(std::size_t index) const {
    return std::get<Message>(std::get<Icmpv6Datagram>(frame(index).payload).message);
  }
  [[nodiscard]] std::vector<Served> served() const {
    std::vector<Served> all;
    for (const Event& event : output.events) {
      if (const auto* one = std::get_if<Served>(&event)) all.push_back(*one);
    }
    return all;
  }
  static LinkIdentity identity() { return {.mac = asker_mac, .ipv4 = asker4.ipv4(), .ipv6 = asker6.ipv6()}; }

  static constexpr std::array data{std::byte{1}, std::byte{2}, std::byte{3}};
  VirtualHost host;
  Output output;
  Instant now = start;
};

TEST(VirtualHostNeighbors, WhoAsksByArpBecomesAStaleNeighborAndIsAnsweredPastTheTable) {
  Bench bench{one_host()};
  bench.arp("10.0.0.9");
  ASSERT_EQ(bench.frames(), 1U);
  EXPECT_EQ(bench.host.neighbors().find(asker4)->state, NudState::stale) << "an answer by ARP uses no entry";
  bench.echo4(asker4, "10.0.0.9");
  ASSERT_EQ(bench.frames(), 2U);
  EXPECT_EQ(bench.frame(1).ethernet.destination, asker_mac);
  EXPECT_EQ(bench.host.neighbors().find(asker4)->state, NudState::delay) << "an echo reply does";
}

TEST(VirtualHostNeighbors, AStrangersEchoIsAnsweredOnceHeIsResolved) {
  Bench bench{one_host()};
  bench.echo4(asker4, "10.0.0.9");
  ASSERT_EQ(bench.frames(), 1U);
  EXPECT_EQ(bench.arp_frame(0).operation, ArpOperation::request);
  EXPECT_EQ(bench.arp_frame(0).sender_protocol_addr, host4.ipv4());
  EXPECT_EQ(bench.arp_frame(0).target_protocol_addr, asker4.ipv4());
  const ArpPacket reply{ArpOperation::reply, asker_mac, asker4.ipv4(), host_mac, host4.ipv4()};
  std::vector<std::byte> frame(42);
  Writer out{frame};
  encode(EthernetHeader{.destination = host_mac, .source = asker_mac, .type = EtherType::arp}, 28, out);
  encode(reply, out.reserve(28).first<28>());
  bench.hear(frame);
  ASSERT_EQ(bench.frames(), 2U);
  const auto echo = decode_icmp(bench.ipv4_frame(1));
  ASSERT_TRUE(echo);
  EXPECT_TRUE(std::get<IcmpEcho>(*echo).reply);
  EXPECT_EQ(bench.ipv4_frame(1).header.type_of_service, 0xb8) << "as it came";
  EXPECT_EQ(bench.host.neighbors().find(asker4)->state, NudState::reachable);
}

// RFC 4861 section 7.2.4 as Linux has it: nud.md N-092.
TEST(VirtualHostNeighbors, AUnicastSolicitationByAStrangerWithoutAddressIsAnsweredWithASolicitation) {
  Bench bench{one_host()};
  const NeighborSolicitation message{.target = host6.ipv6()};
  bench.packet({.source = asker6, .destination = host6, .protocol = IpProtocol::icmpv6}, 24,
               [&](Writer& out) { encode(Icmpv6Message{message}, asker6.ipv6(), host6.ipv6(), out); });
  ASSERT_EQ(bench.frames(), 1U);
  EXPECT_EQ(bench.icmpv6_frame<NeighborSolicitation>(0).target, asker6.ipv6());
  EXPECT_EQ(bench.host.neighbors().find(asker6)->state, NudState::incomplete);
}

TEST(VirtualHostNeighbors, AMulticastSolicitationWithoutAddressIsAnsweredOnlyToThoseKnown) {
  Bench bench{one_host()};
  const NeighborSolicitation message{.target = host6.ipv6()};
  const Ipv6Address group = solicited_node_address(host6.ipv6());
  std::vector<std::byte> frame(14 + 40 + 24);
  Writer out{frame};
  encode(EthernetHeader{.destination = multicast_mac(group), .source = asker_mac, .type = EtherType::ipv6}, 0, out);
  encode(Ipv6Header{.source = asker6.ipv6(), .destination = group}, 24, out);
  encode(Icmpv6Message{message}, asker6.ipv6(), group, out);
  bench.hear(frame);
  EXPECT_EQ(bench.frames(), 0U);
  bench.solicit("2001:db8::9");
  EXPECT_EQ(bench.frames(), 1U);
  bench.hear(frame);
  EXPECT_EQ(bench.frames(), 2U);
}

// An advertisement goes through the entry, which is checked on 5 s later (nud.md D7).
TEST(VirtualHostNeighbors, WhoAskedByNdpIsCheckedOnFiveSecondsLater) {
  Bench bench{one_host()};
  bench.solicit("2001:db8::9");
  ASSERT_EQ(bench.frames(), 1U);
  bench.output.clear();
  bench.run_until(start + 4900ms);
  EXPECT_EQ(bench.frames(), 0U);
  bench.run_until(start + 5100ms);
  ASSERT_EQ(bench.frames(), 1U);
  EXPECT_EQ(bench.frame(0).ethernet.destination, asker_mac);
  EXPECT_EQ(bench.icmpv6_frame<NeighborSolicitation>(0).target, asker6.ipv6());
}

TEST(VirtualHostNeighbors, WithAMacForEachAddressEveryFrameShowsTheMacOfTheAddressItShows) {
  VirtualHostConfig config = one_host();
  config.addresses = {range("10.0.0.8/29"), range("2001:db8::8/125")};
  config.mac_per_address = true;
  Bench bench{config};
  const MacAddress nine = bench.host.mac_of(host4);
  ASSERT_NE(nine, bench.host.mac_of(ip("10.0.0.10")));
  bench.echo4(asker4, "10.0.0.9", nine);
  ASSERT_EQ(bench.frames(), 1U) << "the asker is unknown";
  EXPECT_EQ(bench.arp_frame(0).sender_protocol_addr, host4.ipv4());
  EXPECT_EQ(bench.arp_frame(0).sender_hardware_addr, nine);
  EXPECT_EQ(bench.frame(0).ethernet.source, nine);
  bench.arp("10.0.0.10");
  ASSERT_EQ(bench.frames(), 3U) << "the echo reply, for the asker is known now, and the answer by ARP";
  EXPECT_EQ(bench.frame(1).ethernet.source, nine);
  EXPECT_EQ(bench.arp_frame(2).sender_hardware_addr, bench.host.mac_of(ip("10.0.0.10")));
  bench.echo4(asker4, "10.0.0.9", host_mac);
  bench.echo4(asker4, "10.0.0.9", bench.host.mac_of(ip("10.0.0.10")));
  EXPECT_EQ(bench.frames(), 3U) << "that is another station";
}

TEST(VirtualHostNeighbors, AnswersForOtherNetworksGoToTheGateway) {
  VirtualHostConfig config = one_host();
  config.routes = {{.destination = parse_prefix("10.0.0.0/24").value()},
                   {.destination = parse_prefix("0.0.0.0/0").value(), .gateway = ip("10.0.0.254")}};
  Bench bench{config};
  bench.echo4(ip("203.0.113.5"), "10.0.0.9");
  ASSERT_EQ(bench.frames(), 1U);
  EXPECT_EQ(bench.arp_frame(0).target_protocol_addr, ip("10.0.0.254").ipv4());
  EXPECT_EQ(bench.host.next_hop(ip("2001:db8:1::1")), std::nullopt);
}

TEST(VirtualHostNeighbors, MemoryForAskersIsBounded) {
  VirtualHostConfig config = one_host();
  config.max_askers = 64;
  Bench bench{config};
  for (std::uint32_t i = 0; i < 1000; ++i) {
    LinkIdentity who = Bench::identity();
    who.ipv4 = Ipv4Address{ip("10.1.0.0").ipv4().value + i};
    bench.ask([](const RequestBuilder& builder, FrameBatch& out) { builder.arp_request(host4.ipv4(), out); }, who);
  }
  EXPECT_EQ(bench.frames(), 1000U) << "a full table silences nobody here";
  EXPECT_LE(bench.host.neighbors().size(Family::ipv4), 64U);
}

// --- above the link ---

TEST(VirtualHostEcho, UdpToPortSevenComesBack) {
  Bench bench{one_host()};
  bench.arp("10.0.0.9");
  bench.solicit("2001:db8::9");
  bench.output.clear();
  bench.udp4({.source_port = 4000, .destination_port = 7, .data = Bench::data});
  bench.udp6({.source_port = 4000, .destination_port = 7, .data = Bench::data});
  ASSERT_EQ(bench.frames(), 2U);
  const auto four = decode_udp(bench.ipv4_frame(0));
  const Packet packet = bench.frame(1);
  const auto six = decode_udp(std::get<Ipv6Datagram>(packet.payload).ip);
  for (const auto& answer : {four, six}) {
    ASSERT_TRUE(answer);
    EXPECT_EQ(*answer, (UdpMessage{.source_port = 7, .destination_port = 4000, .data = Bench::data}));
  }
}

TEST(VirtualHostEcho, TwoServicesDoNotTalkForEver) {
  Bench bench{one_host()};
  bench.arp("10.0.0.9");
  constexpr std::uint16_t chargen = 19, last_service = 1023;
  for (const std::uint16_t port : {std::uint16_t{0}, std::uint16_t{7}, chargen, last_service}) {
    bench.udp4({.source_port = port, .destination_port = 7, .data = Bench::data});
  }
  EXPECT_EQ(bench.frames(), 1U) << "the answer by ARP alone";
}

TEST(VirtualHostEcho, AClosedPortIsRefusedWithThePacketQuoted) {
  Bench bench{one_host()};
  bench.arp("10.0.0.9");
  bench.solicit("2001:db8::9");
  bench.output.clear();
  bench.udp4({.source_port = 4000, .destination_port = 53, .data = Bench::data});
  bench.udp6({.source_port = 4000, .destination_port = 53, .data = Bench::data});
  ASSERT_EQ(bench.frames(), 2U);
  const auto refusal = decode_icmp(bench.ipv4_frame(0));
  ASSERT_TRUE(refusal);
  const auto& unreachable = std::get<IcmpUnreachable>(*refusal);
  EXPECT_EQ(unreachable.code, UnreachableCode::port);
  EXPECT_EQ(unreachable.original.size(), 20U + 8U + 3U);
  EXPECT_EQ(bench.ipv4_frame(0).header.type_of_service, 0xc8) << "internetwork control, and the TOS bits as they came";
  const auto other = bench.icmpv6_frame<Icmpv6Other>(1);
  EXPECT_EQ(other.type, 1);
  EXPECT_EQ(other.code, 4);
  EXPECT_EQ(other.body.size(), 4U + 40U + 8U + 3U);
}

// As Linux: a burst of six, then one a second.
TEST(VirtualHostEcho, RefusalsAreLimitedForEachAsker) {
  Bench bench{one_host()};
  bench.arp("10.0.0.9");
  bench.output.clear();
  for (int i = 0; i < 20; ++i) bench.udp4({.source_port = 4000, .destination_port = 53});
  EXPECT_EQ(bench.frames(), 6U);
  EXPECT_EQ(bench.host.counters().limited, 14U);
  bench.now += 1s;
  for (int i = 0; i < 5; ++i) bench.udp4({.source_port = 4000, .destination_port = 53});
  EXPECT_EQ(bench.frames(), 7U);
}

TEST(VirtualHostEcho, NothingIsRefusedThatCameToAGroup) {
  Bench bench{one_host()};
  bench.arp("10.0.0.9");
  bench.udp4({.source_port = 4000, .destination_port = 53}, broadcast_mac);
  EXPECT_EQ(bench.frames(), 1U);
}

TEST(VirtualHostEcho, ServicesCanBeLeftOut) {
  VirtualHostConfig config = one_host();
  config.echo = config.udp_echo = config.port_unreachable = false;
  Bench bench{config};
  bench.arp("10.0.0.9");
  bench.echo4(asker4, "10.0.0.9");
  bench.udp4({.source_port = 4000, .destination_port = 7});
  bench.udp4({.source_port = 4000, .destination_port = 8});
  EXPECT_EQ(bench.frames(), 1U);
}

TEST(VirtualHostEcho, AnswersToNobodyAndToItselfAreNotSent) {
  Bench bench{one_host()};
  for (const char* from : {"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "10.0.0.9"}) {
    bench.echo4(ip(from), "10.0.0.9");
  }
  EXPECT_EQ(bench.frames(), 0U);
}

// --- on behalf of others ---

TEST(VirtualHostProxy, AnswersForOthersLaterAndNotToProbes) {
  VirtualHostConfig config = one_host();
  config.proxied = {range("198.51.100.0/24")};
  Bench bench{config};
  bench.arp("198.51.100.7");
  EXPECT_EQ(bench.frames(), 0U);
  bench.run_until(start + 800ms);
  ASSERT_EQ(bench.frames(), 1U);
  EXPECT_EQ(bench.arp_frame(0).sender_hardware_addr, host_mac);
  EXPECT_EQ(bench.arp_frame(0).sender_protocol_addr, ip("198.51.100.7").ipv4());
  ASSERT_EQ(bench.served().size(), 1U);
  EXPECT_TRUE(bench.served()[0].proxied);
  EXPECT_EQ(bench.served()[0].fate, AnswerFate::delayed);
  bench.output.clear();
  bench.ask([](const RequestBuilder& builder, FrameBatch& out) { builder.arp_probe(ip("198.51.100.7").ipv4(), out); });
  bench.echo4(asker4, "198.51.100.7");
  bench.run_until(start + 2s);
  EXPECT_EQ(bench.frames(), 0U) << "a probe must not meet a conflict, and packets are not ours to answer";
}

TEST(VirtualHostProxy, AdvertisesForOthersWithoutOverride) {
  VirtualHostConfig config = one_host();
  config.proxied = {range("2001:db8:1::/64")};
  config.proxy_delay = {};
  Bench bench{config};
  bench.solicit("2001:db8:1::5");
  ASSERT_EQ(bench.frames(), 1U);
  const auto answer = bench.icmpv6_frame<NeighborAdvertisement>(0);
  EXPECT_TRUE(answer.solicited && !answer.override_flag);
  EXPECT_EQ(answer.options.first<TargetLinkLayerAddress>(), TargetLinkLayerAddress{host_mac});
  const Packet packet = bench.frame(0);
  EXPECT_EQ(std::get<Icmpv6Datagram>(packet.payload).ip.header.source, host6.ipv6());
}

TEST(VirtualHostProxy, AnycastAnswersLateAndOverridesNobody) {
  VirtualHostConfig config = one_host();
  config.anycast = true;
  Bench bench{config};
  bench.solicit("2001:db8::9");
  bench.run_until(start + 1s);
  ASSERT_EQ(bench.frames(), 1U);
  EXPECT_FALSE(bench.icmpv6_frame<NeighborAdvertisement>(0).override_flag);
}

// --- duplicate address detection ---

class Checked : public testing::Test {
 protected:
  static VirtualHostConfig config() {
    VirtualHostConfig checked = one_host();
    checked.check = true;
    return checked;
  }
  Checked() : bench(config()) { bench.host.start(start, bench.output); }
  [[nodiscard]] std::optional<AddressVerified> verdict() const {
    for (const Event& event : bench.output.events) {
      if (const auto* verified = std::get_if<AddressVerified>(&event)) return *verified;
    }
    return std::nullopt;
  }
  Bench bench;
};

TEST_F(Checked, AnIpv6AddressIsOursOnceNobodyObjected) {
  EXPECT_FALSE(bench.host.has(host6));
  EXPECT_TRUE(bench.host.has(host4));
  bench.solicit("2001:db8::9");
  EXPECT_TRUE(bench.served().empty()) << "a tentative address is not answered for";
  bench.run_until(start + 2100ms);
  ASSERT_TRUE(verdict());
  EXPECT_FALSE(verdict()->duplicate);
  ASSERT_EQ(bench.frames(), 1U);
  const Packet probe = bench.frame(0);
  EXPECT_TRUE(std::get<Icmpv6Datagram>(probe.payload).ip.header.source.is_unspecified());
  EXPECT_EQ(bench.icmpv6_frame<NeighborSolicitation>(0).target, host6.ipv6());
  bench.solicit("2001:db8::9");
  EXPECT_EQ(bench.served().size(), 1U);
}

TEST_F(Checked, AnotherOwnersAdvertisementMakesItADuplicate) {
  VirtualHost owner{{.addresses = {range("2001:db8::9")}, .mac = asker_mac}};
  bench.run_until(start + 1s);
  ASSERT_EQ(bench.frames(), 1U);
  Output answer;
  owner.on_packet(bench.now, bench.frame(0), answer);
  ASSERT_EQ(answer.frames.size(), 1U);
  bench.hear(answer.frames[0]);
  ASSERT_TRUE(verdict());
  EXPECT_TRUE(verdict()->duplicate);
  EXPECT_EQ(verdict()->owner, asker_mac);
  bench.run_until(start + 5s);
  EXPECT_FALSE(bench.host.has(host6));
}

TEST(VirtualHostConflict, AnotherStationWithOurAddressIsReported) {
  Bench bench{one_host()};
  LinkIdentity thief = Bench::identity();
  thief.ipv4 = host4.ipv4();
  bench.ask([](const RequestBuilder& builder, FrameBatch& out) { builder.arp_request(host4.ipv4(), out); }, thief);
  ASSERT_EQ(bench.output.events.size(), 1U);
  const auto& conflict = std::get<AddressConflict>(bench.output.events[0]);
  EXPECT_EQ(conflict.address, host4);
  EXPECT_EQ(conflict.mac, asker_mac);
  EXPECT_EQ(bench.frames(), 0U);
}

}  // namespace
}  // namespace onlink
