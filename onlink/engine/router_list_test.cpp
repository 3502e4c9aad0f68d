// SPDX-License-Identifier: Apache-2.0
// Default routers, prefixes and redirects (RFC 4861 sections 6.3.4, 8.3; RFC 4191).
#include "onlink/engine/router_list.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "onlink/engine/redirect_list.hpp"

namespace onlink {
namespace {

using namespace std::chrono_literals;

constexpr Instant start{100s};
Ipv6Address v6(std::string_view text) { return parse_ipv6(text).value(); }
Prefix network(std::string_view text) { return parse_prefix(text).value(); }

// The options of an RA, and the memory that they lie in.
class Advertised {
 public:
  explicit Advertised(std::uint16_t lifetime) { message_.router_lifetime = lifetime; }
  Advertised& with(const PrefixInformation& information) {
    Writer out{MutableBytes{bytes_}.subspan(size_)};
    encode(NdpOption{information}, out);
    size_ += out.size();
    message_.options = NdpOptions::decode(Bytes{bytes_}.first(size_)).value();
    return *this;
  }
  Advertised& preferred(RouterPreference preference) {
    message_.preference = preference;
    return *this;
  }
  [[nodiscard]] const RouterAdvertisement& message() const { return message_; }

 private:
  std::array<std::byte, 256> bytes_{};
  std::size_t size_ = 0;
  RouterAdvertisement message_;
};

PrefixInformation on_link(std::string_view prefix, std::uint32_t valid) {
  return {.prefix_length = 64, .on_link = true, .valid_lifetime = valid, .prefix = v6(prefix)};
}

class RouterListTest : public testing::Test {
 protected:
  void hear(Duration at, std::string_view router, const Advertised& advertised) {
    list.on_advertisement(start + at, v6(router), advertised.message(), events);
  }
  template <class Kind>
  std::vector<Kind> all() const {
    std::vector<Kind> found;
    for (const Event& event : events) {
      if (const Kind* one = std::get_if<Kind>(&event)) found.push_back(*one);
    }
    return found;
  }
  RouterList list{2, 2};
  std::vector<Event> events;
};

TEST_F(RouterListTest, KeepsARouterForItsLifetime) {
  hear(0s, "fe80::1", Advertised{30}.preferred(RouterPreference::high));
  ASSERT_EQ(list.routers().size(), 1U);
  EXPECT_EQ(list.routers()[0].preference, RouterPreference::high);
  EXPECT_EQ(all<RouterChanged>().at(0).lifetime, 30s);
  hear(10s, "fe80::1", Advertised{30}.preferred(RouterPreference::reserved));
  EXPECT_EQ(events.size(), 1U);  // known already
  EXPECT_EQ(list.routers()[0].preference, RouterPreference::medium);
  EXPECT_EQ(list.next_deadline(), start + 40s);
  list.on_deadline(start + 40s, events);
  EXPECT_TRUE(list.routers().empty());
  EXPECT_FALSE(all<RouterChanged>().at(1).present);
  EXPECT_EQ(list.next_deadline(), std::nullopt);
}

TEST_F(RouterListTest, LifetimeZeroIsNoRouter) {
  hear(0s, "fe80::1", Advertised{0});
  EXPECT_TRUE(events.empty());
  hear(1s, "fe80::1", Advertised{30});
  hear(2s, "fe80::1", Advertised{0});
  EXPECT_TRUE(list.routers().empty());
  EXPECT_EQ(all<RouterChanged>().size(), 2U);
}

TEST_F(RouterListTest, WhenFullWhatEndsFirstMakesRoom) {
  hear(0s, "fe80::1", Advertised{30});
  hear(0s, "fe80::2", Advertised{20});
  hear(0s, "fe80::3", Advertised{10});
  ASSERT_EQ(list.routers().size(), 2U);
  EXPECT_EQ(list.routers()[0].address, v6("fe80::1"));
  EXPECT_EQ(list.routers()[1].address, v6("fe80::3"));
}

TEST_F(RouterListTest, OnlyPrefixesWithTheOnLinkFlagCount) {
  PrefixInformation silent = on_link("2001:db8:2::", 100);
  silent.on_link = false;  // says nothing either way (RFC 4861 section 6.3.4)
  hear(0s, "fe80::1", Advertised{0}.with(on_link("2001:db8:1::", 100)).with(silent));
  EXPECT_EQ(list.on_link(start, v6("2001:db8:1::9")), network("2001:db8:1::/64"));
  EXPECT_EQ(list.on_link(start, v6("2001:db8:2::9")), std::nullopt);
  EXPECT_EQ(list.on_link(start + 100s, v6("2001:db8:1::9")), std::nullopt);
}

TEST_F(RouterListTest, PrefixLifetimeZeroEndsItAndAllOnesNever) {
  hear(0s, "fe80::1", Advertised{0}.with(on_link("2001:db8:1::", 0xffffffff)));
  EXPECT_EQ(list.next_deadline(), std::nullopt);
  hear(0s, "fe80::1", Advertised{0}.with(on_link("2001:db8:1::5", 0)));
  EXPECT_TRUE(list.prefixes().empty());
  EXPECT_FALSE(all<OnLinkPrefixChanged>().at(1).present);
}

TEST_F(RouterListTest, UnsoundPrefixesAreIgnored) {
  PrefixInformation inverted = on_link("2001:db8:1::", 100);
  inverted.preferred_lifetime = 101;
  PrefixInformation too_long = on_link("2001:db8:1::", 100);
  too_long.prefix_length = 129;
  hear(0s, "fe80::1",
       Advertised{0}.with(inverted).with(too_long).with(on_link("fe80::", 100)).with(on_link("ff05::", 100)));
  EXPECT_TRUE(list.prefixes().empty());
}

TEST_F(RouterListTest, TheLinkTakesAllWithIt) {
  hear(0s, "fe80::1", Advertised{30}.with(on_link("2001:db8:1::", 100)));
  events.clear();
  list.clear(start, events);
  EXPECT_EQ(events.size(), 2U);
  EXPECT_TRUE(list.routers().empty());
  EXPECT_TRUE(list.prefixes().empty());
}

TEST(RedirectList, KeepsTheNewestAndForgetsByNextHop) {
  RedirectList list{2};
  std::vector<Event> events;
  list.add(start, v6("2001:db8::1"), v6("fe80::1"), events);
  list.add(start, v6("2001:db8::2"), v6("fe80::1"), events);
  list.add(start, v6("2001:db8::2"), v6("fe80::1"), events);  // nothing new
  EXPECT_EQ(events.size(), 2U);
  list.add(start, v6("2001:db8::3"), v6("fe80::2"), events);
  EXPECT_EQ(list.find(v6("2001:db8::1")), std::nullopt);
  EXPECT_EQ(list.find(v6("2001:db8::2")), v6("fe80::1"));
  list.forget_next_hop(v6("fe80::1"));
  EXPECT_EQ(list.find(v6("2001:db8::2")), std::nullopt);
  EXPECT_EQ(list.find(v6("2001:db8::3")), v6("fe80::2"));
  EXPECT_EQ(list.size(), 1U);
}

TEST(RedirectList, WhatChangedItsNextHopIsForgottenByTheNewOne) {
  RedirectList list{4};
  std::vector<Event> events;
  list.add(start, v6("2001:db8::1"), v6("fe80::1"), events);
  list.add(start, v6("2001:db8::1"), v6("fe80::2"), events);
  EXPECT_EQ(events.size(), 2U);
  list.forget_next_hop(v6("fe80::1"));
  EXPECT_EQ(list.find(v6("2001:db8::1")), v6("fe80::2"));
  list.forget_next_hop(v6("fe80::2"));
  EXPECT_TRUE(list.empty());
}

TEST(RedirectList, WhoIsNoRouterAnyMoreIsStillItsOwnNextHop) {
  RedirectList list{4};
  std::vector<Event> events;
  list.add(start, v6("fe80::1"), v6("fe80::1"), events);
  list.add(start, v6("2001:db8::1"), v6("fe80::1"), events);
  list.forget_router(v6("fe80::1"));
  EXPECT_EQ(list.find(v6("2001:db8::1")), std::nullopt);
  EXPECT_EQ(list.find(v6("fe80::1")), v6("fe80::1"));
  list.forget_next_hop(v6("fe80::1"));
  EXPECT_TRUE(list.empty());
}

TEST(RedirectList, OfNoSizeKeepsNothing) {
  RedirectList list{0};
  std::vector<Event> events;
  list.add(start, v6("2001:db8::1"), v6("fe80::1"), events);
  EXPECT_TRUE(list.empty());
  EXPECT_TRUE(events.empty());
}

}  // namespace
}  // namespace onlink
