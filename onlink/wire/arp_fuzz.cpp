// SPDX-License-Identifier: Apache-2.0
// An ARP message in both forms: whatever is accepted comes out of the encoder as it went in, and what the strict form
// accepts the variable form reads the same.
#include <array>
#include <cstddef>
#include <cstdint>

#include "tests/support/codec_laws.hpp"
#include "tests/support/wire_codecs.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onlink;
  test::require_laws<test::ArpMessageCodec>(data, size);
  test::require_laws<test::ArpPacketCodec>(data, size);
  const Bytes bytes = std::as_bytes(std::span{data, size});
  const auto packet = decode_arp(bytes);
  if (!packet) return 0;
  const auto message = decode_arp_message(bytes);
  test::require(message && message->size() == arp_packet_size, "the variable form reads what the strict form reads");
  std::array<std::byte, arp_packet_size> strict{};
  encode(*packet, strict);
  std::array<std::byte, arp_packet_size> variable{};
  Writer out{variable};
  encode(*message, out);
  test::require(strict == variable, "both forms write the same");
  return 0;
}
