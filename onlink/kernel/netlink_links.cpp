// SPDX-License-Identifier: Apache-2.0
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_bridge.h>

#include <cerrno>
#include <string>

#include "onlink/kernel/netlink.hpp"
#include "onlink/kernel/netlink_message.hpp"
#include "onlink/kernel/system_error.hpp"

namespace onlink::inline v0::kernel {
namespace {

constexpr std::uint32_t without_statistics = RTEXT_FILTER_SKIP_STATS;
constexpr std::size_t longest_alternative_name = ALTIFNAMSIZ - 1;

std::optional<Link> parse_link(const nlmsghdr& message) {
  if (message.nlmsg_type != RTM_NEWLINK || mnl_nlmsg_get_payload_len(&message) < sizeof(ifinfomsg)) return std::nullopt;
  const auto& info = payload_of<ifinfomsg>(message);
  const Attributes<IFLA_MAX> attributes(message, sizeof(ifinfomsg));
  const Attributes<IFLA_INFO_MAX> kind(attributes[IFLA_LINKINFO]);
  const Attributes<IFLA_BRPORT_MAX> bridge_port(kind.text(IFLA_INFO_SLAVE_KIND) == "bridge" ? kind[IFLA_INFO_SLAVE_DATA]
                                                                                            : nullptr);
  const auto has = [&info](unsigned flag) { return (info.ifi_flags & flag) != 0; };
  return Link{.index = info.ifi_index,
              .name = attributes.text(IFLA_IFNAME),
              .mac = attributes.mac(IFLA_ADDRESS).value_or(MacAddress{}),
              .mtu = attributes.value<std::uint32_t>(IFLA_MTU).value_or(0),
              .ethernet = info.ifi_type == ARPHRD_ETHER,
              .up = has(IFF_UP),
              .running = has(IFF_RUNNING),
              .loopback = has(IFF_LOOPBACK),
              .noarp = has(IFF_NOARP),
              .point_to_point = has(IFF_POINTOPOINT),
              .master = attributes.value<int>(IFLA_MASTER).value_or(0),
              .forwarding = bridge_port.value<std::uint8_t>(IFLA_BRPORT_STATE) == BR_STATE_FORWARDING,
              .kind = kind.text(IFLA_INFO_KIND)};
}

std::expected<Link, Error> one_link(Netlink& netlink, Request& request, const std::string& shown_name) {
  std::optional<Link> found;
  const auto done = netlink.transact(request.header(), shown_name, [&](const nlmsghdr& message) {
    if (auto link = parse_link(message)) found = std::move(link);
  });
  if (done && found) return std::move(*found);
  if (!done && done.error().sys_errno != ENODEV) return std::unexpected(done.error());
  return std::unexpected(
      Error{ErrorCode::no_interface, ENODEV, shown_name + ": no such interface (list them: ip link)"});
}

}  // namespace

std::expected<std::vector<Link>, Error> Netlink::links() {
  Request request(RTM_GETLINK, NLM_F_DUMP);
  request.payload<ifinfomsg>();
  request.put_u32(IFLA_EXT_MASK, without_statistics);
  return dump<Link>(*this, request, "list interfaces", parse_link);
}

std::expected<Link, Error> Netlink::find_link(std::string_view name) {
  if (name.empty() || name.size() > longest_alternative_name) {
    return std::unexpected(
        Error{ErrorCode::no_interface, ENODEV, "'" + std::string(name) + "': no such interface (list them: ip link)"});
  }
  Request request(RTM_GETLINK, 0);
  request.payload<ifinfomsg>();
  request.put_u32(IFLA_EXT_MASK, without_statistics);
  request.put(name.size() < IFNAMSIZ ? IFLA_IFNAME : IFLA_ALT_IFNAME, std::string(name));
  return one_link(*this, request, std::string(name));
}

std::expected<Link, Error> Netlink::find_link(int index) {
  Request request(RTM_GETLINK, 0);
  request.payload<ifinfomsg>().ifi_index = index;
  request.put_u32(IFLA_EXT_MASK, without_statistics);
  return one_link(*this, request, "interface " + std::to_string(index));
}

}  // namespace onlink::inline v0::kernel
