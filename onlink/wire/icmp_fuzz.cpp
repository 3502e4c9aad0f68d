// SPDX-License-Identifier: Apache-2.0
// An IPv4 packet's payload as an ICMP message, as it is and once more with the checksum mended.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "onlink/wire/checksum.hpp"
#include "tests/support/codec_laws.hpp"
#include "tests/support/wire_codecs.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onlink;
  test::require_laws<test::IcmpCodec>(data, size);
  std::vector<std::uint8_t> mended(data, data + size);
  if (size < 4) return 0;
  const MutableBytes bytes = std::as_writable_bytes(std::span{mended});
  const auto field = bytes.subspan(2).first<2>();
  store_be<std::uint16_t>(0, field);
  store_be(InternetChecksum{}.add(bytes).value(), field);
  test::require_laws<test::IcmpCodec>(mended.data(), mended.size());
  return 0;
}
