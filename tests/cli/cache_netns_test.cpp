// SPDX-License-Identifier: Apache-2.0
// onlink cache against a real kernel: its list against iproute2's, edits by what the kernel has afterwards, changes as
// they are watched.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <thread>
#include <tuple>

#include "onlink/kernel/neighbor_edit.hpp"
#include "tests/netns/datagram.hpp"
#include "tests/netns/small_lan.hpp"
#include "tests/netns/waiting_program.hpp"
#include "tests/support/json_schema.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {
namespace {

namespace json = boost::json;
using kernel::NeighborEdit;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

using Words = std::vector<std::string>;

std::vector<json::object> objects(const std::string& lines) {
  std::vector<json::object> all;
  std::istringstream in(lines);
  for (std::string line; std::getline(in, line);) all.push_back(json::parse(line).as_object());
  return all;
}

std::string text_of(const json::object& row, std::string_view key) {
  const auto* value = row.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

class Cache : public testing::Test {
 protected:
  ProgramResult cache(Words words, std::function<void(int pid)> while_running = {}) {
    words.insert(words.begin(), "cache");
    return run_onlink(
        {.words = std::move(words), .environment = {"LANG=C", "TZ=UTC"}, .while_running = std::move(while_running)});
  }
  void add(std::string_view address, std::string_view to, NudState state) {
    const auto done =
        kernel::edit_neighbor(netlink_, kernel::NeighborVerb::replace,
                              {.interface = index_, .address = ip(address), .mac = mac(to), .state = state});
    ASSERT_TRUE(done) << done.error().context;
  }
  std::optional<kernel::NeighborEntry> entry(std::string_view address) {
    return netlink_.neighbor(index_, ip(address)).value();
  }

  SmallLan lan_{{.addresses = {prefix("192.0.2.1/24"), prefix("2001:db8::1/64")}}};
  kernel::Netlink& netlink_ = lan_.ours().netlink();
  int index_ = lan_.ours().link().index;
};

TEST_F(Cache, BareCommandListsAndSaysWhenThereIsNothing) {
  add("192.0.2.9", "08:00:27:00:00:09", NudState::stale);
  const auto first_columns = [&](Words words) { return cache(std::move(words)).out.substr(0, 60); };
  EXPECT_EQ(first_columns({}), first_columns({"list"}));
  EXPECT_THAT(cache({"192.0.2.9"}).out, HasSubstr("PCS Systemtechnik GmbH  stale"));
  const ProgramResult none = cache({"198.51.100.0/24"});
  EXPECT_EQ(none.status, 1);
  EXPECT_EQ(none.out, "");
  EXPECT_THAT(none.err, HasSubstr("no such neighbour"));
}

TEST_F(Cache, ListIsOrderedByFamilyAndAddress) {
  for (const std::string_view address : {"2001:db8::9", "192.0.2.10", "2001:db8::8", "192.0.2.9"}) {
    add(address, "02:00:00:00:00:09", NudState::stale);
  }
  std::vector<std::string> order;
  for (const auto& row : objects(cache({"list", "--json"}).out)) order.push_back(text_of(row, "ip"));
  EXPECT_THAT(order, ElementsAre("192.0.2.9", "192.0.2.10", "2001:db8::8", "2001:db8::9"));
}

TEST_F(Cache, FiltersChoose) {
  add("192.0.2.9", "02:00:00:00:00:09", NudState::stale);
  add("192.0.2.10", "08:00:27:00:00:0a", NudState::permanent);
  add("2001:db8::9", "02:00:00:00:00:09", NudState::stale);
  const auto chosen = [&](Words words) {
    words.insert(words.begin(), {"list", "--json"});
    std::set<std::string> found;
    for (const auto& row : objects(cache(words).out)) found.insert(text_of(row, "ip"));
    return found;
  };
  EXPECT_THAT(chosen({"-4"}), ElementsAre("192.0.2.10", "192.0.2.9"));
  EXPECT_THAT(chosen({"--state", "permanent"}), ElementsAre("192.0.2.10"));
  EXPECT_THAT(chosen({"--mac", "08:00:27"}), ElementsAre("192.0.2.10"));
  EXPECT_THAT(chosen({"192.0.2.9-192.0.2.9", "2001:db8::/64"}), ElementsAre("192.0.2.9", "2001:db8::9"));
  EXPECT_TRUE(chosen({"-i", "lo"}).empty());
}

TEST_F(Cache, CsvHasOneHeaderAndEveryColumn) {
  add("192.0.2.9", "02:00:00:00:00:09", NudState::stale);
  const std::string out = cache({"list", "--csv"}).out;
  EXPECT_THAT(out,
              StartsWith("kind,time,interface,vlan,family,ip,mac,vendor,rtt_ms,names,notes,state,confirmed_ms,used_"
                         "ms,updated_ms,probes,flags,protocol,link_layer_address\r\nneighbor,"));
  EXPECT_EQ(std::ranges::count(out, '\n'), 2);
}

// By interface, address and whether it is a proxy's.
using Key = std::tuple<std::string, std::string, bool>;
struct Seen {
  std::string state{};
  std::string mac{};
  std::set<std::string> flags{};

  bool operator==(const Seen&) const = default;
};

std::optional<json::array> ip_neighbors(const std::string& words) {
  // NOLINTNEXTLINE(cert-env33-c): the words are this test's own
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(("ip -j neigh show " + words + " 2>/dev/null").c_str(), "r"),
                                                   ::pclose);
  std::string text;
  std::array<char, 65536> buffer{};
  for (std::size_t got = 0; pipe && (got = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) != 0;) {
    text.append(buffer.data(), got);
  }
  return text.empty() ? std::nullopt : std::optional(json::parse(text).as_array());
}

Seen seen_by_ip(const json::object& row) {
  Seen seen{.state = "none", .mac = text_of(row, "lladdr")};  // iproute2's list of states is empty then
  if (const auto* states = row.if_contains("state"); states != nullptr && !states->as_array().empty()) {
    seen.state = states->as_array().front().as_string();
  }
  std::ranges::transform(seen.state, seen.state.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  for (const auto& [theirs, ours] :
       {std::pair{"router", "router"}, {"managed", "managed"}, {"extern_learn", "extern-learn"}}) {
    if (row.contains(theirs)) seen.flags.insert(ours);
  }
  return seen;
}

std::map<Key, Seen> rows_of_ip() {
  std::map<Key, Seen> rows;
  for (const bool proxy : {false, true}) {
    const auto all = ip_neighbors(proxy ? "proxy" : "nud all");
    if (!all) return {};
    for (const auto& row : *all) {
      const json::object& object = row.as_object();
      // A proxy on every interface has none there, and "*" here.
      const std::string interface = object.contains("dev") ? text_of(object, "dev") : "*";
      rows[{interface, text_of(object, "dst"), proxy}] = proxy ? Seen{.flags = {"proxy"}} : seen_by_ip(object);
    }
  }
  return rows;
}

std::map<Key, Seen> rows_of_onlink(const std::string& out) {
  std::map<Key, Seen> rows;
  for (const json::object& row : objects(out)) {
    Seen seen{.state = text_of(row, "state"), .mac = text_of(row, "mac")};
    if (const auto* flags = row.if_contains("flags")) {
      for (const auto& flag : flags->as_array()) seen.flags.emplace(flag.as_string());
    }
    rows[{text_of(row, "interface"), text_of(row, "ip"), seen.flags.contains("proxy")}] = seen;
  }
  return rows;
}

TEST_F(Cache, ListHasTheRowsThatIproute2Has) {
  // Entries that are not permanent count against a limit that all namespaces share.
  constexpr std::array states{NudState::permanent, NudState::permanent, NudState::permanent, NudState::permanent,
                              NudState::permanent, NudState::permanent, NudState::stale,     NudState::noarp,
                              NudState::failed,    NudState::none};
  for (int host = 10; host < 210; ++host) {
    for (const std::string network : {"192.0.2.", "2001:db8::"}) {
      const auto state = states[static_cast<std::size_t>(host) % states.size()];
      NeighborEdit edit{.interface = index_, .address = ip(network + std::to_string(host)), .state = state};
      if (kernel::valid_states.contains(state)) edit.mac = mac("02:00:00:00:01:" + std::to_string(host % 90 + 10));
      edit.router = host % 3 == 0 && edit.address.is_ipv6();
      edit.externally_learned = host % 7 == 0;
      ASSERT_TRUE(kernel::add_neighbor(netlink_, edit));
    }
  }
  for (int host = 1; host < 20; ++host) {
    const NeighborEdit proxy{.interface = index_, .address = ip("2001:db8:1::" + std::to_string(host)), .proxy = true};
    ASSERT_TRUE(kernel::add_neighbor(netlink_, proxy));
  }
  const auto expected = rows_of_ip();
  if (expected.empty()) GTEST_SKIP() << "ip -j neigh is not there";
  const auto ours = rows_of_onlink(cache({"list", "--all", "--json"}).out);
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

TEST_F(Cache, AdditionGoesToTheInterfaceWhoseNetworkHoldsTheAddress) {
  const ProgramResult added = cache({"add", "192.0.2.9", "02:00:00:00:00:09"});
  EXPECT_EQ(added.status, 0);
  EXPECT_THAT(added.err, HasSubstr("on eth0, whose network 192.0.2.0/24 holds 192.0.2.9"));
  EXPECT_EQ(added.out, "192.0.2.9        eth0  (new) -> permanent  02:00:00:00:00:09\n");
  ASSERT_TRUE(entry("192.0.2.9"));
  EXPECT_EQ(entry("192.0.2.9")->state, NudState::permanent);
  const ProgramResult nowhere = cache({"add", "203.0.113.9", "02:00:00:00:00:09"});
  EXPECT_EQ(nowhere.status, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("name one with -i"));
}

TEST_F(Cache, ChangeShowsBeforeAndAfterAndKeepsTheMacAddress) {
  add("192.0.2.9", "02:00:00:00:00:09", NudState::permanent);
  EXPECT_THAT(cache({"change", "192.0.2.9", "02:00:00:00:00:0a"}).out,
              HasSubstr("02:00:00:00:00:09 -> 02:00:00:00:00:0a"));
  EXPECT_THAT(cache({"change", "192.0.2.9", "--state", "stale"}).out, HasSubstr("permanent -> stale"));
  EXPECT_EQ(entry("192.0.2.9")->mac, mac("02:00:00:00:00:0a"));
}

TEST_F(Cache, RefusedEditChangesNothing) {
  add("192.0.2.9", "02:00:00:00:00:09", NudState::stale);
  for (const Words& words : std::vector<Words>{{"add", "192.0.2.9", "02:00:00:00:00:0a"},
                                               {"add", "-i", "eth0", "--strict", "192.0.2.9", "ff:ff:ff:ff:ff:ff"},
                                               {"change", "192.0.2.9", "01:02:03:04:05:06:07:08"}}) {
    EXPECT_NE(cache(words).status, 0);
    EXPECT_EQ(entry("192.0.2.9")->mac, mac("02:00:00:00:00:09"));
  }
  EXPECT_EQ(cache({"add", "192.0.2.77"}).status, 2);
  EXPECT_FALSE(entry("192.0.2.77"));
}

// All of 127/8 shares one entry in the kernel, which none of them may overwrite.
TEST_F(Cache, TheLoopbackInterfaceHasNoEntryForOneAddress) {
  const ProgramResult added = cache({"add", "-i", "lo", "127.0.0.5", "02:00:00:00:00:05"});
  EXPECT_EQ(added.status, 8);
  EXPECT_THAT(added.err, HasSubstr("lo: 127.0.0.5: on this link the kernel has one IPv4 entry for all addresses"));
}

TEST_F(Cache, DeletionFindsTheInterfaceByTheEntry) {
  add("203.0.113.9", "02:00:00:00:00:09", NudState::permanent);
  const ProgramResult deleted = cache({"delete", "203.0.113.9"});
  EXPECT_EQ(deleted.status, 0);
  EXPECT_THAT(deleted.out, HasSubstr("permanent -> (removed)"));
  EXPECT_FALSE(entry("203.0.113.9"));
}

TEST_F(Cache, FlushSparesWhatSomebodyMeantToStay) {
  add("192.0.2.9", "02:00:00:00:00:09", NudState::stale);
  add("192.0.2.10", "02:00:00:00:00:0a", NudState::permanent);
  ASSERT_TRUE(kernel::add_neighbor(netlink_, {.interface = index_,
                                              .address = ip("192.0.2.11"),
                                              .mac = mac("02:00:00:00:00:0b"),
                                              .state = NudState::stale,
                                              .externally_learned = true}));
  const ProgramResult flushed = cache({"flush", "-i", "eth0", "-4"});
  EXPECT_THAT(flushed.err, HasSubstr("1 flushed; 2 permanent, noarp or external left"));
  EXPECT_FALSE(entry("192.0.2.9"));
  EXPECT_TRUE(entry("192.0.2.10") && entry("192.0.2.11"));
  EXPECT_THAT(cache({"flush", "--state", "permanent", "192.0.2.0/24"}).err, HasSubstr("1 flushed"));
  EXPECT_FALSE(entry("192.0.2.10"));
}

// One holds on every interface; the address of the other is a permanent neighbour as well.
TEST_F(Cache, FlushOfAllLeavesProxiesAlone) {
  add("192.0.2.9", "02:00:00:00:00:09", NudState::stale);
  add("2001:db8::77", "02:00:00:00:00:0a", NudState::permanent);
  for (const auto& [index, address] : {std::pair{0, "192.0.2.77"}, std::pair{index_, "2001:db8::77"}}) {
    const auto added = kernel::add_neighbor(netlink_, {.interface = index, .address = ip(address), .proxy = true});
    ASSERT_TRUE(added) << added.error().context;
  }
  const ProgramResult flushed = cache({"flush", "--all"});
  EXPECT_EQ(flushed.status, 0) << flushed.err;
  EXPECT_FALSE(entry("192.0.2.9"));
  EXPECT_TRUE(entry("2001:db8::77"));
  EXPECT_TRUE(netlink_.proxy_neighbor(0, ip("192.0.2.77")).value());
  EXPECT_TRUE(netlink_.proxy_neighbor(index_, ip("2001:db8::77")).value());
  // Linux 6.18 keeps a proxy on every interface when its namespace ends, and shows it in a later one.
  EXPECT_TRUE(kernel::delete_neighbor(netlink_, 0, ip("192.0.2.77"), kernel::NeighborTable::proxies));
}

TEST_F(Cache, ExplanationFollowsEveryRow) {
  add("192.0.2.9", "02:00:00:00:00:09", NudState::stale);
  EXPECT_THAT(cache({"get", "--explain", "192.0.2.9"}).out, HasSubstr("\n    stale: usable at once"));
  const auto rows = objects(cache({"get", "--explain", "--json", "--lang", "zh", "192.0.2.9"}).out);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_THAT(text_of(rows[0], "meaning"), StartsWith("stale: usable at once"));
}

class WatchedCache : public Cache {
 protected:
  // What `onlink cache watch --json` tells of what `happen` does while it waits.
  std::vector<json::object> watched(Words words, const std::function<void()>& happen) {
    words.insert(words.begin(), {"watch", "--json", "-w30"});
    const ProgramResult result = cache(words, [&](int pid) {
      wait_until_it_waits(pid);
      happen();
    });
    EXPECT_EQ(result.status, 0) << result.err;
    const std::string schema = read_text_file("docs/schema.json");
    for (const auto& row : objects(result.out)) EXPECT_EQ(schema_violation(schema, json::serialize(row)), "");
    return objects(result.out);
  }
};

TEST_F(WatchedCache, ChangeIsShownBeforeAndAfterWithTheProgramThatMadeIt) {
  add("192.0.2.9", "02:00:00:00:00:09", NudState::stale);
  const auto rows = watched({"-c1"}, [&] { add("192.0.2.9", "02:00:00:00:00:0a", NudState::permanent); });
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(text_of(rows[0], "change"), "changed");
  EXPECT_EQ(text_of(rows[0], "state_before"), "stale");
  EXPECT_EQ(text_of(rows[0], "state"), "permanent");
  EXPECT_EQ(text_of(rows[0], "mac_before"), "02:00:00:00:00:09");
  EXPECT_EQ(text_of(rows[0], "mac"), "02:00:00:00:00:0a");
  EXPECT_THAT(text_of(rows[0], "reason"), StartsWith("by "));
}

TEST_F(WatchedCache, NeighbourThatAnswersAndOneThatDoesNot) {
  lan_.add_host({.addresses = {prefix("192.0.2.2/24")}});
  lan_.ours().set_sysctl("net/ipv4/neigh/eth0/retrans_time_ms", "20");
  const auto rows = watched({"-4", "-c2", "--state", "reachable", "--state", "failed"}, [&] {
    send_datagram(ip("192.0.2.2"));
    send_datagram(ip("192.0.2.77"));
  });
  std::map<std::string, std::string> reasons;
  for (const auto& row : rows) reasons[text_of(row, "ip")] = text_of(row, "reason");
  EXPECT_EQ(reasons["192.0.2.2"], "it answered");
  EXPECT_EQ(reasons["192.0.2.77"], "3 broadcast requests unanswered");
}

TEST_F(WatchedCache, NeighbourThatFallsSilentIsProbedAndFails) {
  KernelHost& peer = lan_.add_host({.addresses = {prefix("192.0.2.2/24")}});
  peer.set_up(false);
  lan_.ours().set_sysctl("net/ipv4/neigh/eth0/retrans_time_ms", "20");
  lan_.ours().set_sysctl("net/ipv4/neigh/eth0/delay_first_probe_time", "1");
  add("192.0.2.2", "02:00:00:00:00:02", NudState::stale);
  const auto rows = watched({"-c3", "--poll", "0.05", "192.0.2.2"}, [&] { send_datagram(ip("192.0.2.2")); });
  std::vector<std::string> told;
  for (const auto& row : rows) told.push_back(text_of(row, "state") + ": " + text_of(row, "reason"));
  EXPECT_THAT(told, ElementsAre("delay: a packet was sent there",
                                "probe: no confirmation within 1 s of a packet that was sent there: it is probed",
                                "failed: 3 unicast probes unanswered"));
  EXPECT_TRUE(rows.at(0).contains("found_by_reading"));
}

TEST_F(WatchedCache, EntriesOfAnInterfaceThatGoesDownAreLaidToIt) {
  add("192.0.2.9", "02:00:00:00:00:09", NudState::permanent);
  const auto rows = watched({"-c1", "192.0.2.9"}, [&] { lan_.ours().set_up(false); });
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(text_of(rows[0], "change"), "removed");
  EXPECT_EQ(text_of(rows[0], "reason"), "its interface is down");
}

TEST_F(WatchedCache, TextLineHasTheTimeOfDay) {
  const ProgramResult result = cache({"watch", "-c1", "-w30"}, [&](int pid) {
    wait_until_it_waits(pid);
    add("192.0.2.9", "02:00:00:00:00:09", NudState::stale);
  });
  EXPECT_THAT(result.out, testing::ContainsRegex("^[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\\.[0-9]{3}  192\\.0\\.2\\.9 +eth0  "
                                                 "\\(new\\) -> stale +02:00:00:00:00:09  by "));
}

TEST_F(WatchedCache, InterruptEndsItByTheSignal) {
  const ProgramResult result = cache({"watch"}, [](int pid) {
    wait_until_it_waits(pid);
    ::kill(pid, SIGINT);
  });
  EXPECT_EQ(result.signal, SIGINT);
}

TEST_F(WatchedCache, MoreNoticesThanItsSocketHoldsEndInTheRightState) {
  constexpr int hosts = 20'000;
  // It stops reading when nobody reads what it prints.
  const ProgramResult result = cache(
      {"watch", "--json", "-w30", "-c", std::to_string(hosts), "--state", "permanent", "10.0.0.0/8"}, [&](int pid) {
        wait_until_it_waits(pid);
        for (int host = 0; host < hosts; ++host) {
          const Ipv4Address address{0x0a000000U + static_cast<std::uint32_t>(host)};
          (void)kernel::add_neighbor(netlink_,
                                     {.interface = index_, .address = address, .mac = mac("02:00:00:00:00:09")});
        }
      });
  EXPECT_THAT(result.err, HasSubstr("came too fast"));
  const auto rows = objects(result.out);
  std::set<std::string> seen;
  for (const auto& row : rows) seen.insert(text_of(row, "ip"));
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(hosts));
}

}  // namespace
}  // namespace onlink::inline v0::test
