// SPDX-License-Identifier: Apache-2.0
// The classic pcap file's fields (draft-ietf-opsawg-pcap section 4 and 5). Integers are in the byte order of the
// machine that wrote the file, which the magic number tells.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "onlink/base/bytes.hpp"

namespace onlink::inline v0 {

inline constexpr std::uint32_t pcap_magic_microseconds = 0xa1b2c3d4;
inline constexpr std::uint32_t pcap_magic_nanoseconds = 0xa1b23c4d;
inline constexpr std::uint32_t pcap_magic_modified = 0xa1b2cd34;  // Kuznetzov's: 24-octet record headers; not read
inline constexpr std::uint32_t pcapng_block_type = 0x0a0d0d0a;    // the same in either order
inline constexpr std::uint32_t link_type_ethernet = 1;
inline constexpr std::size_t pcap_file_header_size = 24;
inline constexpr std::size_t pcap_record_header_size = 16;

struct PcapFormat {
  bool big_endian = std::endian::native == std::endian::big;
  bool nanoseconds = true;

  bool operator==(const PcapFormat&) const = default;

  [[nodiscard]] std::uint32_t load(std::span<const std::byte, 4> in) const noexcept {
    const std::uint32_t value = load_be<std::uint32_t>(in);
    return big_endian ? value : std::byteswap(value);
  }
};

[[nodiscard]] inline std::optional<PcapFormat> pcap_format_of(std::span<const std::byte, 4> magic) noexcept {
  for (const bool big_endian : {false, true}) {
    const PcapFormat format{.big_endian = big_endian, .nanoseconds = true};
    if (format.load(magic) == pcap_magic_nanoseconds) return format;
    if (format.load(magic) == pcap_magic_microseconds)
      return PcapFormat{.big_endian = big_endian, .nanoseconds = false};
  }
  return std::nullopt;
}

}  // namespace onlink::inline v0
