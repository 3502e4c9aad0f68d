// SPDX-License-Identifier: Apache-2.0
// The packet port and the driver on a real interface, with real kernels as peers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "onlink/link/packet_port.hpp"
#include "onlink/run/driver.hpp"
#include "onlink/wire/arp.hpp"
#include "onlink/wire/decode.hpp"
#include "tests/netns/small_lan.hpp"

namespace onlink::inline v0::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const MacAddress our_mac = mac("02:00:00:00:00:01");
const Ipv4Address our_address = Ipv4Address::of(192, 0, 2, 1);
const Ipv4Address peer_address = Ipv4Address::of(192, 0, 2, 2);

std::vector<std::byte> arp_request(Ipv4Address target, const VlanStack& vlans = {}) {
  std::vector<std::byte> frame(80);
  Writer out{frame};
  encode(EthernetHeader{.destination = mac("ff:ff:ff:ff:ff:ff"),
                        .source = our_mac,
                        .vlans = vlans,
                        .encapsulation = Encapsulation::ethernet2,
                        .type = EtherType::arp,
                        .llc = {}},
         arp_packet_size, out);
  encode(ArpPacket{.operation = ArpOperation::request,
                   .sender_hardware_addr = our_mac,
                   .sender_protocol_addr = our_address,
                   .target_hardware_addr = {},
                   .target_protocol_addr = target},
         out.reserve(arp_packet_size).first<arp_packet_size>());
  frame.resize(out.size());
  return frame;
}

struct Heard {
  std::vector<std::byte> bytes;
  ReceivedFrame frame;
};

// Takes what comes until `count` frames are there or nothing came for two seconds.
std::vector<Heard> listen(Port& port, std::size_t count) {
  std::vector<Heard> heard;
  auto sink = [&](const ReceivedFrame& frame) { heard.push_back({{frame.bytes.begin(), frame.bytes.end()}, frame}); };
  while (heard.size() < count) {
    const auto received = port.receive(sink);
    if (!received) throw std::runtime_error(received.error().context);
    pollfd waited_for{port.poll_fd(), POLLIN, 0};
    if (*received == 0 && ::poll(&waited_for, 1, 2000) == 0) break;
  }
  return heard;
}

void send_one(Port& port, const std::vector<std::byte>& frame) {
  const std::vector<Bytes> frames{frame};
  ASSERT_EQ(port.send(frames).value_or(0), 1U);
}

struct PortCase {
  std::string name;
  PacketPortOptions options;

  friend void PrintTo(const PortCase& of, std::ostream* out) { *out << of.name; }
};

PacketPortOptions with(std::size_t ring_bytes, SendMethod method = SendMethod::batch) {
  PacketPortOptions options;
  options.interface = "eth0";
  options.ring_bytes = ring_bytes;
  options.send_method = method;
  return options;
}

class PacketPortTest : public testing::TestWithParam<PortCase> {
 protected:
  SmallLan lan{{.mac = our_mac, .addresses = {prefix("192.0.2.1/24")}}};
  KernelHost& peer = lan.add_host({.mac = mac("02:00:00:00:00:02"), .addresses = {prefix("192.0.2.2/24")}});

  std::unique_ptr<Port> open(PacketPortOptions options) {
    auto port = open_packet_port(options);
    if (!port) throw std::runtime_error(port.error().context);
    return std::move(*port);
  }
};

TEST_P(PacketPortTest, CarriesAQuestionAndItsAnswer) {
  const auto port = open(GetParam().options);
  const SystemTime before = wall_now();
  send_one(*port, arp_request(peer_address));
  const auto heard = listen(*port, 1);
  ASSERT_EQ(heard.size(), 1U);  // and not our own request
  const auto packet = decode(heard[0].bytes);
  ASSERT_TRUE(packet);
  const auto* reply = std::get_if<ArpPacket>(&packet->payload);
  ASSERT_NE(reply, nullptr);
  EXPECT_EQ(reply->sender_hardware_addr, mac("02:00:00:00:00:02"));
  EXPECT_EQ(heard[0].frame.original_size, heard[0].bytes.size());
  EXPECT_GE(heard[0].frame.time, before);
  EXPECT_LE(heard[0].frame.time, wall_now());
  EXPECT_FALSE(heard[0].frame.outgoing);
  EXPECT_EQ(port->counters().received, 1U);
  EXPECT_EQ(port->counters().sent, 1U);
}

TEST_P(PacketPortTest, ShowsTagsAsTheyWereOnTheWire) {
  const auto port = open(GetParam().options);
  VlanStack one;
  ASSERT_TRUE(one.push({.tpid = EtherType::vlan, .tci = 0x6064}));
  VlanStack two;
  ASSERT_TRUE(two.push({.tpid = EtherType::service_vlan, .tci = 200}));
  ASSERT_TRUE(two.push({.tpid = EtherType::vlan, .tci = 0}));
  const std::vector sent{arp_request(peer_address, one), arp_request(peer_address, two), arp_request(peer_address)};
  peer.run([&] {
    const auto other = open(with(0));
    for (const auto& frame : sent) send_one(*other, frame);
  });
  const auto heard = listen(*port, 3);
  ASSERT_EQ(heard.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(heard[i].bytes, sent[i]);
  EXPECT_EQ(heard[1].frame.original_size, sent[1].size());
}

TEST_P(PacketPortTest, HearsThisHostsOtherFramesWhenAsked) {
  PacketPortOptions options = GetParam().options;
  options.outgoing = true;
  const auto port = open(options);
  const auto neighbor = open(with(0));
  send_one(*neighbor, arp_request(peer_address));
  const auto heard = listen(*port, 2);
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_TRUE(heard[0].frame.outgoing);
  EXPECT_FALSE(heard[1].frame.outgoing);
}

TEST_P(PacketPortTest, TellsThatTheInterfaceWentDown) {
  const auto port = open(GetParam().options);
  lan.ours().set_up(false);
  auto nothing = [](const ReceivedFrame&) {};
  const auto received = port->receive(nothing);
  ASSERT_FALSE(received);
  EXPECT_EQ(received.error().code, ErrorCode::link_down);
  EXPECT_EQ(received.error().context, "eth0: the link went down");
  EXPECT_EQ(port->check_link().error().code, ErrorCode::link_down);
  const std::vector<std::byte> frame = arp_request(peer_address);
  const std::vector<Bytes> frames{frame};
  EXPECT_FALSE(port->send(frames).has_value());
}

INSTANTIATE_TEST_SUITE_P(, PacketPortTest,
                         testing::Values(PortCase{"ring", with(1 << 20)}, PortCase{"plain", with(0)},
                                         PortCase{"direct", with(0, SendMethod::batch_direct)},
                                         PortCase{"sendRing", with(1 << 20, SendMethod::ring)},
                                         PortCase{"sendRingDirect", with(1 << 20, SendMethod::ring_direct)}),
                         [](const auto& of) { return of.param.name; });

TEST(PacketPortOpen, NamesWhatIsWrongAndTheRemedy) {
  SmallLan lan;
  PacketPortOptions options = with(0);
  options.interface = "eth9";
  const auto absent = open_packet_port(options);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error(), (Error{ErrorCode::no_interface, ENODEV, "eth9: no such interface (list them: ip link)"}));
  options.interface = "an-impossibly-long-name";
  EXPECT_EQ(open_packet_port(options).error().code, ErrorCode::no_interface);
  lan.ours().set_up(false);
  const auto down = open_packet_port(with(0));
  ASSERT_FALSE(down);
  EXPECT_EQ(down.error().code, ErrorCode::link_down);
  EXPECT_EQ(down.error().context, "eth0: the interface is down (bring it up: ip link set eth0 up)");
}

}  // namespace
}  // namespace onlink::inline v0::test
