// SPDX-License-Identifier: Apache-2.0
#include "onlink/link/packet_socket.hpp"

#include <arpa/inet.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "onlink/link/packet_error.hpp"
#include "onlink/link/packet_filter.hpp"

namespace onlink::inline v0 {
namespace {

// REQUIRES: the name fits; find_interface() refuses longer ones.
ifreq request_for(const std::string& interface) {
  ifreq request{};
  std::ranges::copy(interface, request.ifr_name);
  return request;
}

}  // namespace

std::expected<PacketSocket, Error> PacketSocket::open(const PacketPortOptions& options) {
  // Protocol 0: hears nothing until bind().
  PacketSocket socket{UniqueFd{::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)}, options.interface};
  if (!socket.fd_) return std::unexpected{packet_error(options.interface, "open packet socket", errno)};
  if (auto found = socket.find_interface(options.interface_index); !found) return std::unexpected{found.error()};
  if (auto fits = socket.require_ethernet(); !fits) return std::unexpected{fits.error()};
  return socket;
}

std::expected<void, Error> PacketSocket::find_interface(int known_index) {
  if (interface_.empty() || interface_.size() >= IFNAMSIZ) return std::unexpected{error("find interface", ENODEV)};
  index_ = known_index;
  if (index_ != 0) return {};
  ifreq request = request_for(interface_);
  if (::ioctl(fd(), SIOCGIFINDEX, &request) != 0) return std::unexpected{error("find interface", errno)};
  index_ = request.ifr_ifindex;
  return {};
}

std::expected<void, Error> PacketSocket::require_ethernet() const {
  ifreq request = request_for(interface_);
  if (::ioctl(fd(), SIOCGIFHWADDR, &request) != 0) return std::unexpected{error("read link type", errno)};
  const auto type = request.ifr_hwaddr.sa_family;
  if (type == ARPHRD_ETHER || type == ARPHRD_LOOPBACK) return {};
  return std::unexpected{
      Error{ErrorCode::unsupported, 0,
            interface_ + ": its frames are not Ethernet frames (hardware type " + std::to_string(type) + ")"}};
}

std::expected<void, Error> PacketSocket::bind(const PacketPortOptions& options) {
  const int ignore_outgoing = options.outgoing ? 0 : 1;
  if (auto set_up = set(SOL_PACKET, PACKET_IGNORE_OUTGOING, ignore_outgoing, "ignore own frames"); !set_up)
    return set_up;
  if (auto attached = attach_filter(options.filter); !attached) return attached;
  // All protocols, though one would need no filter: a listener for one hears nothing on a bridge's port, nor of frames
  // whose VLAN has an interface of its own here.
  if (auto bound = bind_protocol(ETH_P_ALL); !bound) return bound;
  if (options.promiscuous) {
    if (auto joined = join(PACKET_MR_PROMISC); !joined) return joined;
  }
  if (options.all_multicast) {
    if (auto joined = join(PACKET_MR_ALLMULTI); !joined) return joined;
  }
  // Binding to an interface that is down succeeds, and leaves ENETDOWN behind.
  static_cast<void>(pending_error());
  return require_link(options);
}

std::expected<void, Error> PacketSocket::bind_to_send() { return bind_protocol(0); }

std::expected<void, Error> PacketSocket::bind_protocol(std::uint16_t protocol) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(protocol);
  address.sll_ifindex = index_;
  if (::bind(fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return {};
  return std::unexpected{error("bind packet socket", errno)};
}

std::expected<void, Error> PacketSocket::join(int membership) {
  packet_mreq request{};
  request.mr_ifindex = index_;
  request.mr_type = static_cast<unsigned short>(membership);
  return set(SOL_PACKET, PACKET_ADD_MEMBERSHIP, request, "receive frames for others");
}

std::expected<void, Error> PacketSocket::attach_filter(const PacketFilter& filter) {
  std::vector<sock_filter> rows = packet_filter_program(filter);
  if (rows.empty()) return {};
  const sock_fprog program{static_cast<unsigned short>(rows.size()), rows.data()};
  return set(SOL_SOCKET, SO_ATTACH_FILTER, program, "attach filter");
}

std::expected<void, Error> PacketSocket::set_bytes(int level, int option, const void* value, unsigned size,
                                                   std::string_view operation) {
  if (::setsockopt(fd(), level, option, value, size) == 0) return {};
  return std::unexpected{error(operation, errno)};
}

Error PacketSocket::error(std::string_view operation, int sys_errno) const {
  return packet_error(interface_, operation, sys_errno);
}

Error PacketSocket::runtime_error(std::string_view operation, int sys_errno) const {
  if (sys_errno == ENODEV || sys_errno == ENXIO) {
    return {ErrorCode::no_interface, sys_errno, interface_ + ": the interface is gone"};
  }
  if (sys_errno == ENETDOWN) return link_lost_error(interface_);
  return error(operation, sys_errno);
}

std::expected<unsigned, Error> PacketSocket::read_flags() {
  ifreq request = request_for(interface_);
  if (::ioctl(fd(), SIOCGIFFLAGS, &request) == 0) return static_cast<unsigned short>(request.ifr_flags);
  // Renamed, perhaps; the index stays.
  request.ifr_ifindex = index_;
  if (::ioctl(fd(), SIOCGIFNAME, &request) != 0) return std::unexpected{runtime_error("check link", ENODEV)};
  interface_ = request.ifr_name;
  if (::ioctl(fd(), SIOCGIFFLAGS, &request) == 0) return static_cast<unsigned short>(request.ifr_flags);
  return std::unexpected{runtime_error("check link", errno)};
}

std::expected<void, Error> PacketSocket::require_link(const PacketPortOptions& options) {
  const auto flags = read_flags();
  if (!flags) return std::unexpected{flags.error()};
  if ((*flags & IFF_UP) == 0) return std::unexpected{interface_down_error(interface_)};
  if ((*flags & IFF_RUNNING) == 0 && !options.without_carrier) return std::unexpected{no_carrier_error(interface_)};
  return {};
}

std::expected<void, Error> PacketSocket::check_link() {
  const auto flags = read_flags();
  if (!flags) return std::unexpected{flags.error()};
  const bool up = (*flags & IFF_UP) != 0 && (*flags & IFF_RUNNING) != 0 && has_carrier();
  if (!up) return std::unexpected{link_lost_error(interface_)};
  return {};
}

// The driver's word, at once; IFF_RUNNING follows up to a second later (Linux net/core/link_watch.c).
bool PacketSocket::has_carrier() const noexcept {
  ethtool_value value{.cmd = ETHTOOL_GLINK, .data = 0};
  ifreq request = request_for(interface_);
  request.ifr_data = reinterpret_cast<char*>(&value);
  return ::ioctl(fd(), SIOCETHTOOL, &request) != 0 || value.data != 0;
}

int PacketSocket::pending_error() const noexcept {
  int sys_errno = 0;
  socklen_t size = sizeof sys_errno;
  return ::getsockopt(fd(), SOL_SOCKET, SO_ERROR, &sys_errno, &size) == 0 ? sys_errno : errno;
}

std::uint64_t PacketSocket::take_drops(bool ring) const noexcept {
  tpacket_stats_v3 stats{};  // begins like tpacket_stats
  socklen_t size = ring ? sizeof(tpacket_stats_v3) : sizeof(tpacket_stats);
  return ::getsockopt(fd(), SOL_PACKET, PACKET_STATISTICS, &stats, &size) == 0 ? stats.tp_drops : 0;
}

}  // namespace onlink::inline v0
