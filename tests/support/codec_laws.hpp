// SPDX-License-Identifier: Apache-2.0
// The laws that hold for every codec, checked in one place for the unit tests and the fuzzers. A codec is described by
//
//   struct Codec {
//     using Value = ...;                                               // comparable
//     static std::expected<Value, DecodeError> decode(Bytes);
//     static void encode(const Value&, Writer&);
//     static std::size_t covered(const Value&, Bytes);                 // octets of the input that the value stands for
//     static std::optional<std::size_t> checksum_at(const Value&);     // where an Internet checksum stands, if any
//   };
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "onlink/base/bytes.hpp"
#include "tests/support/hex.hpp"

namespace onlink::inline v0::test {

// 0xffff and 0x0000 both make an Internet checksum hold; encoders write 0x0000.
[[nodiscard]] inline std::vector<std::byte> with_usual_checksum(Bytes bytes, std::optional<std::size_t> at) {
  std::vector<std::byte> copy(bytes.begin(), bytes.end());
  if (at && load_be<std::uint16_t>(Bytes{copy}.subspan(*at).first<2>()) == 0xffff) {
    copy[*at] = copy[*at + 1] = std::byte{0};
  }
  return copy;
}

// What law `bytes` breaks, in words; empty when they hold (also when the bytes are refused). Works on copies of the
// exact size, so that a sanitizer sees a read or write past the end.
template <class Codec>
[[nodiscard]] std::string broken_law(Bytes bytes) {
  const std::vector<std::byte> input(bytes.begin(), bytes.end());
  const auto value = Codec::decode(input);
  if (!value) return {};
  const std::size_t covered = Codec::covered(*value, input);
  if (covered > input.size()) return "the value stands for more octets than there are";
  std::vector<std::byte> memory(covered);
  Writer out{memory};
  Codec::encode(*value, out);
  if (!out.ok() || out.size() != covered) return "encode() does not write as many octets as were decoded";
  const auto at = Codec::checksum_at(*value);
  const auto wanted = with_usual_checksum(Bytes{input}.first(covered), at);
  if (memory != wanted) return "encode(decode(b)) != b:\n  " + to_hex(wanted) + "\n  " + to_hex(memory);
  const auto again = Codec::decode(memory);
  if (!again) return "decode() refuses what encode() wrote: " + to_hex(memory);
  const bool rewritten = !same_bytes(memory, Bytes{input}.first(covered));  // the checksum, and with it the packet
  if (!rewritten && !(*again == *value)) return "decode(encode(x)) != x: " + to_hex(memory);
  return {};
}

// The shortest that is accepted of the proper prefixes of `bytes`, as exact-sized copies; none: all are refused.
template <class Codec>
[[nodiscard]] std::optional<std::size_t> accepted_truncation(Bytes bytes) {
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::vector<std::byte> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    if (Codec::decode(cut)) return size;
  }
  return std::nullopt;
}

// A codec that writes less room than it needs must say so and stay inside.
template <class Codec>
[[nodiscard]] bool notices_want_of_room(Bytes bytes) {
  const auto value = Codec::decode(bytes);
  if (!value) return false;
  for (std::size_t size = 0; size < Codec::covered(*value, bytes); ++size) {
    std::vector<std::byte> memory(size);
    Writer out{memory};
    Codec::encode(*value, out);
    if (out.ok()) return false;
  }
  return true;
}

// For fuzzers: what does not hold ends the program.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

template <class Codec>
void require_laws(const std::uint8_t* data, std::size_t size) {
  const std::string broken = broken_law<Codec>(std::as_bytes(std::span{data, size}));
  require(broken.empty(), broken.c_str());
}

}  // namespace onlink::inline v0::test
