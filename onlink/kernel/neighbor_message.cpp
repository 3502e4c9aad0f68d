// SPDX-License-Identifier: Apache-2.0
#include "onlink/kernel/neighbor_message.hpp"

#include <algorithm>
#include <bit>
#include <chrono>

namespace onlink::inline v0::kernel {
namespace {

// What happened while the kernel filled in the message looks as if it lay in the future: its negative age is made an
// unsigned one and cut to 32 bits, by jiffies_to_clock_t() of a 64-bit kernel from nanoseconds, or, where a jiffy is a
// tick, as it is.
bool is_in_the_future(std::uint32_t ticks, std::uint32_t hertz) noexcept {
  const auto by_nanoseconds = static_cast<std::uint32_t>(UINT64_MAX / (1'000'000'000 / hertz));
  return by_nanoseconds - ticks < hertz || UINT32_MAX - ticks < hertz;
}

// The kernel's neighbour messages count in USER_HZ, which is 100 on every architecture but Alpha and Itanium.
Duration from_ticks(std::uint32_t ticks) noexcept {
  static const long hertz = std::max(1L, ::sysconf(_SC_CLK_TCK));
  if (is_in_the_future(ticks, static_cast<std::uint32_t>(hertz))) return {};
  return std::chrono::nanoseconds{1'000'000'000LL / hertz} * ticks;
}

NeighborAges ages_of(const nda_cacheinfo& info) noexcept {
  return {.confirmed = from_ticks(info.ndm_confirmed),
          .used = from_ticks(info.ndm_used),
          .updated = from_ticks(info.ndm_updated)};
}

HardwareAddress hardware_address_of(const nlattr* attribute) noexcept {
  if (attribute == nullptr) return {};
  const auto* data = static_cast<const std::byte*>(mnl_attr_get_payload(attribute));
  return HardwareAddress::from_bytes(Bytes{data, mnl_attr_get_payload_len(attribute)}).value_or(HardwareAddress{});
}

}  // namespace

std::uint16_t nud_bit(NudState state) noexcept {
  return state == NudState::none ? NUD_NONE
                                 : static_cast<std::uint16_t>(NUD_INCOMPLETE << (static_cast<unsigned>(state) - 1));
}

NudState nud_state(std::uint16_t bit) noexcept {
  if (bit == 0 || bit > NUD_PERMANENT) return NudState::none;
  return static_cast<NudState>(std::countr_zero(bit) + 1);
}
static_assert(static_cast<unsigned>(NudState::incomplete) == 1 && NUD_INCOMPLETE == 1);
static_assert(NUD_PERMANENT == NUD_INCOMPLETE << (static_cast<unsigned>(NudState::permanent) - 1));

std::optional<NeighborEntry> parse_neighbor(const nlmsghdr& message) {
  if (mnl_nlmsg_get_payload_len(&message) < sizeof(ndmsg)) return std::nullopt;
  const auto& row = payload_of<ndmsg>(message);
  if (row.ndm_family != AF_INET && row.ndm_family != AF_INET6) return std::nullopt;
  const Attributes<NDA_MAX> attributes(message, sizeof(ndmsg));
  const auto address = attributes.ip(NDA_DST);
  if (!address) return std::nullopt;
  const auto has = [&row](unsigned flag) { return (row.ndm_flags & flag) != 0; };
  const auto extended = attributes.value<std::uint32_t>(NDA_FLAGS_EXT).value_or(0);
  NeighborEntry entry{.interface = row.ndm_ifindex,
                      .address = *address,
                      .mac = attributes.mac(NDA_LLADDR),
                      .state = nud_state(row.ndm_state),
                      .router = has(NTF_ROUTER),
                      .proxy = has(NTF_PROXY),
                      .externally_learned = has(NTF_EXT_LEARNED),
                      .offloaded = has(NTF_OFFLOADED),
                      .managed = (extended & managed_flag) != 0,
                      .externally_validated = (extended & externally_validated_flag) != 0,
                      .use = has(NTF_USE),
                      .protocol = attributes.value<std::uint8_t>(NDA_PROTOCOL).value_or(0),
                      .probes = attributes.value<std::uint32_t>(NDA_PROBES).value_or(0)};
  if (const auto info = attributes.value<nda_cacheinfo>(NDA_CACHEINFO)) entry.ages = ages_of(*info);
  if (!entry.mac) entry.other_address = hardware_address_of(attributes[NDA_LLADDR]);
  return entry;
}

}  // namespace onlink::inline v0::kernel
