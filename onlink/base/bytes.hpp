// SPDX-License-Identifier: Apache-2.0
// Bytes of a packet and how they are read and written: big-endian loads and stores over fixed-extent spans (an offset
// that overruns does not compile), and a Reader and Writer for variable layouts whose failure is sticky, so that a
// decoder reads freely and asks ok() once.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace onlink::inline v0 {

using Bytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

// Content equality; std::span has none of its own.
[[nodiscard]] constexpr bool same_bytes(Bytes a, Bytes b) noexcept { return std::ranges::equal(a, b); }

template <std::size_t N>
[[nodiscard]] constexpr std::array<std::byte, N> to_array(std::span<const std::byte, N> in) noexcept {
  std::array<std::byte, N> out{};
  std::ranges::copy(in, out.begin());
  return out;
}

// Network byte order (big-endian, RFC 791 appendix B) to an unsigned integer of the span's size, and back. By bit_cast
// and byteswap, not shifts: g++ 12 at -O2 makes one load of it where a loop of four shifts stays a loop.
template <std::unsigned_integral T>
[[nodiscard]] constexpr T load_be(std::span<const std::byte, sizeof(T)> in) noexcept {
  const T native = std::bit_cast<T>(to_array(in));
  return std::endian::native == std::endian::big ? native : std::byteswap(native);
}

template <std::unsigned_integral T>
constexpr void store_be(T value, std::span<std::byte, sizeof(T)> out) noexcept {
  const T ordered = std::endian::native == std::endian::big ? value : std::byteswap(value);
  std::ranges::copy(std::bit_cast<std::array<std::byte, sizeof(T)>>(ordered), out.begin());
}

// Reads forward. Past the end every read gives zeros or an empty span and ok() turns false for good.
class Reader {
 public:
  constexpr explicit Reader(Bytes in) noexcept : rest_(in) {}

  [[nodiscard]] constexpr bool ok() const noexcept { return ok_; }
  [[nodiscard]] constexpr std::size_t remaining() const noexcept { return rest_.size(); }
  [[nodiscard]] constexpr Bytes rest() const noexcept { return rest_; }

  constexpr Bytes bytes(std::size_t count) noexcept {
    if (count > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const Bytes taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  constexpr void skip(std::size_t count) noexcept { bytes(count); }

  template <std::unsigned_integral T>
  constexpr T integer() noexcept {
    const Bytes taken = bytes(sizeof(T));
    return taken.empty() ? T{0} : load_be<T>(taken.first<sizeof(T)>());
  }
  constexpr std::uint8_t u8() noexcept { return integer<std::uint8_t>(); }
  constexpr std::uint16_t u16() noexcept { return integer<std::uint16_t>(); }
  constexpr std::uint32_t u32() noexcept { return integer<std::uint32_t>(); }

  template <std::size_t N>
  constexpr std::array<std::uint8_t, N> octets() noexcept {
    std::array<std::uint8_t, N> out{};
    std::ranges::transform(bytes(N), out.begin(), [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
    return out;
  }

 private:
  Bytes rest_;
  bool ok_ = true;
};

// Writes forward into memory of the caller's. What does not fit is not written, and ok() turns false for good.
class Writer {
 public:
  constexpr explicit Writer(MutableBytes out) noexcept : out_(out) {}

  [[nodiscard]] constexpr bool ok() const noexcept { return ok_; }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return used_; }
  [[nodiscard]] constexpr MutableBytes written() const noexcept { return out_.first(used_); }

  constexpr MutableBytes reserve(std::size_t count) noexcept {
    if (!ok_ || count > out_.size() - used_) {
      ok_ = false;
      return {};
    }
    const MutableBytes place = out_.subspan(used_, count);
    used_ += count;
    return place;
  }
  constexpr void bytes(Bytes in) noexcept {
    const MutableBytes place = reserve(in.size());
    std::ranges::copy(in.first(place.size()), place.begin());
  }
  constexpr void zeros(std::size_t count) noexcept { std::ranges::fill(reserve(count), std::byte{0}); }

  template <std::unsigned_integral T>
  constexpr void integer(T value) noexcept {
    const MutableBytes place = reserve(sizeof(T));
    if (!place.empty()) store_be<T>(value, place.template first<sizeof(T)>());
  }
  constexpr void u8(std::uint8_t value) noexcept { integer(value); }
  constexpr void u16(std::uint16_t value) noexcept { integer(value); }
  constexpr void u32(std::uint32_t value) noexcept { integer(value); }

  template <std::size_t N>
  constexpr void octets(const std::array<std::uint8_t, N>& in) noexcept {
    bytes(std::bit_cast<std::array<std::byte, N>>(in));
  }

 private:
  MutableBytes out_;
  std::size_t used_ = 0;
  bool ok_ = true;
};

}  // namespace onlink::inline v0
