// SPDX-License-Identifier: Apache-2.0
// The options of an NDP message: whatever is accepted comes out of the encoder as it went in.
#include <cstddef>
#include <cstdint>

#include "tests/support/codec_laws.hpp"
#include "tests/support/wire_codecs.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  onlink::test::require_laws<onlink::test::NdpOptionsCodec>(data, size);
  return 0;
}
