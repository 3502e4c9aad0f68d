// SPDX-License-Identifier: Apache-2.0
// A vendor registry as one block of bytes that is searched where it lies: the build packs the IEEE's files into one and
// links it as read-only data, --oui-file packs one in memory. Numbers are in the byte order of the machine that packed
// it.
//
//   u32 magic, u32 sections, u32 pool (offset of the names)
//   per prefix length, the longest first:  u32 bits, u32 count, u32 keys (offset), u32 names (offset)
//   keys:  ascending, right-aligned; u32 each for up to 32 bits, u64 above
//   names: u32 each, an offset into the pool
//   pool:  every distinct name once, ended by a zero
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/bytes.hpp"

namespace onlink::inline v0 {

// The prefix is the top `bits` of 48, right-aligned: 0x002272 of 24 bits. REQUIRES: 1 <= bits <= 48.
struct OuiEntry {
  std::uint64_t prefix = 0;
  std::uint8_t bits = 0;
  std::string name;

  auto operator<=>(const OuiEntry&) const = default;
};

// Entries in any order. One prefix with several names becomes one row that joins them by " / ", in alphabetical order.
[[nodiscard]] std::vector<std::byte> pack_oui_image(std::vector<OuiEntry> entries);

struct OuiRow {
  std::uint64_t prefix = 0;
  std::uint8_t bits = 0;
  std::string_view name;
};

// REQUIRES of all three: `image` was made by pack_oui_image on this machine.
[[nodiscard]] std::optional<OuiRow> find_in_oui_image(Bytes image, std::uint64_t mac) noexcept;
void for_each_in_oui_image(Bytes image, const std::function<void(const OuiRow&)>& visit);
[[nodiscard]] std::size_t count_oui_image(Bytes image) noexcept;

}  // namespace onlink::inline v0
