// SPDX-License-Identifier: Apache-2.0
// Ethernet frames: Ethernet II, IEEE 802.1Q and 802.1ad tag stacks, 802.3 with LLC, and LLC/SNAP (RFC 1042).
// Sizes are in octets and leave out the frame check sequence, which Linux does not hand up.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/base/mac_address.hpp"

namespace onlink::inline v0 {

// Open enumeration: any 16-bit value may be held.
enum class EtherType : std::uint16_t {
  ipv4 = 0x0800,
  arp = 0x0806,
  trail = 0x1000,
  rarp = 0x8035,
  vlan = 0x8100,  // IEEE 802.1Q C-tag
  ipv6 = 0x86dd,
  service_vlan = 0x88a8,  // IEEE 802.1ad S-tag
  loopback_test = 0x9000,
  legacy_vlan_9100 = 0x9100,
  legacy_vlan_9200 = 0x9200,
};
[[nodiscard]] std::string to_string(EtherType type);  // "ARP", "IPv4", "0x1234"
[[nodiscard]] constexpr bool is_vlan_tpid(EtherType type) noexcept {
  return type == EtherType::vlan || type == EtherType::service_vlan || type == EtherType::legacy_vlan_9100 ||
         type == EtherType::legacy_vlan_9200;
}

struct VlanTag {
  EtherType tpid = EtherType::vlan;
  std::uint16_t tci = 0;  // priority (3 bits), drop eligible (1), VLAN identifier (12)

  bool operator==(const VlanTag&) const = default;
  [[nodiscard]] constexpr std::uint16_t id() const noexcept { return tci & 0x0fff; }
  [[nodiscard]] constexpr std::uint8_t priority() const noexcept { return static_cast<std::uint8_t>(tci >> 13); }
  [[nodiscard]] constexpr bool drop_eligible() const noexcept { return (tci & 0x1000) != 0; }
};

// The tags of a frame, outermost first. At most `max_tags`; a deeper stack is refused as unsupported.
class VlanStack {
 public:
  static constexpr std::size_t max_tags = 4;

  // False when the stack is full; the tag is then not added.
  constexpr bool push(VlanTag tag) noexcept {
    if (count_ == max_tags) return false;
    tags_[count_++] = tag;
    return true;
  }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return count_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] constexpr const VlanTag* begin() const noexcept { return tags_.data(); }
  [[nodiscard]] constexpr const VlanTag* end() const noexcept { return tags_.data() + count_; }
  bool operator==(const VlanStack&) const = default;

  // Whether both belong to one network: the same identifiers and tag kinds in the same order. Priorities may differ,
  // and priority tags (VID 0) are looked through, as IEEE 802.1Q has it.
  [[nodiscard]] bool same_network(const VlanStack& other) const noexcept;

 private:
  std::array<VlanTag, max_tags> tags_{};
  std::uint8_t count_ = 0;
};

// Identifiers 0-4094, outermost first: "100" is 802.1Q, of "200.100" the outer is 802.1ad; "q:200.q:100" names the
// kinds (q, ad, 9100, 9200). Error: usage. Priorities have no text form; to_string() gives what parse_vlan_stack()
// reads.
[[nodiscard]] std::expected<VlanStack, Error> parse_vlan_stack(std::string_view text);
[[nodiscard]] std::string to_string(const VlanStack& stack);

enum class Encapsulation : std::uint8_t {
  ethernet2,  // a type field
  llc,        // 802.3 length, then DSAP, SSAP, control
  snap,       // 802.3 length, AA AA 03, OUI, then a type
};

struct LlcHeader {
  std::uint8_t dsap = 0, ssap = 0, control = 0;
  std::array<std::uint8_t, 3> oui{};  // SNAP only
  bool operator==(const LlcHeader&) const = default;
};

struct EthernetHeader {
  MacAddress destination{};
  MacAddress source{};
  VlanStack vlans{};
  Encapsulation encapsulation = Encapsulation::ethernet2;
  EtherType type = EtherType::ipv4;  // what the payload is; for plain LLC: 0
  LlcHeader llc{};                   // meaningful unless ethernet2

  bool operator==(const EthernetHeader&) const = default;
  [[nodiscard]] std::size_t size() const noexcept;  // octets that encode() writes
};

// A decoded frame; the spans point into the bytes that were decoded.
struct EthernetFrame {
  EthernetHeader header{};
  // Ethernet II: all that follows, with padding, since the inner protocol's own length decides; 802.3: by the length
  // field.
  Bytes payload{};
  Bytes trailing{};  // 802.3 only: what lies behind the length field's end, i.e. padding

  bool operator==(const EthernetFrame& other) const noexcept;
};

inline constexpr std::size_t ethernet_header_size = 14;
inline constexpr std::size_t min_frame_size = 60;  // IEEE 802.3 minimum without FCS

// Refuses: truncated; malformed (type/length 0x05dd..0x05ff); bad_length (an 802.3 length past the end); unsupported
// (more than VlanStack::max_tags tags).
[[nodiscard]] std::expected<EthernetFrame, DecodeError> decode_ethernet(Bytes frame) noexcept;

// Writes the header; for 802.3 forms the length field counts LLC/SNAP plus `payload_size`. The Writer's ok() tells if
// it fit.
void encode(const EthernetHeader& header, std::size_t payload_size, Writer& out) noexcept;

}  // namespace onlink::inline v0
