// SPDX-License-Identifier: Apache-2.0
#include "onlink/link/checksum_restore.hpp"

#include <optional>

#include "onlink/wire/checksum.hpp"
#include "onlink/wire/ethernet.hpp"
#include "onlink/wire/ipv4.hpp"
#include "onlink/wire/ipv6.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::size_t udp_checksum_at = 6;
constexpr std::size_t tcp_checksum_at = 16;

struct Segment {
  Bytes bytes;
  IpProtocol protocol = IpProtocol::no_next_header;
};

std::optional<Segment> segment_of(Bytes frame) noexcept {
  const auto ethernet = decode_ethernet(frame);
  if (!ethernet) return std::nullopt;
  if (ethernet->header.type == EtherType::ipv4) {
    const auto ip = decode_ipv4(ethernet->payload);
    if (!ip || ip->header.more_fragments || ip->header.fragment_offset != 0) return std::nullopt;
    return Segment{ip->payload, ip->header.protocol};
  }
  if (ethernet->header.type != EtherType::ipv6) return std::nullopt;
  const auto ip = decode_ipv6(ethernet->payload);
  if (!ip || ip->fragmented) return std::nullopt;
  return Segment{ip->upper, ip->upper_protocol};
}

}  // namespace

void complete_checksum(MutableBytes frame) noexcept {
  const auto segment = segment_of(frame);
  if (!segment || (segment->protocol != IpProtocol::udp && segment->protocol != IpProtocol::tcp)) return;
  const bool udp = segment->protocol == IpProtocol::udp;
  const std::size_t at = udp ? udp_checksum_at : tcp_checksum_at;
  if (segment->bytes.size() < at + 2) return;
  const std::uint16_t sum = InternetChecksum{}.add(segment->bytes).value();
  const auto offset = static_cast<std::size_t>(segment->bytes.data() - frame.data());
  store_be<std::uint16_t>(udp && sum == 0 ? 0xffff : sum, frame.subspan(offset + at).first<2>());
}

}  // namespace onlink::inline v0
