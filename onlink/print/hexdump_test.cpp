// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/hexdump.hpp"

#include <gtest/gtest.h>

#include <array>

namespace onlink::inline v0 {
namespace {

template <class... T>
std::array<std::byte, sizeof...(T)> octets(T... value) {
  return {static_cast<std::byte>(value)...};
}

// The request of the textbook, which prints each byte as "%02X " and 16 a line.
TEST(Hexdump, PlainFormIsPrintfsPercent02XWith16ALine) {
  const auto frame = octets(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xf0, 0x18, 0x98, 0x1c, 0x08, 0x75, 0x08, 0x06, 0x00,
                            0x01, 0x08, 0x00);
  EXPECT_EQ(hexdump(frame), "FF FF FF FF FF FF F0 18 98 1C 08 75 08 06 00 01 \n08 00 \n");
}

TEST(Hexdump, OffsetFormNumbersItsLines) {
  const auto frame = octets(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0xc0);
  EXPECT_EQ(hexdump(frame, HexdumpStyle::offsets),
            "0000   00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n0010   c0\n");
}

TEST(Hexdump, NoBytesAreNoLines) { EXPECT_EQ(hexdump({}), ""); }

}  // namespace
}  // namespace onlink::inline v0
