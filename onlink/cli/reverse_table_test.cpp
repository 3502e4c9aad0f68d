// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/reverse_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace onlink::inline v0::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr MacAddress sun{{8, 0, 0x20, 0x0c, 0x1b, 0x35}};
constexpr Ipv4Address first_server = Ipv4Address::of(192, 0, 2, 1);
constexpr Ipv4Address second_server = Ipv4Address::of(198, 51, 100, 1);

ServerPlace place() {
  return {.interface = "eth0",
          .networks = {{parse_prefix("192.0.2.0/24").value(), first_server},
                       {parse_prefix("198.51.100.0/24").value(), second_server}}};
}

ReverseTableReading reading_of(const std::string& text, const ServerPlace& at = place()) {
  std::istringstream in{text};
  std::istringstream hosts{
      "192.0.2.60 sparky\n203.0.113.7 roamer\n198.51.100.7 roamer\n2001:db8::1 modern\n127.0.1.1 self\n"};
  return make_reverse_table(read_ethers(in), read_host_addresses(hosts), at);
}

std::vector<std::string> errors_of(const std::string& text) {
  std::vector<std::string> errors;
  for (const LineError& error : reading_of(text).errors) {
    errors.push_back(std::to_string(error.number) + ": " + error.text);
  }
  return errors;
}

TEST(ReverseTable, AStationHasAnAddressAndTheServersInItsNetwork) {
  const auto reading = reading_of("8:0:20:c:1b:35 198.51.100.50 # a comment\n");
  EXPECT_EQ(reading.table, (ReverseTable{{sun, {Ipv4Address::of(198, 51, 100, 50), second_server}}}));
  EXPECT_THAT(reading.errors, IsEmpty());
}

TEST(ReverseTable, AHostNameStandsForItsAddressOnThisLink) {
  EXPECT_EQ(reading_of("8:0:20:c:1b:35 SPARKY\n").table.at(sun).address, Ipv4Address::of(192, 0, 2, 60));
  EXPECT_EQ(reading_of("8:0:20:c:1b:35 roamer\n").table.at(sun).address, Ipv4Address::of(198, 51, 100, 7));
}

TEST(ReverseTable, OtherLinksAndIpv6ArePassedOver) {
  const auto reading = reading_of(
      "8:0:20:c:1b:31 203.0.113.1\n8:0:20:c:1b:32 192.0.2.1%eth1\n8:0:20:c:1b:33 2001:db8::1\n8:0:20:c:1b:34 modern\n"
      "8:0:20:c:1b:35 192.0.2.50%eth0\n");
  EXPECT_EQ(reading.table.size(), 1U);
  EXPECT_EQ(reading.passed_over, 4U);
  EXPECT_THAT(reading.errors, IsEmpty());
}

TEST(ReverseTable, OneThatServesOtherNetworksShowsItsUsualAddressThere) {
  ServerPlace anywhere = place();
  anywhere.serves_other_networks = true;
  EXPECT_EQ(reading_of("8:0:20:c:1b:35 203.0.113.1\n", anywhere).table.at(sun),
            (ReverseEntry{.address = Ipv4Address::of(203, 0, 113, 1)}));
}

TEST(ReverseTable, TheSameTwiceIsNoMistakeAndAnotherAddressIs) {
  const std::string line = "8:0:20:c:1b:35 192.0.2.50\n";
  EXPECT_THAT(errors_of(line + line), IsEmpty());
  EXPECT_THAT(errors_of(line + "8:0:20:c:1b:35 192.0.2.51\n"),
              ElementsAre("2: 08:00:20:0c:1b:35 has 192.0.2.50 already"));
  EXPECT_THAT(errors_of(line + "8:0:20:c:1b:35 203.0.113.1\n"), IsEmpty()) << "that is on another link";
}

TEST(ReverseTable, EveryWrongLineIsToldInTheirOrder) {
  EXPECT_THAT(
      errors_of("nonsense\n1:0:5e:0:0:1 192.0.2.9\n0:0:0:0:0:0 192.0.2.9\n8:0:20:c:1b:35 nobody\n"
                "8:0:20:c:1b:35 0.0.0.0\n8:0:20:c:1b:35 self\n8:0:20:c:1b:35 255.255.255.255\n"),
      ElementsAre("1: a line is a MAC address and an address or host name",
                  "2: 01:00:5e:00:00:01: no station can have it", "3: 00:00:00:00:00:00: no station can have it",
                  "4: nobody is not in /etc/hosts", "5: 0.0.0.0 is no address of a host",
                  "6: 127.0.1.1 is no address of a host", "7: 255.255.255.255 is no address of a host"));
}

}  // namespace
}  // namespace onlink::inline v0::cli
