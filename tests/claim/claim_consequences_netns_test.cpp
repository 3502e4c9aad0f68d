// SPDX-License-Identifier: Apache-2.0
// What follows from a claim on this host: the address on the interface (--configure), a command at each event (--exec),
// and what becomes of both when the link goes away and comes back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "onlink/kernel/link_ready.hpp"
#include "onlink/kernel/link_setup.hpp"
#include "tests/claim/address_watch.hpp"
#include "tests/claim/lan_program.hpp"
#include "tests/claim/wire_recording.hpp"
#include "tests/netns/small_lan.hpp"
#include "tests/support/must.hpp"

namespace onlink::inline v0::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr MacAddress claimer_mac{{2, 0, 0, 0, 0, 0x0c}};
constexpr MacAddress rival_mac{{2, 0, 0, 0, 0, 0xbb}};
const Ipv4Address address = Ipv4Address::of(10, 0, 0, 9);
const Prefix network = prefix("10.0.0.9/24");

class ClaimConsequences : public testing::Test {
 protected:
  ClaimConsequences() : host_(lan_.add_host({.mac = claimer_mac})), watch_({{"host", &host_}}) {
    if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("mkdtemp");
  }
  ~ClaimConsequences() override { fs::remove_all(folder_); }

  LanProgram claim(std::vector<std::string> words) {
    words.insert(words.begin(), {"claim", "-i", "eth0", "--fast"});
    return {host_, {.path = onlink_path(), .words = std::move(words)}};
  }
  // A program for --exec, of these lines of a shell's.
  std::string hook(std::string_view lines) {
    const std::string path = folder_ + "/hook";
    std::ofstream{path} << "#!/bin/sh\n" << lines << '\n';
    fs::permissions(path, fs::perms{0755});
    return path;
  }
  // Writes a line for each event.
  std::string diary_hook() {
    return hook("echo \"$ONLINK_EVENT $ONLINK_REASON $ONLINK_ADDRESS/$ONLINK_PREFIX_LENGTH $ONLINK_FAMILY " +
                std::string{"$ONLINK_INTERFACE $ONLINK_INTERFACE_MAC $ONLINK_CONFIGURED $ONLINK_MAC $*\" >> "} +
                diary_path());
  }
  std::string diary_path() const { return folder_ + "/diary"; }
  std::vector<std::string> diary() const {
    std::vector<std::string> lines;
    std::ifstream file{diary_path()};
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }
  void await_held(const IpAddress& held) {
    wait_until("the address is on the interface", [&] { return watch_.holds("host", held); });
  }
  void await_gone(const IpAddress& held) {
    wait_until("the address is off the interface", [&] { return !watch_.holds("host", held); });
  }
  std::optional<kernel::InterfaceAddress> on_interface(const IpAddress& wanted) {
    for (const kernel::InterfaceAddress& one : must(host_.netlink().addresses(host_.link().index))) {
      if (one.prefix.address == wanted) return one;
    }
    return std::nullopt;
  }

  SmallLan lan_{{.mac = rival_mac}};
  KernelHost& host_;
  AddressWatch watch_;
  std::string folder_ = (fs::temp_directory_path() / "onlink-claim-XXXXXX").string();
};

TEST_F(ClaimConsequences, AnAddressThatIsReadyIsOnTheInterfaceUntilTheEnd) {
  LanProgram program = claim({"--configure", to_string(network), "2001:db8::9/64"});
  await_held(address);
  await_held(ip("2001:db8::9"));
  EXPECT_EQ(on_interface(address)->prefix, network);
  EXPECT_EQ(on_interface(address)->scope, kernel::AddressScope::global);
  EXPECT_EQ(program.stop(SIGINT).signal, SIGINT);
  EXPECT_FALSE(on_interface(address));
  EXPECT_FALSE(on_interface(ip("2001:db8::9")));
}

TEST_F(ClaimConsequences, ALinkLocalAddressHasTheScopeOfTheLink) {
  LanProgram program = claim({"--configure", "169.254.7.9/16"});
  await_held(ip("169.254.7.9"));
  EXPECT_EQ(on_interface(ip("169.254.7.9"))->scope, kernel::AddressScope::link);
  (void)program.stop(SIGINT);
}

TEST_F(ClaimConsequences, WithOnceItStays) {
  LanProgram program = claim({"--configure", "--once", to_string(network)});
  EXPECT_EQ(program.wait().status, 0);
  EXPECT_TRUE(on_interface(address));
}

TEST_F(ClaimConsequences, WhatSomebodyElseAddedMeanwhileStays) {
  WireRecording wire;
  LanProgram program = claim({"--configure", to_string(network)});
  ASSERT_TRUE(wire.run_until([&] { return wire.count(FrameKind::probe, address) == 3; }, seconds{30}));
  host_.add_address(network);
  ASSERT_TRUE(wire.run_until([&] { return wire.count(FrameKind::announcement, address) == 1; }, seconds{30}));
  const ProgramResult result = program.stop(SIGINT);
  EXPECT_THAT(result.err, HasSubstr("on the interface already"));
  EXPECT_TRUE(on_interface(address));
}

TEST_F(ClaimConsequences, WhatIsLostIsTakenOffTheInterface) {
  WireRecording wire{
      {{.about = address,
        .on = FrameKind::announcement,
        .nth = 1,
        .after = milliseconds{50},
        .send = [](const WireFrame&, FrameBatch& out) { send_arp(arp_announcement(rival_mac, address), out); }}}};
  LanProgram program = claim({"--configure", "--policy", "never", to_string(network), "--exec", diary_hook()});
  ASSERT_TRUE(wire.run_until([&] { return !program.runs(); }, seconds{30}));
  EXPECT_EQ(program.wait().status, 3);
  EXPECT_EQ(watch_.holdings(address).size(), 1U);
  EXPECT_FALSE(watch_.holds("host", address));
  EXPECT_THAT(diary(), ElementsAre("ready  10.0.0.9/24 ipv4 eth0 02:00:00:00:00:0c 1  ",
                                   "lost conflict 10.0.0.9/24 ipv4 eth0 02:00:00:00:00:0c 0 02:00:00:00:00:bb "));
}

TEST_F(ClaimConsequences, WhatTheKernelHadBeforeStaysThereWhenItIsLostAndThatIsSaid) {
  host_.add_address(network);
  WireRecording wire{
      {{.about = address, .on = FrameKind::announcement, .nth = 1, .send = [](const WireFrame&, FrameBatch& out) {
          send_arp(arp_announcement(rival_mac, address), out);
        }}}};
  LanProgram program = claim({"--configure", "--policy", "never", to_string(address)});
  ASSERT_TRUE(wire.run_until([&] { return !program.runs(); }, seconds{30}));
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.err,
              HasSubstr("kernel has it still, and goes on answering (ip address del 10.0.0.9/24 dev eth0)"));
  EXPECT_TRUE(on_interface(address));
}

// Linux takes a network's other addresses off together with the first one, unless promote_secondaries is set.
TEST_F(ClaimConsequences, AnAddressStaysWhenTheFirstOfItsNetworkIsLost) {
  const Ipv4Address other = Ipv4Address::of(10, 0, 0, 10);
  WireRecording wire;
  host_.set_sysctl("net/ipv4/conf/eth0/promote_secondaries", "0");
  LanProgram program =
      claim({"--configure", "--policy", "never", to_string(network), "10.0.0.10/24", "--exec", diary_hook()});
  await_held(address);
  await_held(other);
  const bool is_second = on_interface(address)->temporary;
  const Ipv4Address first = is_second ? other : address;
  FrameBatch attack;
  send_arp(arp_announcement(rival_mac, first), attack);
  wire.send(attack);
  wait_until("it is lost", [&] { return std::ranges::any_of(diary(), [](auto& line) { return line[0] == 'l'; }); });
  EXPECT_FALSE(on_interface(first));
  EXPECT_TRUE(on_interface(is_second ? address : other));
  (void)program.stop(SIGINT);
}

TEST_F(ClaimConsequences, AHookOfACheckHearsWhatIsFreeAndWhatIsTaken) {
  lan_.add_host({.addresses = {prefix("10.0.0.1/24")}});
  LanProgram program = claim({"--probe-only", "10.0.0.1", to_string(network), "--exec", diary_hook()});
  EXPECT_EQ(program.wait().status, 3);
  EXPECT_THAT(diary(), ElementsAre(StartsWith("conflict  10.0.0.1/"), StartsWith("free  10.0.0.9/")));
}

TEST_F(ClaimConsequences, AHookIsTheCommandAsItStandsWithoutAShell) {
  LanProgram program = claim({to_string(address), "--exec", diary_hook(), "$HOME;", "--policy", "a  b"});
  wait_until("the hook has run", [&] { return !diary().empty(); });
  EXPECT_EQ(program.stop(SIGTERM).signal, SIGTERM);
  EXPECT_THAT(diary(), ElementsAre("ready  10.0.0.9/32 ipv4 eth0 02:00:00:00:00:0c 0  $HOME; --policy a  b",
                                   "lost released 10.0.0.9/32 ipv4 eth0 02:00:00:00:00:0c 0  $HOME; --policy a  b"));
}

TEST_F(ClaimConsequences, AHookThatHangsIsEndedAndKeepsNothingWaiting) {
  WireRecording wire;
  LanProgram program =
      claim({to_string(address), "--exec-timeout", "0.5", "--exec", hook("echo begun; exec sleep 600")});
  ASSERT_TRUE(wire.run_until([&] { return wire.count(FrameKind::announcement, address) == 2; }, seconds{30}));
  ASSERT_TRUE(wire.run_until([&] { return program.err().contains("ended after 0.5 s"); }, seconds{30}));
  const auto announced = wire.times(FrameKind::announcement, address);
  EXPECT_LE(announced[1] - announced[0], seconds{3});
  const ProgramResult result = program.stop(SIGINT);
  EXPECT_THAT(result.err, HasSubstr("begun"));
  EXPECT_THAT(result.out, Not(HasSubstr("begun")));
}

std::string effective_capabilities(const std::string& status) {
  std::ifstream file{status};
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("CapEff:")) return line;
  }
  return "";
}

TEST_F(ClaimConsequences, AHookMayDoWhatTheUserMayAndTheClaimMayNot) {
  LanProgram program = claim({to_string(address), "--exec", hook("grep CapEff /proc/self/status >> " + diary_path())});
  wait_until("the hook has run", [&] { return !diary().empty(); });
  EXPECT_THAT(diary(), ElementsAre(effective_capabilities("/proc/self/status")));
  EXPECT_EQ(effective_capabilities("/proc/" + std::to_string(program.pid()) + "/status"), "CapEff:\t0000000000000000");
  (void)program.stop(SIGINT);
}

TEST_F(ClaimConsequences, ALinkThatWentDownIsProbedAnewWhenItIsBack) {
  WireRecording wire;
  LanProgram program = claim({"--json", "--configure", to_string(network), "--exec", diary_hook()});
  const auto announced = [&](std::uint32_t times) {
    return wire.run_until([&] { return wire.count(FrameKind::announcement, address) >= times; }, seconds{30});
  };
  ASSERT_TRUE(announced(2));
  host_.set_up(false);
  await_gone(address);
  host_.set_up(true);
  ASSERT_TRUE(announced(4)) << program.err();
  EXPECT_EQ(wire.count(FrameKind::probe, address), 6U);
  EXPECT_TRUE(watch_.holds("host", address));
  const ProgramResult result = program.stop(SIGINT);
  EXPECT_THAT(result.out, HasSubstr(R"("reason":"link_down")"));
  const std::string about = " 10.0.0.9/24 ipv4 eth0 02:00:00:00:00:0c ";
  EXPECT_THAT(diary(), ElementsAre("ready " + about + "1  ", "lost link_down" + about + "0  ", "ready " + about + "1  ",
                                   "lost released" + about + "0  "));
}

// While it is down nothing is sent, and somebody may take the address meanwhile.
TEST_F(ClaimConsequences, WhoTookTheAddressWhileTheLinkWasDownKeepsIt) {
  KernelHost& another = lan_.add_host({.mac = rival_mac});
  LanProgram program = claim({"--configure", to_string(network)});
  await_held(address);
  host_.set_up(false);
  await_gone(address);
  another.add_address(network);
  host_.set_up(true);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.out, HasSubstr("02:00:00:00:00:bb has it"));
  EXPECT_FALSE(watch_.holds("host", address));
}

// The other end of a cable is unplugged: nothing here is set down, and sending does not fail.
TEST_F(ClaimConsequences, ALostCarrierLosesTheAddressAsWell) {
  kernel::Netlink& netlink = host_.netlink();
  must(kernel::create_veth(netlink, {.name = "near", .up = false}, {.name = "far", .up = false}));
  const int far = must(netlink.find_link("far")).index;
  const int near = must(netlink.find_link("near")).index;
  must(kernel::change_link(netlink, far, {.up = true}));
  must(kernel::change_link(netlink, near, {.up = true}));
  must(kernel::await_running(netlink, near));
  LanProgram program{
      host_,
      {.path = onlink_path(),
       .words = {"claim", "-i", "near", "--fast", "--configure", "10.1.0.9/24", "--exec", diary_hook()}}};
  await_held(ip("10.1.0.9"));
  must(kernel::change_link(netlink, far, {.up = false}));
  await_gone(ip("10.1.0.9"));
  must(kernel::change_link(netlink, far, {.up = true}));
  await_held(ip("10.1.0.9"));
  (void)program.stop(SIGINT);
  EXPECT_THAT(diary(), ElementsAre(StartsWith("ready "), StartsWith("lost link_down "), StartsWith("ready "),
                                   StartsWith("lost released ")));
}

// The link-local address of last time is tried first.
TEST_F(ClaimConsequences, AnAddressOfOurChoiceIsRememberedAndTriedFirst) {
  const std::string state = folder_ + "/state";
  std::ofstream{state} << "169.254.7.9\n";
  LanProgram first = claim({"--configure", "--auto", "--state", state});
  await_held(ip("169.254.7.9"));
  (void)first.stop(SIGINT);
  WireRecording wire{{{.about = ip("169.254.7.9"), .send = [](const WireFrame& heard, FrameBatch& out) {
                         send_arp(arp_reply(rival_mac, heard.about.ipv4(), heard.arp()), out);
                       }}}};
  LanProgram second = claim({"--configure", "--auto", "--state", state});
  const auto remembered = [&] {
    std::string line;
    std::getline(std::ifstream{state} >> std::ws, line);
    return line;
  };
  ASSERT_TRUE(wire.run_until([&] { return remembered() != "169.254.7.9"; }, seconds{30})) << second.err();
  await_held(ip(remembered()));
  EXPECT_EQ(watch_.holdings(ip("169.254.7.9")).size(), 1U);
  (void)second.stop(SIGINT);
}

TEST_F(ClaimConsequences, WhenTheInterfaceIsGoneThatIsTheEnd) {
  WireRecording wire;
  LanProgram program = claim({"--configure", to_string(network), "--exec", diary_hook()});
  ASSERT_TRUE(wire.run_until([&] { return wire.count(FrameKind::announcement, address) == 2; }, seconds{30}));
  must(kernel::delete_link(host_.netlink(), host_.link().index));
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.status, 6) << result.err;
  EXPECT_THAT(result.err, HasSubstr("eth0: the interface is gone"));
  EXPECT_THAT(diary(), Contains(StartsWith("lost link_down")));
}

}  // namespace
}  // namespace onlink::inline v0::test
