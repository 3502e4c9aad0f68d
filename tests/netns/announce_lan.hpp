// SPDX-License-Identifier: Apache-2.0
// The LAN on which `onlink announce` is tried, and ears on it.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "onlink/kernel/neighbor_edit.hpp"
#include "onlink/link/packet_port.hpp"
#include "onlink/print/format.hpp"
#include "tests/netns/small_lan.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {

inline constexpr auto patience = std::chrono::seconds{20};

inline const MacAddress own_mac = mac("02:00:00:00:00:01");
inline const MacAddress old_mac = mac("02:00:00:00:00:aa");

inline ProgramResult announce(std::vector<std::string> words) {
  words.insert(words.begin(), {"announce", "-i", "eth0"});
  return run_onlink({.words = words});
}

// 192.0.2.1 and 2001:db8::1 are ours; the witness is a Linux host with a neighbour table.
class Announce : public testing::Test {
 protected:
  Announce()
      : lan_({.addresses = {prefix("192.0.2.1/24"), prefix("2001:db8::1/64")}}),
        witness_(lan_.add_host({.addresses = {prefix("192.0.2.2/24"), prefix("2001:db8::2/64")}})) {}

  [[nodiscard]] int eth0() { return witness_.link().index; }
  // The witness knows `address` at the old MAC, confirmed just now.
  void remember(const IpAddress& address, NudState state = NudState::reachable, bool router = false) {
    const auto done = kernel::edit_neighbor(
        witness_.netlink(), kernel::NeighborVerb::replace,
        {.interface = eth0(), .address = address, .mac = old_mac, .state = state, .router = router});
    ASSERT_TRUE(done) << done.error().context;
  }
  [[nodiscard]] std::optional<kernel::NeighborEntry> entry(const IpAddress& address) {
    const auto found = witness_.netlink().neighbor(eth0(), address);
    return found ? *found : std::nullopt;
  }
  // "MAC state" of the witness's entry; "none".
  [[nodiscard]] std::string row(const IpAddress& address) {
    const auto found = entry(address);
    if (!found || !found->mac) return "none";
    return fmt::format("{} {}{}", *found->mac, to_string(found->state), found->router ? " router" : "");
  }
  // The frames of an earlier call have been through the witness's kernel once it has learnt from a later one.
  void pass_a_mark(const IpAddress& mark) {
    remember(mark);
    ASSERT_EQ(announce({"-c1", "--force", to_string(mark)}).status, 0);
    const auto until = std::chrono::steady_clock::now() + patience;
    while (entry(mark)->mac == old_mac && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    ASSERT_EQ(entry(mark)->mac, own_mac);
  }
  void pass_a_mark() {
    pass_a_mark(ip("192.0.2.99"));
    pass_a_mark(ip("2001:db8::99"));
  }

  SmallLan lan_;
  KernelHost& witness_;
};

// Rows of the witness's table, for an address of ours.
inline constexpr std::string_view learnt = "02:00:00:00:00:01 stale";
inline constexpr std::string_view kept = "02:00:00:00:00:aa reachable";

inline std::unique_ptr<Port> listen_to_everything(const KernelHost& host) {
  std::unique_ptr<Port> port;
  host.run([&] {
    auto opened =
        open_packet_port({.interface = "eth0", .filter = {.everything = true}, .promiscuous = true, .ring_bytes = 0});
    if (!opened) throw std::runtime_error(opened.error().context);
    port = *std::move(opened);
  });
  return port;
}

// But for the reports by which kernels join groups (RFC 3810), which come when they like.
inline std::vector<std::string> received(Port& port) {
  constexpr std::string_view to_mld_routers = "333300000016";
  std::vector<std::string> frames;
  auto keep = [&](const ReceivedFrame& frame) {
    std::string hex = to_hex(frame.bytes);
    if (!hex.starts_with(to_mld_routers)) frames.push_back(std::move(hex));
  };
  while (port.receive(keep).value() != 0) {
  }
  return frames;
}

// Everything up to a frame with `last` in it, which is known to come.
inline std::vector<std::string> received_up_to(Port& port, std::string_view last) {
  std::vector<std::string> frames;
  const auto until = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < until) {
    for (std::string& frame : received(port)) {
      if (frame.find(last) != std::string::npos) return frames;
      frames.push_back(std::move(frame));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  ADD_FAILURE() << "no frame with " << last;
  return frames;
}

}  // namespace onlink::inline v0::test
