// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/checksum.hpp"

#include <utility>

namespace onlink::inline v0 {

std::uint16_t ipv4_checksum(Ipv4Address source, Ipv4Address destination, IpProtocol protocol, Bytes message) noexcept {
  return InternetChecksum{}
      .add(source.value)
      .add(destination.value)
      .add(std::to_underlying(protocol))
      .add(static_cast<std::uint32_t>(message.size()))
      .add(message)
      .value();
}

std::uint16_t ipv6_checksum(const Ipv6Address& source, const Ipv6Address& destination, IpProtocol next_header,
                            Bytes message) noexcept {
  return InternetChecksum{}
      .add(std::as_bytes(std::span{source.octets}))
      .add(std::as_bytes(std::span{destination.octets}))
      .add(static_cast<std::uint32_t>(message.size()))
      .add(std::to_underlying(next_header))
      .add(message)
      .value();
}

}  // namespace onlink::inline v0
