// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/net_arp_hardware.hpp"

#include <algorithm>
#include <iterator>

#include "onlink/base/text.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

// Numbers of linux/if_arp.h.
constexpr NetArpHardware hardware[] = {
    {"ether", ethernet_hardware, true},
    {"ash", 781, true},
    {"ax25", 3, true},
    {"netrom", 0, true},
    {"rose", 270, true},
    {"arcnet", 7, true},
    {"dlci", 15, true},
    {"fddi", 774, true},
    {"hippi", 780, true},
    {"irda", 783, true},
    {"x25", 271, true},
    {"eui64", 27, true},
    {"loop", 772, false},
    {"unspec", 0, false},
    {"slip", 256, false},
    {"cslip", 257, false},
    {"slip6", 258, false},
    {"cslip6", 259, false},
    {"ppp", 512, false},
    {"adaptive", 264, false},
    {"hdlc", 513, false},
    {"lapb", 516, false},
    {"frad", 770, false},
    {"sit", 776, false},
    {"tunnel", 768, false},
    {"ec", 782, false},
};

constexpr std::string_view families[] = {"inet", "unix", "inet6", "ax25", "netrom", "rose",
                                         "ipx",  "ddp",  "x25",   "ash",  "unspec", "ec"};

// The types whose addresses are not digits: their text is not looked at, for no interface here is of their kind and the
// kernel refuses the entry.
bool is_call_sign(std::uint16_t type) noexcept { return type == 0 || type == 3 || type == 271; }

}  // namespace

const NetArpHardware* find_net_arp_hardware(std::string_view name) noexcept {
  const auto* found = std::ranges::find(hardware, name, &NetArpHardware::name);
  return found == std::end(hardware) ? nullptr : found;
}

std::string_view net_arp_hardware_name(std::uint16_t type) noexcept {
  const auto* found = std::ranges::find(hardware, type, &NetArpHardware::type);
  return found == std::end(hardware) ? "unspec" : found->name;
}

bool is_net_arp_family(std::string_view name) noexcept {
  return std::ranges::find(families, name) != std::end(families);
}

std::optional<NetArpAddress> read_net_arp_address(std::string_view text, std::uint16_t type, Ipv4Address host) {
  NetArpAddress address;
  std::ranges::copy(host.octets(), address.octets.begin() + 2);
  if (is_call_sign(type)) return address;
  for (; !text.empty() && address.given < 6; ++address.given) {
    const auto high = hex_digit(text[0]);
    if (!high) return std::nullopt;
    text.remove_prefix(1);
    std::uint8_t octet = *high;
    if (!text.empty() && text[0] != ':') {
      const auto low = hex_digit(text[0]);
      if (!low) return std::nullopt;
      octet = static_cast<std::uint8_t>(octet << 4 | *low);
      text.remove_prefix(1);
    }
    address.octets[address.given] = octet;
    if (!text.empty() && text[0] == ':') text.remove_prefix(1);
  }
  address.surplus = !text.empty();
  return address;
}

}  // namespace onlink::inline v0::cli::compat
