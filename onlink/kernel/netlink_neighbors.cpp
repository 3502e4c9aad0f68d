// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <string>

#include "onlink/kernel/neighbor_message.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/kernel/netlink_message.hpp"

namespace onlink::inline v0::kernel {
namespace {

// A kernel before 4.20 sends every row, whatever is asked for.
bool is_asked_for(const NeighborEntry& entry, const NeighborQuery& query) noexcept {
  if (query.interface != 0 && entry.interface != query.interface) return false;
  if (query.family && entry.address.family() != *query.family) return false;
  return entry.proxy == query.proxies && (entry.proxy || query.states.contains(entry.state));
}

void put_query(Request& request, const NeighborQuery& query) {
  auto& header = request.payload<ndmsg>();
  header.ndm_family = address_family(query.family);
  if (query.proxies) header.ndm_flags = NTF_PROXY;
  if (query.interface != 0) request.put_u32(NDA_IFINDEX, static_cast<std::uint32_t>(query.interface));
}

std::string_view operation(const NeighborQuery& query) noexcept {
  return query.proxies ? "list proxied neighbours" : "list neighbours";
}

std::expected<std::optional<NeighborEntry>, Error> get(Netlink& netlink, int index, const IpAddress& address,
                                                       std::uint8_t flags) {
  Request request(RTM_GETNEIGH, 0);
  auto& key = request.payload<ndmsg>();
  key.ndm_family = address_family(address.family());
  key.ndm_ifindex = index;
  key.ndm_flags = flags;
  request.put(NDA_DST, address);
  std::optional<NeighborEntry> found;
  const auto done = netlink.transact(request.header(), "neighbour " + to_string(address), [&](const nlmsghdr& message) {
    if (const auto row = parse_neighbor(message)) found = row;
  });
  if (!done && done.error().sys_errno != ENOENT) return std::unexpected(done.error());
  return found;
}

}  // namespace

std::expected<std::optional<NeighborEntry>, Error> Netlink::neighbor(int index, const IpAddress& address) {
  return get(*this, index, address, 0);
}

std::expected<std::optional<NeighborEntry>, Error> Netlink::proxy_neighbor(int index, const IpAddress& address) {
  return get(*this, index, address, NTF_PROXY);
}

std::expected<std::vector<NeighborEntry>, Error> Netlink::neighbors(int index, std::optional<Family> family) {
  return neighbors(NeighborQuery{.family = family, .interface = index});
}

std::expected<std::vector<NeighborEntry>, Error> Netlink::neighbors(const NeighborQuery& query) {
  Request request(RTM_GETNEIGH, NLM_F_DUMP);
  put_query(request, query);
  return dump<NeighborEntry>(*this, request, std::string(operation(query)), [&query](const nlmsghdr& message) {
    auto row = message.nlmsg_type == RTM_NEWNEIGH ? parse_neighbor(message) : std::nullopt;
    if (row && !is_asked_for(*row, query)) row.reset();
    return row;
  });
}

std::expected<void, Error> Netlink::for_each_neighbor(const NeighborQuery& query, const NeighborSink& sink) {
  Request request(RTM_GETNEIGH, NLM_F_DUMP);
  put_query(request, query);
  const auto done = transact(request.header(), std::string(operation(query)), [&](const nlmsghdr& message) {
    const auto row = message.nlmsg_type == RTM_NEWNEIGH ? parse_neighbor(message) : std::nullopt;
    if (row && is_asked_for(*row, query)) sink(*row);
  });
  if (!done && done.error().sys_errno != EINTR) return done;
  return {};
}

}  // namespace onlink::inline v0::kernel
