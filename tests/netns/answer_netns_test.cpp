// SPDX-License-Identifier: Apache-2.0
// Virtual hosts among real kernels: what a Linux host does with the answers, on the wire and in its neighbour table.
// The host runs in a thread on our end of the LAN; the peer's kernel asks.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <optional>
#include <thread>

#include "onlink/engine/virtual_host.hpp"
#include "onlink/kernel/link_setup.hpp"
#include "onlink/kernel/neighbor_edit.hpp"
#include "onlink/link/packet_port.hpp"
#include "onlink/run/driver.hpp"
#include "onlink/wire/checksum.hpp"
#include "tests/netns/small_lan.hpp"

namespace onlink::inline v0::test {
namespace {

using namespace std::chrono_literals;

const MacAddress virtual_mac = mac("02:bb:00:00:00:09");

AddressRange range(std::string_view text) { return parse_range(text).value(); }

// A VirtualHost on eth0 of the calling thread's namespace, until it goes out of scope.
class Running {
 public:
  explicit Running(VirtualHostConfig config) : host_(std::move(config)) {
    auto port = open_packet_port({.interface = "eth0",
                                  .filter = {.icmpv6 = true, .icmp = true, .udp = true},
                                  .promiscuous = true,
                                  .ring_bytes = 0});
    if (!port) throw std::runtime_error(port.error().context);
    port_ = *std::move(port);
    thread_ = std::thread{[this] { live(); }};
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { end(); }

  // Stops it; the counters are then its last.
  const VirtualHostCounters& end() {
    ending_ = true;
    if (thread_.joinable()) thread_.join();
    return host_.counters();
  }
  [[nodiscard]] MacAddress mac_of(const IpAddress& address) const { return host_.mac_of(address); }
  [[nodiscard]] bool is_verified() const { return is_verified_; }
  // REQUIRES: end() was called.
  [[nodiscard]] const std::optional<AddressVerified>& verified() const { return verified_; }

 private:
  // Ends by itself once `ending_` is set: an engine without a deadline is done.
  struct Engine {
    Running& self;
    void on_packet(Instant now, const Packet& packet, Output& output) { self.host_.on_packet(now, packet, output); }
    void on_deadline(Instant now, Output& output) {
      const auto due = self.host_.next_deadline();
      if (due && *due <= now) self.host_.on_deadline(now, output);
      self.wake_ = now + 10ms;
    }
    [[nodiscard]] std::optional<Instant> next_deadline() const {
      if (self.ending_) return std::nullopt;
      return std::min(self.wake_, self.host_.next_deadline().value_or(self.wake_));
    }
  };

  void live() {
    Output first;
    host_.start(monotonic_now(), first);
    Engine engine{*this};
    RunOptions options;
    options.on_event = [this](const Event& event) {
      const auto* verified = std::get_if<AddressVerified>(&event);
      if (verified == nullptr) return;
      verified_ = *verified;
      is_verified_ = true;
    };
    (void)run(engine, *port_, options);
  }

  VirtualHost host_;
  std::unique_ptr<Port> port_;
  std::atomic<bool> ending_{false};
  std::atomic<bool> is_verified_{false};
  Instant wake_{};
  std::optional<AddressVerified> verified_;
  std::thread thread_;
};

struct SocketAddress {
  sockaddr_in ipv4{};
  sockaddr_in6 ipv6{};
  bool is_ipv4 = true;
  SocketAddress(const IpAddress& address, std::uint16_t port) : is_ipv4(address.is_ipv4()) {
    if (is_ipv4) {
      ipv4.sin_family = AF_INET;
      ipv4.sin_port = htons(port);
      ipv4.sin_addr.s_addr = htonl(address.ipv4().value);
    } else {
      ipv6.sin6_family = AF_INET6;
      ipv6.sin6_port = htons(port);
      std::memcpy(&ipv6.sin6_addr, address.octets().data(), 16);
    }
  }
  [[nodiscard]] const sockaddr* get() const {
    return is_ipv4 ? reinterpret_cast<const sockaddr*>(&ipv4) : reinterpret_cast<const sockaddr*>(&ipv6);
  }
  [[nodiscard]] socklen_t size() const { return is_ipv4 ? sizeof ipv4 : sizeof ipv6; }
};

// What comes back within a second; a socket error is the negative errno.
int receive(int fd, std::span<std::byte> into) {
  pollfd waited{fd, POLLIN, 0};
  if (::poll(&waited, 1, 1000) == 0) return 0;
  const ssize_t size = ::recv(fd, into.data(), into.size(), 0);
  return size < 0 ? -errno : static_cast<int>(size);
}

int udp_exchange(const IpAddress& to, std::uint16_t port, std::string_view text) {
  const kernel::FileDescriptor socket{::socket(to.is_ipv4() ? AF_INET : AF_INET6, SOCK_DGRAM, 0)};
  const SocketAddress address{to, port};
  EXPECT_EQ(::connect(socket.fd(), address.get(), address.size()), 0);
  EXPECT_EQ(::send(socket.fd(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  std::array<std::byte, 256> back{};
  const int size = receive(socket.fd(), back);
  if (size > 0) {
    EXPECT_EQ(std::memcmp(back.data(), text.data(), text.size()), 0);
  }
  return size;
}

// Octets of the echo reply's data, by a raw socket, as ping does; 0: no answer.
std::size_t ping(const IpAddress& to, std::size_t data) {
  const bool ipv4 = to.is_ipv4();
  const kernel::FileDescriptor socket{
      ::socket(ipv4 ? AF_INET : AF_INET6, SOCK_RAW, ipv4 ? int{IPPROTO_ICMP} : int{IPPROTO_ICMPV6})};
  EXPECT_GE(socket.fd(), 0);
  const SocketAddress address{to, 0};
  EXPECT_EQ(::connect(socket.fd(), address.get(), address.size()), 0);
  std::vector<std::byte> request(8 + data, std::byte{0x5a});
  std::fill_n(request.begin(), 8, std::byte{0});
  request[0] = std::byte{static_cast<unsigned char>(ipv4 ? 8 : 128)};
  request[5] = std::byte{77};
  request[7] = std::byte{1};
  if (ipv4) store_be(InternetChecksum{}.add(Bytes{request}).value(), MutableBytes{request}.subspan(2).first<2>());
  EXPECT_EQ(::send(socket.fd(), request.data(), request.size(), 0), static_cast<ssize_t>(request.size()));
  std::array<std::byte, 2048> back{};
  for (int tries = 0; tries < 20; ++tries) {
    const int size = receive(socket.fd(), back);
    if (size <= 0) return 0;
    const std::size_t header = ipv4 ? 20 : 0;
    const auto type = std::to_integer<int>(back[header]);
    if (type != (ipv4 ? 0 : 129)) continue;  // our own solicitations, and the like
    EXPECT_TRUE(same_bytes(Bytes{request}.subspan(8), Bytes{back}.subspan(header + 8, data)));
    return static_cast<std::size_t>(size) - header - 8;
  }
  return 0;
}

class AnswerNetns : public testing::Test {
 protected:
  AnswerNetns()
      : lan_({.addresses = {prefix("192.0.2.1/24"), prefix("2001:db8::1/64")}}),
        peer_(lan_.add_host({.addresses = {prefix("192.0.2.2/24"), prefix("2001:db8::2/64")}})) {}

  static VirtualHostConfig one() {
    return {.addresses = {range("192.0.2.9"), range("2001:db8::9")}, .mac = virtual_mac};
  }
  std::optional<kernel::NeighborEntry> neighbor(const IpAddress& address) {
    return peer_.netlink().neighbor(peer_.link().index, address).value();
  }

  SmallLan lan_;
  KernelHost& peer_;
};

TEST_F(AnswerNetns, AKernelPingsAVirtualHostOfBothFamilies) {
  Running host{one()};
  peer_.run([] {
    for (const std::size_t size : {0U, 1U, 56U, 1400U}) {
      EXPECT_EQ(ping(ip("192.0.2.9"), size), size);
      EXPECT_EQ(ping(ip("2001:db8::9"), size), size);
    }
    EXPECT_EQ(ping(ip("192.0.2.10"), 56), 0U);
  });
  for (const char* address : {"192.0.2.9", "2001:db8::9"}) {
    ASSERT_TRUE(neighbor(ip(address))) << address;
    EXPECT_EQ(neighbor(ip(address))->mac, virtual_mac);
    EXPECT_EQ(neighbor(ip(address))->state, NudState::reachable);
  }
}

TEST_F(AnswerNetns, UdpEchoComesBackAndAClosedPortIsRefused) {
  Running host{one()};
  peer_.run([] {
    for (const char* address : {"192.0.2.9", "2001:db8::9"}) {
      EXPECT_EQ(udp_exchange(ip(address), 7, "onlink"), 6) << address;
      EXPECT_EQ(udp_exchange(ip(address), 99, "onlink"), -ECONNREFUSED) << address;
    }
  });
}

// Both kernels' duplicate detection and our own are the same one.
TEST_F(AnswerNetns, TheKernelFindsItsAddressToBeADuplicateOfOurs) {
  Running host{one()};
  peer_.set_sysctl("net/ipv6/conf/eth0/accept_dad", "1");
  ASSERT_TRUE(kernel::add_address(peer_.netlink(), peer_.link().index, {.prefix = prefix("2001:db8::9/64")}));
  const auto is_duplicate = [&] {
    const auto addresses = peer_.netlink().addresses(peer_.link().index).value();
    for (const auto& own : addresses) {
      if (own.prefix.address == ip("2001:db8::9") && own.duplicate) return true;
    }
    return false;
  };
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (!is_duplicate() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(10ms);
  EXPECT_TRUE(is_duplicate());
}

TEST_F(AnswerNetns, OurCheckFindsTheKernelsAddress) {
  VirtualHostConfig config{.addresses = {range("2001:db8::2")}, .mac = virtual_mac, .check = true};
  Running host{config};
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (!host.is_verified() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(10ms);
  host.end();
  ASSERT_TRUE(host.verified());
  EXPECT_TRUE(host.verified()->duplicate);
  EXPECT_EQ(host.verified()->owner, peer_.link().mac);
}

TEST_F(AnswerNetns, AThousandAddressesEachWithItsMacStandInTheKernelsTable) {
  VirtualHostConfig config = one();
  config.addresses = {range("192.0.2.3-192.0.2.250"), range("2001:db8::100-2001:db8::3f7")};
  config.mac_per_address = true;
  Running host{config};
  std::size_t right = 0;
  std::size_t total = 0;
  for (const AddressRange& crowd : config.addresses) {
    for (IpAddress address = crowd.first;; address = advance(address, 1)) {
      ++total;
      peer_.run([&] { EXPECT_EQ(udp_exchange(address, 7, "x"), 1) << to_string(address); });
      const auto entry = neighbor(address);
      right += entry && entry->mac == host.mac_of(address) ? 1 : 0;
      if (address == crowd.last) break;
    }
  }
  EXPECT_EQ(total, 1008U);
  EXPECT_EQ(right, total) << "same/total: " << right << "/" << total;
}

TEST_F(AnswerNetns, AProxyIsBelievedByTheKernel) {
  VirtualHostConfig config = one();
  config.proxied = {range("192.0.2.128/25"), range("2001:db8::8000/113")};
  config.proxy_delay = 10ms;
  Running host{config};
  peer_.run([] {
    EXPECT_EQ(udp_exchange(ip("192.0.2.200"), 7, "x"), 0) << "who is proxied is not there to answer";
    EXPECT_EQ(udp_exchange(ip("2001:db8::9000"), 7, "x"), 0);
  });
  EXPECT_EQ(neighbor(ip("192.0.2.200"))->mac, virtual_mac);
  EXPECT_EQ(neighbor(ip("2001:db8::9000"))->mac, virtual_mac);
}

// A kernel that was asked by a stranger solicits him first; so do we, and the peer's kernel answers that.
TEST_F(AnswerNetns, AStrangersEchoIsAnsweredAfterHisKernelWasAsked) {
  Running host{one()};
  ASSERT_TRUE(kernel::add_neighbor(peer_.netlink(),
                                   {.interface = peer_.link().index, .address = ip("192.0.2.9"), .mac = virtual_mac}));
  peer_.run([] { EXPECT_EQ(ping(ip("192.0.2.9"), 56), 56U); });
}

}  // namespace
}  // namespace onlink::inline v0::test
