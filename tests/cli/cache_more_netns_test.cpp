// SPDX-License-Identifier: Apache-2.0
// onlink cache params, import, export and what is warned about, on a real kernel.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "onlink/cli/cache_explain.hpp"
#include "onlink/cli/cache_import_apply.hpp"
#include "onlink/engine/neighbor_parameters.hpp"
#include "onlink/kernel/link_setup.hpp"
#include "onlink/kernel/neighbor_edit.hpp"
#include "onlink/kernel/sysctl.hpp"
#include "tests/netns/small_lan.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {
namespace {

using testing::Test;

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string sysctl(const std::string& key) { return kernel::read_sysctl(key).value(); }

class CacheMore : public Test {
 protected:
  CacheMore()
      : lan_({.mac = mac("02:00:00:00:00:01"), .addresses = {prefix("192.0.2.1/24"), prefix("2001:db8::1/64")}}),
        folder_(testing::TempDir() + "onlink-cache-" + std::to_string(::getpid()) + "/") {
    std::filesystem::create_directory(folder_);
  }
  ~CacheMore() override {
    std::filesystem::remove_all(folder_);
    if (const auto link = netlink().find_link("two")) {
      EXPECT_TRUE(kernel::delete_link(netlink(), link->index));
    }
  }

  kernel::Netlink& netlink() { return lan_.ours().netlink(); }
  int eth0() { return lan_.ours().link().index; }

  static ProgramResult cache(std::vector<std::string> words, ProgramRun run = {}) {
    run.words = {"cache"};
    run.words.insert(run.words.end(), words.begin(), words.end());
    if (run.environment.empty()) run.environment = {"LANG=C"};
    return run_onlink(run);
  }
  static ProgramResult import(const std::string& text, std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"import", "-"});
    return cache(options, {.input = text});
  }
  // A second interface, with 198.51.100.1/24.
  void add_second_interface() {
    ASSERT_TRUE(kernel::create_veth(netlink(), {.name = "two", .up = false}, {.name = "two-end", .up = false}));
    for (const auto* name : {"two-end", "two"}) {
      ASSERT_TRUE(kernel::change_link(netlink(), netlink().find_link(name)->index, {.up = true}));
    }
    ASSERT_TRUE(
        kernel::add_address(netlink(), netlink().find_link("two")->index, {.prefix = prefix("198.51.100.1/24")}));
  }
  std::vector<kernel::NeighborEntry> permanent() {
    return netlink().neighbors({.states = {NudState::permanent}}).value();
  }
  kernel::NeighborEntry entry(std::string_view address) {
    return netlink().neighbor(eth0(), ip(address)).value().value();
  }

  SmallLan lan_;
  const std::string folder_;
};

// --- params ---

TEST_F(CacheMore, TheTablesDefaultsAreThoseOfAFreshNamespace) {
  std::size_t total = 0, same = 0;
  std::string different;
  for (const ParameterInfo& info : parameter_table()) {
    // The test's LAN sets these four itself; thresholds are the machine's, and ticks as long as it was built with.
    if (info.scope == ParameterScope::table || info.name() == "accept_dad" || info.name() == "dad_transmits" ||
        info.name() == "accept_ra" || info.name() == "forwarding" || info.unit == ParameterUnit::jiffies) {
      continue;
    }
    const std::string path = parameter_path(info, "lo");
    const auto value = kernel::read_sysctl(path);
    if (!value) continue;  // an older kernel
    ++total;
    // lo's own: it needs no DAD, and the machine's configuration may set rp_filter for new interfaces.
    if (*value == info.fallback) {
      ++same;
    } else {
      different += path + " is " + *value + ", not " + std::string{info.fallback} + "\n";
    }
  }
  std::cout << "defaults that are this kernel's: " << same << "/" << total << "\n" << different;
  RecordProperty("same", static_cast<int>(same));
  RecordProperty("total", static_cast<int>(total));
  EXPECT_GT(total, 50U);
  EXPECT_EQ(same, total) << different;
}

TEST_F(CacheMore, ParamsShowsBothFamiliesWithPathsAndUnits) {
  const ProgramResult result = cache({"params", "-i", "eth0"});
  EXPECT_EQ(result.status, 0) << result.err;
  for (const std::string_view directory :
       {"/proc/sys/net/ipv4/neigh/eth0/\n", "/proc/sys/net/ipv4/neigh/default/\n", "/proc/sys/net/ipv4/conf/eth0/\n",
        "/proc/sys/net/ipv6/neigh/eth0/\n", "/proc/sys/net/ipv6/neigh/default/\n", "/proc/sys/net/ipv6/conf/eth0/\n"}) {
    EXPECT_TRUE(contains(result.out, directory)) << directory << result.out;
  }
  EXPECT_TRUE(contains(result.out, "  retrans_time_ms            1000 ms        time between two requests"))
      << result.out;
  EXPECT_TRUE(contains(result.out, "can be set in the initial network namespace only")) << result.out;
  EXPECT_TRUE(contains(result.out, "deprecated: use retrans_time_ms")) << result.out;
}

TEST_F(CacheMore, ParamsMarksWhatWasChangedAndSaysWhatHolds) {
  lan_.ours().set_sysctl("net/ipv4/conf/all/arp_ignore", "2");
  lan_.ours().set_sysctl("net/ipv4/neigh/eth0/ucast_solicit", "5");
  const ProgramResult result = cache({"params", "-i", "eth0", "-4", "arp_ignore", "ucast_solicit"});
  lan_.ours().set_sysctl("net/ipv4/conf/all/arp_ignore", "0");
  EXPECT_TRUE(contains(result.out, "  arp_ignore     0  ")) << result.out;
  EXPECT_TRUE(contains(result.out, "in effect 2: the greater of this and all's 2\n")) << result.out;
  EXPECT_TRUE(contains(result.out, "* ucast_solicit  5  ")) << result.out;
  EXPECT_TRUE(contains(result.out, "default 3; set since the start, by whom is not known\n")) << result.out;
  const ProgramResult changed = cache({"params", "-i", "eth0", "-4", "--changed", "ucast_solicit", "mcast_solicit"});
  EXPECT_TRUE(contains(changed.out, "ucast_solicit"));
  EXPECT_FALSE(contains(changed.out, "mcast_solicit")) << changed.out;
}

TEST_F(CacheMore, ParamsSpeaksChineseButJsonDoesNot) {
  const ProgramResult text = cache({"params", "-i", "eth0", "--lang", "zh", "-4", "retrans_time_ms"});
  EXPECT_TRUE(contains(text.out, "对同一邻居两次请求的间隔")) << text.out;
  const ProgramResult by_locale =
      cache({"params", "-i", "eth0", "-4", "retrans_time_ms"}, {.environment = {"LANG=zh_CN.UTF-8"}});
  EXPECT_EQ(by_locale.out, text.out);
  const ProgramResult json = cache({"params", "-i", "eth0", "--lang", "zh", "-4", "retrans_time_ms", "--json"});
  EXPECT_EQ(json.out,
            R"({"kind":"parameter","interface":"eth0","family":"ipv4","name":"retrans_time_ms",)"
            R"("path":"/proc/sys/net/ipv4/neigh/eth0/retrans_time_ms","value":1000,"unit":"ms","default":1000,)"
            R"("effective":1000,"set_by":"kernel","settable":true,)"
            R"("meaning":"time between two requests for one neighbour, at least 10 ms"})"
            "\n");
}

TEST_F(CacheMore, ParamsSetsShowsBeforeAndAfterAndReadsBack) {
  const ProgramResult one = cache({"params", "-i", "eth0", "-4", "retrans_time_ms=0.5s"});
  EXPECT_EQ(one.status, 0) << one.err;
  EXPECT_EQ(one.out, "net/ipv4/neigh/eth0/retrans_time_ms: 1000 -> 500 ms\n");
  EXPECT_EQ(sysctl("net/ipv4/neigh/eth0/retrans_time_ms"), "500");
  const ProgramResult both = cache({"params", "-i", "eth0", "mcast_solicit=2", "net.ipv4.conf.eth0.proxy_arp=on"});
  EXPECT_EQ(both.out,
            "net/ipv4/neigh/eth0/mcast_solicit: 3 -> 2\n"
            "net/ipv6/neigh/eth0/mcast_solicit: 3 -> 2\n"
            "net/ipv4/conf/eth0/proxy_arp: 0 -> 1 (on)\n");
  EXPECT_EQ(sysctl("net/ipv6/neigh/eth0/mcast_solicit"), "2");
}

TEST_F(CacheMore, ParamsSaysWhatTheKernelMadeOfIt) {
  // The kernel counts full packets there.
  const ProgramResult rounded = cache({"params", "-i", "eth0", "-4", "unres_qlen=3"});
  EXPECT_TRUE(contains(rounded.err, "deprecated; use unres_qlen_bytes")) << rounded.err;
  EXPECT_EQ(sysctl("net/ipv4/neigh/eth0/unres_qlen_bytes"), "6270");
  lan_.ours().set_sysctl("net/ipv4/conf/all/arp_announce", "2");
  const ProgramResult beaten = cache({"params", "-i", "eth0", "arp_announce=1"});
  lan_.ours().set_sysctl("net/ipv4/conf/all/arp_announce", "0");
  EXPECT_EQ(beaten.status, 0);
  EXPECT_TRUE(contains(beaten.err, "2 is in effect all the same, by net/ipv4/conf/all/arp_announce")) << beaten.err;
}

TEST_F(CacheMore, ParamsChecksEveryValueBeforeItSetsOne) {
  for (const std::string wrong :
       {"mcast_solicit=many", "locktime=15ms", "nonsense=1", "arp_accept=3", "ucast_solicit"}) {
    const ProgramResult result = cache({"params", "-i", "eth0", "-4", "retrans_time_ms=500", wrong});
    EXPECT_EQ(result.status, 2) << wrong << result.err;
    EXPECT_EQ(sysctl("net/ipv4/neigh/eth0/retrans_time_ms"), "1000") << wrong;
  }
  EXPECT_TRUE(contains(cache({"params", "-i", "eth0", "retrans_time"}).out, "jiffies"));
  EXPECT_TRUE(contains(cache({"params", "-i", "eth0", "retrans_timems"}).err, "did you mean retrans_time_ms?)"));
}

TEST_F(CacheMore, ParamsSetsBackWhatItSetBeforeARefusal) {
  // The second file belongs to all namespaces.
  const ProgramResult result = cache({"params", "-i", "eth0", "-4", "retrans_time_ms=500", "gc_thresh1=1"});
  EXPECT_EQ(result.status, 8);
  EXPECT_TRUE(contains(result.err, "in the initial one only")) << result.err;
  EXPECT_EQ(sysctl("net/ipv4/neigh/eth0/retrans_time_ms"), "1000");
}

TEST_F(CacheMore, ParamsTakesAnInterfaceWithDotsInItsName) {
  ASSERT_TRUE(kernel::create_veth(netlink(), {.name = "two", .up = false}, {.name = "e.1.2", .up = false}));
  const ProgramResult result = cache({"params", "-4", "net.ipv4.neigh.e/1/2.ucast_solicit=4"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out, "net/ipv4/neigh/e.1.2/ucast_solicit: 3 -> 4\n");
  EXPECT_TRUE(contains(cache({"params", "-i", "e.1.2", "-4", "ucast_solicit"}).out,
                       "/proc/sys/net/ipv4/neigh/e.1.2/\n* ucast_solicit  4"));
}

// --- export and import ---

TEST_F(CacheMore, WhatIsExportedImportsToTheSame) {
  add_second_interface();
  const std::string file =
      "02:00:00:00:00:0a  192.0.2.10\n02:00:00:00:00:0b  192.0.2.9\n02:00:00:00:00:0c  2001:db8::c  router\n"
      "02:00:00:00:00:0d  198.51.100.7\n";
  ASSERT_EQ(import(file).status, 0);
  const auto before = permanent();
  ASSERT_EQ(before.size(), 4U);
  const ProgramResult exported = cache({"export"});
  EXPECT_EQ(exported.status, 0);
  EXPECT_EQ(exported.out,
            "# MAC address, IP address%interface (onlink cache export)\n"
            "02:00:00:00:00:0b  192.0.2.9%eth0\n"
            "02:00:00:00:00:0a  192.0.2.10%eth0\n"
            "02:00:00:00:00:0c  2001:db8::c%eth0  router\n"
            "02:00:00:00:00:0d  198.51.100.7%two\n");
  for (const auto& e : before) ASSERT_TRUE(kernel::delete_neighbor(netlink(), e.interface, e.address));
  ASSERT_EQ(import(exported.out).status, 0);
  EXPECT_EQ(cache({"export"}).out, exported.out);
  EXPECT_TRUE(contains(import(exported.out).err, "0 added, 0 changed, 4 as before"));
}

TEST_F(CacheMore, ExportOfOneInterfaceIsAPlainEthersFile) {
  ASSERT_EQ(import("02:00:00:00:00:0a 192.0.2.10\n").status, 0);
  ASSERT_TRUE(kernel::add_neighbor(
      netlink(),
      {.interface = eth0(), .address = ip("192.0.2.11"), .mac = mac("02:00:00:00:00:0b"), .state = NudState::stale}));
  const std::string path = folder_ + "ethers";
  const ProgramResult result = cache({"export", "-i", "eth0", "--all", path});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(contains(result.err, "1 permanent entry"));
  std::stringstream text;
  text << std::ifstream{path}.rdbuf();
  EXPECT_EQ(text.str(),
            "# MAC address, IP address (onlink cache export)\n"
            "02:00:00:00:00:0a  192.0.2.10\n"
            "# 02:00:00:00:00:0b  192.0.2.11  # stale\n");
}

TEST_F(CacheMore, ImportTellsEveryWrongLineAndChangesNothing) {
  const ProgramResult result = import(
      "02:00:00:00:00:0a 192.0.2.10\n"
      "nonsense\n"
      "02:00:00:00:00:0b 192.0.2.10\n"
      "02:00:00:00:00:0c 192.0.2.12%nope0\n"
      "02:00:00:00:00:0d no-such-host.example\n"
      "02:00:00:00:00:0e 203.0.113.1\n");
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(
      result.err,
      "onlink cache import: standard input:2: a line is a MAC address and an address or host name\n"
      "onlink cache import: standard input:3: 192.0.2.10 has 02:00:00:00:00:0a in line 1\n"
      "onlink cache import: standard input:4: there is no interface nope0\n"
      "onlink cache import: standard input:5: no-such-host.example is not in /etc/hosts (--names asks DNS too)\n"
      "onlink cache import: standard input:6: 203.0.113.1: no interface has a network that holds it; name one with "
      "-i or as 203.0.113.1%IFACE\n"
      "onlink cache import: standard input: 5 lines are wrong; nothing was changed\n");
  EXPECT_TRUE(permanent().empty());
}

TEST_F(CacheMore, ImportUndoesWhatItDidWhenTheKernelRefusesALine) {
  ASSERT_EQ(import("02:00:00:00:00:0a 192.0.2.10\n").status, 0);
  ASSERT_TRUE(kernel::add_neighbor(
      netlink(),
      {.interface = eth0(), .address = ip("192.0.2.11"), .mac = mac("02:00:00:00:00:0b"), .state = NudState::stale}));
  // Without IPv6 on the interface its entries cannot be made.
  lan_.ours().set_sysctl("net/ipv6/conf/eth0/disable_ipv6", "1");
  const ProgramResult result = import(
      "02:00:00:00:00:1a 192.0.2.10\n02:00:00:00:00:1b 192.0.2.11\n02:00:00:00:00:1c 192.0.2.12\n"
      "02:00:00:00:00:1d 2001:db8::d\n",
      {"-i", "eth0"});
  lan_.ours().set_sysctl("net/ipv6/conf/eth0/disable_ipv6", "0");
  EXPECT_EQ(result.status, 8) << result.err;
  EXPECT_TRUE(contains(result.err, "standard input:4: eth0: replace neighbour 2001:db8::d: ")) << result.err;
  EXPECT_TRUE(contains(result.err, "nothing was changed\n")) << result.err;
  EXPECT_EQ(entry("192.0.2.10").mac, mac("02:00:00:00:00:0a"));
  EXPECT_EQ(entry("192.0.2.10").state, NudState::permanent);
  EXPECT_EQ(entry("192.0.2.11").mac, mac("02:00:00:00:00:0b"));
  EXPECT_EQ(entry("192.0.2.11").state, NudState::stale);
  EXPECT_FALSE(netlink().neighbor(eth0(), ip("192.0.2.12")).value());
}

TEST_F(CacheMore, ASignalInTheMiddleUndoesWhatWasDone) {
  std::vector<cli::PlannedEdit> edits;
  for (const std::string_view address : {"192.0.2.10", "192.0.2.11", "192.0.2.12"}) {
    const MacAddress station = mac("02:00:00:00:00:0a");
    edits.push_back({.line = edits.size() + 1,
                     .link = lan_.ours().link(),
                     .mac = station,
                     .edit = {.interface = eth0(), .address = ip(address), .mac = station}});
  }
  std::size_t asked = 0;
  const auto failure = cli::apply_edits(netlink(), edits, {}, [&] {
    EXPECT_EQ(permanent().size(), asked);
    return ++asked == edits.size();
  });
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->line, 0U);
  EXPECT_TRUE(failure->not_undone.empty());
  EXPECT_TRUE(permanent().empty());
}

TEST_F(CacheMore, DryRunSaysWhatWouldChange) {
  ASSERT_EQ(import("02:00:00:00:00:0a 192.0.2.10\n").status, 0);
  const ProgramResult result =
      import("02:00:00:00:00:0a 192.0.2.10\n02:00:00:00:00:0b 192.0.2.11\n", {"--dry-run", "--json"});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(contains(result.out, R"("ip":"192.0.2.11","mac":"02:00:00:00:00:0b","change":"new","state":"permanent")"))
      << result.out;
  EXPECT_FALSE(contains(result.out, "192.0.2.10"));
  EXPECT_TRUE(contains(result.err, "nothing was done; 1 would be added, 0 changed, 1 as before")) << result.err;
  EXPECT_EQ(permanent().size(), 1U);
}

TEST_F(CacheMore, ImportOfManyIsQuickAndWhole) {
  std::string file;
  for (int i = 2; i < 252; ++i)
    file += "02:00:00:00:01:" + std::string(1, "0123456789abcdef"[i / 16]) +
            std::string(1, "0123456789abcdef"[i % 16]) + " 192.0.2." + std::to_string(i) + "\n";
  const ProgramResult result = import(file, {"-q"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out + result.err, "");
  EXPECT_EQ(permanent().size(), 250U);
}

// --- warnings ---

TEST_F(CacheMore, DoubtfulEntriesAreWarnedAboutAndMadeButNotWithStrict) {
  struct Case {
    std::string_view line, warning;
    int strict;
  };
  for (const Case& c : {
           Case{"02:00:00:00:00:0a 203.0.113.9%eth0",
                "203.0.113.9 is not on eth0's link: there is no route to it; packets to it do not use the entry", 4},
           {"02:00:00:00:00:0a 192.0.2.1", "192.0.2.1 is ours: eth0 has it, 02:00:00:00:00:01; the entry is of no use",
            3},
           {"02:00:00:00:00:0a 192.0.2.255", "192.0.2.255 is the broadcast address of eth0's network 192.0.2.0/24", 2},
           {"02:00:00:00:00:0a 192.0.2.0",
            "192.0.2.0 is the first address, no host's own, of eth0's network 192.0.2.0/24", 2},
           {"02:00:00:00:00:0a 2001:db8::",
            "2001:db8:: is the routers' anycast address of eth0's network 2001:db8::/64", 2},
           {"01:00:5e:00:00:0a 192.0.2.10",
            "01:00:5e:00:00:0a is a multicast address: every frame to 192.0.2.10 goes to many stations", 2},
           {"ff:ff:ff:ff:ff:ff 192.0.2.11",
            "ff:ff:ff:ff:ff:ff is a broadcast address: every frame to 192.0.2.11 goes to many stations", 2},
           {"00:00:00:00:00:00 192.0.2.12", "00:00:00:00:00:00 is no station's address", 2},
           {"02:00:00:00:00:01 192.0.2.13",
            "02:00:00:00:00:01 is eth0's own MAC address: frames to 192.0.2.13 would go to ourselves", 3},
           {"02:00:00:00:00:0a 224.0.0.9%eth0", "224.0.0.9 is a multicast address, nobody's own", 2},
       }) {
    const std::string line{c.line};
    const ProgramResult strict = import(line, {"--strict"});
    EXPECT_EQ(strict.status, c.strict) << line << "\n" << strict.err;
    EXPECT_TRUE(contains(strict.err, "standard input:1: warning: " + std::string{c.warning})) << strict.err;
    EXPECT_TRUE(contains(strict.err, "nothing was changed: --strict")) << strict.err;
    const ProgramResult result = import(line);
    EXPECT_TRUE(contains(result.err, c.warning)) << result.err;
    EXPECT_EQ(result.status, 0) << line << "\n" << result.err;
  }
}

TEST_F(CacheMore, AnInterfaceThatResolvesNothingIsNamed) {
  add_second_interface();
  ASSERT_TRUE(kernel::change_link(netlink(), netlink().find_link("two")->index, {.arp = false}));
  const std::string line = "02:00:00:00:00:0a 198.51.100.7\n";
  EXPECT_EQ(import(line, {"--strict"}).status, 2);
  const ProgramResult result = import(line);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(contains(result.err, "warning: two resolves no addresses (NOARP): the entry is of no use there"))
      << result.err;
}

TEST_F(CacheMore, AMacThatAnotherAddressHasIsNamed) {
  const ProgramResult result =
      import("06:11:22:33:44:55 192.0.2.10\n06:11:22:33:44:55 192.0.2.11\n06:11:22:33:44:55 2001:db8::9\n");
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(
      contains(result.err, "standard input:2: warning: 06:11:22:33:44:55 is the MAC address of 192.0.2.10 as well"))
      << result.err;
  EXPECT_FALSE(contains(result.err, "input:1:")) << "a MAC drawn at random is a MAC";
  EXPECT_FALSE(contains(result.err, "input:3:")) << "a host has addresses of both families";
}

TEST_F(CacheMore, AGatewayOutsideEveryNetworkIsNotDoubted) {
  const kernel::NewRoute to_gateway{.destination = prefix("203.0.113.1/32"), .interface = eth0()};
  ASSERT_TRUE(kernel::add_route(netlink(), to_gateway));
  ASSERT_TRUE(kernel::add_route(netlink(), {.destination = prefix("0.0.0.0/0"), .gateway = ip("203.0.113.1")}));
  ASSERT_TRUE(kernel::remove_route(netlink(), to_gateway));
  const ProgramResult result = import("02:00:00:00:00:0a 203.0.113.1%eth0\n", {"--strict"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_FALSE(contains(result.err, "warning")) << result.err;
}

// --- explain ---

// What is said of an entry, held against what the kernel then does.
TEST_F(CacheMore, WhatIsSaidOfAResolutionComesTrue) {
  lan_.ours().set_sysctl("net/ipv4/neigh/eth0/retrans_time_ms", "500");
  ASSERT_TRUE(kernel::add_neighbor(netlink(), {.interface = eth0(), .address = ip("192.0.2.77"), .use = true}));
  const auto asked = netlink().neighbor(eth0(), ip("192.0.2.77")).value().value();
  ASSERT_EQ(asked.state, NudState::incomplete);
  const auto before = cli::Explainer::open(netlink()).value().explain(asked, cli::Language::english);
  EXPECT_TRUE(contains(before, "incomplete: no MAC yet, packets wait; request ")) << before;
  EXPECT_TRUE(contains(before, " of 3 is out; fails in ")) << before;
  auto now = asked;
  while (now.state == NudState::incomplete) {
    std::this_thread::yield();
    now = netlink().neighbor(eth0(), ip("192.0.2.77")).value().value();
  }
  EXPECT_EQ(now.state, NudState::failed);
  EXPECT_EQ(now.probes - 3, 3U);  // counted from ucast_solicit
  const auto after = cli::Explainer::open(netlink()).value().explain(now, cli::Language::english);
  EXPECT_TRUE(contains(after, "the next packet asks anew at once: 3 broadcast requests, 0.5 s apart")) << after;
}

}  // namespace
}  // namespace onlink::inline v0::test
