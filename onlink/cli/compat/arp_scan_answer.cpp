// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_answer.hpp"

#include <algorithm>
#include <array>

#include "onlink/wire/arp.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

constexpr std::size_t type_at = 12;
constexpr std::size_t tag_size = 4;
constexpr std::uint32_t snap_start = 0xaaaa0300;
constexpr std::uint32_t snap_mask = 0xffffff00;  // of these the original looks at DSAP, SSAP and control
constexpr std::uint16_t arp_type = 0x0806;
constexpr std::uint16_t vlan_type = 0x8100;
constexpr std::uint16_t service_vlan_type = 0x88a8;

// Zero past the end, where no filter condition holds.
template <class T>
T field(Bytes frame, std::size_t at) noexcept {
  return at + sizeof(T) <= frame.size() ? load_be<T>(frame.subspan(at).first<sizeof(T)>()) : T{0};
}

// A frame without its outermost tag: an offset behind the addresses is one behind the tag.
struct Untagged {
  Bytes frame;
  std::size_t skipped;

  template <class T>
  [[nodiscard]] T at(std::size_t offset) const noexcept {
    return field<T>(frame, offset + skipped);
  }
};

}  // namespace

bool passes_scan_filter(Bytes frame, const MacAddress& own) noexcept {
  if (frame.size() < ethernet_header_size || Reader{frame}.octets<6>() != own.octets) return false;
  const auto outer = field<std::uint16_t>(frame, type_at);
  const bool tagged = outer == vlan_type || outer == service_vlan_type;
  const Untagged inner{frame, tagged ? tag_size : 0};
  const auto type = inner.at<std::uint16_t>(12);
  if (type == arp_type) return true;
  if (inner.at<std::uint32_t>(14) == snap_start && inner.at<std::uint16_t>(20) == arp_type) return true;
  if (type != vlan_type) return false;
  return inner.at<std::uint16_t>(16) == arp_type ||
         (inner.at<std::uint32_t>(18) == snap_start && inner.at<std::uint16_t>(24) == arp_type);
}

std::optional<ArpScanAnswer> read_scan_answer(Bytes frame) noexcept {
  ArpScanAnswer answer;
  Reader in{frame};
  in.skip(6);
  answer.frame_source.octets = in.octets<6>();
  auto type = in.u16();
  if (type == vlan_type) {
    answer.vlan = static_cast<std::uint16_t>(in.u16() & 0x0fff);
    type = in.u16();
  }
  answer.llc_snap = (field<std::uint32_t>(in.rest(), 0) & snap_mask) == snap_start;
  if (answer.llc_snap) in.skip(8);
  in.skip(2);
  answer.protocol_type = in.u16();
  in.skip(4);
  answer.sender_hardware_addr.octets = in.octets<6>();
  answer.sender_protocol_addr.value = in.u32();
  in.skip(10);
  if (!in.ok()) return std::nullopt;
  answer.padding = in.rest();
  return answer;
}

}  // namespace onlink::inline v0::cli::compat
