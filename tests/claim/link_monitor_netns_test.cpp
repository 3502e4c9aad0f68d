// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <poll.h>

#include "onlink/kernel/link_monitor.hpp"
#include "onlink/kernel/link_ready.hpp"
#include "onlink/kernel/link_setup.hpp"
#include "tests/support/must.hpp"

namespace onlink::inline v0::test {
namespace {

using kernel::LinkMonitor;

// Two ends of a cable, near and far, both here.
class LinkMonitorTest : public testing::Test {
 protected:
  LinkMonitorTest() {
    must(kernel::create_veth(netlink_, {.name = "near", .up = false}, {.name = "far", .up = false}));
    near_ = must(netlink_.find_link("near")).index;
    far_ = must(netlink_.find_link("far")).index;
    set_up(far_, true);
    set_up(near_, true);
    must(kernel::await_running(netlink_, near_));
  }
  ~LinkMonitorTest() override { (void)kernel::delete_link(netlink_, near_); }

  void set_up(int index, bool up) { must(kernel::change_link(netlink_, index, {.up = up})); }
  // Once there is news; carriers are told of by the kernel when it comes to it.
  static LinkMonitor::Seen next(LinkMonitor& monitor, bool (*wanted)(const LinkMonitor::Seen&)) {
    LinkMonitor::Seen all;
    for (int waits = 0; waits < 100; ++waits) {
      pollfd waited{monitor.fd(), POLLIN, 0};
      ::poll(&waited, 1, 100);
      const LinkMonitor::Seen seen = must(monitor.read());
      all = {all.went_down || seen.went_down, seen.up_now, seen.gone};
      if (wanted(all)) return all;
    }
    throw std::runtime_error("no news of the link");
  }

  kernel::Netlink netlink_ = must(kernel::Netlink::open());
  int near_ = 0;
  int far_ = 0;
};

TEST_F(LinkMonitorTest, ALinkThatStaysUpIsNoNews) {
  auto monitor = must(LinkMonitor::open(near_));
  for (int i = 0; i < 2; ++i) {
    const LinkMonitor::Seen seen = must(monitor.read());
    EXPECT_FALSE(seen.went_down);
    EXPECT_TRUE(seen.up_now);
    EXPECT_FALSE(seen.gone);
  }
}

TEST_F(LinkMonitorTest, DownAndUpAreSeen) {
  auto monitor = must(LinkMonitor::open(near_));
  set_up(near_, false);
  const auto down = next(monitor, [](const LinkMonitor::Seen& seen) { return !seen.up_now; });
  EXPECT_TRUE(down.went_down);
  EXPECT_FALSE(down.gone);
  set_up(near_, true);
  EXPECT_TRUE(next(monitor, [](const LinkMonitor::Seen& seen) { return seen.up_now; }).up_now);
}

TEST_F(LinkMonitorTest, ALostCarrierIsSeen) {
  auto monitor = must(LinkMonitor::open(near_));
  set_up(far_, false);
  EXPECT_TRUE(next(monitor, [](const LinkMonitor::Seen& seen) { return !seen.up_now; }).went_down);
}

TEST_F(LinkMonitorTest, WhatWasDownForAMomentBetweenTwoLooksWentDown) {
  auto monitor = must(LinkMonitor::open(near_));
  set_up(near_, false);
  set_up(near_, true);
  must(kernel::await_running(netlink_, near_));
  const auto seen = next(monitor, [](const LinkMonitor::Seen& one) { return one.went_down && one.up_now; });
  EXPECT_FALSE(seen.gone);
  EXPECT_FALSE(must(monitor.read()).went_down) << "told twice";
}

TEST_F(LinkMonitorTest, AnotherLinksNewsAreNotOurs) {
  auto monitor = must(LinkMonitor::open(near_));
  must(kernel::create_veth(netlink_, {.name = "other", .up = false}, {.name = "others", .up = false}));
  must(kernel::delete_link(netlink_, must(netlink_.find_link("other")).index));
  const LinkMonitor::Seen seen = must(monitor.read());
  EXPECT_FALSE(seen.went_down);
  EXPECT_FALSE(seen.gone);
}

TEST_F(LinkMonitorTest, ADeletedLinkIsGone) {
  auto monitor = must(LinkMonitor::open(near_));
  must(kernel::delete_link(netlink_, near_));
  const auto seen = next(monitor, [](const LinkMonitor::Seen& one) { return one.gone; });
  EXPECT_TRUE(seen.went_down);
  EXPECT_FALSE(seen.up_now);
}

TEST_F(LinkMonitorTest, AnAbsentLinkIsAnError) {
  const auto monitor = LinkMonitor::open(9999);
  ASSERT_FALSE(monitor);
  EXPECT_EQ(monitor.error().code, ErrorCode::no_interface);
}

}  // namespace
}  // namespace onlink::inline v0::test
