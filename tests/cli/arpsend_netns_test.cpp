// SPDX-License-Identifier: Apache-2.0
// `onlink compat arpsend` among real kernels: vzctl's lines and statuses, and the warnings that it lacks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/netns/small_lan.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {
namespace {

using testing::HasSubstr;

constexpr std::string_view usage =
    "Usage: arpsend <-U -i <src_ip_addr> | -D -e <trg_ip_addr> [-e <trg_ip_addr>] ...> [-c <count>] [-w <timeout>] "
    "interface_name\n";

class Arpsend : public testing::Test {
 protected:
  Arpsend()
      : lan_({.mac = mac("08:00:27:84:bc:b0"), .addresses = {prefix("172.28.128.3/24")}}),
        neighbor_(lan_.add_host({.mac = mac("08:00:27:bf:03:bd"), .addresses = {prefix("172.28.128.2/24")}})) {}

  static ProgramResult arpsend(std::vector<std::string> words) {
    words.insert(words.begin(), {"compat", "arpsend"});
    return run_onlink({.words = words});
  }

  SmallLan lan_;
  KernelHost& neighbor_;
};

TEST_F(Arpsend, TellsTheDialogueToTheLetter) {
  const ProgramResult result = arpsend({"-D", "-e", "172.28.128.2", "eth0", "-v"});
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(result.out, "");
  const std::string ours =
      "eth '08:00:27:84:bc:b0' -> eth 'ff:ff:ff:ff:ff:ff'; arp sndr '08:00:27:84:bc:b0' "
      "'172.28.128.3'; request; arp recipient 'ff:ff:ff:ff:ff:ff' '172.28.128.2'\n";
  EXPECT_EQ(result.err,
            "arpsend: got addresses hw='08:00:27:84:bc:b0', ip='172.28.128.3'\n"
            "arpsend: send packet: " +
                ours + "arpsend: recv unknown packet " + ours +
                "arpsend: recv packet eth '08:00:27:bf:03:bd' -> eth '08:00:27:84:bc:b0'; arp sndr "
                "'08:00:27:bf:03:bd' '172.28.128.2'; reply; arp recipient '08:00:27:84:bc:b0' '172.28.128.3'\n"
                "arpsend: 172.28.128.2 is detected on another computer : 08:00:27:bf:03:bd\n");
}

TEST_F(Arpsend, EndsWithTheStatusesOfTheOriginal) {
  EXPECT_EQ(arpsend({"-D", "-e", "172.28.128.77", "-c", "1", "eth0"}).status, 0) << "free";
  EXPECT_EQ(arpsend({"-Q", "-e", "172.28.128.2", "-o", "eth0"}).status, 0);
  EXPECT_EQ(arpsend({"-Q", "-e", "172.28.128.77", "-c", "1", "eth0"}).status, 4);
  EXPECT_EQ(arpsend({"-U", "-i", "172.28.128.3", "-c", "1", "eth0"}).status, 0);
  for (const auto& words : std::vector<std::vector<std::string>>{
           {}, {"-D", "eth0"}, {"-U", "eth0"}, {"-D", "-U", "-e", "172.28.128.2", "eth0"}, {"-D", "-e", "x", "eth0"}}) {
    const ProgramResult result = arpsend(words);
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.err, usage);
  }
  const ProgramResult absent = arpsend({"-D", "-e", "172.28.128.2", "nope"});
  EXPECT_EQ(absent.status, 2);
  EXPECT_EQ(absent.err, "arpsend: unknown iface nope : No such device\n");
}

TEST_F(Arpsend, WarnsWhereTheOriginalMisleads) {
  EXPECT_THAT(arpsend({"-Q", "-e", "172.28.128.3", "-o", "eth0"}).err,
              HasSubstr("warning: this is our own MAC address"));
  EXPECT_THAT(arpsend({"-D", "-e", "2001:db8::7", "eth0"}).err, HasSubstr("warning: nothing was sent"));
}

}  // namespace
}  // namespace onlink::inline v0::test
