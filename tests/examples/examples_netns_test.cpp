// SPDX-License-Identifier: Apache-2.0
// The examples do what their first lines say, among real kernels.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "onlink/kernel/link_setup.hpp"
#include "tests/netns/datagram.hpp"
#include "tests/netns/small_lan.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {
namespace {

using testing::HasSubstr;

constexpr auto patience = std::chrono::seconds{20};

// Makes the host's kernel ask for `address` until its table holds `expected` for it.
bool learns(KernelHost& host, int index, const IpAddress& address, const MacAddress& expected) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < until) {
    host.run([&] { send_datagram(address); });
    const auto entry = host.netlink().neighbor(index, address);
    if (entry && *entry && (*entry)->mac == expected) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return false;
}

class Examples : public testing::Test {
 protected:
  Examples()
      : lan_({.addresses = {prefix("192.0.2.1/24"), prefix("2001:db8::1/64")}}),
        neighbor_(lan_.add_host(
            {.mac = mac("08:00:27:53:10:67"), .addresses = {prefix("192.0.2.2/24"), prefix("2001:db8::2/64")}})) {}

  SmallLan lan_;
  KernelHost& neighbor_;
};

TEST_F(Examples, ResolverTellsWhoHasAnAddress) {
  for (const std::string address : {"192.0.2.2", "2001:db8::2"}) {
    const auto result = run_program(built_program("examples/resolver"), {.words = {"eth0", address}});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.out, address + " is at 08:00:27:53:10:67\n");
  }
}

TEST_F(Examples, AnnounceDumpsTheGratuitousArpThatItSends) {
  const auto result = run_program(built_program("examples/announce"), {.words = {"eth0"}});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out,
            "FF FF FF FF FF FF 02 00 00 00 00 01 08 06 00 01 \n"
            "08 00 06 04 00 01 02 00 00 00 00 01 C0 00 02 01 \n"
            "00 00 00 00 00 00 C0 00 02 01 00 00 00 00 00 00 \n"
            "00 00 00 00 00 00 00 00 00 00 00 00 \n");
}

TEST_F(Examples, ToyStackIsAHostThatTheKernelBelieves) {
  const int eth0 = neighbor_.netlink().find_link("eth0").value().index;
  const ProgramRun run{.words = {"eth0", "192.0.2.9/24", "2001:db8::9/64"}, .while_running = [&](int pid) {
                         EXPECT_TRUE(learns(neighbor_, eth0, ip("192.0.2.9"), mac("02:70:79:00:00:01")));
                         EXPECT_TRUE(learns(neighbor_, eth0, ip("2001:db8::9"), mac("02:70:79:00:00:01")));
                         ::kill(pid, SIGINT);
                       }};
  const auto result = run_program(built_program("examples/toy_stack"), run);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("192.0.2.2 08:00:27:53:10:67 "));
  EXPECT_THAT(result.out, HasSubstr("2001:db8::2 08:00:27:53:10:67 "));
}

TEST_F(Examples, ToyStackSpeaksOverATapInterfaceToo) {
  const kernel::FileDescriptor tun(::open("/dev/net/tun", O_RDWR | O_CLOEXEC));
  if (tun.fd() < 0) GTEST_SKIP() << "/dev/net/tun is not for this user";
  kernel::Netlink& netlink = lan_.ours().netlink();
  const ProgramRun run{
      .words = {"--tap", "toy0", "198.51.100.9/24"}, .while_running = [&](int pid) {
        const auto until = std::chrono::steady_clock::now() + patience;
        auto link = netlink.find_link("toy0");
        while (!link && std::chrono::steady_clock::now() < until) {
          std::this_thread::sleep_for(std::chrono::milliseconds{5});
          link = netlink.find_link("toy0");
        }
        EXPECT_TRUE(link);
        if (link) {
          EXPECT_TRUE(kernel::add_address(netlink, link->index, {.prefix = prefix("198.51.100.1/24")}));
          EXPECT_TRUE(kernel::change_link(netlink, link->index, {.up = true}));
          EXPECT_TRUE(learns(lan_.ours(), link->index, ip("198.51.100.9"), mac("02:70:79:00:00:01")));
        }
        ::kill(pid, SIGINT);
      }};
  const auto result = run_program(built_program("examples/toy_stack"), run);
  EXPECT_EQ(result.status, 0) << result.err;
}

TEST_F(Examples, CacheInCResolvesOneHostAndGivesUpOnTheOther) {
  const auto result = run_program(built_program("examples/c_cache"), {});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("   0.0 s  alpha  192.0.2.2: incomplete -> reachable (arp-reply)\n"));
  EXPECT_THAT(result.out, HasSubstr("   3.0 s  alpha  192.0.2.3: incomplete -> failed (unanswered)\n"));
  EXPECT_THAT(result.out, HasSubstr("   3.0 s  alpha  192.0.2.3: packet 2 was not sent (unreachable)\n"));
}

}  // namespace
}  // namespace onlink::inline v0::test
