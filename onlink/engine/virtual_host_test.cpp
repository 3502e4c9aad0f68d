// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/virtual_host.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <unordered_set>

#include "onlink/engine/request_frame.hpp"
#include "onlink/wire/decode.hpp"

namespace onlink {
namespace {

using namespace std::chrono_literals;

constexpr MacAddress asker_mac{{0x02, 0, 0, 0, 0, 0x0a}};
constexpr MacAddress host_mac{{0x02, 0xbb, 0, 0, 0, 0x0b}};
constexpr Ipv4Address asker_ipv4 = Ipv4Address::of(10, 0, 0, 1);
constexpr Ipv4Address host_ipv4 = Ipv4Address::of(10, 0, 0, 2);
constexpr Ipv6Address asker_ipv6{{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
constexpr Ipv6Address host_ipv6{{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3}};
const Instant start{100s};

AddressRange only(const IpAddress& address) { return {address, address}; }
AddressRange network(std::string_view text) { return parse_prefix(text).value().range(); }
IpAddress ip(std::string_view text) { return parse_ip(text).value(); }

VirtualHostConfig one_host() { return {.addresses = {only(host_ipv4), only(host_ipv6)}, .mac = host_mac}; }

// Puts a question to a host and keeps what it says. The host has no neighbour table, so that its answers are there at
// once; virtual_host_neighbors_test.cpp has hosts that do.
class Questioner {
 public:
  explicit Questioner(VirtualHostConfig config) : host(without_neighbors(std::move(config))) {}

  template <class Append>
  void ask(Append append, const LinkIdentity& who = identity()) {
    FrameBatch question;
    append(RequestBuilder{who}, question);
    for (std::size_t i = 0; i < question.size(); ++i) put(question[i]);
  }
  void put(Bytes frame) {
    const auto packet = decode(frame);
    ASSERT_TRUE(packet);
    host.on_packet(start, *packet, output);
  }
  void arp(Ipv4Address target, const MacAddress& destination = broadcast_mac) {
    ask([&](const RequestBuilder& builder, FrameBatch& out) { builder.arp_request(target, out, destination); });
  }
  void arp(const ArpPacket& packet, Encapsulation encapsulation = Encapsulation::ethernet2) {
    const EthernetHeader header{.destination = broadcast_mac,
                                .source = asker_mac,
                                .encapsulation = encapsulation,
                                .type = EtherType::arp,
                                .llc = {.dsap = 0xaa, .ssap = 0xaa, .control = 0x03}};
    std::vector<std::byte> frame(header.size() + arp_packet_size);
    Writer out{frame};
    encode(header, arp_packet_size, out);
    encode(packet, out.reserve(arp_packet_size).first<arp_packet_size>());
    put(frame);
  }
  struct Sent {
    Ipv6Address source = asker_ipv6;
    Ipv6Address destination;
    MacAddress destination_mac;
    MacAddress source_mac = asker_mac;
  };
  void icmpv6(const Icmpv6Message& message, const Sent& sent) {
    std::vector<std::byte> body(128);
    Writer body_out{body};
    encode(message, sent.source, sent.destination, body_out);
    std::vector<std::byte> frame(256);
    Writer out{frame};
    encode(EthernetHeader{.destination = sent.destination_mac, .source = sent.source_mac, .type = EtherType::ipv6}, 0,
           out);
    encode(Ipv6Header{.source = sent.source, .destination = sent.destination}, body_out.size(), out);
    out.bytes(body_out.written());
    put(out.written());
  }
  [[nodiscard]] std::size_t answers() const { return output.frames.size(); }
  [[nodiscard]] Packet answer(std::size_t index = 0) const { return decode(output.frames[index]).value(); }
  [[nodiscard]] ArpPacket arp_answer(std::size_t index = 0) const { return std::get<ArpPacket>(answer(index).payload); }
  [[nodiscard]] Icmpv6Datagram icmpv6_answer(std::size_t index = 0) const {
    return std::get<Icmpv6Datagram>(answer(index).payload);
  }
  [[nodiscard]] NeighborAdvertisement advertisement(std::size_t index = 0) const {
    return std::get<NeighborAdvertisement>(icmpv6_answer(index).message);
  }
  static VirtualHostConfig without_neighbors(VirtualHostConfig config) {
    config.knows_neighbors = false;
    return config;
  }
  static LinkIdentity identity() { return {.mac = asker_mac, .ipv4 = asker_ipv4, .ipv6 = asker_ipv6}; }

  VirtualHost host;
  Output output;
};

TEST(VirtualHost, AnswersAnArpRequestToItsSender) {
  Questioner question{one_host()};
  question.arp(host_ipv4);
  ASSERT_EQ(question.answers(), 1U);
  EXPECT_EQ(question.arp_answer(), (ArpPacket{ArpOperation::reply, host_mac, host_ipv4, asker_mac, asker_ipv4}));
  EXPECT_EQ(question.answer().ethernet.destination, asker_mac);
  EXPECT_EQ(question.answer().ethernet.source, host_mac);
  EXPECT_EQ(question.answer().frame.size(), min_frame_size);
}

TEST(VirtualHost, AnswersAnArpProbe) {
  Questioner question{one_host()};
  question.ask([](const RequestBuilder& builder, FrameBatch& out) { builder.arp_probe(host_ipv4, out); });
  ASSERT_EQ(question.answers(), 1U);
  EXPECT_TRUE(question.arp_answer().target_protocol_addr.is_unspecified());
}

TEST(VirtualHost, SaysNothingToArpThatIsNotItsBusiness) {
  const ArpPacket request{ArpOperation::request, asker_mac, asker_ipv4, {}, host_ipv4};
  Questioner question{one_host()};
  question.arp(Ipv4Address::of(10, 0, 0, 3));
  question.arp(host_ipv4, asker_mac);  // to another station, seen by a promiscuous port
  question.arp(request, Encapsulation::snap);
  ArpPacket other = request;
  other.operation = ArpOperation::reply;
  question.arp(other);
  other = request;
  other.sender_protocol_addr = host_ipv4;  // somebody announces our address
  question.arp(other);
  other = request;
  other.sender_hardware_addr = broadcast_mac;
  question.arp(other);
  other.sender_hardware_addr = {};
  question.arp(other);
  EXPECT_EQ(question.answers(), 0U);
  EXPECT_EQ(question.host.counters().questions, 0U);
}

TEST(VirtualHost, AnswersASolicitationByMulticastWithOverrideAndLinkLayerAddress) {
  Questioner question{one_host()};
  question.ask([](const RequestBuilder& builder, FrameBatch& out) { builder.neighbor_solicitation(host_ipv6, out); });
  ASSERT_EQ(question.answers(), 1U);
  const NeighborAdvertisement answer = question.advertisement();
  EXPECT_TRUE(answer.solicited && answer.override_flag && !answer.router);
  EXPECT_EQ(answer.options.first<TargetLinkLayerAddress>(), TargetLinkLayerAddress{host_mac});
  EXPECT_EQ(question.icmpv6_answer().ip.header.source, host_ipv6);
  EXPECT_EQ(question.icmpv6_answer().ip.header.destination, asker_ipv6);
  EXPECT_EQ(question.answer().ethernet.destination, asker_mac);
}

TEST(VirtualHost, AnswersASolicitationByUnicastWithoutOverrideAndWithoutLinkLayerAddress) {
  Questioner question{one_host()};
  question.ask(
      [](const RequestBuilder& builder, FrameBatch& out) { builder.neighbor_solicitation(host_ipv6, out, host_mac); });
  ASSERT_EQ(question.answers(), 1U);
  EXPECT_TRUE(question.advertisement().solicited);
  EXPECT_FALSE(question.advertisement().override_flag);
  EXPECT_FALSE(question.advertisement().options.first<TargetLinkLayerAddress>());
}

TEST(VirtualHost, AnswersDuplicateAddressDetectionToAllNodes) {
  VirtualHostConfig config = one_host();
  config.router = true;
  Questioner question{config};
  question.ask([](const RequestBuilder& builder, FrameBatch& out) { builder.neighbor_probe(host_ipv6, {}, out); });
  ASSERT_EQ(question.answers(), 1U);
  const NeighborAdvertisement answer = question.advertisement();
  EXPECT_TRUE(!answer.solicited && answer.override_flag && answer.router);
  EXPECT_TRUE(answer.options.first<TargetLinkLayerAddress>());
  EXPECT_EQ(question.icmpv6_answer().ip.header.destination, all_nodes_address);
  EXPECT_EQ(question.answer().ethernet.destination, multicast_mac(all_nodes_address));
}

TEST(VirtualHost, SaysNothingToASolicitationThatIsNotItsBusiness) {
  Questioner question{one_host()};
  const NeighborSolicitation message{.target = host_ipv6};
  const Ipv6Address group = solicited_node_address(host_ipv6);
  question.icmpv6(message, {.destination = group, .destination_mac = multicast_mac(group)});  // no link-layer address
  std::array<std::byte, 8> option{};
  Writer writer{option};
  encode(NdpOption{SourceLinkLayerAddress{asker_mac}}, writer);
  const NeighborSolicitation named{.target = host_ipv6, .options = NdpOptions::decode(option).value()};
  const Ipv6Address wrong_group = solicited_node_address(asker_ipv6);
  question.ask([](const RequestBuilder& builder, FrameBatch& out) { builder.neighbor_solicitation(asker_ipv6, out); });
  question.icmpv6(named, {.destination = wrong_group, .destination_mac = multicast_mac(wrong_group)});
  Writer group_writer{option};
  encode(NdpOption{SourceLinkLayerAddress{broadcast_mac}}, group_writer);  // `named` shows it now
  question.icmpv6(named, {.destination = group, .destination_mac = multicast_mac(group)});
  question.ask([](const RequestBuilder& builder, FrameBatch& out) {
    builder.neighbor_solicitation(host_ipv6, out, asker_mac);  // to another station
  });
  EXPECT_EQ(question.answers(), 0U);
}

TEST(VirtualHost, AnswersAnEchoRequestWithItsData) {
  Questioner question{one_host()};
  const std::array data{std::byte{1}, std::byte{2}, std::byte{3}};
  const Icmpv6Echo echo{.identifier = 7, .sequence = 9, .data = data};
  question.icmpv6(echo, {.destination = host_ipv6, .destination_mac = host_mac});
  ASSERT_EQ(question.answers(), 1U);
  Icmpv6Echo expected = echo;
  expected.reply = true;
  EXPECT_EQ(std::get<Icmpv6Echo>(question.icmpv6_answer().message), expected);
  EXPECT_EQ(question.icmpv6_answer().ip.header.source, host_ipv6);
  question.icmpv6(expected, {.destination = host_ipv6, .destination_mac = host_mac});
  EXPECT_EQ(question.answers(), 1U) << "a reply gets no reply";
  Icmpv6Echo odd = echo;
  odd.code = 1;
  question.icmpv6(odd, {.destination = host_ipv6, .destination_mac = host_mac});
  question.icmpv6(echo, {.source = {}, .destination = host_ipv6, .destination_mac = host_mac});
  question.icmpv6(echo, {.destination = host_ipv6, .destination_mac = host_mac, .source_mac = broadcast_mac});
  EXPECT_EQ(question.answers(), 1U) << "nor does what RFC 4443 does not have, or nobody";
}

TEST(VirtualHost, OneHostAnswersAllNodesOnceFromAnAddressOfTheAskersScope) {
  VirtualHostConfig config = one_host();
  config.addresses.push_back(network("2001:db8::/64"));
  Questioner question{config};
  question.ask([](const RequestBuilder& builder, FrameBatch& out) { builder.echo_request({}, out); });
  ASSERT_EQ(question.answers(), 1U);
  EXPECT_EQ(question.icmpv6_answer().ip.header.source, host_ipv6);
  LinkIdentity global = Questioner::identity();
  global.ipv6 = ip("2001:db8:1::1").ipv6();
  question.ask([](const RequestBuilder& builder, FrameBatch& out) { builder.echo_request({}, out); }, global);
  ASSERT_EQ(question.answers(), 2U);
  EXPECT_EQ(question.icmpv6_answer(1).ip.header.source, ip("2001:db8::").ipv6());
}

TEST(VirtualHost, ACrowdAnswersAllNodesEachForItselfUpToTheLimit) {
  VirtualHostConfig config{.addresses = {network("2001:db8::/64")},
                           .except = {{ip("2001:db8::"), ip("2001:db8::ff")}},
                           .mac = host_mac,
                           .mac_per_address = true,
                           .max_group_answers = 20};
  Questioner question{config};
  question.ask([](const RequestBuilder& builder, FrameBatch& out) { builder.echo_request({}, out); });
  ASSERT_EQ(question.answers(), 20U);
  EXPECT_EQ(question.icmpv6_answer(0).ip.header.source, ip("2001:db8::100").ipv6());
  EXPECT_EQ(question.icmpv6_answer(19).ip.header.source, ip("2001:db8::113").ipv6());
}

TEST(VirtualHost, HasWhatItsRangesHoldButForTheHoles) {
  const VirtualHost host{{.addresses = {network("10.1.0.0/16"),
                                        {ip("10.0.255.0"), ip("10.1.0.9")},
                                        network("10.1.3.0/24"),
                                        network("2001:db8::/32"),
                                        only(ip("255.255.255.255"))},
                          .except = {only(ip("10.1.0.1")), only(ip("10.1.255.255"))},
                          .mac = host_mac}};
  for (const char* mine :
       {"10.0.255.0", "10.1.0.0", "10.1.0.2", "10.1.200.3", "10.1.255.254", "2001:db8:ffff::1", "255.255.255.255"}) {
    EXPECT_TRUE(host.has(ip(mine))) << mine;
  }
  for (const char* foreign :
       {"10.0.254.255", "10.1.0.1", "10.1.255.255", "10.2.0.0", "2001:db7::1", "2001:db9::", "::", "0.0.0.0"}) {
    EXPECT_FALSE(host.has(ip(foreign))) << foreign;
  }
}

TEST(VirtualHost, NoTwoAddressesOfAPrefixShareADerivedMac) {
  const VirtualHost host{
      {.addresses = {network("0.0.0.0/0"), network("::/0")}, .mac = host_mac, .mac_per_address = true}};
  for (const IpAddress& first : {ip("10.0.0.0"), ip("2001:db8::"), ip("2001:db8:0:1::")}) {
    std::unordered_set<MacAddress> macs;
    for (std::uint64_t i = 0; i < 100'000; ++i) {
      const MacAddress mac = host.mac_of(advance(first, i));
      ASSERT_TRUE(mac.is_unicast() && mac.is_locally_administered());
      macs.insert(mac);
    }
    EXPECT_EQ(macs.size(), 100'000U);
  }
  EXPECT_NE(host.mac_of(ip("2001:db8::1")), host.mac_of(ip("2001:db8:0:1::1")));
}

TEST(VirtualHost, ImpostorsAreThatFractionAndTheSameEveryTime) {
  VirtualHostConfig config{
      .addresses = {network("10.0.0.0/16")}, .mac = host_mac, .mac_per_address = true, .impostor = 0.01, .seed = 3};
  const VirtualHost host{config};
  const VirtualHost again{config};
  config.seed = 4;
  const VirtualHost other{config};
  int count = 0;
  int different = 0;
  for (std::uint64_t i = 0; i < 65'536; ++i) {
    const IpAddress address = advance(ip("10.0.0.0"), i);
    const auto impostor = host.impostor_of(address);
    ASSERT_EQ(impostor, again.impostor_of(address));
    different += impostor != other.impostor_of(address) ? 1 : 0;
    if (!impostor) continue;
    ++count;
    ASSERT_NE(*impostor, host.mac_of(address));
  }
  EXPECT_NEAR(count, 655, 80);
  EXPECT_GT(different, 1000);
}

TEST(VirtualHost, AnImpostorAnswersBesideTheOwnerAndAloneWhenAskedAlone) {
  VirtualHostConfig config = one_host();
  config.impostor = 1;
  Questioner question{config};
  question.arp(host_ipv4);
  ASSERT_EQ(question.answers(), 2U);
  const MacAddress impostor = question.host.impostor_of(host_ipv4).value();
  EXPECT_EQ(question.arp_answer(0).sender_hardware_addr, host_mac);
  EXPECT_EQ(question.arp_answer(1).sender_hardware_addr, impostor);
  question.arp(host_ipv4, impostor);
  ASSERT_EQ(question.answers(), 3U);
  EXPECT_EQ(question.arp_answer(2).sender_hardware_addr, impostor);
  EXPECT_EQ(question.host.counters().questions, 2U);
}

TEST(VirtualHost, AnswersCarryTheTagsOfTheNetworkTheyAreOn) {
  VirtualHostConfig config = one_host();
  config.vlans.push({EtherType::service_vlan, 200});
  config.vlans.push({EtherType::vlan, 100});
  Questioner question{config};
  question.arp(host_ipv4);
  EXPECT_EQ(question.answers(), 0U) << "the question had no tags";
  LinkIdentity tagged = Questioner::identity();
  tagged.vlans = config.vlans;
  question.ask([](const RequestBuilder& builder, FrameBatch& out) { builder.arp_request(host_ipv4, out); }, tagged);
  question.ask([](const RequestBuilder& builder, FrameBatch& out) { builder.neighbor_solicitation(host_ipv6, out); },
               tagged);
  ASSERT_EQ(question.answers(), 2U);
  EXPECT_EQ(question.answer(0).ethernet.vlans, config.vlans);
  EXPECT_EQ(question.answer(0).frame.size(), min_frame_size);
  EXPECT_EQ(question.answer(1).ethernet.vlans, config.vlans);
}

// As Linux does: VID 0 is the untagged network, and the reply is untagged.
TEST(VirtualHost, APriorityTagIsAnsweredUntagged) {
  Questioner question{one_host()};
  LinkIdentity priority = Questioner::identity();
  priority.vlans.push({EtherType::vlan, 0xe000});
  question.ask([](const RequestBuilder& builder, FrameBatch& out) { builder.arp_request(host_ipv4, out); }, priority);
  ASSERT_EQ(question.answers(), 1U);
  EXPECT_TRUE(question.answer().ethernet.vlans.empty());
}

TEST(VirtualHost, DelayedAnswersComeInTheirOrderWithinTheirWindow) {
  VirtualHostConfig config{.addresses = {network("10.0.0.0/16")},
                           .except = {only(asker_ipv4)},
                           .mac = host_mac,
                           .delay = 20ms,
                           .jitter = 30ms};
  Questioner question{config};
  for (std::uint32_t i = 2; i < 1002; ++i) question.arp(Ipv4Address{asker_ipv4.value + i});
  EXPECT_EQ(question.answers(), 0U);
  std::size_t before = 0;
  Instant last = start;
  while (const auto next = question.host.next_deadline()) {
    EXPECT_GE(*next, std::max(last, start + 20ms));
    EXPECT_LT(*next, start + 50ms);
    last = *next;
    question.host.on_deadline(*next, question.output);
    EXPECT_GT(question.answers(), std::exchange(before, question.answers()));
  }
  EXPECT_EQ(question.answers(), 1000U);
  EXPECT_GT(last, start + 45ms);
}

TEST(VirtualHost, WhatFindsTheQueueFullIsDroppedAndCounted) {
  VirtualHostConfig config = one_host();
  config.delay = 1s;
  config.max_delayed = 10;
  Questioner question{config};
  for (int i = 0; i < 25; ++i) question.arp(host_ipv4);
  question.host.on_deadline(start + 1s, question.output);
  EXPECT_EQ(question.host.counters(), (VirtualHostCounters{.questions = 25, .answers = 10, .overflowed = 15}));
  question.arp(host_ipv4);
  EXPECT_TRUE(question.host.next_deadline()) << "there is room again";
}

TEST(VirtualHost, LosesAndDoublesAsOftenAsTold) {
  VirtualHostConfig config = one_host();
  config.loss = 0.1;
  config.duplicate = 0.02;
  Questioner question{config};
  for (int i = 0; i < 100'000; ++i) {
    question.output.clear();
    question.arp(host_ipv4);
  }
  const VirtualHostCounters& counters = question.host.counters();
  EXPECT_NEAR(static_cast<double>(counters.lost), 10'000, 400);
  EXPECT_NEAR(static_cast<double>(counters.duplicated), 1'800, 200);
  EXPECT_EQ(counters.answers, 100'000 - counters.lost + counters.duplicated);
}

}  // namespace
}  // namespace onlink
