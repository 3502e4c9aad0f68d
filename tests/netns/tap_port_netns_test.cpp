// SPDX-License-Identifier: Apache-2.0
// The tap port: its peer is this namespace's own kernel.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "onlink/engine/virtual_host.hpp"
#include "onlink/kernel/link_setup.hpp"
#include "onlink/link/tap_port.hpp"
#include "onlink/run/driver.hpp"
#include "tests/netns/datagram.hpp"
#include "tests/netns/small_lan.hpp"

namespace onlink::inline v0::test {
namespace {

bool may_use_tap() {
  const kernel::FileDescriptor tun(::open("/dev/net/tun", O_RDWR | O_CLOEXEC));
  return tun.fd() >= 0;
}

TEST(TapPort, TheKernelResolvesAHostBehindIt) {
  if (!may_use_tap()) GTEST_SKIP() << "/dev/net/tun is not for this user";
  auto netlink = kernel::Netlink::open().value();
  auto port = open_tap_port("tap-test");
  ASSERT_TRUE(port) << port.error().context;
  const int index = netlink.find_link("tap-test").value().index;
  ASSERT_TRUE(kernel::add_address(netlink, index, {.prefix = prefix("192.0.2.1/24")}));
  ASSERT_TRUE(kernel::change_link(netlink, index, {.up = true}));

  VirtualHost host({.addresses = {{ip("192.0.2.9"), ip("192.0.2.9")}}, .mac = mac("02:00:00:00:00:09")});
  send_datagram(ip("192.0.2.9"));
  const auto resolved = [&] {
    const auto entry = netlink.neighbor(index, ip("192.0.2.9"));
    return entry && *entry && (*entry)->mac == mac("02:00:00:00:00:09");
  };
  for (int round = 0; round < 100 && !resolved(); ++round) {
    const auto end = run(host, **port, {.stay = true, .until = monotonic_now() + std::chrono::milliseconds{20}});
    ASSERT_EQ(end.end, RunEnd::time_limit);
  }
  EXPECT_TRUE(resolved());
}

TEST(TapPort, ANameThatNoInterfaceCanHaveIsRefused) {
  for (const char* name : {"", "sixteen-letters-", "a/b"}) {
    const auto port = open_tap_port(name);
    ASSERT_FALSE(port) << name;
    EXPECT_EQ(port.error().code, ErrorCode::usage);
  }
}

}  // namespace
}  // namespace onlink::inline v0::test
