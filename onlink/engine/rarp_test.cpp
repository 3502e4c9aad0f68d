// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/rarp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onlink/engine/arp_frame.hpp"
#include "onlink/wire/decode.hpp"

namespace onlink::inline v0 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

constexpr MacAddress diskless{{2, 0, 0, 0, 0, 0x0d}};
constexpr MacAddress server_mac{{2, 0, 0, 0, 0, 0x01}};
constexpr MacAddress stranger{{2, 0, 0, 0, 0, 0x0e}};
constexpr Ipv4Address server_address = Ipv4Address::of(10, 0, 0, 1);
constexpr Ipv4Address its_address = Ipv4Address::of(10, 0, 0, 13);
constexpr Instant start{};

template <class Kind>
std::vector<Kind> all(const Output& output) {
  std::vector<Kind> found;
  for (const Event& event : output.events) {
    if (const auto* one = std::get_if<Kind>(&event)) found.push_back(*one);
  }
  return found;
}

Packet only_frame(const Output& output) {
  EXPECT_EQ(output.frames.size(), 1U);
  return decode(output.frames[0]).value();
}

template <class Engine>
void hear(Engine& engine, Instant now, const EthernetHeader& ethernet, const ArpPacket& arp, Output& output) {
  FrameBatch frames;
  append_arp(ethernet, arp, true, frames);
  engine.on_packet(now, decode(frames[0]).value(), output);
}

EthernetHeader ethernet_to(const MacAddress& destination, const MacAddress& source, EtherType type = EtherType::rarp) {
  return {.destination = destination, .source = source, .type = type};
}
ArpPacket request_of(const MacAddress& asker, const MacAddress& asked) {
  return {.operation = ArpOperation::reverse_request, .sender_hardware_addr = asker, .target_hardware_addr = asked};
}
ArpPacket answer_of(const MacAddress& server, Ipv4Address own, Ipv4Address address) {
  return {.operation = ArpOperation::reverse_reply,
          .sender_hardware_addr = server,
          .sender_protocol_addr = own,
          .target_hardware_addr = diskless,
          .target_protocol_addr = address};
}

ReverseServer server(ReverseServerConfig config = {}) {
  config.mac = server_mac;
  config.ipv4 = server_address;
  config.table = {{diskless, {.address = its_address}}};
  return ReverseServer{std::move(config)};
}

TEST(ReverseServer, AKnownMacIsToldItsAddressByUnicast) {  // N-133
  ReverseServer one = server();
  Output output;
  hear(one, start, ethernet_to(broadcast_mac, diskless), request_of(diskless, diskless), output);
  const Packet reply = only_frame(output);
  EXPECT_EQ(reply.ethernet, ethernet_to(diskless, server_mac));
  EXPECT_EQ(std::get<ArpPacket>(reply.payload), answer_of(server_mac, server_address, its_address));
  ASSERT_EQ(all<ReverseServed>(output).size(), 1U);
  EXPECT_EQ(all<ReverseServed>(output)[0].address, its_address);
  EXPECT_EQ(all<ReverseServed>(output)[0].fate, ReverseFate::sent);
  EXPECT_EQ(one.counters(), (ReverseServerCounters{.questions = 1, .answers = 1}));
}

TEST(ReverseServer, ShowsTheAddressThatItHasInTheClientsNetwork) {
  ReverseServer one = server();
  one.set_table({{diskless, {.address = its_address, .server = Ipv4Address::of(10, 0, 0, 2)}}});
  Output output;
  hear(one, start, ethernet_to(broadcast_mac, diskless), request_of(diskless, diskless), output);
  EXPECT_EQ(std::get<ArpPacket>(only_frame(output).payload).sender_protocol_addr, Ipv4Address::of(10, 0, 0, 2));
}

TEST(ReverseServer, WhoAsksForAnotherIsAnsweredHimself) {
  ReverseServer one = server();
  Output output;
  hear(one, start, ethernet_to(broadcast_mac, stranger), request_of(stranger, diskless), output);
  EXPECT_EQ(only_frame(output).ethernet.destination, stranger);
}

TEST(ReverseServer, UnknownMacsAndGroupsAndMalformedRequestsAreMetWithSilence) {  // N-134
  ReverseServer one = server();
  Output output;
  const auto to_all = ethernet_to(broadcast_mac, stranger);
  hear(one, start, to_all, request_of(stranger, stranger), output);
  hear(one, start, to_all, request_of(stranger, broadcast_mac), output);
  hear(one, start, to_all, request_of(stranger, {}), output);
  hear(one, start, to_all, request_of({}, diskless), output);
  hear(one, start, ethernet_to(broadcast_mac, diskless, EtherType::arp), request_of(diskless, diskless), output);
  ArpPacket request = request_of(diskless, diskless);
  request.operation = ArpOperation::request;
  hear(one, start, ethernet_to(broadcast_mac, diskless), request, output);
  EXPECT_TRUE(output.frames.empty());
  EXPECT_EQ(all<ReverseServed>(output).size(), 3U) << "who asked for what is told all the same";
  for (const ReverseServed& served : all<ReverseServed>(output)) EXPECT_EQ(served.fate, ReverseFate::unknown);
}

TEST(ReverseServer, AGroupOrNobodyIsNotAnsweredForThoughTheTableHasIt) {  // N-134
  ReverseServer one = server();
  one.set_table({{broadcast_mac, {.address = its_address}}, {MacAddress{}, {.address = its_address}}});
  Output output;
  hear(one, start, ethernet_to(broadcast_mac, stranger), request_of(stranger, broadcast_mac), output);
  hear(one, start, ethernet_to(broadcast_mac, stranger), request_of(stranger, {}), output);
  EXPECT_TRUE(output.frames.empty());
}

TEST(ReverseServer, WhatIsMeantForAnotherStationIsNotHeard) {
  ReverseServer one = server();
  Output output;
  hear(one, start, ethernet_to(stranger, diskless), request_of(diskless, diskless), output);
  EXPECT_TRUE(output.frames.empty() && output.events.empty());
  hear(one, start, ethernet_to(server_mac, diskless), request_of(diskless, diskless), output);
  EXPECT_EQ(output.frames.size(), 1U);
}

TEST(ReverseServer, AnotherVlanIsAnotherLink) {
  ReverseServer one = server({.vlans = parse_vlan_stack("5").value()});
  Output output;
  EthernetHeader header = ethernet_to(broadcast_mac, diskless);
  hear(one, start, header, request_of(diskless, diskless), output);
  EXPECT_TRUE(output.frames.empty());
  header.vlans = parse_vlan_stack("5").value();
  hear(one, start, header, request_of(diskless, diskless), output);
  EXPECT_EQ(only_frame(output).ethernet.vlans, header.vlans);
}

TEST(ReverseServer, ASecondaryAnswersOnlyWhoAsksAgainSoon) {
  ReverseServer one = server({.only_retries = true, .retry_window = seconds{10}});
  Output output;
  const auto ask_at = [&](Duration after) {
    output.clear();
    hear(one, start + after, ethernet_to(broadcast_mac, diskless), request_of(diskless, diskless), output);
    return all<ReverseServed>(output).at(0).fate;
  };
  EXPECT_EQ(ask_at(seconds{0}), ReverseFate::awaits_retry);
  EXPECT_TRUE(output.frames.empty());
  EXPECT_EQ(ask_at(seconds{1}), ReverseFate::sent);
  EXPECT_EQ(output.frames.size(), 1U);
  EXPECT_EQ(ask_at(seconds{11}), ReverseFate::sent);
  EXPECT_EQ(ask_at(seconds{22}), ReverseFate::awaits_retry) << "that is another boot";
}

TEST(ReverseServer, LosesAndDoublesAnswersOnPurpose) {
  Output output;
  ReverseServer lossy = server({.loss = 1});
  hear(lossy, start, ethernet_to(broadcast_mac, diskless), request_of(diskless, diskless), output);
  EXPECT_EQ(all<ReverseServed>(output).at(0).fate, ReverseFate::lost);
  EXPECT_TRUE(output.frames.empty());
  ReverseServer stutterer = server({.duplicate = 1});
  hear(stutterer, start, ethernet_to(broadcast_mac, diskless), request_of(diskless, diskless), output);
  EXPECT_EQ(output.frames.size(), 2U);
}

TEST(ReverseServer, RefusesToLetTooManyAnswersWait) {
  ReverseServer one = server({.delay = seconds{1}, .max_waiting = 1});
  Output output;
  for (int i = 0; i < 2; ++i) {
    hear(one, start, ethernet_to(broadcast_mac, diskless), request_of(diskless, diskless), output);
  }
  EXPECT_EQ(all<ReverseServed>(output).at(0).fate, ReverseFate::delayed);
  EXPECT_EQ(all<ReverseServed>(output).at(1).fate, ReverseFate::overflowed);
}

TEST(ReverseServer, ASecondaryWaits) {
  ReverseServer one = server({.secondary_wait = milliseconds{500}});
  Output output;
  hear(one, start, ethernet_to(broadcast_mac, diskless), request_of(diskless, diskless), output);
  EXPECT_TRUE(output.frames.empty());
  ASSERT_TRUE(one.next_deadline());
  EXPECT_LE(*one.next_deadline() - start, milliseconds{500});
  one.on_deadline(*one.next_deadline(), output);
  EXPECT_EQ(output.frames.size(), 1U);
  EXPECT_FALSE(one.next_deadline());
}

TEST(ReverseServer, SaysItsOwnAddressToWhoAsksByInArp) {
  ReverseServer one = server({.inarp = true});
  Output output;
  ArpPacket request{.operation = ArpOperation::inverse_request,
                    .sender_hardware_addr = stranger,
                    .sender_protocol_addr = its_address,
                    .target_hardware_addr = server_mac};
  hear(one, start, ethernet_to(server_mac, stranger, EtherType::arp), request, output);
  const auto reply = std::get<ArpPacket>(only_frame(output).payload);
  EXPECT_EQ(reply.operation, ArpOperation::inverse_reply);
  EXPECT_EQ(reply.sender_protocol_addr, server_address);
  EXPECT_EQ(reply.target_protocol_addr, its_address);
  output.clear();
  request.target_hardware_addr = diskless;
  hear(one, start, ethernet_to(server_mac, stranger, EtherType::arp), request, output);
  EXPECT_TRUE(output.frames.empty());
}

ReverseClientConfig asking() { return {.mac = diskless, .target = diskless}; }

TEST(ReverseClient, AsksEverybodyAndWaitsTwiceAsLongEachTime) {
  ReverseClient client(asking(), start);
  Output output;
  std::vector<Instant> asked;
  Instant now = start;
  while (client.next_deadline()) {
    now = *client.next_deadline();
    client.on_deadline(now, output);
    if (!output.frames.empty()) {
      asked.push_back(now);
      EXPECT_EQ(only_frame(output).ethernet, ethernet_to(broadcast_mac, diskless));
      EXPECT_EQ(std::get<ArpPacket>(only_frame(output).payload), request_of(diskless, diskless));
    }
    output.frames.clear();
  }
  EXPECT_THAT(asked, ElementsAre(start, start + seconds{1}, start + seconds{3}, start + seconds{7}));
  ASSERT_EQ(all<ReverseSilent>(output).size(), 1U);
  EXPECT_EQ(now, start + seconds{15});
}

TEST(ReverseClient, TheFirstReplyWinsAndAnotherServersOtherAddressIsAConflict) {
  ReverseClient client(asking(), start);
  Output output;
  client.on_deadline(start, output);
  const Instant later = start + milliseconds{3};
  const auto to_us = ethernet_to(diskless, server_mac);
  hear(client, later, to_us, answer_of(server_mac, server_address, its_address), output);
  hear(client, later, to_us, answer_of(server_mac, server_address, its_address), output);
  hear(client, later, to_us, answer_of(stranger, {}, Ipv4Address::of(10, 0, 0, 99)), output);
  const auto answers = all<ReverseAnswered>(output);
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].address, its_address);
  EXPECT_EQ(answers[0].server, server_mac);
  EXPECT_EQ(answers[0].round_trip, milliseconds{3});
  EXPECT_EQ(answers[0].kind, ReverseAnswerKind::first);
  EXPECT_EQ(answers[1].kind, ReverseAnswerKind::conflict);
  output.clear();
  client.on_deadline(*client.next_deadline(), output);
  EXPECT_FALSE(client.next_deadline());
  EXPECT_TRUE(output.frames.empty());
}

TEST(ReverseClient, AnswersAboutOthersAndUnderArpAreNone) {
  ReverseClient client(asking(), start);
  Output output;
  client.on_deadline(start, output);
  ArpPacket other = answer_of(server_mac, server_address, its_address);
  hear(client, start, ethernet_to(diskless, server_mac, EtherType::arp), other, output);
  other.target_hardware_addr = stranger;
  hear(client, start, ethernet_to(diskless, server_mac), other, output);
  EXPECT_TRUE(all<ReverseAnswered>(output).empty());
}

TEST(ReverseClient, AServerThatAgreesIsToldOnce) {
  ReverseClient client(asking(), start);
  Output output;
  client.on_deadline(start, output);
  const auto to_us = ethernet_to(diskless, server_mac);
  hear(client, start, to_us, answer_of(server_mac, server_address, its_address), output);
  for (int i = 0; i < 2; ++i) hear(client, start, to_us, answer_of(stranger, {}, its_address), output);
  const auto answers = all<ReverseAnswered>(output);
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[1].kind, ReverseAnswerKind::agrees);
  EXPECT_EQ(answers[1].server, stranger);
}

TEST(ReverseClient, AnAddressThatNoHostCanHaveIsNoAnswer) {
  ReverseClient client(asking(), start);
  Output output;
  client.on_deadline(start, output);
  const auto to_us = ethernet_to(diskless, server_mac);
  for (const auto address : {Ipv4Address{}, Ipv4Address::of(127, 0, 0, 1), Ipv4Address::of(224, 0, 0, 1),
                             Ipv4Address::of(255, 255, 255, 255)}) {
    hear(client, start, to_us, answer_of(server_mac, server_address, address), output);
  }
  for (const MacAddress& mac : {MacAddress{}, broadcast_mac}) {
    hear(client, start, to_us, answer_of(mac, server_address, its_address), output);
  }
  hear(client, start, ethernet_to(stranger, server_mac), answer_of(server_mac, server_address, its_address), output);
  EXPECT_TRUE(all<ReverseAnswered>(output).empty());
  EXPECT_EQ(client.next_deadline(), start + seconds{1}) << "and the asking goes on";
}

TEST(ReverseClient, OneServerCanBeAskedAlone) {
  ReverseClient client({.mac = diskless, .target = diskless, .server = server_mac}, start);
  Output output;
  client.on_deadline(start, output);
  EXPECT_EQ(only_frame(output).ethernet.destination, server_mac);
}

TEST(ReverseClient, AsksForEverEveryEightSeconds) {
  ReverseClient client({.mac = diskless, .target = diskless, .count = 0}, start);
  Output output;
  for (int i = 0; i < 5; ++i) client.on_deadline(*client.next_deadline(), output);
  EXPECT_EQ(output.frames.size(), 5U);
  EXPECT_EQ(*client.next_deadline(), start + seconds{1 + 2 + 4 + 8 + 8});
}

TEST(ReverseClient, ByInArpAStationIsAskedForItsOwnAddress) {
  ReverseClient client({.protocol = ReverseProtocol::inarp, .mac = diskless, .ipv4 = its_address, .target = server_mac},
                       start);
  ReverseServer one = server({.inarp = true});
  Output output, answers;
  client.on_deadline(start, output);
  one.on_packet(start, only_frame(output), answers);
  client.on_packet(start, only_frame(answers), output);
  const auto found = all<ReverseAnswered>(output);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].address, server_address);
  EXPECT_EQ(found[0].mac, server_mac);
}

}  // namespace
}  // namespace onlink::inline v0
