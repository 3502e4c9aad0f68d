// SPDX-License-Identifier: Apache-2.0
// The Neighbor Discovery forms, written octet by octet: scripts need messages that no encoder of ours would make.
#include <algorithm>

#include "onlink/base/text.hpp"
#include "onlink/wire/checksum.hpp"
#include "onlink/wire/icmpv6.hpp"
#include "tests/nud/byte_sink.hpp"
#include "tests/nud/scenario.hpp"
#include "tests/nud/script_frames.hpp"

namespace onlink::differential {
namespace {

constexpr Ipv6Address host_address{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
constexpr Ipv6Address peer_address{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}};

// A message behind its checksum, and where it goes when the script does not say.
struct Message {
  Icmpv6Type type{};
  std::vector<std::byte> body{};
  std::vector<std::byte> options{};
  Ipv6Address source{};
  Ipv6Address destination{};
  MacAddress from = peer_mac;
};

void put_link_layer(Message& message, std::uint8_t type, const std::optional<MacAddress>& mac) {
  if (!mac) return;
  ByteSink option;
  option.put(type).put(std::uint8_t{1}).put(mac->octets);
  message.options.insert(message.options.end(), option.bytes().begin(), option.bytes().end());
  message.from = *mac;
}

Message advertisement(FrameFields& fields) {
  Message message{.type = Icmpv6Type::neighbor_advertisement};
  const Ipv6Address target = fields.ipv6("target", peer_address);
  const bool router = fields.flag("r", false);
  const bool solicited = fields.flag("s", true);
  const bool overrides = fields.flag("o", true);
  ByteSink body;
  body.put((router ? 0x8000'0000U : 0U) | (solicited ? 0x4000'0000U : 0U) | (overrides ? 0x2000'0000U : 0U));
  message.body = std::move(body.put(target.octets).bytes());
  put_link_layer(message, 2, fields.option("tlla", peer_mac));
  message.source = fields.ipv6("src", target);
  message.destination = fields.ipv6("dst", solicited ? host_address : all_nodes_address);
  return message;
}

Message solicitation(FrameFields& fields) {
  Message message{.type = Icmpv6Type::neighbor_solicitation};
  const Ipv6Address target = fields.ipv6("target", host_address);
  ByteSink body;
  message.body = std::move(body.zeros(4).put(target.octets).bytes());
  message.source = fields.ipv6("src", peer_address);
  message.destination = fields.ipv6("dst", solicited_node_address(target));
  const bool probe = message.source == Ipv6Address{};
  put_link_layer(message, 1, fields.option("slla", probe ? std::nullopt : std::optional{peer_mac}));
  if (const auto nonce = fields.hex("nonce"); !nonce.empty()) {
    ByteSink option;
    option.put(std::uint8_t{14}).put(static_cast<std::uint8_t>((nonce.size() + 9) / 8)).put(nonce);
    option.zeros((8 - option.bytes().size() % 8) % 8);
    message.options.insert(message.options.end(), option.bytes().begin(), option.bytes().end());
  }
  return message;
}

Message router_solicitation(FrameFields& fields) {
  Message message{.type = Icmpv6Type::router_solicitation, .body = std::vector<std::byte>(4)};
  message.source = fields.ipv6("src", link_local_address(peer_mac));
  message.destination = fields.ipv6("dst", all_routers_address);
  put_link_layer(message, 1, fields.option("slla", peer_mac));
  return message;
}

std::uint8_t preference(FrameFields& fields) {
  const Word* word = fields.find("prf");
  if (word == nullptr || word->text == "medium") return 0;
  if (word->text == "high") return 0x08;
  if (word->text != "low") fields.cursor().fail(*word, "high, medium or low");
  return 0x18;
}

void put_prefix(FrameFields& fields, ByteSink& options) {
  const Word* word = fields.find("prefix");
  const Prefix prefix = word == nullptr ? Prefix{Ipv6Address{}, 0} : fields.cursor().prefix(*word);
  if (prefix.address.is_ipv4()) fields.cursor().fail(*word, "an IPv6 network");
  const bool on_link = fields.flag("l", true);
  const bool autonomous = fields.flag("a", false);
  const std::uint32_t valid = fields.number("valid", 3600, 0xffff'ffff);
  const std::uint32_t preferred = fields.number("preferred", 1800, 0xffff'ffff);
  if (word == nullptr || prefix.address.is_ipv4()) return;
  options.put(std::uint8_t{3}).put(std::uint8_t{4}).put(prefix.length);
  options.put(static_cast<std::uint8_t>((on_link ? 0x80 : 0) | (autonomous ? 0x40 : 0)));
  options.put(valid).put(preferred).zeros(4).put(prefix.address.octets());
}

Message router_advertisement(FrameFields& fields) {
  Message message{.type = Icmpv6Type::router_advertisement};
  const bool managed = fields.flag("m", false);
  const bool other = fields.flag("o", false);
  ByteSink body;
  body.put(static_cast<std::uint8_t>(fields.number("hops", 64, 255)));
  body.put(static_cast<std::uint8_t>((managed ? 0x80 : 0) | (other ? 0x40 : 0) | preference(fields)));
  body.put(static_cast<std::uint16_t>(fields.number("lifetime", 1800, 0xffff)));
  body.put(fields.number("reachable", 0, 0xffff'ffff)).put(fields.number("retrans", 0, 0xffff'ffff));
  message.body = std::move(body.bytes());
  message.source = fields.ipv6("src", link_local_address(peer_mac));
  message.destination = fields.ipv6("dst", all_nodes_address);
  put_link_layer(message, 1, fields.option("slla", peer_mac));
  ByteSink options;
  if (const std::uint32_t mtu = fields.number("mtu", 0, 0xffff'ffff); mtu != 0) {
    options.put(std::uint8_t{5}).put(std::uint8_t{1}).zeros(2).put(mtu);
  }
  put_prefix(fields, options);
  message.options.insert(message.options.end(), options.bytes().begin(), options.bytes().end());
  return message;
}

Message redirect(FrameFields& fields) {
  Message message{.type = Icmpv6Type::redirect};
  const Ipv6Address target = fields.ipv6("target", peer_address);
  ByteSink body;
  message.body = std::move(body.zeros(4).put(target.octets).put(fields.ipv6("destination", target).octets).bytes());
  message.source = fields.ipv6("src", link_local_address(peer_mac));
  message.destination = fields.ipv6("dst", host_address);
  put_link_layer(message, 2, fields.option("tlla", peer_mac));
  message.from = peer_mac;
  return message;
}

std::vector<std::byte> icmpv6_packet(FrameFields& fields, const Message& message) {
  ByteSink icmp;
  icmp.put(static_cast<std::uint8_t>(message.type)).put(static_cast<std::uint8_t>(fields.number("code", 0, 255)));
  icmp.zeros(2).put(message.body).put(fields.hex("before")).put(message.options).put(fields.hex("after"));
  std::uint16_t sum = ipv6_checksum(message.source, message.destination, IpProtocol::icmpv6, icmp.bytes());
  if (const Word* word = fields.find("checksum"); word != nullptr) {
    const auto given = word->text == "bad" ? std::optional<std::uint32_t>{sum ^ 0x5555U} : parse_hex(word->text, 4);
    if (!given) fields.cursor().fail(*word, "bad, or four hexadecimal digits");
    sum = static_cast<std::uint16_t>(given.value_or(0));
  }
  store_be<std::uint16_t>(sum, MutableBytes{icmp.bytes()}.subspan<2, 2>());
  std::vector<std::byte> packet(ipv6_header_size);
  Writer out{packet};
  encode(Ipv6Header{.hop_limit = static_cast<std::uint8_t>(fields.number("hop", 255, 255)),
                    .source = message.source,
                    .destination = message.destination},
         icmp.bytes().size(), out);
  packet.insert(packet.end(), icmp.bytes().begin(), icmp.bytes().end());
  return packet;
}

Message message_of(FrameFields& fields, std::string_view form) {
  if (form == "na") return advertisement(fields);
  if (form == "ns") return solicitation(fields);
  if (form == "rs") return router_solicitation(fields);
  if (form == "ra") return router_advertisement(fields);
  return redirect(fields);
}

}  // namespace

std::vector<std::byte> parse_icmpv6_frame(FrameFields& fields, std::string_view form) {
  const Message message = message_of(fields, form);
  const bool group = IpAddress{message.destination}.is_multicast();
  const FrameEnvelope envelope{
      .source = fields.mac("eth_src", message.from),
      .destination = fields.mac("eth_dst", group ? multicast_mac(message.destination) : host_mac),
      .type = 0x86dd};
  return envelop(fields, envelope, icmpv6_packet(fields, message));
}

}  // namespace onlink::differential
