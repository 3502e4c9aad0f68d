// SPDX-License-Identifier: Apache-2.0
// A host is a map of its sysctl files here.
#include "onlink/cli/cache_params_read.hpp"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

namespace onlink::inline v0::cli {
namespace {

class Host {
 public:
  Host() {
    for (const ParameterInfo& info : parameter_table()) {
      for (const std::string_view interface : {"eth0", "default", "all"}) {
        values_[parameter_path(info, interface)] = info.fallback;
      }
    }
    source_.read = [this](std::string_view key) -> std::optional<std::string> {
      const auto found = values_.find(std::string{key});
      return found == values_.end() ? std::nullopt : std::optional(found->second);
    };
  }
  Host& set(const std::string& key, const std::string& value) {
    values_[key] = value;
    return *this;
  }
  Host& without(const std::string& key) {
    values_.erase(key);
    return *this;
  }
  Host& configure(const std::string& text) {
    std::istringstream in{text};
    source_.files.add(in, "/etc/sysctl.conf");
    return *this;
  }
  Host& with_table(kernel::NeighborTableState table) {
    source_.tables.push_back(table);
    return *this;
  }
  [[nodiscard]] std::optional<ParameterState> read(std::string_view path) const {
    return read_parameter(source_, *find_parameter(path), "eth0");
  }
  // "origin place".
  [[nodiscard]] std::string origin(std::string_view path) const {
    const auto state = read(path);
    return std::string{to_string(state->origin)} + (state->origin_place.empty() ? "" : " " + state->origin_place);
  }

 private:
  std::map<std::string, std::string> values_;
  ParameterSource source_{};
};

constexpr std::string_view retrans = "net/ipv4/neigh/eth0/retrans_time_ms";

TEST(ReadParameter, AnInterfaceAndAllAreJoinedAsTheKernelDoes) {
  struct Case {
    ParameterScope scope;
    std::string_view all, value, effective;
  };
  for (const Case& c : {Case{ParameterScope::all_max, "1", "2", "2"},
                        {ParameterScope::all_max, "8", "0", "8"},
                        {ParameterScope::all_or, "0", "0", "0"},
                        {ParameterScope::all_or, "1", "0", "1"},
                        {ParameterScope::all_and, "1", "0", "0"},
                        {ParameterScope::all_and, "1", "1", "1"},
                        {ParameterScope::interface, "1", "0", "0"}}) {
    EXPECT_EQ(joined_value(c.scope, c.all, c.value), c.effective);
  }
  Host host;
  host.set("net/ipv4/conf/all/arp_ignore", "2").set("net/ipv4/conf/eth0/arp_ignore", "1");
  const auto state = host.read("net/ipv4/conf/eth0/arp_ignore");
  EXPECT_EQ(state->value, "1");
  EXPECT_EQ(state->all, "2");
  EXPECT_EQ(state->effective, "2");
  EXPECT_FALSE(host.read("net/ipv4/conf/eth0/forwarding")->all);
}

TEST(ReadParameter, TellsWhoSetIt) {
  EXPECT_EQ(Host{}.origin(retrans), "kernel");
  EXPECT_EQ(Host{}.set(std::string{retrans}, "500").origin(retrans), "unknown");
  EXPECT_EQ(
      Host{}.set(std::string{retrans}, "500").configure("\nnet.ipv4.neigh.eth0.retrans_time_ms=500").origin(retrans),
      "file /etc/sysctl.conf:2");
  EXPECT_EQ(Host{}.configure("net.ipv4.neigh.*.retrans_time_ms=1000").origin(retrans), "file /etc/sysctl.conf:1");
  Host begun;
  begun.set(std::string{retrans}, "500").set("net/ipv4/neigh/default/retrans_time_ms", "500");
  EXPECT_EQ(begun.origin(retrans), "default");
  begun.configure("net.ipv4.neigh.default.retrans_time_ms=500");
  EXPECT_EQ(begun.origin(retrans), "default /etc/sysctl.conf:1");
}

TEST(ReadParameter, AFileThatSaysOtherwiseIsNamed) {
  const auto state =
      Host{}.set(std::string{retrans}, "500").configure("net.ipv4.neigh.eth0.retrans_time_ms=700").read(retrans);
  EXPECT_EQ(state->origin, ParameterOrigin::unknown);
  EXPECT_EQ(state->file_differs, "/etc/sysctl.conf:1");
  EXPECT_EQ(state->file_value, "700");
}

TEST(ReadParameter, ForwardingComesFromIpForward) {
  Host host;
  host.set("net/ipv4/conf/eth0/forwarding", "1").set("net/ipv4/conf/default/forwarding", "1");
  host.configure("net.ipv4.ip_forward=1");
  EXPECT_EQ(host.origin("net/ipv4/conf/eth0/forwarding"), "default /etc/sysctl.conf:1");
}

TEST(ReadParameter, ARouterIsToldByWhatItAlsoSets) {
  const std::string base = "net/ipv6/neigh/eth0/base_reachable_time_ms", stale = "net/ipv6/neigh/eth0/gc_stale_time";
  Host host;
  host.set(base, "15000").set(stale, "45").set("net/ipv6/neigh/eth0/retrans_time_ms", "500");
  EXPECT_EQ(host.origin(base), "router");
  EXPECT_EQ(host.origin(stale), "router");
  EXPECT_EQ(host.origin("net/ipv6/neigh/eth0/retrans_time_ms"), "maybe_router");
  EXPECT_EQ(Host{}.set(base, "15000").origin(base), "maybe_router");
  EXPECT_EQ(Host{}.set(base, "15000").set("net/ipv6/conf/eth0/accept_ra", "0").origin(base), "unknown");
  EXPECT_EQ(Host{}.set(base, "15000").set("net/ipv6/conf/eth0/forwarding", "1").origin(base), "unknown");
  EXPECT_EQ(Host{}
                .set("net/ipv4/neigh/eth0/base_reachable_time_ms", "15000")
                .origin("net/ipv4/neigh/eth0/base_reachable_time_ms"),
            "unknown");
}

TEST(ReadParameter, ThresholdsComeOverNetlinkWhereTheyHaveNoFile) {
  Host host;
  host.without("net/ipv4/neigh/default/gc_thresh3").with_table({.family = Family::ipv4, .gc_thresh3 = 4096});
  const auto state = host.read("net/ipv4/neigh/default/gc_thresh3");
  ASSERT_TRUE(state);
  EXPECT_EQ(state->value, "4096");
  EXPECT_FALSE(state->settable);
  EXPECT_EQ(state->interface, "default");
  EXPECT_TRUE(Host{}.read("net/ipv4/neigh/default/gc_thresh3")->settable);
}

TEST(ReadParameter, TicksAreTheDefaultWhereTheirMillisecondsAre) {
  const std::string ticks = "net/ipv6/neigh/eth0/retrans_time";
  EXPECT_FALSE(Host{}.set(ticks, "1000").read(ticks)->changed);
  EXPECT_EQ(Host{}.set(ticks, "1000").origin(ticks), "kernel");
  EXPECT_TRUE(Host{}.set(ticks, "500").set(ticks + "_ms", "500").read(ticks)->changed);
}

TEST(ReadParameter, WhatThisKernelDoesNotHaveIsLeftOut) {
  EXPECT_FALSE(Host{}.without(std::string{retrans}).read(retrans));
}

}  // namespace
}  // namespace onlink::inline v0::cli
