// SPDX-License-Identifier: Apache-2.0
// An IPv6 packet with an ICMPv6 message: whatever is accepted comes out of the encoder as it went in. A random checksum
// almost never holds, so the message is tried as it is and once more with the checksum mended.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "onlink/wire/checksum.hpp"
#include "tests/support/codec_laws.hpp"
#include "tests/support/wire_codecs.hpp"

namespace {

using namespace onlink;

void mend_checksum(std::vector<std::uint8_t>& data) {
  const MutableBytes bytes = std::as_writable_bytes(std::span{data});
  const auto packet = decode_ipv6(bytes);
  if (!packet || packet->upper.size() < 4) return;
  const auto at = static_cast<std::size_t>(packet->upper.data() - bytes.data());
  const auto field = bytes.subspan(at + 2).first<2>();
  store_be<std::uint16_t>(0, field);
  store_be(ipv6_checksum(packet->header.source, packet->final_destination, IpProtocol::icmpv6, packet->upper), field);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test::require_laws<test::Icmpv6Codec>(data, size);
  std::vector<std::uint8_t> mended(data, data + size);
  mend_checksum(mended);
  test::require_laws<test::Icmpv6Codec>(mended.data(), mended.size());
  return 0;
}
