// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_params_value.hpp"

#include <gtest/gtest.h>

namespace onlink::inline v0::cli {
namespace {

// What would be written, or "! why not".
std::string parsed(std::string_view name, std::string_view text) {
  for (const std::string directory : {"net/ipv4/neigh/eth0/", "net/ipv4/conf/eth0/", "net/ipv6/conf/eth0/"}) {
    const ParameterInfo* const info = find_parameter(directory + std::string{name});
    if (info == nullptr) continue;
    const auto value = parse_parameter_value(*info, text);
    return value ? *value : "! " + value.error();
  }
  return "no such parameter";
}

TEST(ParameterValue, ATimeIsToldInTheFilesUnit) {
  EXPECT_EQ(parsed("retrans_time_ms", "500"), "500");
  EXPECT_EQ(parsed("retrans_time_ms", "500ms"), "500");
  EXPECT_EQ(parsed("retrans_time_ms", "1.5s"), "1500");
  EXPECT_EQ(parsed("delay_first_probe_time", "5"), "5");
  EXPECT_EQ(parsed("delay_first_probe_time", "2min"), "120");
  EXPECT_EQ(parsed("gc_stale_time", "1h"), "3600");
  EXPECT_EQ(parsed("locktime", "1s"), "100");
  EXPECT_EQ(parsed("locktime", "30"), "30");
}

TEST(ParameterValue, ATimeThatTheFileCannotTellIsRefusedNotRounded) {
  EXPECT_EQ(parsed("delay_first_probe_time", "500ms"), "! 500ms cannot be told in s");
  EXPECT_EQ(parsed("locktime", "15ms"), "! 15ms cannot be told in 1/100 s");
  EXPECT_EQ(parsed("retrans_time_ms", "0.5ms"), "! 0.5ms cannot be told in ms");
}

TEST(ParameterValue, OnAndOffHaveWords) {
  EXPECT_EQ(parsed("proxy_arp", "on"), "1");
  EXPECT_EQ(parsed("proxy_arp", "false"), "0");
  EXPECT_EQ(parsed("proxy_arp", "1"), "1");
  EXPECT_EQ(parsed("proxy_arp", "2"), "! 2 is out of range; 0 to 1");
  EXPECT_EQ(parsed("proxy_arp", "perhaps"), "! 'perhaps' is not on or off");
  EXPECT_EQ(parsed("ucast_solicit", "on"), "! 'on' is not a number");
}

TEST(ParameterValue, RangesAreTheKernels) {
  EXPECT_EQ(parsed("ucast_solicit", "-1"), "! -1 is out of range; 0 to 2147483647");
  EXPECT_EQ(parsed("ucast_solicit", ""), "! '' is not a number");
  EXPECT_EQ(parsed("ucast_solicit", "99999999999999999999"), "! '99999999999999999999' is not a number");
  EXPECT_EQ(parsed("retrans_time_ms", "999h"), "! 3596400000 is out of range; 0 to 2147483647");
  EXPECT_EQ(parsed("medium_id", "-1"), "-1");
  EXPECT_EQ(parsed("ndisc_tclass", "255"), "255");
  EXPECT_EQ(parsed("ndisc_tclass", "256"), "! 256 is out of range; 0 to 255");
  EXPECT_TRUE(
      parsed("arp_announce", "3").starts_with("! 3 is out of range; 0 to 2 (the sender address of requests: 0 any"));
}

TEST(ParameterValue, ReadsWithItsUnit) {
  const auto text = [](std::string_view path, std::string_view value) {
    return parameter_value_text(*find_parameter(path), value);
  };
  EXPECT_EQ(text("net/ipv4/neigh/a/retrans_time_ms", "1000"), "1000 ms");
  EXPECT_EQ(text("net/ipv4/neigh/a/locktime", "100"), "100 (1 s)");
  EXPECT_EQ(text("net/ipv4/neigh/a/proxy_delay", "80"), "80 (0.8 s)");
  EXPECT_EQ(text("net/ipv4/neigh/a/ucast_solicit", "3"), "3");
  EXPECT_EQ(text("net/ipv4/neigh/a/unres_qlen_bytes", "212992"), "212992 octets");
  EXPECT_EQ(text("net/ipv4/conf/a/proxy_arp", "1"), "1 (on)");
  EXPECT_EQ(text("net/ipv6/neigh/a/retrans_time", "250"), "250 jiffies");
}

}  // namespace
}  // namespace onlink::inline v0::cli
