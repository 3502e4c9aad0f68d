// SPDX-License-Identifier: Apache-2.0
#include <linux/neighbour.h>

#include <cerrno>
#include <string>

#include "onlink/kernel/netlink.hpp"
#include "onlink/kernel/netlink_message.hpp"

namespace onlink::inline v0::kernel {
namespace {

NudState state_of(std::uint16_t state) noexcept {
  switch (state) {
    case NUD_INCOMPLETE:
      return NudState::incomplete;
    case NUD_REACHABLE:
      return NudState::reachable;
    case NUD_STALE:
      return NudState::stale;
    case NUD_DELAY:
      return NudState::delay;
    case NUD_PROBE:
      return NudState::probe;
    case NUD_FAILED:
      return NudState::failed;
    case NUD_NOARP:
      return NudState::noarp;
    case NUD_PERMANENT:
      return NudState::permanent;
    default:
      return NudState::none;
  }
}

std::optional<NeighborEntry> parse_neighbor(const nlmsghdr& message) {
  if (message.nlmsg_type != RTM_NEWNEIGH || mnl_nlmsg_get_payload_len(&message) < sizeof(ndmsg)) return std::nullopt;
  const auto& row = payload_of<ndmsg>(message);
  const Attributes<NDA_MAX> attributes(message, sizeof(ndmsg));
  const auto address = attributes.ip(NDA_DST);
  if (!address) return std::nullopt;  // a bridge's forwarding entry has a MAC address only
  return NeighborEntry{.interface = row.ndm_ifindex,
                       .address = *address,
                       .mac = attributes.mac(NDA_LLADDR),
                       .state = state_of(row.ndm_state),
                       .router = (row.ndm_flags & NTF_ROUTER) != 0,
                       .proxy = (row.ndm_flags & NTF_PROXY) != 0,
                       .externally_learned = (row.ndm_flags & NTF_EXT_LEARNED) != 0};
}

}  // namespace

std::expected<std::optional<NeighborEntry>, Error> Netlink::neighbor(int index, const IpAddress& address) {
  Request request(RTM_GETNEIGH, 0);
  auto& key = request.payload<ndmsg>();
  key.ndm_family = address_family(address.family());
  key.ndm_ifindex = index;
  request.put(NDA_DST, address);
  std::optional<NeighborEntry> found;
  const auto done = transact(request.header(), "neighbour " + to_string(address), [&](const nlmsghdr& message) {
    if (const auto row = parse_neighbor(message)) found = row;
  });
  if (!done && done.error().sys_errno != ENOENT) return std::unexpected(done.error());
  return found;
}

std::expected<std::vector<NeighborEntry>, Error> Netlink::neighbors(int index, std::optional<Family> family) {
  Request request(RTM_GETNEIGH, NLM_F_DUMP);
  request.payload<ndmsg>().ndm_family = address_family(family);
  if (index != 0) request.put_u32(NDA_IFINDEX, static_cast<std::uint32_t>(index));
  return dump<NeighborEntry>(*this, request, "list neighbours", [=](const nlmsghdr& message) {
    auto row = parse_neighbor(message);
    if (row && index != 0 && row->interface != index) row.reset();
    return row;
  });
}

}  // namespace onlink::inline v0::kernel
