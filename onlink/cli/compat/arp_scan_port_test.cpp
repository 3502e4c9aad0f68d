// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_port.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <vector>

namespace onlink::inline v0::cli::compat {
namespace {

using std::chrono::milliseconds;

// Has no room, or is down.
class Stubborn final : public Port {
 public:
  std::expected<std::size_t, Error> receive(FrameSink) override {
    return std::unexpected(Error{ErrorCode::link_down, ENETDOWN, "down"});
  }
  std::expected<std::size_t, Error> send(const FrameList&) override {
    ++offers;
    if (down) return std::unexpected(Error{ErrorCode::link_down, ENETDOWN, "down"});
    return 0;
  }
  PortCounters counters() override { return {}; }
  int offers = 0;
  bool down = false;
};

const std::vector<Bytes> one_frame(1);

TEST(ArpScanPort, OffersAFrameThatFindsNoRoomAgainAfterTheInterval) {
  Stubborn inner;
  ArpScanPort port(inner, 3, milliseconds{5});
  for (int offer = 1; offer <= 2; ++offer) {
    port.set_now(Instant{milliseconds{5 * offer}}, {});
    EXPECT_EQ(port.send(one_frame), 0U);
    EXPECT_EQ(port.send(one_frame), 0U) << "too early";
    EXPECT_EQ(inner.offers, offer);
  }
  port.set_now(Instant{milliseconds{15}}, {});
  const auto last = port.send(one_frame);
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().sys_errno, ENOBUFS);
}

TEST(ArpScanPort, AnyOtherFailureEndsItAtOnce) {
  Stubborn inner;
  inner.down = true;
  ArpScanPort port(inner, 20, milliseconds{5});
  const auto sent = port.send(one_frame);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().sys_errno, ENETDOWN);
}

TEST(ArpScanPort, WithoutTriesNothingIsSentAndALinkThatGoesIsNotHeardOf) {
  Stubborn inner;
  ArpScanPort port(inner, 0, milliseconds{5});
  EXPECT_EQ(port.send(one_frame), 1U);
  EXPECT_EQ(inner.offers, 0);
  auto ignore = [](const ReceivedFrame&) {};
  EXPECT_EQ(port.receive(ignore), 0U);
}

}  // namespace
}  // namespace onlink::inline v0::cli::compat
