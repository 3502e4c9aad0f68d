// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/name_query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "onlink/wire/dns.hpp"
#include "onlink/wire/netbios.hpp"

namespace onlink {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Ipv4Address host = Ipv4Address::of(192, 0, 2, 10);

std::vector<std::byte> reverse_answer(Bytes question, std::string_view name) {
  const auto asked = DnsMessage::decode(question).value();
  const DnsQuestion first = *asked.questions().begin();
  std::vector<std::byte> memory(512);
  DnsWriter writer{{.id = asked.header().id, .response = true}, memory};
  writer.record(DnsSection::answer, {.name = first.name,
                                     .type = DnsType::ptr,
                                     .record_class = DnsClass::internet,
                                     .data = DnsNameData{parse_dns_name(name).value()}});
  memory.resize(writer.written().size());
  return memory;
}

std::vector<std::byte> node_status_answer(Bytes question, std::string_view name) {
  std::vector<std::byte> memory(128);
  Writer out{memory};
  out.u16(decode_node_status_request(question).value());
  for (const std::uint16_t value : std::array<std::uint16_t, 5>{0x8400, 0, 1, 0, 0}) out.u16(value);
  out.u8(0);
  for (const std::uint16_t value : std::array<std::uint16_t, 5>{0x21, 1, 0, 0, 19}) out.u16(value);
  out.u8(1);
  std::array<std::uint8_t, 15> padded;
  padded.fill(' ');
  std::ranges::copy(name, padded.begin());
  out.octets(padded);
  out.u8(0);
  out.u16(0x0400);
  memory.resize(out.size());
  return memory;
}

class NameQueryTest : public testing::Test {
 protected:
  void start(const IpAddress& address = host) {
    query.ask(now, address);
    query.on_deadline(now, output);
  }
  void advance(Duration by) {
    now += by;
    query.on_deadline(now, output);
  }
  // The payloads sent to (address, port) since the last clear().
  std::vector<std::vector<std::byte>> sent_to(const IpAddress& address, std::uint16_t port) const {
    std::vector<std::vector<std::byte>> payloads;
    for (const NameDatagram& datagram : output.datagrams) {
      if (datagram.destination == address && datagram.port == port) payloads.push_back(datagram.payload);
    }
    return payloads;
  }

  NameQueryConfig config;
  NameQuery query{config, 1};
  NameOutput output;
  Instant now{};
};

TEST_F(NameQueryTest, NothingIsSentBeforeAnAddressIsGiven) {
  EXPECT_EQ(query.next_deadline(), std::nullopt);
  query.on_deadline(now, output);
  EXPECT_THAT(output.datagrams, IsEmpty());
}

TEST_F(NameQueryTest, FirstTrySparesTheMdnsGroup) {
  start();
  EXPECT_THAT(sent_to(host, mdns_port), SizeIs(1));
  EXPECT_THAT(sent_to(mdns_group_ipv4, mdns_port), IsEmpty());
  EXPECT_THAT(sent_to(llmnr_group_ipv4, llmnr_port), SizeIs(1));
  EXPECT_THAT(sent_to(host, llmnr_port), SizeIs(1));
  EXPECT_THAT(sent_to(host, netbios_name_port), SizeIs(1));
  output.clear();
  advance(config.try_interval);
  EXPECT_THAT(sent_to(mdns_group_ipv4, mdns_port), SizeIs(1));
}

TEST_F(NameQueryTest, QuestionIsForTheReverseName) {
  start();
  const auto payload = sent_to(host, mdns_port).at(0);
  const auto message = DnsMessage::decode(payload).value();
  EXPECT_FALSE(message.header().response);
  EXPECT_EQ(*message.questions().begin(), (DnsQuestion{reverse_name(host), DnsType::ptr, DnsClass::internet}));
}

TEST_F(NameQueryTest, EachMethodsAnswerIsAName) {
  start();
  const auto mdns = reverse_answer(sent_to(host, mdns_port).at(0), "box.local");
  const auto llmnr = reverse_answer(sent_to(host, llmnr_port).at(0), "box");
  const auto netbios = node_status_answer(sent_to(host, netbios_name_port).at(0), "BOX");
  query.on_datagram(now, host, mdns_port, mdns, output);
  query.on_datagram(now, host, llmnr_port, llmnr, output);
  EXPECT_EQ(query.outstanding(), 1U);
  query.on_datagram(now, host, netbios_name_port, netbios, output);
  EXPECT_THAT(output.names,
              ElementsAre(NameFound{host, "box.local", NameSource::mdns}, NameFound{host, "box", NameSource::llmnr},
                          NameFound{host, "BOX", NameSource::netbios}));
  EXPECT_EQ(query.outstanding(), 0U);
  EXPECT_EQ(query.next_deadline(), std::nullopt);
}

TEST_F(NameQueryTest, OnlyTheSilentMethodsAreAskedAgain) {
  start();
  query.on_datagram(now, host, mdns_port, reverse_answer(sent_to(host, mdns_port).at(0), "box.local"), output);
  output.clear();
  advance(config.try_interval);
  EXPECT_THAT(sent_to(host, mdns_port), IsEmpty());
  EXPECT_THAT(sent_to(mdns_group_ipv4, mdns_port), IsEmpty());
  EXPECT_THAT(sent_to(llmnr_group_ipv4, llmnr_port), SizeIs(1));
  EXPECT_THAT(sent_to(host, netbios_name_port), SizeIs(1));
}

TEST_F(NameQueryTest, GivesUpAfterTheLastTry) {
  start();
  EXPECT_EQ(query.next_deadline(), now + config.try_interval);
  for (unsigned i = 0; i < config.tries; ++i) advance(config.try_interval);
  EXPECT_EQ(query.outstanding(), 0U);
  EXPECT_EQ(query.next_deadline(), std::nullopt);
}

TEST_F(NameQueryTest, AnswerToAnotherQuestionIsIgnored) {
  start();
  auto answer = reverse_answer(sent_to(host, mdns_port).at(0), "box.local");
  auto wrong_id = answer;
  wrong_id[0] ^= std::byte{1};
  auto refused = answer;
  refused[3] |= std::byte{3};
  auto question = answer;
  question[2] &= std::byte{0x7f};
  auto another_operation = answer;
  another_operation[2] |= std::byte{0x28};  // an update
  const auto netbios = node_status_answer(sent_to(host, netbios_name_port).at(0), "BOX");
  for (const auto& payload : {wrong_id, refused, question, another_operation})
    query.on_datagram(now, host, mdns_port, payload, output);
  query.on_datagram(now, host, 53, answer, output);
  query.on_datagram(now, Ipv4Address::of(192, 0, 2, 11), netbios_name_port, netbios, output);
  EXPECT_THAT(output.names, IsEmpty());
}

TEST_F(NameQueryTest, AnswerThatRepeatsAnotherQuestionIsIgnored) {
  start();
  const auto asked = sent_to(host, mdns_port).at(0);
  const auto answer_with = [&](const DnsName& question) {
    std::vector<std::byte> memory(512);
    DnsWriter writer{{.id = DnsMessage::decode(asked).value().header().id, .response = true}, memory};
    writer.question({question, DnsType::ptr, DnsClass::internet});
    writer.record(
        DnsSection::answer,
        {.name = reverse_name(host), .type = DnsType::ptr, .data = DnsNameData{parse_dns_name("box.local").value()}});
    memory.resize(writer.written().size());
    return memory;
  };
  query.on_datagram(now, host, mdns_port, answer_with(reverse_name(Ipv4Address{host.value + 1})), output);
  EXPECT_THAT(output.names, IsEmpty());
  query.on_datagram(now, host, mdns_port, answer_with(reverse_name(host)), output);
  EXPECT_THAT(output.names, SizeIs(1));
}

TEST_F(NameQueryTest, AnswerFromTheOtherFamilyIsIgnored) {
  start();
  const auto answer = reverse_answer(sent_to(host, mdns_port).at(0), "box.local");
  query.on_datagram(now, *parse_ip("fe80::9"), mdns_port, answer, output);
  EXPECT_THAT(output.names, IsEmpty());
}

TEST_F(NameQueryTest, TentativeBitCountsInLlmnrOnly) {
  start();
  auto answer = reverse_answer(sent_to(host, mdns_port).at(0), "box");
  answer[2] |= std::byte{1};
  query.on_datagram(now, host, llmnr_port, answer, output);
  EXPECT_THAT(output.names, IsEmpty());
  query.on_datagram(now, host, mdns_port, answer, output);  // there it is "recursion desired", ignored on receipt
  EXPECT_THAT(output.names, SizeIs(1));
}

TEST_F(NameQueryTest, BlankNetbiosNameIsNone) {
  start();
  query.on_datagram(now, host, netbios_name_port, node_status_answer(sent_to(host, netbios_name_port).at(0), ""),
                    output);
  EXPECT_THAT(output.names, IsEmpty());
}

TEST_F(NameQueryTest, SecondAnswerAndLateAnswerAreIgnored) {
  start();
  const auto answer = reverse_answer(sent_to(host, mdns_port).at(0), "box.local");
  query.on_datagram(now, host, mdns_port, answer, output);
  query.on_datagram(now, host, mdns_port, answer, output);
  EXPECT_THAT(output.names, SizeIs(1));
  const auto llmnr = reverse_answer(sent_to(host, llmnr_port).at(0), "box");
  for (unsigned i = 0; i < config.tries; ++i) advance(config.try_interval);
  query.on_datagram(now, host, llmnr_port, llmnr, output);
  EXPECT_THAT(output.names, SizeIs(1));
}

TEST_F(NameQueryTest, Ipv6IsAskedByItsOwnGroupsAndNotByNetbios) {
  const IpAddress address = *parse_ip("2001:db8::1");
  start(address);
  advance(config.try_interval);
  EXPECT_THAT(sent_to(mdns_group_ipv6, mdns_port), SizeIs(1));
  EXPECT_THAT(sent_to(llmnr_group_ipv6, llmnr_port), SizeIs(2));
  EXPECT_TRUE(std::ranges::none_of(output.datagrams, [](const auto& d) { return d.port == netbios_name_port; }));
  query.on_datagram(now, *parse_ip("fe80::9"), mdns_port,
                    reverse_answer(sent_to(address, mdns_port).at(0), "six.local"), output);
  EXPECT_THAT(output.names, ElementsAre(NameFound{address, "six.local", NameSource::mdns}));
}

TEST_F(NameQueryTest, ManyAddressesArePaced) {
  for (std::uint32_t i = 0; i < 1000; ++i) query.ask(now, Ipv4Address{host.value + i});
  query.ask(now, host);
  EXPECT_EQ(query.outstanding(), 1000U);
  const Instant begin = now;
  while (const auto next = query.next_deadline()) {
    now = *next;
    query.on_deadline(now, output);
    ASSERT_LE(output.datagrams.size(), 24U);
    output.clear();
  }
  EXPECT_EQ(now - begin, 999 * from_seconds(1 / config.addresses_per_second) + config.tries * config.try_interval);
}

TEST(NameQueryConfigTest, MethodsCanBeLeftOut) {
  NameQuery query{{.mdns = false, .llmnr = false}, 1};
  query.ask(Instant{}, *parse_ip("2001:db8::1"));
  EXPECT_EQ(query.outstanding(), 0U);
  NameOutput output;
  query.ask(Instant{}, host);
  query.on_deadline(Instant{}, output);
  ASSERT_THAT(output.datagrams, SizeIs(1));
  EXPECT_EQ(output.datagrams[0].port, netbios_name_port);
}

TEST(NameQueryNames, HostileNamesArePrintable) {
  NameQuery query{{}, 1};
  NameOutput output;
  query.ask(Instant{}, host);
  query.on_deadline(Instant{}, output);
  query.on_datagram(Instant{}, host, mdns_port, reverse_answer(output.datagrams[0].payload, "\\027[2Jx.local"), output);
  ASSERT_THAT(output.names, SizeIs(1));
  EXPECT_EQ(output.names[0].name, "\\027[2Jx.local");
}

}  // namespace
}  // namespace onlink
