// SPDX-License-Identifier: Apache-2.0
// `onlink compat arpsend` among real kernels: vzctl's lines and statuses, and the warnings that it lacks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "onlink/kernel/neighbor_edit.hpp"
#include "tests/netns/small_lan.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {
namespace {

using testing::HasSubstr;

constexpr std::string_view usage =
    "Usage: arpsend <-U -i <src_ip_addr> | -D -e <trg_ip_addr> [-e <trg_ip_addr>] ...> [-c <count>] [-w <timeout>] "
    "interface_name\n";

class Arpsend : public testing::Test {
 protected:
  Arpsend()
      : lan_({.mac = mac("08:00:27:84:bc:b0"), .addresses = {prefix("172.28.128.3/24")}}),
        neighbor_(lan_.add_host({.mac = mac("08:00:27:bf:03:bd"), .addresses = {prefix("172.28.128.2/24")}})) {}

  static ProgramResult arpsend(std::vector<std::string> words) {
    words.insert(words.begin(), {"compat", "arpsend"});
    return run_onlink({.words = words});
  }

  SmallLan lan_;
  KernelHost& neighbor_;
};

TEST_F(Arpsend, TellsTheDialogueToTheLetter) {
  const ProgramResult result = arpsend({"-D", "-e", "172.28.128.2", "eth0", "-v"});
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(result.out, "");
  const std::string ours =
      "eth '08:00:27:84:bc:b0' -> eth 'ff:ff:ff:ff:ff:ff'; arp sndr '08:00:27:84:bc:b0' "
      "'172.28.128.3'; request; arp recipient 'ff:ff:ff:ff:ff:ff' '172.28.128.2'\n";
  EXPECT_EQ(result.err,
            "arpsend: got addresses hw='08:00:27:84:bc:b0', ip='172.28.128.3'\n"
            "arpsend: send packet: " +
                ours + "arpsend: recv unknown packet " + ours +
                "arpsend: recv packet eth '08:00:27:bf:03:bd' -> eth '08:00:27:84:bc:b0'; arp sndr "
                "'08:00:27:bf:03:bd' '172.28.128.2'; reply; arp recipient '08:00:27:84:bc:b0' '172.28.128.3'\n"
                "arpsend: 172.28.128.2 is detected on another computer : 08:00:27:bf:03:bd\n");
}

TEST_F(Arpsend, EndsWithTheStatusesOfTheOriginal) {
  EXPECT_EQ(arpsend({"-D", "-e", "172.28.128.77", "-c", "1", "eth0"}).status, 0) << "free";
  EXPECT_EQ(arpsend({"-Q", "-e", "172.28.128.2", "-o", "eth0"}).status, 0);
  EXPECT_EQ(arpsend({"-Q", "-e", "172.28.128.77", "-c", "1", "eth0"}).status, 4);
  EXPECT_EQ(arpsend({"-U", "-i", "172.28.128.3", "-c", "1", "eth0"}).status, 0);
  for (const auto& words : std::vector<std::vector<std::string>>{
           {}, {"-D", "eth0"}, {"-U", "eth0"}, {"-D", "-U", "-e", "172.28.128.2", "eth0"}, {"-D", "-e", "x", "eth0"}}) {
    const ProgramResult result = arpsend(words);
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.err, usage);
  }
  const ProgramResult absent = arpsend({"-D", "-e", "172.28.128.2", "nope"});
  EXPECT_EQ(absent.status, 2);
  EXPECT_EQ(absent.err, "arpsend: unknown iface nope : No such device\n");
}

TEST_F(Arpsend, WarnsWhereTheOriginalMisleads) {
  EXPECT_THAT(arpsend({"-Q", "-e", "172.28.128.3", "-o", "eth0"}).err,
              HasSubstr("warning: this is our own MAC address"));
}

TEST_F(Arpsend, AnnouncesAnIpv6AddressItself) {
  const IpAddress address = ip("2001:db8::3");
  const kernel::NeighborEdit old{.interface = neighbor_.link().index,
                                 .address = address,
                                 .mac = mac("02:00:00:00:00:aa"),
                                 .state = NudState::reachable};
  neighbor_.add_address(prefix("2001:db8::2/64"));
  ASSERT_TRUE(kernel::edit_neighbor(neighbor_.netlink(), kernel::NeighborVerb::replace, old));
  const ProgramResult result = arpsend({"-U", "-i", "2001:db8::3", "eth0"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "");
  const auto learnt = [&] {
    const auto entry = neighbor_.netlink().neighbor(old.interface, address);
    return entry && *entry && (*entry)->mac == mac("08:00:27:84:bc:b0");
  };
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!learnt() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  EXPECT_TRUE(learnt());
  EXPECT_EQ(arpsend({"-U", "-i", "2001:db8::3", "nope"}).status, 2);
}

TEST_F(Arpsend, AnIpv6AddressThatSomebodyHasIsToldAndNotInTheStatus) {
  neighbor_.add_address(prefix("2001:db8::2/64"));
  const ProgramResult taken = arpsend({"-D", "-e", "2001:db8::2", "eth0"});
  EXPECT_EQ(taken.status, 0);
  EXPECT_EQ(taken.err,
            "arpsend: warning: 2001:db8::2 is detected on another computer : 08:00:27:bf:03:bd; the status does not "
            "say so\n");
  const ProgramResult free = arpsend({"-D", "-e", "2001:db8::77", "eth0"});
  EXPECT_EQ(free.status, 0);
  EXPECT_EQ(free.err, "");
  const ProgramResult unasked = arpsend({"-D", "-e", "2001:db8::77", "nope"});
  EXPECT_EQ(unasked.status, 0);
  EXPECT_THAT(unasked.err, HasSubstr("warning: the status says nothing about 2001:db8::77: nope: no such interface"));
}

}  // namespace
}  // namespace onlink::inline v0::test
