// SPDX-License-Identifier: Apache-2.0
#include "onlink/kernel/neighbor_edit.hpp"

#include <cerrno>
#include <string>

#include "onlink/kernel/neighbor_message.hpp"
#include "onlink/kernel/netlink_message.hpp"

namespace onlink::inline v0::kernel {
namespace {

std::uint16_t request_flags(NeighborVerb verb) noexcept {
  switch (verb) {
    case NeighborVerb::add:
      return NLM_F_CREATE | NLM_F_EXCL;
    case NeighborVerb::change:
      return NLM_F_REPLACE;
    case NeighborVerb::replace:
      return NLM_F_CREATE | NLM_F_REPLACE;
  }
  return 0;
}

std::string shown_interface(Netlink& netlink, int index) {
  if (index == 0) return "every interface";
  const auto link = netlink.find_link(index);
  return link ? link->name : "interface " + std::to_string(index);
}

// The refusals that have a remedy, in our words.
void explain(Error& error, const std::string& what, const IpAddress& address) {
  switch (error.sys_errno) {
    case EEXIST:
      error.context = what + ": there is an entry already (replace overwrites it)";
      break;
    case ENOENT:
      error.context = what + ": there is no such entry (list them: onlink cache)";
      break;
    case ENOBUFS:
      error.context = what + ": the kernel's table is full (raise net." + (address.is_ipv4() ? "ipv4" : "ipv6") +
                      ".neigh.default.gc_thresh3, in the machine's first network namespace)";
      break;
    default:
      break;
  }
}

std::expected<void, Error> commit(Netlink& netlink, Request& request, int index, const IpAddress& address,
                                  std::string what) {
  what += to_string(address);
  auto done = netlink.transact(request.header(), what, [](const nlmsghdr&) {});
  if (done) return done;
  explain(done.error(), what, address);
  done.error().context.insert(0, shown_interface(netlink, index) + ": ");
  return done;
}

std::uint8_t flags_of(const NeighborEdit& edit) noexcept {
  unsigned flags = 0;
  if (edit.router) flags |= NTF_ROUTER;
  if (edit.proxy) flags |= NTF_PROXY;
  if (edit.externally_learned) flags |= NTF_EXT_LEARNED;
  if (edit.use) flags |= NTF_USE;
  return static_cast<std::uint8_t>(flags);
}

std::uint32_t extended_flags_of(const NeighborEdit& edit) noexcept {
  return (edit.managed ? managed_flag : 0) | (edit.externally_validated ? externally_validated_flag : 0);
}

}  // namespace

std::string_view to_string(NeighborVerb verb) noexcept {
  switch (verb) {
    case NeighborVerb::add:
      return "add";
    case NeighborVerb::change:
      return "change";
    case NeighborVerb::replace:
      return "replace";
  }
  return "edit";
}

std::expected<void, Error> edit_neighbor(Netlink& netlink, NeighborVerb verb, const NeighborEdit& edit) {
  Request request(RTM_NEWNEIGH, request_flags(verb));
  auto& row = request.payload<ndmsg>();
  row.ndm_family = address_family(edit.address.family());
  row.ndm_ifindex = edit.interface;
  row.ndm_flags = flags_of(edit);
  const bool asked_for = edit.use || edit.managed || edit.proxy;
  row.ndm_state = nud_bit(asked_for ? NudState::none : edit.state);
  request.put(NDA_DST, edit.address);
  if (edit.mac) request.put(NDA_LLADDR, edit.mac->octets().data(), edit.mac->size());
  if (const auto extended = extended_flags_of(edit); extended != 0) request.put_u32(NDA_FLAGS_EXT, extended);
  if (edit.protocol != 0) request.put_u8(NDA_PROTOCOL, edit.protocol);
  return commit(netlink, request, edit.interface, edit.address,
                std::string(to_string(verb)) + (edit.proxy ? " proxied neighbour " : " neighbour "));
}

std::expected<void, Error> delete_neighbor(Netlink& netlink, int interface, const IpAddress& address,
                                           NeighborTable table) {
  Request request(RTM_DELNEIGH, 0);
  auto& row = request.payload<ndmsg>();
  row.ndm_family = address_family(address.family());
  row.ndm_ifindex = interface;
  if (table == NeighborTable::proxies) row.ndm_flags = NTF_PROXY;
  request.put(NDA_DST, address);
  return commit(netlink, request, interface, address,
                table == NeighborTable::proxies ? "delete proxied neighbour " : "delete neighbour ");
}

}  // namespace onlink::inline v0::kernel
