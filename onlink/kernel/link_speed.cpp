// SPDX-License-Identifier: Apache-2.0
#include "onlink/kernel/link_speed.hpp"

#include <libmnl/libmnl.h>
#include <linux/ethtool.h>
#include <linux/genetlink.h>
#include <linux/if.h>
#include <linux/nl80211.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>
#include <string>

#include "onlink/kernel/namespaces.hpp"

namespace onlink::inline v0::kernel {
namespace {

constexpr std::uint32_t unknown_speed = 0xffffffff;  // SPEED_UNKNOWN

// The largest set of link modes that the kernel may have: three masks of 127 words.
constexpr std::size_t largest_masks = std::size_t{3} * 127 * sizeof(std::uint32_t);

bool ask_driver(int socket, const std::string& name, void* question) {
  ifreq request{};
  std::copy_n(name.begin(), std::min<std::size_t>(name.size(), IFNAMSIZ - 1), std::begin(request.ifr_name));
  request.ifr_data = static_cast<char*>(question);
  return ::ioctl(socket, SIOCETHTOOL, &request) == 0;
}

// One generic netlink request without a dump; true when the kernel acknowledges it.
bool generic_request(mnl_socket* socket, nlmsghdr* request, mnl_cb_t on_reply, void* context) {
  alignas(nlmsghdr) std::array<char, 8192> buffer{};
  request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  request->nlmsg_seq = 1;
  if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0) return false;
  while (true) {
    const auto size = mnl_socket_recvfrom(socket, buffer.data(), buffer.size());
    if (size < 0) return false;
    const int status =
        mnl_cb_run(buffer.data(), static_cast<std::size_t>(size), 1, mnl_socket_get_portid(socket), on_reply, context);
    if (status <= MNL_CB_STOP) return status == MNL_CB_STOP;
  }
}

int find_family_id(const nlattr* attribute, void* id) {
  if (mnl_attr_get_type(attribute) == CTRL_ATTR_FAMILY_ID) {
    *static_cast<std::uint16_t*>(id) = mnl_attr_get_u16(attribute);
  }
  return MNL_CB_OK;
}
int read_family(const nlmsghdr* reply, void* id) {
  return mnl_attr_parse(reply, sizeof(genlmsghdr), find_family_id, id);
}
int ignore_reply(const nlmsghdr*, void*) { return MNL_CB_OK; }

nlmsghdr* put_generic_header(char* buffer, std::uint16_t type, std::uint8_t command, std::uint8_t version) {
  nlmsghdr* request = mnl_nlmsg_put_header(buffer);
  request->nlmsg_type = type;
  auto& generic = *static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(request, sizeof(genlmsghdr)));
  generic.cmd = command;
  generic.version = version;
  return request;
}

// nl80211 answers for wireless interfaces only.
bool is_known_to_nl80211(mnl_socket* socket, int index) {
  alignas(nlmsghdr) std::array<char, 256> buffer{};
  nlmsghdr* request = put_generic_header(buffer.data(), GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
  mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, NL80211_GENL_NAME);
  std::uint16_t family = 0;
  if (!generic_request(socket, request, read_family, &family) || family == 0) return false;
  request = put_generic_header(buffer.data(), family, NL80211_CMD_GET_INTERFACE, 0);
  mnl_attr_put_u32(request, NL80211_ATTR_IFINDEX, static_cast<std::uint32_t>(index));
  return generic_request(socket, request, ignore_reply, nullptr);
}

}  // namespace

std::optional<std::uint32_t> link_speed(const Link& link) noexcept {
  const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return std::nullopt;
  // The first question is refused with the number of mask words, negative; the second states it (ethtool.h).
  alignas(ethtool_link_settings) std::array<std::byte, sizeof(ethtool_link_settings) + largest_masks> memory{};
  auto& settings = *new (memory.data()) ethtool_link_settings{};
  settings.cmd = ETHTOOL_GLINKSETTINGS;
  if (!ask_driver(socket.fd(), link.name, &settings) || settings.link_mode_masks_nwords >= 0) return std::nullopt;
  settings.cmd = ETHTOOL_GLINKSETTINGS;
  settings.link_mode_masks_nwords = static_cast<__s8>(-settings.link_mode_masks_nwords);
  if (!ask_driver(socket.fd(), link.name, &settings)) return std::nullopt;
  if (settings.speed == 0 || settings.speed == unknown_speed) return std::nullopt;
  return settings.speed;
}

bool is_wireless(const Link& link) noexcept {
  // Virtual interfaces have a kind; asking about them could load the wireless modules for nothing.
  if (!link.ethernet || !link.kind.empty() || link.loopback) return false;
  mnl_socket* socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
  if (socket == nullptr) return false;
  const bool wireless = mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0 && is_known_to_nl80211(socket, link.index);
  mnl_socket_close(socket);
  return wireless;
}

}  // namespace onlink::inline v0::kernel
