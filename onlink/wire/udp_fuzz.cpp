// SPDX-License-Identifier: Apache-2.0
// A UDP message over IPv4 and over IPv6, as it is and once more with the checksum mended.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "onlink/wire/checksum.hpp"
#include "tests/support/codec_laws.hpp"
#include "tests/support/wire_codecs.hpp"

namespace {

using namespace onlink;

// `sum` is over the pseudo-header and the message.
template <class Codec, class Sum>
void try_mended(const std::uint8_t* data, std::size_t size, Sum sum) {
  test::require_laws<Codec>(data, size);
  std::vector<std::uint8_t> mended(data, data + size);
  const MutableBytes bytes = std::as_writable_bytes(std::span{mended});
  if (size < udp_header_size) return;
  const std::size_t length = load_be<std::uint16_t>(Bytes{bytes}.subspan(4).first<2>());
  if (length > size) return;
  const auto field = bytes.subspan(6).first<2>();
  store_be<std::uint16_t>(0, field);
  store_be<std::uint16_t>(sum(bytes.first(length)), field);
  test::require_laws<Codec>(mended.data(), mended.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using V4 = test::UdpIpv4Codec;
  using V6 = test::UdpIpv6Codec;
  try_mended<V4>(data, size,
                 [](Bytes message) { return ipv4_checksum(V4::source, V4::destination, IpProtocol::udp, message); });
  try_mended<V6>(data, size,
                 [](Bytes message) { return ipv6_checksum(V6::source, V6::destination, IpProtocol::udp, message); });
  return 0;
}
