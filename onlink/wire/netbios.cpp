// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/netbios.hpp"

#include <algorithm>
#include <string_view>

#include "onlink/wire/dns.hpp"

namespace onlink::inline v0 {
namespace {

constexpr auto nbstat = static_cast<DnsType>(0x21);  // not DNS's SRV, which has the same number

// "*" padded with zeros, each nibble as a letter from A on (RFC 1001 section 14.1).
constexpr std::string_view any_name = "CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

struct ResponseHeader {
  std::uint16_t id = 0;
  std::uint16_t flags = 0;
  std::uint16_t questions = 0;
  std::uint16_t answers = 0;
};

ResponseHeader read_header(Reader& in) noexcept {
  ResponseHeader header{.id = in.u16(), .flags = in.u16(), .questions = in.u16(), .answers = in.u16()};
  in.skip(4);
  return header;
}

// The answer's name is one encoded label, perhaps with a scope behind it, or a pointer to a question that came back.
void skip_name(Reader& in) noexcept {
  for (std::uint8_t length = in.u8(); length != 0 && in.ok(); length = in.u8()) {
    if (length >= 0xc0) return in.skip(1);
    in.skip(length);
  }
}

NetbiosName read_name(Reader& in) noexcept {
  NetbiosName name{.octets = in.octets<15>()};
  name.suffix = static_cast<NetbiosSuffix>(in.u8());
  name.flags = in.u16();
  return name;
}

}  // namespace

std::string to_string(const NetbiosName& name) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::size_t size = name.octets.size();
  while (size > 0 && (name.octets[size - 1] == ' ' || name.octets[size - 1] == 0)) --size;
  std::string out;
  for (const std::uint8_t octet : std::span{name.octets}.first(size)) {
    if (octet >= 0x20 && octet < 0x7f && octet != '\\') {
      out += static_cast<char>(octet);
    } else {
      out += {'\\', 'x', hex[octet >> 4], hex[octet & 0x0f]};
    }
  }
  return out;
}

void encode_node_status_request(std::uint16_t id, std::span<std::byte, node_status_request_size> out) noexcept {
  DnsQuestion question;
  question.type = nbstat;
  question.name.append(any_name);
  DnsWriter writer{{.id = id}, out};
  writer.question(question);
}

std::expected<std::uint16_t, DecodeError> decode_node_status_request(Bytes bytes) noexcept {
  const auto message = DnsMessage::decode(bytes);
  if (!message) return std::unexpected(message.error());
  if (message->header().response || message->questions().size() != 1 || !message->answers().empty()) {
    return std::unexpected(DecodeError::malformed);
  }
  const DnsQuestion question = *message->questions().begin();
  if (question.type != nbstat || question.question_class != DnsClass::internet ||
      question.name.octet(0) != any_name.size()) {
    return std::unexpected(DecodeError::malformed);
  }
  return message->header().id;
}

// Not through DnsMessage: type 33 is SRV there, and devices are known to get the length of the statistics wrong.
std::expected<NodeStatus, DecodeError> NodeStatus::decode(Bytes message) noexcept {
  Reader in{message};
  const ResponseHeader header = read_header(in);
  if (!in.ok()) return std::unexpected(DecodeError::truncated);
  const bool positive_response = (header.flags & 0xf80f) == 0x8000;
  if (!positive_response || header.questions > 1 || header.answers != 1) return std::unexpected(DecodeError::malformed);
  if (header.questions == 1) {
    skip_name(in);
    in.skip(4);
  }
  skip_name(in);
  const auto type = static_cast<DnsType>(in.u16());
  const auto record_class = static_cast<DnsClass>(in.u16());
  in.skip(4);
  const std::size_t length = in.u16();
  const std::size_t count = in.u8();
  if (!in.ok()) return std::unexpected(DecodeError::truncated);
  if (type != nbstat || record_class != DnsClass::internet) return std::unexpected(DecodeError::malformed);
  if (length < 1 + count * name_size) return std::unexpected(DecodeError::bad_length);
  NodeStatus status;
  status.id_ = header.id;
  status.names_ = in.bytes(count * name_size);
  if (!in.ok()) return std::unexpected(DecodeError::truncated);
  const bool has_unit_id = length >= 1 + count * name_size + 6;
  const MacAddress unit_id{in.octets<6>()};
  if (has_unit_id && in.ok()) status.unit_id_ = unit_id;
  return status;
}

NetbiosName NodeStatus::operator[](std::size_t index) const noexcept {
  Reader in{names_.subspan(index * name_size, name_size)};
  return read_name(in);
}

std::optional<NetbiosName> NodeStatus::computer_name() const noexcept {
  for (const NetbiosSuffix wanted : {NetbiosSuffix::workstation, NetbiosSuffix::file_server}) {
    for (std::size_t i = 0; i < size(); ++i) {
      const NetbiosName name = (*this)[i];
      if (name.suffix == wanted && !name.is_group() && name.is_active()) return name;
    }
  }
  return std::nullopt;
}

std::optional<NetbiosName> NodeStatus::workgroup() const noexcept {
  for (std::size_t i = 0; i < size(); ++i) {
    const NetbiosName name = (*this)[i];
    if (name.suffix == NetbiosSuffix::workstation && name.is_group()) return name;
  }
  return std::nullopt;
}

}  // namespace onlink::inline v0
