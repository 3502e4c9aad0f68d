// SPDX-License-Identifier: Apache-2.0
// The kernel's neighbour table: edits and how they are refused, notices, parameters, and all of its rows against
// iproute2's view of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <tuple>

#include "onlink/kernel/link_setup.hpp"
#include "onlink/kernel/neighbor_edit.hpp"
#include "onlink/kernel/neighbor_monitor.hpp"
#include "onlink/kernel/neighbor_tables.hpp"
#include "onlink/kernel/sysctl.hpp"
#include "tests/netns/datagram.hpp"
#include "tests/netns/small_lan.hpp"

namespace onlink::inline v0::test {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using kernel::NeighborEdit;
using kernel::NeighborEntry;
using kernel::NeighborNotice;
using kernel::NeighborVerb;
using kernel::NoticeKind;
using testing::HasSubstr;

class NeighborTable : public testing::Test {
 protected:
  NeighborEdit edit(std::string_view address, std::string_view to = "02:00:00:00:00:09",
                    NudState state = NudState::permanent) {
    return {.interface = index_, .address = ip(address), .mac = mac(to), .state = state};
  }
  void add(const NeighborEdit& entry) {
    const auto done = kernel::add_neighbor(netlink_, entry);
    ASSERT_TRUE(done) << done.error().context;
  }
  std::optional<NeighborEntry> entry(std::string_view address) {
    return netlink_.neighbor(index_, ip(address)).value();
  }

  SmallLan lan_{{.addresses = {prefix("192.0.2.1/24"), prefix("2001:db8::1/64")}}};
  kernel::Netlink& netlink_ = lan_.ours().netlink();
  int index_ = lan_.ours().link().index;
};

TEST_F(NeighborTable, AddedEntryIsThereWithItsFlags) {
  NeighborEdit router = edit("2001:db8::9", "02:00:00:00:00:09", NudState::stale);
  router.router = true;
  router.protocol = 11;
  add(router);
  const auto row = entry("2001:db8::9");
  ASSERT_TRUE(row);
  EXPECT_EQ(row->mac, mac("02:00:00:00:00:09"));
  EXPECT_EQ(row->state, NudState::stale);
  EXPECT_TRUE(row->router);
  EXPECT_FALSE(row->proxy || row->managed || row->externally_learned);
  EXPECT_EQ(row->protocol, 11);
}

TEST_F(NeighborTable, EveryStateCanBeSetAndIsReadBack) {
  for (const NudState state : {NudState::none, NudState::incomplete, NudState::reachable, NudState::stale,
                               NudState::failed, NudState::noarp, NudState::permanent}) {
    NeighborEdit one = edit("192.0.2.9", "02:00:00:00:00:09", state);
    if (!kernel::valid_states.contains(state)) one.mac.reset();
    ASSERT_TRUE(kernel::edit_neighbor(netlink_, NeighborVerb::replace, one)) << to_string(state);
    EXPECT_EQ(entry("192.0.2.9")->state, state);
    ASSERT_TRUE(kernel::delete_neighbor(netlink_, index_, ip("192.0.2.9")));
  }
}

TEST_F(NeighborTable, SecondAdditionIsRefusedInWords) {
  add(edit("192.0.2.9"));
  const auto again = kernel::add_neighbor(netlink_, edit("192.0.2.9"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().sys_errno, EEXIST);
  EXPECT_EQ(again.error().context, "eth0: add neighbour 192.0.2.9: there is an entry already (replace overwrites it)");
}

TEST_F(NeighborTable, ChangeAndDeletionOfNothingAreRefusedInWords) {
  for (const auto& done : {kernel::edit_neighbor(netlink_, NeighborVerb::change, edit("192.0.2.9")),
                           kernel::delete_neighbor(netlink_, index_, ip("192.0.2.9"))}) {
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().sys_errno, ENOENT);
    EXPECT_THAT(done.error().context, HasSubstr("192.0.2.9: there is no such entry"));
  }
}

TEST_F(NeighborTable, AdditionWithoutAMacAddressIsRefusedInTheKernelsWords) {
  NeighborEdit nowhere = edit("192.0.2.9");
  nowhere.mac.reset();
  const auto done = kernel::add_neighbor(netlink_, nowhere);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().sys_errno, EINVAL);
  EXPECT_THAT(done.error().context, HasSubstr("No link layer address given"));
}

TEST_F(NeighborTable, EntryOnAnAbsentInterfaceIsNoInterface) {
  NeighborEdit lost = edit("192.0.2.9");
  lost.interface = 4711;
  const auto done = kernel::add_neighbor(netlink_, lost);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::no_interface);
}

TEST_F(NeighborTable, ProxiesStandInATableOfTheirOwn) {
  add({.interface = index_, .address = ip("2001:db8::77"), .proxy = true});
  EXPECT_FALSE(entry("2001:db8::77"));
  const auto proxy = netlink_.proxy_neighbor(index_, ip("2001:db8::77")).value();
  ASSERT_TRUE(proxy);
  EXPECT_TRUE(proxy->proxy);
  EXPECT_EQ(netlink_.neighbors({.proxies = true}).value().size(), 1U);
  ASSERT_TRUE(kernel::delete_neighbor(netlink_, index_, ip("2001:db8::77"), kernel::NeighborTable::proxies));
  EXPECT_TRUE(netlink_.neighbors({.proxies = true}).value().empty());
}

TEST_F(NeighborTable, UseAndManagedMakeTheKernelAsk) {
  lan_.add_host({.addresses = {prefix("192.0.2.2/24")}});
  NeighborEdit asked{.interface = index_, .address = ip("192.0.2.2"), .managed = true};
  add(asked);
  auto row = entry("192.0.2.2");
  while (row && row->state == NudState::incomplete) row = entry("192.0.2.2");
  ASSERT_TRUE(row);
  EXPECT_EQ(row->state, NudState::reachable);
  EXPECT_TRUE(row->managed);
}

TEST_F(NeighborTable, QueryChoosesFamilyInterfaceAndState) {
  add(edit("192.0.2.9"));
  add(edit("192.0.2.10", "02:00:00:00:00:0a", NudState::stale));
  add(edit("2001:db8::9", "02:00:00:00:00:09", NudState::stale));
  const auto addresses = [&](const kernel::NeighborQuery& query) {
    std::vector<IpAddress> found;
    const auto rows = netlink_.neighbors(query).value();
    for (const NeighborEntry& row : rows) {
      if (!row.address.is_multicast()) found.push_back(row.address);
    }
    std::ranges::sort(found);
    return found;
  };
  EXPECT_THAT(addresses({}), testing::ElementsAre(ip("192.0.2.9"), ip("192.0.2.10"), ip("2001:db8::9")));
  EXPECT_THAT(addresses({.family = Family::ipv6}), testing::ElementsAre(ip("2001:db8::9")));
  EXPECT_THAT(addresses({.states = {NudState::stale}}), testing::ElementsAre(ip("192.0.2.10"), ip("2001:db8::9")));
  EXPECT_TRUE(addresses({.interface = 1}).empty());
  std::size_t streamed = 0;
  ASSERT_TRUE(netlink_.for_each_neighbor({.states = {NudState::stale}}, [&](const NeighborEntry&) { ++streamed; }));
  EXPECT_EQ(streamed, 2U);
}

TEST_F(NeighborTable, AgesGrowWithTime) {
  add(edit("192.0.2.9", "02:00:00:00:00:09", NudState::stale));
  const auto first = entry("192.0.2.9");
  ASSERT_TRUE(first);
  EXPECT_LT(first->ages.updated, 20s);
  EXPECT_GE(first->ages.confirmed, 60s);  // never: twice base_reachable_time at the start
  auto later = entry("192.0.2.9");
  while (later && later->ages.updated == first->ages.updated) later = entry("192.0.2.9");
  ASSERT_TRUE(later);
  EXPECT_GT(later->ages.updated, first->ages.updated);
}

class NeighborNotices : public NeighborTable {
 protected:
  // What the monitor tells of 192.0.2.9 until `enough`.
  template <class Enough>
  std::vector<NeighborNotice> heard_until(Enough enough) {
    std::vector<NeighborNotice> heard;
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!enough(heard) && std::chrono::steady_clock::now() < end) {
      pollfd waiting{monitor_.fd(), POLLIN, 0};
      ::poll(&waiting, 1, 1000);
      const auto reading = monitor_.read([&](const NeighborNotice& notice) {
        if (notice.entry.address == ip("192.0.2.9")) heard.push_back(notice);
      });
      EXPECT_TRUE(reading && !reading->overrun);
    }
    return heard;
  }

  kernel::NeighborMonitor monitor_ = kernel::NeighborMonitor::open().value();
};

TEST_F(NeighborNotices, TellOfAdditionFailureAndRemovalAndWhoDidIt) {
  add(edit("192.0.2.9"));
  ASSERT_TRUE(kernel::delete_neighbor(netlink_, index_, ip("192.0.2.9")));
  const auto heard = heard_until([](const auto& so_far) { return so_far.size() >= 3; });
  ASSERT_EQ(heard.size(), 3U);
  EXPECT_EQ(heard[0].kind, NoticeKind::changed);
  EXPECT_EQ(heard[0].entry.state, NudState::permanent);
  EXPECT_NE(heard[0].sender, 0U);
  EXPECT_EQ(heard[1].entry.state, NudState::failed);
  EXPECT_EQ(heard[1].sender, heard[0].sender);
  EXPECT_EQ(heard[2].kind, NoticeKind::removed);
}

TEST_F(NeighborNotices, KernelsOwnDoingHasNoSender) {
  send_datagram(ip("192.0.2.9"));
  const auto heard = heard_until([](const auto& so_far) {
    return std::ranges::any_of(so_far, [](const auto& n) { return n.entry.state == NudState::failed; });
  });
  ASSERT_FALSE(heard.empty());
  EXPECT_EQ(heard.back().sender, 0U);
}

TEST_F(NeighborNotices, WantedOnesAreTold) {
  lan_.ours().set_sysctl("net/ipv4/neigh/eth0/app_solicit", "1");
  send_datagram(ip("192.0.2.9"));
  const auto heard = heard_until([](const auto& so_far) {
    return std::ranges::any_of(so_far, [](const auto& n) { return n.kind == NoticeKind::wanted; });
  });
  EXPECT_TRUE(std::ranges::any_of(heard, [](const auto& n) { return n.kind == NoticeKind::wanted; }));
}

TEST_F(NeighborTable, FullBufferIsSaidAndReadingGoesOn) {
  auto monitor = kernel::NeighborMonitor::open({.buffer_bytes = 1}).value();
  for (int round = 0; round < 200; ++round) {
    add(edit("192.0.2.9"));
    ASSERT_TRUE(kernel::delete_neighbor(netlink_, index_, ip("192.0.2.9")));
  }
  bool overrun = false;
  std::size_t notices = 0;
  for (int reads = 0; reads < 100; ++reads) {
    const auto reading = monitor.read([](const NeighborNotice&) {});
    ASSERT_TRUE(reading);
    overrun = overrun || reading->overrun;
    notices += reading->notices;
    if (!reading->overrun) break;
  }
  EXPECT_TRUE(overrun);
  EXPECT_LT(notices, 600U);
  add(edit("192.0.2.9"));
  const auto reading = monitor.read([](const NeighborNotice&) {});
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->notices, 1U);
}

TEST_F(NeighborTable, TimesAreThoseOfTheSysctls) {
  lan_.ours().set_sysctl("net/ipv4/neigh/eth0/retrans_time_ms", "320");
  lan_.ours().set_sysctl("net/ipv4/neigh/eth0/ucast_solicit", "7");
  lan_.ours().set_sysctl("net/ipv4/neigh/eth0/base_reachable_time_ms", "20000");
  const auto times = kernel::neighbor_times(netlink_, index_, Family::ipv4).value();
  ASSERT_TRUE(times);
  EXPECT_EQ(times->retrans_time, 320ms);
  EXPECT_EQ(times->ucast_solicit, 7U);
  EXPECT_EQ(times->base_reachable_time, 20s);
  EXPECT_GE(times->reachable_time, 10s);
  EXPECT_LT(times->reachable_time, 30s);
  EXPECT_EQ(times->delay_first_probe_time, 5s);
  EXPECT_EQ(kernel::neighbor_times(netlink_, 4711, Family::ipv4).value(), std::nullopt);
}

TEST_F(NeighborTable, BothFamiliesHaveATable) {
  const auto tables = kernel::neighbor_tables(netlink_).value();
  ASSERT_EQ(tables.size(), 2U);
  EXPECT_EQ(tables[0].family, Family::ipv4);
  EXPECT_EQ(tables[1].family, Family::ipv6);
  EXPECT_GT(tables[0].gc_thresh3, tables[0].gc_thresh1);
  EXPECT_GT(tables[0].lookups, 0U);
}

// iproute2's view: by interface, address and table.
using Key = std::tuple<std::string, std::string, bool>;
struct Seen {
  std::string state{};
  std::string mac{};
  bool router = false;
  bool managed = false;
  bool externally_learned = false;

  bool operator==(const Seen&) const = default;
};

std::optional<json::array> ip_neighbors(const std::string& words) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(("ip -j neigh show " + words + " 2>/dev/null").c_str(), "r"),
                                                   ::pclose);
  std::string text;
  std::array<char, 65536> buffer{};
  for (std::size_t got = 0; pipe && (got = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) != 0;) {
    text.append(buffer.data(), got);
  }
  if (text.empty()) return std::nullopt;
  return json::parse(text).as_array();
}

Seen seen_by_ip(const json::object& row) {
  Seen seen{.router = row.contains("router"),
            .managed = row.contains("managed"),
            .externally_learned = row.contains("extern_learn")};
  if (const auto* address = row.if_contains("lladdr")) seen.mac = address->as_string();
  const auto* states = row.if_contains("state");
  seen.state = "none";  // iproute2's list of states is empty then
  if (states != nullptr && !states->as_array().empty()) seen.state = states->as_array().front().as_string();
  std::ranges::transform(seen.state, seen.state.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return seen;
}

TEST_F(NeighborTable, RowsAreThoseThatIproute2Shows) {
  // Entries that are not permanent count against a limit that all namespaces share.
  constexpr std::array states{NudState::permanent, NudState::permanent, NudState::permanent, NudState::permanent,
                              NudState::permanent, NudState::permanent, NudState::stale,     NudState::noarp,
                              NudState::failed,    NudState::none};
  for (int host = 0; host < 200; ++host) {
    const auto state = states[static_cast<std::size_t>(host) % states.size()];
    for (const std::string& address :
         {"192.0.2." + std::to_string(host + 10), "2001:db8::" + std::to_string(host + 10)}) {
      NeighborEdit one = edit(address, "02:00:00:00:01:" + std::to_string(host % 90 + 10), state);
      if (!kernel::valid_states.contains(state)) one.mac.reset();
      one.router = host % 3 == 0 && one.address.is_ipv6();
      one.externally_learned = host % 7 == 0;
      add(one);
    }
  }
  for (int host = 1; host < 20; ++host) {
    add({.interface = index_, .address = ip("2001:db8:1::" + std::to_string(host)), .proxy = true});
  }
  std::map<Key, Seen> expected;
  for (const bool proxy : {false, true}) {
    const auto rows = ip_neighbors(proxy ? "proxy" : "nud all");
    if (!rows) GTEST_SKIP() << "ip -j neigh is not there";
    for (const auto& row : *rows) {
      const json::object& object = row.as_object();
      const Key key{std::string(object.at("dev").as_string()), std::string(object.at("dst").as_string()), proxy};
      expected[key] = proxy ? Seen{} : seen_by_ip(object);
    }
  }
  std::map<Key, Seen> ours;
  for (const bool proxies : {false, true}) {
    const auto rows = netlink_.neighbors({.proxies = proxies}).value();
    for (const NeighborEntry& row : rows) {
      const Key key{netlink_.find_link(row.interface)->name, to_string(row.address), row.proxy};
      if (proxies) {
        ours[key] = {};
        continue;
      }
      ours[key] = {.state = std::string(to_string(row.state)),
                   .mac = row.mac ? to_string(*row.mac) : "",
                   .router = row.router,
                   .managed = row.managed,
                   .externally_learned = row.externally_learned};
    }
  }
  std::size_t same = 0;
  for (const auto& [key, seen] : expected) {
    const auto mine = ours.find(key);
    const bool equal = mine != ours.end() && mine->second == seen;
    same += equal ? 1 : 0;
    EXPECT_TRUE(equal) << std::get<1>(key) << ": ip says " << seen.state << " " << seen.mac;
  }
  // A group that the kernel joined meanwhile.
  for (const auto& [key, seen] : ours) EXPECT_TRUE(expected.contains(key) || ip(std::get<1>(key)).is_multicast());
  EXPECT_GE(expected.size(), 419U);
  std::cout << "rows as ip -j neigh shows them: " << same << "/" << expected.size() << "\n";
}

}  // namespace
}  // namespace onlink::inline v0::test
