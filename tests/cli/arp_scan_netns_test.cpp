// SPDX-License-Identifier: Apache-2.0
// `onlink compat arp-scan` among real kernels: the well-known run, and what our warnings add to it. What it prints case
// by case is held to the original's in tests/compat.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "tests/netns/small_lan.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class ArpScan : public testing::Test {
 protected:
  ArpScan()
      : lan_({.mac = mac("f0:18:98:1c:08:75"), .addresses = {prefix("192.168.31.25/24")}}),
        router_(lan_.add_host({.mac = mac("64:09:80:70:c6:03"), .addresses = {prefix("192.168.31.1/24")}})),
        phone_(lan_.add_host({.mac = mac("d4:61:da:51:f8:1a"), .addresses = {prefix("192.168.31.182/24")}})) {}

  static ProgramResult arp_scan(std::vector<std::string> words) {
    words.insert(words.begin(), {"compat", "arp-scan"});
    return run_onlink({.words = words});
  }

  SmallLan lan_;
  KernelHost& router_;
  KernelHost& phone_;
};

std::string without_times(const std::string& text) {
  return std::regex_replace(text, std::regex{R"(in [0-9.]+ seconds \([0-9.]+ hosts/sec\))"}, "in N seconds");
}

TEST_F(ArpScan, TellsTheWellKnownRunToTheLetter) {
  const ProgramResult result = arp_scan({"-I", "eth0", "-l"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(
      without_times(result.out),
      testing::MatchesRegex("Interface: eth0, type: EN10MB, MAC: f0:18:98:1c:08:75, IPv4: 192\\.168\\.31\\.25\n"
                            "Starting arp-scan 1\\.10\\.0 with 256 hosts \\(https://github\\.com/royhills/arp-scan\\)\n"
                            "192\\.168\\.31\\.1\t64:09:80:70:c6:03\tXiaomi Communications Co Ltd\n"
                            "192\\.168\\.31\\.182\td4:61:da:51:f8:1a\tApple, Inc\\.\n"
                            "\n"
                            "2 packets received by filter, 0 packets dropped by kernel\n"
                            "Ending arp-scan 1\\.10\\.0: 256 hosts scanned in N seconds\\. 2 responded\n"));
}

TEST_F(ArpScan, AsksEveryTargetInARandomOrderTooAndTheSameOneForASeed) {
  const auto list = [&](const char* seed) {
    return arp_scan({"-I", "eth0", "-q", "-R", std::string{"--randomseed="} + seed, "-vvv", "-t", "1", "-r", "1",
                     "--writepkttofile=/dev/null", "192.168.31.0/28"})
        .out;
  };
  EXPECT_EQ(without_times(list("7")), without_times(list("7")));
  EXPECT_NE(without_times(list("7")), without_times(list("8")));
  for (int last = 0; last < 16; ++last)
    EXPECT_THAT(list("7"), HasSubstr("\t192.168.31." + std::to_string(last) + "\n"));
}

TEST_F(ArpScan, SaysOnStandardErrorWhatTheStatusDoesNot) {
  const ProgramResult silent = arp_scan({"-I", "eth0", "-x", "-t", "50", "-r", "1", "192.168.31.77"});
  EXPECT_EQ(silent.status, 0);
  EXPECT_EQ(silent.out, "");
  EXPECT_THAT(silent.err, HasSubstr("arp-scan: warning: nobody answered"));
  EXPECT_THAT(arp_scan({"-I", "eth0", "-x", "192.168.31.1"}).err, Not(HasSubstr("warning")));
}

TEST_F(ArpScan, WarnsOnceOfTwoOwnersOfOneAddress) {
  lan_.add_host({.mac = mac("02:00:00:00:00:99"), .addresses = {prefix("192.168.31.182/24")}});
  const ProgramResult result = arp_scan({"-I", "eth0", "-q", "-x", "-t", "300", "192.168.31.182", "192.168.31.77"});
  EXPECT_THAT(result.err, HasSubstr("both say that they have 192.168.31.182"));
  EXPECT_EQ(result.err.find("both say"), result.err.rfind("both say"));
}

TEST_F(ArpScan, EndsLikeTheOriginalWhenTheLinkGoesWhileItSends) {
  const ProgramResult result =
      run_onlink({.words = {"compat", "arp-scan", "-I", "eth0", "-x", "-i", "20", "192.168.31.64/26"},
                  .while_running = [&](int) { lan_.ours().set_up(false); }});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, testing::AnyOf(HasSubstr("ERROR: failed to send packet: Network is down\n"),
                                         HasSubstr("pcap_activate: eth0: That device is not up\n")));
}

}  // namespace
}  // namespace onlink::inline v0::test
