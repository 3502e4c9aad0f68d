// SPDX-License-Identifier: Apache-2.0
// Puts back the VLAN tag that the kernel keeps beside the frame, so that the frame looks as it did on the wire.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "onlink/base/bytes.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {

inline constexpr std::size_t vlan_tag_size = 4;
inline constexpr std::size_t mac_addresses_size = 12;

// `room` is the frame with vlan_tag_size octets free before it. Gives the whole frame, tag included, within `room`.
// A frame without both addresses is left as it is.
[[nodiscard]] inline Bytes restore_tag(MutableBytes room, const std::optional<VlanTag>& tag) noexcept {
  if (!tag || room.size() < vlan_tag_size + mac_addresses_size) return room.subspan(vlan_tag_size);
  std::ranges::copy(room.subspan(vlan_tag_size, mac_addresses_size), room.begin());
  const MutableBytes place = room.subspan(mac_addresses_size, vlan_tag_size);
  store_be(static_cast<std::uint16_t>(tag->tpid), place.first<2>());
  store_be(tag->tci, place.last<2>());
  return room;
}

}  // namespace onlink::inline v0
