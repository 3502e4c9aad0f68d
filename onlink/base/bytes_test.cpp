// SPDX-License-Identifier: Apache-2.0
#include "onlink/base/bytes.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/hex.hpp"

namespace onlink {
namespace {

using test::from_hex;
using test::to_hex;

constexpr std::array<std::byte, 8> eight{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4},
                                         std::byte{5}, std::byte{6}, std::byte{7}, std::byte{0x88}};

static_assert(load_be<std::uint8_t>(Bytes{eight}.last<1>()) == 0x88);
static_assert(load_be<std::uint16_t>(Bytes{eight}.first<2>()) == 0x0102);
static_assert(load_be<std::uint32_t>(Bytes{eight}.subspan<2, 4>()) == 0x03040506);
static_assert(load_be<std::uint64_t>(Bytes{eight}.first<8>()) == 0x0102030405060788);

template <std::unsigned_integral T>
constexpr bool survives(T value) {
  std::array<std::byte, sizeof(T)> memory{};
  store_be<T>(value, memory);
  return load_be<T>(memory) == value && std::to_integer<T>(memory[0]) == static_cast<T>(value >> 8 * (sizeof(T) - 1));
}
static_assert(survives<std::uint8_t>(0xa1));
static_assert(survives<std::uint16_t>(0xa1b2));
static_assert(survives<std::uint32_t>(0xa1b2c3d4));
static_assert(survives<std::uint64_t>(0xa1b2c3d4e5f60718));

constexpr std::uint32_t read_at_compile_time() {
  Reader in{eight};
  in.skip(1);
  return in.u8() + std::uint32_t{in.u16()} + in.octets<2>()[1];
}
static_assert(read_at_compile_time() == 2 + 0x0304 + 6);

TEST(SameBytes, ComparesContent) {
  const auto a = from_hex("010203");
  const auto b = from_hex("010203");
  EXPECT_TRUE(same_bytes(a, b));
  EXPECT_TRUE(same_bytes({}, {}));
  EXPECT_FALSE(same_bytes(a, Bytes{b}.first(2)));
  EXPECT_FALSE(same_bytes(a, from_hex("010204")));
}

TEST(Reader, ReadsForward) {
  Reader in{eight};
  EXPECT_EQ(in.u8(), 1);
  EXPECT_EQ(in.u16(), 0x0203);
  EXPECT_EQ(in.remaining(), 5U);
  EXPECT_EQ(in.u32(), 0x04050607U);
  EXPECT_EQ(to_hex(in.rest()), "88");
  EXPECT_TRUE(in.ok());
  in.skip(1);
  EXPECT_TRUE(in.ok()) << "exactly at the end";
  EXPECT_EQ(in.remaining(), 0U);
}

TEST(Reader, PastTheEndIsZerosAndStaysSo) {
  Reader in{Bytes{eight}.first(3)};
  EXPECT_EQ(in.u16(), 0x0102);
  EXPECT_EQ(in.u32(), 0U);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.u8(), 0) << "the octet that was left is not given out of order";
  EXPECT_EQ(in.octets<2>(), (std::array<std::uint8_t, 2>{}));
  EXPECT_TRUE(in.bytes(0).empty());
  EXPECT_FALSE(in.ok());
}

TEST(Reader, HugeCountsDoNotWrap) {
  Reader in{eight};
  in.skip(1);
  EXPECT_TRUE(in.bytes(static_cast<std::size_t>(-1)).empty());
  EXPECT_FALSE(in.ok());
}

TEST(Reader, NothingFromNothingIsFine) {
  Reader in{{}};
  EXPECT_TRUE(in.bytes(0).empty());
  EXPECT_TRUE(in.ok());
  in.u8();
  EXPECT_FALSE(in.ok());
}

TEST(Writer, WritesForward) {
  std::array<std::byte, 12> memory{};
  Writer out{memory};
  out.u8(1);
  out.u16(0x0203);
  out.u32(0x04050607);
  out.octets(std::array<std::uint8_t, 2>{8, 9});
  out.bytes(from_hex("0a"));
  out.zeros(2);
  EXPECT_TRUE(out.ok());
  EXPECT_EQ(out.size(), 12U);
  EXPECT_EQ(to_hex(out.written()), "0102030405060708090a0000");
}

TEST(Writer, WhatDoesNotFitIsNotWrittenAndNothingAfterIt) {
  std::array<std::byte, 3> memory{};
  Writer out{memory};
  out.u16(0x0102);
  out.u16(0x0304);
  EXPECT_FALSE(out.ok());
  out.u8(5);
  EXPECT_FALSE(out.ok());
  EXPECT_EQ(out.size(), 2U);
  EXPECT_EQ(to_hex(memory), "010200");
}

TEST(Writer, EveryKindOfWriteNoticesWantOfRoom) {
  std::array<std::byte, 2> memory{};
  const auto fails = [&](auto write) {
    Writer out{memory};
    write(out);
    return !out.ok() && out.size() == 0;
  };
  EXPECT_TRUE(fails([](Writer& out) { out.u32(1); }));
  EXPECT_TRUE(fails([](Writer& out) { out.zeros(3); }));
  EXPECT_TRUE(fails([](Writer& out) { out.octets(std::array<std::uint8_t, 3>{}); }));
  EXPECT_TRUE(fails([](Writer& out) { out.bytes(eight); }));
  EXPECT_TRUE(fails([](Writer& out) { out.reserve(3); }));
  EXPECT_TRUE(fails([](Writer& out) { out.reserve(static_cast<std::size_t>(-1)); }));
}

TEST(Writer, ReservedRoomIsFilledLater) {
  std::array<std::byte, 3> memory{};
  Writer out{memory};
  const MutableBytes hole = out.reserve(2);
  out.u8(9);
  store_be<std::uint16_t>(0x0102, hole.first<2>());
  EXPECT_EQ(to_hex(out.written()), "010209");
}

}  // namespace
}  // namespace onlink
