// SPDX-License-Identifier: Apache-2.0
// What a C program may get wrong. What the cache does is tested where it lives; examples/c_cache.c shows it from C.
#include "onlink/c/neighbor.h"

#include <gtest/gtest.h>

#include <memory>
#include <string_view>

namespace {

constexpr std::uint8_t other_mac[6] = {2, 0, 0, 0, 0, 9};

onlink_ip ip(const char* text) {
  onlink_ip parsed{};
  EXPECT_EQ(onlink_ip_parse(text, &parsed), ONLINK_OK);
  return parsed;
}

class CInterface : public testing::Test {
 protected:
  static onlink_neighbor_cache* make() {
    const onlink_neighbor_config config{.mac = {2, 0, 0, 0, 0, 1}, .linux_compatible = 0, .seed = 1};
    return onlink_neighbor_cache_new(&config);
  }
  onlink_neighbor_cache* cache() { return cache_.get(); }

 private:
  std::unique_ptr<onlink_neighbor_cache, decltype(&onlink_neighbor_cache_free)> cache_{make(),
                                                                                       onlink_neighbor_cache_free};
};

TEST_F(CInterface, AddressThatWasNeverFilledInIsRefused) {
  const onlink_ip nothing{};
  const onlink_ip network = ip("192.0.2.0");
  onlink_neighbor_entry entry{};
  std::uint8_t mac[6] = {};
  onlink_ip hop{};
  EXPECT_EQ(onlink_neighbor_add_address(cache(), 0, &nothing, 24, 0), ONLINK_INVALID);
  EXPECT_EQ(onlink_neighbor_remove_address(cache(), 0, &nothing), ONLINK_INVALID);
  EXPECT_EQ(onlink_neighbor_add_route(cache(), 0, &nothing, 0, nullptr), ONLINK_INVALID);
  EXPECT_EQ(onlink_neighbor_add_route(cache(), 0, &network, 24, &nothing), ONLINK_INVALID);
  EXPECT_EQ(onlink_neighbor_set(cache(), 0, &nothing, other_mac, ONLINK_NUD_STALE), ONLINK_INVALID);
  EXPECT_EQ(onlink_neighbor_remove(cache(), 0, &nothing), ONLINK_INVALID);
  EXPECT_EQ(onlink_neighbor_find(cache(), &nothing, &entry), ONLINK_INVALID);
  EXPECT_EQ(onlink_neighbor_find_connected(cache(), &nothing, mac), ONLINK_INVALID);
  EXPECT_EQ(onlink_neighbor_next_hop(cache(), 0, &nothing, &hop), ONLINK_NO_ROUTE);
  EXPECT_EQ(onlink_neighbor_send(cache(), 0, &nothing, "E", 1, 0), ONLINK_DROPPED);
  onlink_neighbor_confirm(cache(), 0, &nothing);
  EXPECT_EQ(onlink_neighbor_count(cache(), ONLINK_IPV4) + onlink_neighbor_count(cache(), ONLINK_IPV6), 0U);
}

TEST_F(CInterface, PrefixLongerThanItsAddressIsRefused) {
  const onlink_ip address = ip("192.0.2.1");
  EXPECT_EQ(onlink_neighbor_add_address(cache(), 0, &address, 33, 0), ONLINK_INVALID);
  EXPECT_EQ(onlink_neighbor_add_address(cache(), 0, &address, 32, 0), ONLINK_OK);
}

TEST_F(CInterface, StateIsOneOfLinuxesBits) {
  const onlink_ip address = ip("192.0.2.9");
  const auto two_at_once = static_cast<onlink_nud_state>(ONLINK_NUD_STALE | ONLINK_NUD_DELAY);
  EXPECT_EQ(onlink_neighbor_set(cache(), 0, &address, other_mac, two_at_once), ONLINK_INVALID);
  EXPECT_EQ(onlink_neighbor_set(cache(), 0, &address, other_mac, ONLINK_NUD_PERMANENT), ONLINK_OK);
  std::uint8_t mac[6] = {};
  EXPECT_EQ(onlink_neighbor_find_connected(cache(), &address, mac), ONLINK_OK);
  EXPECT_EQ(mac[5], 9);
}

TEST_F(CInterface, EveryStatusHasWords) {
  for (const auto status : {ONLINK_OK, ONLINK_EXISTS, ONLINK_ABSENT, ONLINK_INVALID, ONLINK_FULL}) {
    EXPECT_NE(std::string_view{onlink_status_text(status)}, "unknown");
  }
}

TEST_F(CInterface, EventsKeepTheirOrderOverSeveralCalls) {
  const onlink_ip first = ip("192.0.2.9"), second = ip("192.0.2.10");
  ASSERT_EQ(onlink_neighbor_set(cache(), 1, &first, other_mac, ONLINK_NUD_STALE), ONLINK_OK);
  ASSERT_EQ(onlink_neighbor_set(cache(), 2, &second, other_mac, ONLINK_NUD_STALE), ONLINK_OK);
  onlink_event event{};
  for (const int last_octet : {9, 10}) {
    ASSERT_EQ(onlink_neighbor_next_event(cache(), &event), 1);
    EXPECT_EQ(event.kind, ONLINK_NEIGHBOR_CHANGED);
    EXPECT_EQ(event.address.octets[3], last_octet);
  }
  EXPECT_EQ(onlink_neighbor_next_event(cache(), &event), 0);
}

}  // namespace
