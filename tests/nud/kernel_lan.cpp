// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/kernel_lan.hpp"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <string_view>

#include "onlink/kernel/link_ready.hpp"
#include "onlink/kernel/link_setup.hpp"
#include "onlink/kernel/sysctl.hpp"
#include "onlink/kernel/system_error.hpp"
#include "tests/nud/kernel_defaults.hpp"

namespace onlink::differential {
namespace {

constexpr int loopback_index = 1;
constexpr int heard_buffer = 4 << 20;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(kernel::system_error(errno, what, "needs CAP_NET_RAW").context);
}

kernel::FileDescriptor enter_a_new_one() {
  kernel::FileDescriptor origin = must(kernel::current_network());
  must(kernel::enter_new_network());
  return origin;
}

kernel::Netlink open_netlink_in(int namespace_fd) {
  std::expected<kernel::Netlink, Error> netlink = std::unexpected(Error{});
  must(kernel::run_in_network(namespace_fd, [&netlink] { netlink = kernel::Netlink::open(); }));
  return must(std::move(netlink));
}

// IFACE2 before IFACE, which it begins with.
std::string named(std::string path, std::string_view interface) {
  const auto replace = [&path](std::string_view placeholder, std::string_view name) {
    if (const auto at = path.find(placeholder); at != std::string::npos) path.replace(at, placeholder.size(), name);
  };
  replace("IFACE2", KernelLan::second_name);
  replace("IFACE", interface);
  return path;
}

void set_all(std::span<const Setting> settings, std::string_view interface) {
  for (const Setting& setting : settings) {
    const auto done = kernel::write_sysctl(named(std::string(setting.path), interface), setting.value);
    if (!done && !(setting.optional && done.error().sys_errno == ENOENT)) must(done);
  }
}

void apply_defaults(const Scenario& scenario) {
  set_all(host_settings, {});
  for (const char* name : {KernelLan::first_name, KernelLan::second_name}) {
    if (name == KernelLan::second_name && scenario.interfaces < 2) continue;
    if (scenario.ipv4) set_all(ipv4_settings, name);
    if (scenario.ipv6) {
      set_all(ipv6_settings, name);
    } else {
      const std::array<Setting, 1> off{{{"net/ipv6/conf/IFACE/disable_ipv6", "1", true}}};
      set_all(off, name);
    }
  }
}

bool is_shared_by_all_namespaces(std::string_view path) { return path.find("/neigh/default/") != path.npos; }

sockaddr_ll address_of(int index) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = index;
  return address;
}

std::int64_t time_stamp(msghdr& message) {
  for (cmsghdr* extra = CMSG_FIRSTHDR(&message); extra != nullptr; extra = CMSG_NXTHDR(&message, extra)) {
    if (extra->cmsg_level != SOL_SOCKET || extra->cmsg_type != SO_TIMESTAMPNS) continue;
    timespec stamp{};
    std::memcpy(&stamp, CMSG_DATA(extra), sizeof stamp);
    return std::int64_t{stamp.tv_sec} * 1'000'000'000 + stamp.tv_nsec;
  }
  throw std::runtime_error("a frame without a time stamp");
}

}  // namespace

KernelLan::KernelLan(const Scenario& scenario)
    : origin_(enter_a_new_one()),
      peer_network_(must(kernel::new_network())),
      netlink_(must(kernel::Netlink::open())),
      peer_netlink_(open_netlink_in(peer_network_.fd())) {
  create_pairs(scenario.interfaces);
  apply_defaults(scenario);
  for (const int index : {first_, second_}) {
    if (index != 0) must(kernel::change_link(netlink_, index, {.automatic_link_local = false}));
  }
  open_wire();
}

// Interfaces whose numbers are their peers' have carrier changes noticed up to a second late (linkwatch_urgent_event);
// a pair that comes and goes in B keeps the numbers apart.
void KernelLan::create_pairs(int interfaces) {
  must(kernel::create_veth(peer_netlink_, {.name = "spare", .up = false}, {.name = "spare2", .up = false}));
  must(kernel::delete_link(peer_netlink_, must(peer_netlink_.find_link("spare")).index));
  const auto create = [&](const char* name, const char* peer_name, const MacAddress& mac, const MacAddress& other) {
    must(kernel::create_veth(netlink_, {.name = name, .mac = mac, .up = false},
                             {.name = peer_name, .mac = other, .namespace_fd = peer_network_.fd(), .up = false}));
    const int peer_index = must(peer_netlink_.find_link(peer_name)).index;
    must(kernel::run_in_network(peer_network_.fd(), [&] {
      (void)kernel::write_sysctl("net/ipv6/conf/" + std::string(peer_name) + "/disable_ipv6", "1");
    }));
    must(kernel::change_link(peer_netlink_, peer_index, {.up = true, .automatic_link_local = false}));
    return peer_index;
  };
  peer_first_ = create(first_name, "vb", host_mac, peer_mac);
  first_ = must(netlink_.find_link(first_name)).index;
  if (interfaces < 2) return;
  create(second_name, "vb2", second_mac, station_mac('Z'));
  second_ = must(netlink_.find_link(second_name)).index;
}

void KernelLan::open_wire() {
  must(kernel::run_in_network(peer_network_.fd(), [this] {
    wire_.reset(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETH_P_ALL)));
  }));
  if (!wire_) fail("open packet socket");
  const int on = 1;
  if (::setsockopt(wire_.fd(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) fail("ask for time stamps");
  (void)::setsockopt(wire_.fd(), SOL_SOCKET, SO_RCVBUFFORCE, &heard_buffer, sizeof heard_buffer);
  const packet_mreq everything{.mr_ifindex = peer_first_, .mr_type = PACKET_MR_PROMISC, .mr_alen = 0, .mr_address = {}};
  if (::setsockopt(wire_.fd(), SOL_PACKET, PACKET_ADD_MEMBERSHIP, &everything, sizeof everything) != 0) {
    fail("vb: set promiscuous");
  }
  const sockaddr_ll address = address_of(peer_first_);
  if (::bind(wire_.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("vb: bind");
}

int KernelLan::index_of(int interface) const noexcept {
  return interface == 0 ? loopback_index : interface == 1 ? first_ : second_;
}

void KernelLan::bring_up() {
  for (const int index : {first_, second_}) {
    if (index == 0) continue;
    must(kernel::change_link(netlink_, index, {.up = true}));
    must(kernel::await_running(netlink_, index));
  }
  must(kernel::await_running(peer_netlink_, peer_first_));  // else its first frame is lost
}

void KernelLan::write_sysctl(const std::string& path, const std::string& value) const {
  if (!is_shared_by_all_namespaces(path)) return must(kernel::write_sysctl(named(path, first_name), value));
  std::expected<void, Error> done;
  must(kernel::run_in_network(origin_.fd(), [&] { done = kernel::write_sysctl(path, value); }));
  must(done);
}

void KernelLan::hear(const std::function<void(const HeardFrame&)>& sink) const {
  while (true) {
    std::array<std::byte, 65536> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
    alignas(cmsghdr) std::array<char, 256> control;  // NOLINT(cppcoreguidelines-pro-type-member-init): likewise
    sockaddr_ll from{};
    iovec part{.iov_base = buffer.data(), .iov_len = buffer.size()};
    msghdr message{.msg_name = &from,
                   .msg_namelen = sizeof from,
                   .msg_iov = &part,
                   .msg_iovlen = 1,
                   .msg_control = control.data(),
                   .msg_controllen = control.size(),
                   .msg_flags = 0};
    const auto size = ::recvmsg(wire_.fd(), &message, MSG_DONTWAIT);
    if (size < 0 && errno == EAGAIN) return;
    if (size < 0 && (errno == ENETDOWN || errno == EINTR)) continue;  // told once, when vb goes down
    if (size < 0) fail("vb: receive");
    if (from.sll_pkttype == PACKET_OUTGOING) continue;
    sink({.system_time_ns = time_stamp(message), .bytes = Bytes(buffer).first(static_cast<std::size_t>(size))});
  }
}

void KernelLan::inject(Bytes frame) const {
  const sockaddr_ll address = address_of(peer_first_);
  if (::sendto(wire_.fd(), frame.data(), frame.size(), 0, reinterpret_cast<const sockaddr*>(&address), sizeof address) <
          0 &&
      errno != ENETDOWN) {
    fail("vb: send");
  }
}

void KernelLan::set_carrier(bool up) { must(kernel::change_link(peer_netlink_, peer_first_, {.up = up})); }

}  // namespace onlink::differential
