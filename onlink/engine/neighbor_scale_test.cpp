// SPDX-License-Identifier: Apache-2.0
// A NeighborCache with very many entries: what it does in one call stays little, and what it keeps stays bounded.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

#include "onlink/engine/neighbor_cache.hpp"

namespace onlink {
namespace {

using namespace std::chrono_literals;

constexpr Instant begin = Instant{1h};
constexpr std::uint32_t count = 100'000;
constexpr std::size_t most_in_a_call = 1024;  // events; each is some microseconds at worst
const MacAddress own_mac{{2, 0, 0, 0, 0, 1}};
const Ipv4Address own_address = Ipv4Address::of(10, 255, 255, 254);

Ipv4Address neighbour(std::uint32_t i) { return {0x0a000001 + i}; }
MacAddress mac(std::uint32_t i) { return MacAddress::from_value(0x020100000000 + i); }

NeighborCacheConfig config(std::uint32_t most) {
  NeighborCacheConfig config;
  config.host.mac = own_mac;
  config.host.addresses.push_back({.prefix = {own_address, 8}});
  config.parameters.gc_ipv4 = {.gc_thresh1 = most / 8, .gc_thresh2 = most / 2, .gc_thresh3 = most};
  config.reachable_time_ipv4 = 30s;
  return config;
}

NeighborCache full_of_reachable_ones(Output& output) {
  NeighborCache cache(config(4 * count));
  for (std::uint32_t i = 0; i < count; ++i) {
    output.clear();
    const AdminRequest request{
        .verb = AdminVerb::add, .address = neighbour(i), .mac = mac(i), .state = NudState::reachable};
    EXPECT_EQ(cache.admin(begin, request, output), AdminResult::done);
  }
  return cache;
}

// Calls on_deadline() for as long as something is due; how many events came.
std::size_t run_what_is_due(NeighborCache& cache, Instant now) {
  Output output;
  std::size_t events = 0;
  for (std::size_t calls = 0; cache.next_deadline() && *cache.next_deadline() <= now; ++calls) {
    output.clear();
    cache.on_deadline(now, output);
    EXPECT_LE(output.events.size(), most_in_a_call);
    events += output.events.size();
    if (calls / 10 > count) {
      ADD_FAILURE() << "there is no end to it";
      break;
    }
  }
  return events;
}

TEST(NeighborScale, AllEntriesExpireTogetherInSmallBatches) {
  Output output;
  NeighborCache cache = full_of_reachable_ones(output);
  EXPECT_EQ(run_what_is_due(cache, begin + 30s - 1ns), 0U);
  EXPECT_EQ(run_what_is_due(cache, begin + 30s + 10ms), count);
  EXPECT_EQ(cache.find(neighbour(count / 2))->state, NudState::stale);
}

TEST(NeighborScale, IdleEntriesAreCollectedInSmallBatches) {
  Output output;
  NeighborCache cache = full_of_reachable_ones(output);
  run_what_is_due(cache, begin + 31s);
  Instant now = begin + 31s;
  for (int rounds = 0; cache.size(Family::ipv4) != 0 && rounds < 20; ++rounds) run_what_is_due(cache, now += 15s);
  EXPECT_LT(cache.size(Family::ipv4), count / 2);
}

TEST(NeighborScale, TheLinkGoingDownTakesAllInSmallBatchesAndAtOnceForWhoeverAsks) {
  Output output;
  NeighborCache cache = full_of_reachable_ones(output);
  output.clear();
  cache.on_link(begin + 1s, LinkChange::carrier_lost, output);
  EXPECT_LE(output.events.size(), most_in_a_call);
  EXPECT_EQ(cache.size(Family::ipv4), 0U);
  EXPECT_EQ(cache.find(neighbour(count - 1)), std::nullopt);
  const std::size_t at_first = output.events.size();
  EXPECT_EQ(at_first + run_what_is_due(cache, begin + 1s), count);
}

TEST(NeighborScale, AFloodOfStrangersFillsNoMoreThanTheTable) {
  constexpr std::uint32_t most = 1024;
  NeighborCache cache(config(most));
  Output output;
  Instant now = begin;
  for (std::uint32_t i = 0; i < 10 * most; ++i) {
    const Packet packet{.ethernet = {.destination = own_mac, .source = mac(i), .type = EtherType::arp},
                        .payload = ArpPacket{.operation = ArpOperation::request,
                                             .sender_hardware_addr = mac(i),
                                             .sender_protocol_addr = neighbour(i),
                                             .target_hardware_addr = {},
                                             .target_protocol_addr = own_address}};
    output.clear();
    cache.on_packet(now += 1ms, packet, output);
    ASSERT_LE(output.events.size(), most_in_a_call);
    ASSERT_LE(cache.size(Family::ipv4), most);
  }
}

}  // namespace
}  // namespace onlink
