// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/script_frames.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "onlink/base/text.hpp"
#include "onlink/wire/checksum.hpp"
#include "onlink/wire/ipv4.hpp"
#include "onlink/wire/ipv6.hpp"
#include "tests/nud/byte_sink.hpp"
#include "tests/nud/scenario.hpp"

namespace onlink::differential {

FrameFields::FrameFields(ScriptCursor& cursor, std::string_view form) : cursor_(cursor), form_(form) {
  if (!cursor.accept("(")) cursor.fail(cursor.peek(), "'(' and the frame's fields");
  while (cursor.ok() && !cursor.accept(")")) {
    const Word word = cursor.word("a field, NAME=VALUE, or ')'");
    const std::size_t equals = word.text.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      cursor.fail(word, "a field, NAME=VALUE, or ')'");
      break;
    }
    const Word value{word.text.substr(equals + 1), word.column + static_cast<std::uint32_t>(equals + 1)};
    fields_.push_back({{word.text.substr(0, equals), word.column}, value});
  }
}

const Word* FrameFields::find(std::string_view name) {
  if (!known_.empty()) known_ += ' ';
  known_ += name;
  const auto found = std::ranges::find_if(fields_, [&](const Field& f) { return f.name.text == name && !f.used; });
  if (found == fields_.end()) return nullptr;
  found->used = true;
  return &found->value;
}

MacAddress FrameFields::mac(std::string_view name, const MacAddress& otherwise) {
  const Word* value = find(name);
  return value == nullptr ? otherwise : cursor_.mac(*value);
}

std::optional<MacAddress> FrameFields::option(std::string_view name, std::optional<MacAddress> otherwise) {
  const Word* value = find(name);
  if (value == nullptr) return otherwise;
  if (value->text == "none") return std::nullopt;
  return cursor_.mac(*value);
}

Ipv4Address FrameFields::ipv4(std::string_view name, Ipv4Address otherwise) {
  const Word* value = find(name);
  if (value == nullptr) return otherwise;
  const auto parsed = parse_ipv4(value->text);
  if (!parsed) cursor_.fail(*value, "an IPv4 address");
  return parsed.value_or(Ipv4Address{});
}

Ipv6Address FrameFields::ipv6(std::string_view name, const Ipv6Address& otherwise) {
  const Word* value = find(name);
  if (value == nullptr) return otherwise;
  const auto parsed = parse_ipv6(value->text);
  if (!parsed) cursor_.fail(*value, "an IPv6 address");
  return parsed.value_or(Ipv6Address{});
}

std::uint32_t FrameFields::number(std::string_view name, std::uint32_t otherwise, std::uint32_t max) {
  const Word* value = find(name);
  return value == nullptr ? otherwise : cursor_.number(*value, max);
}

std::vector<std::byte> FrameFields::hex(std::string_view name) {
  const Word* value = find(name);
  return value == nullptr ? std::vector<std::byte>{} : cursor_.hex(*value);
}

void FrameFields::finish() {
  for (const Field& field : fields_) {
    if (!field.used) cursor_.fail(field.name, fmt::format("a field of {}, each once: {}", form_, known_));
  }
}

namespace {

constexpr std::uint16_t arp_type = 0x0806;

void put_vlans(FrameFields& fields, ByteSink& out) {
  const Word* word = fields.find("vlan");
  if (word == nullptr) return;
  std::string_view rest = word->text;
  const bool stacked = rest.contains('.');
  for (bool outer = stacked; !rest.empty(); outer = false) {
    const Word id{take_until(rest, '.'), word->column};
    out.put(std::uint16_t{outer ? std::uint16_t{0x88a8} : std::uint16_t{0x8100}});
    out.put(static_cast<std::uint16_t>(fields.cursor().number(id, 4095, "a VLAN identifier")));
  }
}

std::uint16_t arp_operation(FrameFields& fields) {
  const Word* word = fields.find("op");
  if (word == nullptr || word->text == "request") return 1;
  if (word->text == "reply") return 2;
  return static_cast<std::uint16_t>(fields.cursor().number(*word, 0xffff, "request, reply or a number"));
}

std::uint16_t hex_number(FrameFields& fields, std::string_view name, std::uint16_t otherwise) {
  const Word* word = fields.find(name);
  if (word == nullptr) return otherwise;
  const auto parsed = parse_hex(word->text, 4);
  if (!parsed) fields.cursor().fail(*word, "up to four hexadecimal digits");
  return static_cast<std::uint16_t>(parsed.value_or(0));
}

std::vector<std::byte> arp_frame(FrameFields& fields) {
  const std::uint16_t operation = arp_operation(fields);
  const bool request = operation != 2;
  const MacAddress sha = fields.mac("sha", peer_mac);
  ByteSink arp;
  arp.put(static_cast<std::uint16_t>(fields.number("htype", 1, 0xffff))).put(hex_number(fields, "ptype", 0x0800));
  arp.put(static_cast<std::uint8_t>(fields.number("hlen", 6, 255)));
  arp.put(static_cast<std::uint8_t>(fields.number("plen", 4, 255))).put(operation);
  arp.put(sha.octets).put(fields.ipv4("spa", Ipv4Address::of(10, 0, 0, 2)).octets());
  arp.put(fields.mac("tha", request ? MacAddress{} : host_mac).octets);
  arp.put(fields.ipv4("tpa", Ipv4Address::of(10, 0, 0, 1)).octets());
  const FrameEnvelope envelope{.source = fields.mac("eth_src", sha),
                               .destination = fields.mac("eth_dst", request ? broadcast_mac : host_mac),
                               .type = hex_number(fields, "ethertype", arp_type),
                               .snap = fields.flag("snap", false)};
  return envelop(fields, envelope, arp.bytes());
}

std::vector<std::byte> udp_payload(FrameFields& fields) {
  const Word* text = fields.find("data");
  const std::string_view data = text == nullptr ? "x" : text->text;
  ByteSink udp;
  udp.put(static_cast<std::uint16_t>(fields.number("sport", 9, 0xffff)));
  udp.put(static_cast<std::uint16_t>(fields.number("dport", 9, 0xffff)));
  udp.put(static_cast<std::uint16_t>(8 + data.size())).put(std::uint16_t{0});
  udp.put(std::as_bytes(std::span{data}));
  return std::move(udp.bytes());
}

IpAddress ip_field(FrameFields& fields, std::string_view name, const IpAddress& otherwise) {
  const Word* word = fields.find(name);
  return word == nullptr ? otherwise : fields.cursor().ip(*word);
}

std::vector<std::byte> udp_frame(FrameFields& fields) {
  const IpAddress source = ip_field(fields, "src", Ipv4Address::of(10, 0, 0, 2));
  const IpAddress destination = ip_field(fields, "dst", Ipv4Address::of(10, 0, 0, 1));
  const FrameEnvelope envelope{.source = fields.mac("eth_src", peer_mac),
                               .destination = fields.mac("eth_dst", host_mac),
                               .type = static_cast<std::uint16_t>(source.is_ipv4() ? 0x0800 : 0x86dd)};
  std::vector<std::byte> udp = udp_payload(fields);
  std::vector<std::byte> packet(ipv6_header_size + udp.size());
  Writer out{packet};
  if (source.family() != destination.family()) {
    fields.cursor().fail({}, "src and dst of one family");
  } else if (source.is_ipv4()) {
    encode(Ipv4Header{.protocol = IpProtocol::udp, .source = source.ipv4(), .destination = destination.ipv4()},
           udp.size(), out);
  } else {
    const std::uint16_t sum = ipv6_checksum(source.ipv6(), destination.ipv6(), IpProtocol::udp, udp);
    store_be<std::uint16_t>(sum, MutableBytes{udp}.subspan<6, 2>());
    encode(Ipv6Header{.next_header = IpProtocol::udp,
                      .hop_limit = 64,
                      .source = source.ipv6(),
                      .destination = destination.ipv6()},
           udp.size(), out);
  }
  out.bytes(udp);
  packet.resize(out.size());
  return envelop(fields, envelope, packet);
}

std::vector<std::byte> parse_hex_frame(ScriptCursor& cursor) {
  std::vector<std::byte> frame;
  const Word first = cursor.peek();
  while (cursor.ok() && !cursor.at_end()) {
    const auto part = cursor.hex(cursor.word("octets"));
    frame.insert(frame.end(), part.begin(), part.end());
  }
  if (frame.size() < 14) cursor.fail(first, "a form, as arp(...), or at least 14 octets in hexadecimal");
  return frame;
}

}  // namespace

std::vector<std::byte> envelop(FrameFields& fields, const FrameEnvelope& envelope,
                               const std::vector<std::byte>& payload) {
  ByteSink frame;
  frame.put(envelope.destination.octets).put(envelope.source.octets);
  put_vlans(fields, frame);
  if (envelope.snap) {
    frame.put(static_cast<std::uint16_t>(payload.size() + 8)).put(std::uint32_t{0xaaaa0300}).put(std::uint16_t{0});
  }
  frame.put(envelope.type).put(payload).zeros(fields.number("pad", 0, 9000));
  const std::uint32_t left = fields.number("cut", 0xffff, 0xffff);
  if (left < frame.bytes().size()) frame.bytes().resize(left);
  return std::move(frame.bytes());
}

std::vector<std::byte> parse_frame(ScriptCursor& cursor) {
  constexpr std::string_view forms[]{"arp", "udp", "na", "ns", "rs", "ra", "redirect"};
  const std::string_view form = cursor.peek().text;
  if (std::ranges::find(forms, form) == std::end(forms)) return parse_hex_frame(cursor);
  cursor.word("a frame");
  FrameFields fields{cursor, form};
  std::vector<std::byte> frame = form == "arp"   ? arp_frame(fields)
                                 : form == "udp" ? udp_frame(fields)
                                                 : parse_icmpv6_frame(fields, form);
  fields.finish();
  return frame;
}

}  // namespace onlink::differential
