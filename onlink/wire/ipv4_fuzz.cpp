// SPDX-License-Identifier: Apache-2.0
// An IPv4 packet: whatever is accepted comes out of the encoder as it went in.
#include <cstddef>
#include <cstdint>

#include "tests/support/codec_laws.hpp"
#include "tests/support/wire_codecs.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  onlink::test::require_laws<onlink::test::Ipv4Codec>(data, size);
  return 0;
}
