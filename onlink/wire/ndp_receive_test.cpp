// SPDX-License-Identifier: Apache-2.0
// What a receiver of Neighbor Discovery must refuse (RFC 4861 sections 6.1.1, 6.1.2, 7.1.1, 7.1.2, 8.1; RFC 6980): each
// rule against a message that is accepted but for that one fault.
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "onlink/wire/checksum.hpp"
#include "onlink/wire/icmpv6.hpp"
#include "tests/support/hex.hpp"

namespace onlink {
namespace {

using test::from_hex;

Ipv6Address ip(std::string_view text) { return parse_ipv6(text).value(); }

constexpr std::string_view source_option = "0101 020000000001";

// A message in the making; its checksum is right unless `checksum_error` is put on it.
struct Crafted {
  Icmpv6Type type = Icmpv6Type::neighbor_solicitation;
  Ipv6Address source;
  Ipv6Address destination;
  std::string body;  // behind the checksum, as hexadecimal text
  std::uint8_t code = 0;
  std::uint8_t hop_limit = 255;
  std::uint16_t checksum_error = 0;
  std::string fragment_header{};
};

std::vector<std::byte> message_bytes(const Crafted& crafted) {
  std::vector<std::byte> message{static_cast<std::byte>(crafted.type), std::byte{crafted.code}, {}, {}};
  const auto body = from_hex(crafted.body);
  message.insert(message.end(), body.begin(), body.end());
  const std::uint16_t sum = ipv6_checksum(crafted.source, crafted.destination, IpProtocol::icmpv6, message);
  store_be(static_cast<std::uint16_t>(sum ^ crafted.checksum_error), MutableBytes{message}.subspan(2).first<2>());
  return message;
}

std::optional<DecodeError> refusal(const Crafted& crafted) {
  auto payload = from_hex(crafted.fragment_header);
  const IpProtocol next_header = payload.empty() ? IpProtocol::icmpv6 : IpProtocol::fragment;
  const auto message = message_bytes(crafted);
  payload.insert(payload.end(), message.begin(), message.end());
  std::vector<std::byte> bytes(ipv6_header_size + payload.size());
  Writer out{bytes};
  encode(Ipv6Header{.next_header = next_header,
                    .hop_limit = crafted.hop_limit,
                    .source = crafted.source,
                    .destination = crafted.destination},
         payload.size(), out);
  out.bytes(payload);
  const auto packet = decode_ipv6(bytes);
  EXPECT_TRUE(packet.has_value());
  if (!packet) return packet.error();
  const auto decoded = decode_icmpv6(*packet);
  return decoded ? std::nullopt : std::optional{decoded.error()};
}

const std::string target = "fe800000000000000000000000000002";
const std::string group = "ff020000000000000000000000000001";

Crafted router_solicitation() {
  return {.type = Icmpv6Type::router_solicitation,
          .source = ip("fe80::1"),
          .destination = all_routers_address,
          .body = "00000000"};
}
Crafted router_advertisement() {
  return {.type = Icmpv6Type::router_advertisement,
          .source = ip("fe80::1"),
          .destination = all_nodes_address,
          .body = "40000708 00000000 00000000"};
}
Crafted neighbor_solicitation() {
  return {.type = Icmpv6Type::neighbor_solicitation,
          .source = ip("fe80::1"),
          .destination = ip("ff02::1:ff00:2"),
          .body = "00000000" + target};
}
Crafted neighbor_advertisement() {
  return {.type = Icmpv6Type::neighbor_advertisement,
          .source = ip("fe80::2"),
          .destination = ip("fe80::1"),
          .body = "60000000" + target};
}
Crafted redirect() {
  return {.type = Icmpv6Type::redirect,
          .source = ip("fe80::1"),
          .destination = ip("fe80::2"),
          .body = "00000000 fe800000000000000000000000000099 20010db8000000000000000000000009"};
}

struct Message {
  std::string_view name;
  Crafted (*make)();
};
constexpr Message messages[] = {{"RouterSolicitation", router_solicitation},
                                {"RouterAdvertisement", router_advertisement},
                                {"NeighborSolicitation", neighbor_solicitation},
                                {"NeighborAdvertisement", neighbor_advertisement},
                                {"Redirect", redirect}};

struct Rule {
  std::string_view name;
  void (*break_it)(Crafted&);
  std::optional<DecodeError> refused;
};
constexpr Rule common_rules[] = {
    {"AcceptedAsItIs", [](Crafted&) {}, std::nullopt},
    {"AcceptedWithLinkLayerAddress", [](Crafted& m) { m.body += source_option; }, std::nullopt},
    {"AcceptedWithUnknownOption", [](Crafted& m) { m.body += "c801 000000000000"; }, std::nullopt},
    {"HopLimit254", [](Crafted& m) { m.hop_limit = 254; }, DecodeError::bad_hop_limit},
    {"HopLimit0", [](Crafted& m) { m.hop_limit = 0; }, DecodeError::bad_hop_limit},
    {"Checksum", [](Crafted& m) { m.checksum_error = 0x0100; }, DecodeError::bad_checksum},
    {"Code1", [](Crafted& m) { m.code = 1; }, DecodeError::bad_code},
    {"OneOctetShort", [](Crafted& m) { m.body.resize(m.body.size() - 2); }, DecodeError::truncated},
    {"NoBody", [](Crafted& m) { m.body.clear(); }, DecodeError::truncated},
    {"OptionOfLengthZero", [](Crafted& m) { m.body += "c800 000000000000"; }, DecodeError::bad_option_length},
    {"OptionPastTheEnd", [](Crafted& m) { m.body += "c802 000000000000"; }, DecodeError::bad_option_length},
    {"HalfAnOptionHeader", [](Crafted& m) { m.body += "c8"; }, DecodeError::bad_option_length},
    {"LinkLayerAddressOfLength2", [](Crafted& m) { m.body += "0102 0200000000010000000000000000"; },
     DecodeError::bad_option_length},
    {"MulticastSource", [](Crafted& m) { m.source = all_nodes_address; }, DecodeError::bad_source},
    {"FirstFragment", [](Crafted& m) { m.fragment_header = "3a00 0001 00000007"; }, DecodeError::fragmented},
    {"LaterFragment", [](Crafted& m) { m.fragment_header = "3a00 0008 00000007"; }, DecodeError::fragmented},
    {"AtomicFragment", [](Crafted& m) { m.fragment_header = "3a00 0000 00000007"; }, DecodeError::fragmented},
};

class NdpReceiver : public testing::TestWithParam<std::tuple<Message, Rule>> {};

TEST_P(NdpReceiver, Judges) {
  const auto& [message, rule] = GetParam();
  Crafted crafted = message.make();
  rule.break_it(crafted);
  EXPECT_EQ(refusal(crafted), rule.refused);
}

INSTANTIATE_TEST_SUITE_P(EveryMessage, NdpReceiver,
                         testing::Combine(testing::ValuesIn(messages), testing::ValuesIn(common_rules)),
                         [](const auto& row) {
                           return std::string{std::get<0>(row.param).name} + std::string{std::get<1>(row.param).name};
                         });

struct OwnRule {
  std::string_view name;
  Crafted (*make)();
  void (*break_it)(Crafted&);
  std::optional<DecodeError> refused;
};

void unspecified(Crafted& m) { m.source = {}; }

constexpr OwnRule own_rules[] = {
    {"SolicitationOfAGroup", neighbor_solicitation, [](Crafted& m) { m.body = "00000000" + group; },
     DecodeError::bad_target},
    {"DadToTheSolicitedNodeGroup", neighbor_solicitation, unspecified, std::nullopt},
    {"DadToAllNodes", neighbor_solicitation,
     [](Crafted& m) {
       unspecified(m);
       m.destination = all_nodes_address;
     },
     DecodeError::bad_destination},
    {"DadToUnicast", neighbor_solicitation,
     [](Crafted& m) {
       unspecified(m);
       m.destination = ip("fe80::2");
     },
     DecodeError::bad_destination},
    {"DadWithSourceLinkLayerAddress", neighbor_solicitation,
     [](Crafted& m) {
       unspecified(m);
       m.body += source_option;
     },
     DecodeError::unexpected_option},
    {"DadWithNonce", neighbor_solicitation,
     [](Crafted& m) {
       unspecified(m);
       m.body += "0e01 010203040506";
     },
     std::nullopt},
    {"UnicastSolicitation", neighbor_solicitation, [](Crafted& m) { m.destination = ip("fe80::2"); }, std::nullopt},
    {"AdvertisementOfAGroup", neighbor_advertisement, [](Crafted& m) { m.body = "60000000" + group; },
     DecodeError::bad_target},
    {"SolicitedAdvertisementToAGroup", neighbor_advertisement, [](Crafted& m) { m.destination = all_nodes_address; },
     DecodeError::bad_flags},
    {"UnsolicitedAdvertisementToAGroup", neighbor_advertisement,
     [](Crafted& m) {
       m.destination = all_nodes_address;
       m.body = "20000000" + target;
     },
     std::nullopt},
    {"RouterSolicitationFromUnspecified", router_solicitation, unspecified, std::nullopt},
    {"RouterSolicitationFromUnspecifiedWithSourceLinkLayerAddress", router_solicitation,
     [](Crafted& m) {
       unspecified(m);
       m.body += source_option;
     },
     DecodeError::unexpected_option},
    {"RouterAdvertisementFromGlobalSource", router_advertisement, [](Crafted& m) { m.source = ip("2001:db8::1"); },
     DecodeError::bad_source},
    {"RouterAdvertisementFromUnspecified", router_advertisement, unspecified, DecodeError::bad_source},
    {"RedirectFromGlobalSource", redirect, [](Crafted& m) { m.source = ip("2001:db8::1"); }, DecodeError::bad_source},
    {"RedirectOfAGroup", redirect, [](Crafted& m) { m.body = "00000000" + target + group; },
     DecodeError::bad_destination},
    {"RedirectToTheDestinationItself", redirect,
     [](Crafted& m) { m.body = "00000000 20010db8000000000000000000000009 20010db8000000000000000000000009"; },
     std::nullopt},
    {"RedirectToAnotherGlobalAddress", redirect,
     [](Crafted& m) { m.body = "00000000 20010db8000000000000000000000008 20010db8000000000000000000000009"; },
     DecodeError::bad_target},
    {"RedirectToAGroup", redirect, [](Crafted& m) { m.body = "00000000" + group + "20010db8000000000000000000000009"; },
     DecodeError::bad_target},
};

class NdpReceiverOwnRules : public testing::TestWithParam<OwnRule> {};

TEST_P(NdpReceiverOwnRules, Judges) {
  Crafted crafted = GetParam().make();
  GetParam().break_it(crafted);
  EXPECT_EQ(refusal(crafted), GetParam().refused);
}

INSTANTIATE_TEST_SUITE_P(EachMessage, NdpReceiverOwnRules, testing::ValuesIn(own_rules),
                         [](const auto& row) { return std::string{row.param.name}; });

Crafted echo_request() {
  return {.type = Icmpv6Type::echo_request,
          .source = ip("2001:db8::1"),
          .destination = ip("2001:db8::2"),
          .body = "00070001 6f6e6c696e6b",
          .hop_limit = 64};
}

TEST(EchoReceiver, HasItsOwnRules) {
  EXPECT_EQ(refusal(echo_request()), std::nullopt) << "any hop limit";
  Crafted odd = echo_request();
  odd.body += "ff";
  EXPECT_EQ(refusal(odd), std::nullopt) << "an odd length is padded for the checksum only";
  Crafted atomic = echo_request();
  atomic.fragment_header = "3a00 0000 00000007";
  EXPECT_EQ(refusal(atomic), std::nullopt) << "a whole packet with a fragment header is whole";
  Crafted first = echo_request();
  first.fragment_header = "3a00 0001 00000007";
  EXPECT_EQ(refusal(first), DecodeError::fragmented);
  Crafted cut = echo_request();
  cut.body = "000700";
  EXPECT_EQ(refusal(cut), DecodeError::truncated);
  Crafted damaged = echo_request();
  damaged.checksum_error = 1;
  EXPECT_EQ(refusal(damaged), DecodeError::bad_checksum);
  Crafted from_group = echo_request();
  from_group.source = all_nodes_address;
  EXPECT_EQ(refusal(from_group), DecodeError::bad_source);
}

}  // namespace
}  // namespace onlink
