// SPDX-License-Identifier: Apache-2.0
// What each ARP packet means to a host: the gate, row by row, and every parameter that bears on it. The packets are
// those that were sent to Linux 6.18 to see what it does.
#include "onlink/engine/arp_receive.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace onlink {
namespace {

constexpr MacAddress own{{2, 0, 0, 0, 0, 0x0a}};
constexpr MacAddress mac_b{{2, 0, 0, 0, 0, 0x0b}};

Ipv4Address ip(std::string_view text) { return parse_ipv4(text).value(); }
Prefix network(std::string_view text) { return parse_prefix(text).value(); }

// One packet heard by one host.
struct Scene {
  HostView host{.mac = own, .addresses = {{.prefix = network("10.0.0.1/24")}}};
  LinkParameters parameters{};
  NeighborRules rules = NeighborRules::linux_compatible();
  ArpPacket arp{.operation = ArpOperation::request,
                .sender_hardware_addr = mac_b,
                .sender_protocol_addr = ip("10.0.0.2"),
                .target_hardware_addr = {},
                .target_protocol_addr = ip("10.0.0.1")};
  EthernetHeader ethernet{.destination = broadcast_mac, .source = mac_b, .type = EtherType::arp};
  bool delay_over = false;

  Scene& from(std::string_view address) {
    arp.sender_protocol_addr = ip(address);
    return *this;
  }
  Scene& to(std::string_view address) {
    arp.target_protocol_addr = ip(address);
    return *this;
  }
  Scene& reply(const MacAddress& destination = own) {
    arp.operation = ArpOperation::reply;
    arp.target_hardware_addr = own;
    ethernet.destination = destination;
    return *this;
  }
  Scene& with(const std::function<void(Scene&)>& change) {
    change(*this);
    return *this;
  }
  [[nodiscard]] ArpVerdict verdict() const {
    return receive_arp(ethernet, arp,
                       {.host = host, .parameters = parameters, .rules = rules, .delay_over = delay_over});
  }
  [[nodiscard]] bool is_answered() const { return verdict().reply.has_value(); }
  [[nodiscard]] bool is_ignored() const { return !verdict().reply && !verdict().learned; }
  [[nodiscard]] bool creates() const { return verdict().learned && verdict().learned->create; }
};

TEST(ArpReceive, ARequestForUsIsAnsweredToItsSenderWhoBecomesANeighbour) {
  const ArpVerdict verdict = Scene{}.verdict();
  EXPECT_EQ(verdict.reply, (ArpPacket{.operation = ArpOperation::reply,
                                      .sender_hardware_addr = own,
                                      .sender_protocol_addr = ip("10.0.0.1"),
                                      .target_hardware_addr = mac_b,
                                      .target_protocol_addr = ip("10.0.0.2")}));
  EXPECT_TRUE(verdict.needs_entry);
  EXPECT_FALSE(verdict.delay_reply);
  ASSERT_TRUE(verdict.learned);
  EXPECT_EQ(verdict.learned->address, IpAddress{ip("10.0.0.2")});
  EXPECT_EQ(verdict.learned->mac, mac_b);
  EXPECT_EQ(verdict.learned->state, NudState::stale);
  EXPECT_EQ(verdict.learned->may_override, MacOverride::always);
  EXPECT_TRUE(verdict.learned->create);
  EXPECT_TRUE(verdict.learned->revive_failed);
  EXPECT_EQ(verdict.learned->cause, NeighborCause::arp_request);
}

TEST(ArpReceive, HardwareTypeSixIsAnsweredAsTypeOne) {
  Scene scene;
  scene.arp.hardware_type = ArpHardwareType::ieee802;
  EXPECT_EQ(scene.verdict().reply->hardware_type, ArpHardwareType::ethernet);
}

TEST(ArpReceive, OtherOperationsAreIgnored) {
  for (const unsigned operation : {0U, 3U, 4U, 8U, 9U, 10U, 65535U}) {
    Scene scene;
    scene.arp.operation = static_cast<ArpOperation>(operation);
    EXPECT_TRUE(scene.is_ignored()) << operation;
  }
}

TEST(ArpReceive, TargetsThatAreNobodysAreIgnored) {
  for (const char* target : {"127.0.0.1", "224.0.0.1"}) EXPECT_TRUE(Scene{}.to(target).is_ignored()) << target;
  for (const char* target : {"0.0.0.0", "10.0.0.255", "255.255.255.255"}) {
    EXPECT_FALSE(Scene{}.to(target).is_answered()) << target;
    EXPECT_FALSE(Scene{}.to(target).creates()) << target;
  }
  EXPECT_TRUE(Scene{}.to("127.0.0.1").with([](Scene& s) { s.parameters.arp.route_localnet = true; }).is_answered());
}

TEST(ArpReceive, MartianSendersAreNotAnswered) {
  for (const char* sender : {"10.0.0.1", "127.0.0.5", "224.0.0.5", "255.255.255.255", "0.1.2.3"}) {
    EXPECT_FALSE(Scene{}.from(sender).is_answered()) << sender;
    EXPECT_FALSE(Scene{}.from(sender).creates()) << sender;
  }
  EXPECT_TRUE(Scene{}.from("10.0.0.255").is_answered());  // as Linux does
}

TEST(ArpReceive, RpFilterAsksForTheWayBack) {
  const auto elsewhere = [](std::uint8_t level) {
    return Scene{}.from("10.1.0.9").with([level](Scene& s) {
      s.parameters.arp.rp_filter = level;
      s.host.elsewhere = {{.prefix = network("10.1.0.1/24")}};
    });
  };
  EXPECT_TRUE(elsewhere(0).is_answered());
  EXPECT_FALSE(elsewhere(1).is_answered());
  EXPECT_TRUE(elsewhere(2).is_answered());
  const auto nowhere = [](std::uint8_t level) {
    return Scene{}.from("99.0.0.1").with([level](Scene& s) { s.parameters.arp.rp_filter = level; });
  };
  EXPECT_TRUE(nowhere(0).is_answered());
  EXPECT_FALSE(nowhere(1).is_answered());
  EXPECT_FALSE(nowhere(2).is_answered());
}

TEST(ArpReceive, AProbeIsAnsweredAndLeavesNoTrace) {
  const ArpVerdict verdict = Scene{}.from("0.0.0.0").verdict();
  ASSERT_TRUE(verdict.reply);
  EXPECT_EQ(verdict.reply->target_protocol_addr, Ipv4Address{});
  EXPECT_EQ(verdict.reply->target_hardware_addr, mac_b);
  EXPECT_FALSE(verdict.needs_entry);
  EXPECT_FALSE(verdict.learned);
  EXPECT_FALSE(verdict.conflict);
  EXPECT_TRUE(Scene{}.from("0.0.0.0").to("10.0.0.3").is_ignored());
  EXPECT_TRUE(Scene{}.from("0.0.0.0").reply().is_ignored());
}

TEST(ArpReceive, OurOwnAddressFromAnotherMacIsAConflictAndNoQuestion) {
  const ArpVerdict verdict = Scene{}.from("10.0.0.1").verdict();
  EXPECT_EQ(verdict.conflict, (AddressUse{ip("10.0.0.1"), mac_b}));
  EXPECT_FALSE(verdict.reply);
  EXPECT_FALSE(verdict.learned->create);
  EXPECT_EQ(Scene{}.from("10.0.0.1").reply().verdict().conflict, (AddressUse{ip("10.0.0.1"), mac_b}));
  Scene looped = Scene{}.from("10.0.0.1");
  looped.arp.sender_hardware_addr = own;
  EXPECT_FALSE(looped.verdict().conflict);
}

// --- what is learned in passing ---

TEST(ArpReceive, WhatIsLearnedInPassing) {
  const struct {
    const char* name;
    Scene scene;
    NudState state;
    MacOverride may_override;
    NeighborCause cause;
  } cases[] = {
      {"request for another host", Scene{}.to("10.0.0.3"), NudState::stale, MacOverride::if_unlocked,
       NeighborCause::arp_request},
      {"unicast reply", Scene{}.reply(), NudState::reachable, MacOverride::if_unlocked, NeighborCause::arp_reply},
      {"unicast reply not for our address", Scene{}.reply().to("10.0.0.77"), NudState::reachable,
       MacOverride::if_unlocked, NeighborCause::arp_reply},
      {"broadcast reply", Scene{}.reply(broadcast_mac), NudState::stale, MacOverride::if_unlocked,
       NeighborCause::arp_broadcast_reply},
      {"gratuitous request", Scene{}.to("10.0.0.2"), NudState::stale, MacOverride::always,
       NeighborCause::gratuitous_arp},
      {"gratuitous reply",
       Scene{}.reply(broadcast_mac).to("10.0.0.2").with([](Scene& s) { s.arp.target_hardware_addr = mac_b; }),
       NudState::stale, MacOverride::always, NeighborCause::gratuitous_arp},
      {"gratuitous reply whose target MAC is not the sender's", Scene{}.reply(broadcast_mac).to("10.0.0.2"),
       NudState::stale, MacOverride::if_unlocked, NeighborCause::arp_broadcast_reply},
  };
  for (const auto& c : cases) {
    const ArpVerdict verdict = c.scene.verdict();
    ASSERT_TRUE(verdict.learned) << c.name;
    EXPECT_FALSE(verdict.reply) << c.name;
    EXPECT_EQ(verdict.learned->state, c.state) << c.name;
    EXPECT_EQ(verdict.learned->may_override, c.may_override) << c.name;
    EXPECT_EQ(verdict.learned->cause, c.cause) << c.name;
    EXPECT_FALSE(verdict.learned->create) << c.name;
  }
}

TEST(ArpReceive, ArpAcceptMakesEntriesOfGratuitousArpAndOfReplies) {
  const auto accepting = [](Scene scene, std::uint8_t level) {
    scene.parameters.arp.arp_accept = level;
    return scene.creates();
  };
  EXPECT_TRUE(accepting(Scene{}.to("10.0.0.2"), 1));
  EXPECT_TRUE(accepting(Scene{}.reply(), 1));
  EXPECT_TRUE(accepting(Scene{}.reply(broadcast_mac), 1));
  EXPECT_TRUE(accepting(Scene{}.from("192.168.7.7").reply(), 1));
  EXPECT_FALSE(accepting(Scene{}.from("10.0.0.255").reply(), 1));
  EXPECT_FALSE(accepting(Scene{}.to("10.0.0.3"), 1));
  EXPECT_TRUE(accepting(Scene{}.to("10.0.0.2"), 2));
  EXPECT_FALSE(accepting(Scene{}.from("192.168.7.7").to("192.168.7.7"), 2));
  EXPECT_FALSE(accepting(Scene{}.from("192.168.7.7").reply(), 2));
}

TEST(ArpReceive, GratuitousArpCanBeRefused) {
  const auto refuse = [](Scene& s) { s.parameters.arp.drop_gratuitous_arp = true; };
  EXPECT_TRUE(Scene{}.to("10.0.0.2").with(refuse).is_ignored());
  EXPECT_TRUE(Scene{}.reply().to("10.0.0.2").with(refuse).is_ignored());
  EXPECT_TRUE(Scene{}.with(refuse).is_answered());
}

// --- whose addresses are answered for: N-139, N-140 ---

TEST(ArpReceive, ArpIgnore) {
  const struct {
    std::uint8_t level;
    const char* sender;
    const char* target;
    bool answered;
  } cases[] = {
      {0, "10.0.0.2", "10.0.0.1", true},  {0, "10.0.0.2", "10.1.0.1", true},     {0, "10.0.0.2", "10.3.0.1", true},
      {0, "10.0.0.2", "10.9.0.4", true},  {1, "10.0.0.2", "10.0.0.1", true},     {1, "192.168.7.7", "10.0.0.1", true},
      {1, "10.0.0.2", "10.1.0.1", false}, {1, "10.0.0.2", "10.3.0.1", false},    {1, "10.0.0.2", "10.9.0.4", false},
      {2, "10.0.0.2", "10.0.0.1", true},  {2, "192.168.7.7", "10.0.0.1", false}, {2, "0.0.0.0", "10.0.0.1", true},
      {3, "10.0.0.2", "10.0.0.1", true},  {3, "10.0.0.2", "10.1.0.1", true},     {3, "10.0.0.2", "10.3.0.1", false},
      {4, "10.0.0.2", "10.3.0.1", true},  {8, "10.0.0.2", "10.0.0.1", false},    {8, "0.0.0.0", "10.0.0.1", false},
      {9, "10.0.0.2", "10.0.0.1", true},
  };
  for (const auto& c : cases) {
    Scene scene = Scene{}.from(c.sender).to(c.target);
    scene.parameters.arp.arp_ignore = c.level;
    scene.host.elsewhere = {{.prefix = network("10.1.0.1/24")},
                            {.prefix = network("10.3.0.1/32"), .scope = HostAddressScope::host}};
    scene.host.local_ranges = {{ip("10.9.0.0"), ip("10.9.255.255")}};
    EXPECT_EQ(scene.is_answered(), c.answered) << "level " << int{c.level} << ' ' << c.sender << " asks " << c.target;
  }
}

TEST(ArpReceive, WhatIsNotAnsweredLeavesNoTraceEither) {
  EXPECT_TRUE(Scene{}.with([](Scene& s) { s.parameters.arp.arp_ignore = 8; }).is_ignored());
}

TEST(ArpReceive, ArpFilterAsksForTheWayBack) {
  Scene scene = Scene{}.from("10.1.0.9");
  scene.host.elsewhere = {{.prefix = network("10.1.0.1/24")}};
  EXPECT_TRUE(scene.is_answered());
  scene.parameters.arp.arp_filter = true;
  EXPECT_FALSE(scene.is_answered());
  EXPECT_TRUE(scene.from("10.0.0.2").is_answered());
}

// --- on behalf of others: N-136 to N-138 ---

Scene proxying(std::string_view target) {
  return Scene{}.to(target).with([](Scene& s) {
    s.parameters.arp.forwarding = true;
    s.parameters.arp.proxy_arp = true;
    s.host.elsewhere = {{.prefix = network("10.1.0.1/24")}};
  });
}

TEST(ArpReceive, ProxiesWhatLiesBehindAnotherInterface) {
  const ArpVerdict verdict = proxying("10.1.0.7").verdict();
  ASSERT_TRUE(verdict.reply);
  EXPECT_TRUE(verdict.delay_reply);
  EXPECT_TRUE(verdict.learned->create);  // before the delay already
  EXPECT_EQ(verdict.learned->may_override, MacOverride::always);
  EXPECT_FALSE(proxying("10.0.0.7").is_answered());
  EXPECT_FALSE(proxying("99.0.0.1").is_answered());
  EXPECT_FALSE(proxying("10.1.0.7").from("0.0.0.0").is_answered());
  EXPECT_FALSE(proxying("10.1.0.7").with([](Scene& s) { s.parameters.arp.forwarding = false; }).is_answered());
  EXPECT_FALSE(proxying("10.1.0.7").with([](Scene& s) { s.parameters.arp.proxy_arp = false; }).is_answered());
}

TEST(ArpReceive, AProxyAnswersAtOnceWhatWasAskedByUnicastOrHasWaited) {
  const auto delayed = [](const Scene& scene) { return scene.verdict().delay_reply; };
  EXPECT_FALSE(delayed(proxying("10.1.0.7").with([](Scene& s) { s.ethernet.destination = own; })));
  EXPECT_FALSE(delayed(proxying("10.1.0.7").with([](Scene& s) { s.delay_over = true; })));
  EXPECT_FALSE(delayed(proxying("10.1.0.7").with([](Scene& s) { s.parameters.ipv4.proxy_delay = {}; })));
}

TEST(ArpReceive, APrivateVlanIsProxiedBackHere) {
  const auto pvlan = [](Scene& s) { s.parameters.arp.proxy_arp_pvlan = true; };
  EXPECT_TRUE(proxying("10.0.0.7").with(pvlan).is_answered());
  EXPECT_FALSE(proxying("10.0.0.2").with(pvlan).is_answered());  // about itself
}

TEST(ArpReceive, AProxyEntryIsForWhatLiesBehindAnotherInterface) {
  const auto entry = [](Scene& s) {
    s.parameters.arp.proxy_arp = false;
    s.host.proxied = {ip("10.1.0.7"), ip("10.0.0.7")};
  };
  EXPECT_TRUE(proxying("10.1.0.7").with(entry).is_answered());
  EXPECT_FALSE(proxying("10.1.0.8").with(entry).is_answered());
  EXPECT_FALSE(proxying("10.0.0.7").with(entry).is_answered());
}

// --- our rules ---

TEST(ArpReceive, StationMacsOnly) {
  for (const MacAddress& mac : {broadcast_mac, MacAddress{{1, 0, 0x5e, 0, 0, 1}}, MacAddress{}, own}) {
    Scene scene;
    scene.arp.sender_hardware_addr = mac;
    EXPECT_TRUE(scene.is_answered());
    scene.rules.set(NeighborRule::station_macs_only);
    EXPECT_TRUE(scene.is_ignored()) << to_string(mac);
  }
}

TEST(ArpReceive, SendersOnLink) {
  Scene scene = Scene{}.from("192.168.7.7");
  EXPECT_TRUE(scene.creates());
  scene.rules.set(NeighborRule::senders_on_link);
  EXPECT_FALSE(scene.creates());
  EXPECT_TRUE(scene.is_answered());
  EXPECT_FALSE(scene.verdict().needs_entry);
  scene.host.routes = {{.destination = network("192.168.7.0/24")}};
  EXPECT_TRUE(scene.creates());
  scene.host.routes[0].gateway = ip("10.0.0.254");
  EXPECT_FALSE(scene.creates());
}

}  // namespace
}  // namespace onlink
