// SPDX-License-Identifier: Apache-2.0
// Real Linux kernels as the peers of a test: a LAN of network namespaces around a bridge, without root.
//
// A test program that links onlink_test_netns (before any other library with a main) gets a main() that first puts the
// program in a new network namespace (in a new user namespace when it is not root), where it has all capabilities over
// the network and can harm nothing; where the system forbids that, it says why and exits with 77, which ctest counts as
// skipped.
//
//   onlink_test(onlink_link_netns_test SOURCES packet_port_netns_test.cpp LIBRARIES onlink_test_netns onlink_link
//   LABELS netns)
//
//   TEST(PacketPort, HearsAReply) {
//     SmallLan lan({.mac = mac("02:00:00:00:00:01"), .addresses = {prefix("192.0.2.1/24"), prefix("2001:db8::1/64")}});
//     KernelHost& peer = lan.add_host({.mac = mac("02:00:00:00:00:02"), .addresses = {prefix("192.0.2.2/24")}});
//     ... open a port on "eth0": it is ours; the peer's kernel answers.
//     peer.run([&] { ... as a process on that host would ... });
//   }
//
// In every host, ours included, the interface is eth0; it is up and its addresses are usable at once (no DAD), and no
// host sends anything on its own: no link-local address of the kernel's making, no router solicitation, no MLD report
// for one. Errors throw std::runtime_error, which GoogleTest reports. Namespaces die with the program, however it ends.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/mac_address.hpp"
#include "onlink/base/prefix.hpp"
#include "onlink/kernel/namespaces.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::test {

// Texts to values; throw when the text is wrong.
[[nodiscard]] MacAddress mac(std::string_view text);
[[nodiscard]] IpAddress ip(std::string_view text);
[[nodiscard]] Prefix prefix(std::string_view text);

struct HostPlan {
  MacAddress mac{};  // all zero: 02:00:00:00:00:NN, NN counting from 1 in the order of creation
  std::vector<Prefix> addresses{};
  // The whole prefix is the host's own (IPv4: its kernel answers ARP for every address in it).
  std::vector<Prefix> crowd{};
};

class KernelHost {
 public:
  KernelHost(kernel::FileDescriptor network, kernel::Netlink netlink, kernel::Link link)
      : network_(std::move(network)), netlink_(std::move(netlink)), link_(std::move(link)) {}

  [[nodiscard]] int namespace_fd() const noexcept { return network_.fd(); }
  [[nodiscard]] kernel::Netlink& netlink() noexcept { return netlink_; }
  // eth0, as it was when the host was made: its index and MAC address.
  [[nodiscard]] const kernel::Link& link() const noexcept { return link_; }
  // Runs `work` on a helper thread inside the host's namespace and waits for it; what it throws is thrown again.
  void run(const std::function<void()>& work) const;
  // As if its cable were pulled, and put back.
  void set_up(bool up);
  void add_address(const Prefix& address);
  // net/... of this host: "net/ipv4/conf/eth0/arp_ignore".
  void set_sysctl(std::string_view key, std::string_view value) const;

 private:
  kernel::FileDescriptor network_;
  kernel::Netlink netlink_;
  kernel::Link link_;
};

class SmallLan {
 public:
  // The test program's own end of the LAN.
  explicit SmallLan(const HostPlan& ours = {});
  SmallLan(const SmallLan&) = delete;
  SmallLan& operator=(const SmallLan&) = delete;
  ~SmallLan();

  [[nodiscard]] KernelHost& ours() noexcept { return *hosts_.front(); }
  KernelHost& add_host(const HostPlan& plan);

 private:
  KernelHost& attach(kernel::FileDescriptor network, const HostPlan& plan);

  kernel::FileDescriptor bridge_network_;
  kernel::Netlink bridge_netlink_;
  int bridge_ = 0;
  std::vector<std::unique_ptr<KernelHost>> hosts_;
};

}  // namespace onlink::inline v0::test
