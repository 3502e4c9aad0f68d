// SPDX-License-Identifier: Apache-2.0
// What a MAC address says about itself: which of the well-known groups it is, whether a router protocol or a hypervisor
// made it up, whether it was drawn at random. Only patterns that an assigned standard or a maker's documentation fixes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "onlink/base/mac_address.hpp"

namespace onlink::inline v0 {

enum class MacKind : std::uint8_t {
  universal,       // assigned by its maker out of an IEEE block
  zero,            // 00:00:00:00:00:00, nobody's
  broadcast,       // ff:ff:ff:ff:ff:ff
  group,           // multicast; `detail` names the group if it is a known one
  virtual_router,  // shared by routers: VRRP (and CARP, which took the same block), HSRP, GLBP
  virtual_host,    // a hypervisor or container runtime made it; `detail` says which
  random,          // locally administered, and looks drawn at random
  local,           // locally administered, set by hand or by a driver: mostly zeros or a known scheme
};

struct MacClass {
  MacKind kind = MacKind::universal;
  std::string detail;  // "IPv6 multicast", "VRRP group 10", "QEMU/KVM"; empty when there is nothing to add

  bool operator==(const MacClass&) const = default;
};

[[nodiscard]] MacClass classify(const MacAddress& mac);

// Stable word of the kind, as in JSON: "universal", "group", "virtual-router", ...
[[nodiscard]] std::string_view to_string(MacKind kind) noexcept;

// A few words for a table's notes column: "virtual router (VRRP group 10)", "virtual machine (QEMU/KVM)", "random MAC";
// empty for an ordinary universal address.
[[nodiscard]] std::string mac_note(const MacAddress& mac);

// The quadrant of a locally administered address (IEEE 802c): "AAI", "ELI", "SAI" or "reserved"; empty for a universal
// one.
[[nodiscard]] std::string_view slap_quadrant(const MacAddress& mac) noexcept;

// The address whose modified EUI-64 this interface identifier is (RFC 4291 appendix A), if it is one.
[[nodiscard]] std::optional<MacAddress> mac_of_eui64(const std::array<std::uint8_t, 8>& identifier) noexcept;

}  // namespace onlink::inline v0
