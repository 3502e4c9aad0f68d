// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/neighbor_parameters.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace onlink::inline v0 {
namespace {

using namespace std::chrono_literals;

TEST(NeighborParameters, EveryRowShowsTheDefaultOfTheStructs) {
  for (const ParameterInfo& info : parameter_table()) {
    if (info.read == nullptr) continue;
    EXPECT_EQ(info.read(LinkParameters{}), info.fallback) << info.path;
  }
}

TEST(NeighborParameters, EveryRowReadsBackWhatIsWrittenAndTouchesNothingElse) {
  for (const ParameterInfo& info : parameter_table()) {
    if (info.write == nullptr) continue;
    LinkParameters changed;
    const std::string value = info.fallback == "1" ? "0" : "1";
    ASSERT_TRUE(set_parameter(changed, parameter_path(info, "eth0"), value)) << info.path;
    EXPECT_EQ(info.read(changed), value) << info.path;
    EXPECT_NE(changed, LinkParameters{}) << info.path;
    ASSERT_TRUE(set_parameter(changed, parameter_path(info, "eth0"), info.fallback)) << info.path;
    // The deprecated views round.
    if (info.deprecated) continue;
    EXPECT_EQ(changed, LinkParameters{}) << info.path;
  }
}

TEST(NeighborParameters, RowsAreWholeAndEachIsThereOnce) {
  std::set<std::string_view> paths;
  for (const ParameterInfo& info : parameter_table()) {
    EXPECT_TRUE(paths.insert(info.path).second) << info.path;
    EXPECT_FALSE(info.meaning.empty()) << info.path;
    EXPECT_FALSE(info.meaning.ends_with('.')) << info.path;
    EXPECT_EQ(info.read == nullptr, info.write == nullptr) << info.path;
    EXPECT_EQ(info.family == Family::ipv4, info.path.starts_with("net/ipv4/")) << info.path;
    EXPECT_EQ(info.scope == ParameterScope::table, info.path.find("IFACE") == std::string_view::npos) << info.path;
  }
  EXPECT_TRUE(std::ranges::is_partitioned(parameter_table(), [](const auto& i) { return i.family == Family::ipv4; }));
}

TEST(NeighborParameters, APathIsFoundWithSlashesAndDotsAndAnyInterface) {
  const ParameterInfo* const retrans = find_parameter("net/ipv4/neigh/IFACE/retrans_time_ms");
  ASSERT_NE(retrans, nullptr);
  EXPECT_EQ(retrans->name(), "retrans_time_ms");
  for (const std::string_view path :
       {"net/ipv4/neigh/eth0/retrans_time_ms", "net.ipv4.neigh.eth0.retrans_time_ms",
        "net/ipv4/neigh/default/retrans_time_ms", "net/ipv4/neigh/eth0.100/retrans_time_ms",
        "net.ipv4.neigh.eth0/100.retrans_time_ms", "net.ipv4.neigh.eth0.100.retrans_time_ms",
        "/proc/sys/net/ipv4/neigh/lo/retrans_time_ms"}) {
    EXPECT_EQ(find_parameter(path), retrans) << path;
  }
  EXPECT_NE(find_parameter("net/ipv4/conf/all/arp_ignore"), nullptr);
  EXPECT_NE(find_parameter("net.ipv6.neigh.default.gc_thresh3"), nullptr);
}

TEST(NeighborParameters, TheInterfaceOfAPathIsToldAndPutIn) {
  EXPECT_EQ(parameter_interface("net/ipv4/neigh/eth0.100/retrans_time_ms"), "eth0.100");
  EXPECT_EQ(parameter_interface("net.ipv4.neigh.eth0/100.retrans_time_ms"), "eth0.100");
  EXPECT_EQ(parameter_interface("net.ipv4.neigh.eth0.100.retrans_time_ms"), "eth0.100");
  EXPECT_EQ(parameter_interface("retrans_time_ms"), "");
  EXPECT_EQ(parameter_path(*find_parameter("net.ipv6.conf.IFACE.accept_ra"), "eth0.100"),
            "net/ipv6/conf/eth0.100/accept_ra");
  EXPECT_EQ(parameter_path(*find_parameter("net.ipv6.neigh.default.gc_thresh1"), "eth0"),
            "net/ipv6/neigh/default/gc_thresh1");
}

TEST(NeighborParameters, WhatIsNoSuchPathIsNotFound) {
  for (const std::string_view path :
       {"", "net", "net/", "net/ipv4", "retrans_time_ms", "net/ipv4/neigh/retrans_time_ms",
        "net/ipv4/neigh//retrans_time_ms", "net/ipv4/neigh/a/b/retrans_time_ms", "net/ipv4/conf/eth0/retrans_time_ms",
        "net/ipv4/neigh/all/retrans_time_ms", "net/ipv4/neigh/eth0/gc_thresh1", "net/ipv7/neigh/eth0/retrans_time_ms",
        "net/ipv4/neigh/eth0/retrans_time_ms/", "net/ipv4/neigh/a-name-of-sixteen/retrans_time_ms",
        "net/ipv6/conf/eth0/arp_ignore", "kernel/ipv4/neigh/eth0/retrans_time_ms"}) {
    EXPECT_EQ(find_parameter(path), nullptr) << path;
  }
}

TEST(NeighborParameters, UnitsAreThoseOfTheFiles) {
  LinkParameters p;
  ASSERT_TRUE(set_parameter(p, "net/ipv4/neigh/a/base_reachable_time_ms", "2000"));
  ASSERT_TRUE(set_parameter(p, "net/ipv4/neigh/a/delay_first_probe_time", "1\n"));
  ASSERT_TRUE(set_parameter(p, "net/ipv4/neigh/a/locktime", " 30"));
  ASSERT_TRUE(set_parameter(p, "net/ipv6/neigh/a/retrans_time", "25"));
  ASSERT_TRUE(set_parameter(p, "net/ipv4/neigh/a/retrans_time", "25"));
  ASSERT_TRUE(set_parameter(p, "net/ipv4/neigh/a/unres_qlen", "3"));
  EXPECT_EQ(p.ipv4.base_reachable_time, 2s);
  EXPECT_EQ(p.ipv4.delay_first_probe_time, 1s);
  EXPECT_EQ(p.ipv4.locktime, 300ms);
  EXPECT_EQ(p.ipv6.retrans_time, 100ms);
  EXPECT_EQ(p.ipv4.retrans_time, 250ms);
  EXPECT_EQ(p.ipv4.unres_qlen_bytes, 6270U);
  EXPECT_EQ(p.ipv6.base_reachable_time, 30s);
}

TEST(NeighborParameters, AWrongValueIsRefusedByNameAndChangesNothing) {
  struct Case {
    std::string_view path, value, text;
  };
  for (const Case& c : {
           Case{"net.ipv4.neigh.eth0.retrans_time_ms", "soon",
                "net.ipv4.neigh.eth0.retrans_time_ms: 'soon' is not a number from 0 on"},
           Case{"net/ipv4/neigh/eth0/retrans_time_ms", "",
                "net/ipv4/neigh/eth0/retrans_time_ms: '' is not a number from 0 on"},
           Case{"net/ipv4/neigh/eth0/retrans_time_ms", "-1",
                "net/ipv4/neigh/eth0/retrans_time_ms: '-1' is not a number from 0 on"},
           Case{"net/ipv4/neigh/eth0/retrans_time_ms", "2147483648",
                "net/ipv4/neigh/eth0/retrans_time_ms: 2147483648 is out of range"},
           Case{"net/ipv4/neigh/eth0/retrans_time_ms", "99999999999999999999",
                "net/ipv4/neigh/eth0/retrans_time_ms: out of range"},
           Case{"net/ipv4/neigh/eth0/interval_probe_time_ms", "0",
                "net/ipv4/neigh/eth0/interval_probe_time_ms: 0 is out of range"},
           Case{"net/ipv4/conf/eth0/arp_accept", "3", "net/ipv4/conf/eth0/arp_accept: 3 is out of range"},
           Case{"net/ipv4/conf/eth0/medium_id", "3",
                "net/ipv4/conf/eth0/medium_id: the neighbour cache has no use for it"},
           Case{"net/ipv4/conf/eth0/arp", "3", "net/ipv4/conf/eth0/arp: there is no such parameter of neighbours"},
       }) {
    LinkParameters parameters;
    const auto set = set_parameter(parameters, c.path, c.value);
    ASSERT_FALSE(set) << c.path;
    EXPECT_EQ(set.error(), usage_error(std::string(c.text)));
    EXPECT_EQ(parameters, LinkParameters{});
  }
}

}  // namespace
}  // namespace onlink::inline v0
