// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_import_file.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace onlink::inline v0::cli {
namespace {

EthersFile read(const std::string& text) {
  std::istringstream in{text};
  return read_ethers(in);
}

const MacAddress two = parse_mac("02:00:00:00:00:02").value();

TEST(EthersFile, TakesBothOrdersEveryNotationAndComments) {
  const EthersFile file = read(
      "# ethers(5)\n"
      "\n"
      "02:00:00:00:00:02 192.0.2.2\n"
      "  192.0.2.2\t0200.0000.0002   # arp -f\r\n"
      "2:0:0:0:0:2 printer.example\n"
      "2001:db8::2 02-00-00-00-00-02 router#it is\n"
      "fe80::2%eth1 020000000002 temp");
  EXPECT_EQ(file.errors, std::vector<LineError>{});
  const std::vector<EthersLine> expected{
      {.number = 3, .mac = two, .who = parse_ip("192.0.2.2").value()},
      {.number = 4, .mac = two, .who = parse_ip("192.0.2.2").value()},
      {.number = 5, .mac = two, .who = "printer.example"},
      {.number = 6, .mac = two, .who = parse_ip("2001:db8::2").value(), .router = true},
      {.number = 7, .mac = two, .who = parse_ip("fe80::2").value(), .interface = "eth1", .temporary = true}};
  EXPECT_EQ(file.lines, expected);
}

TEST(EthersFile, ANameOfTwelveHexadecimalDigitsIsNoMacBesideOne) {
  EXPECT_EQ(read("020000000002 02:00:00:00:00:02").lines[0].who,
            (std::variant<IpAddress, std::string>{"020000000002"}));
  EXPECT_EQ(read("02:00:00:00:00:02 facefacefade").lines[0].who,
            (std::variant<IpAddress, std::string>{"facefacefade"}));
  EXPECT_EQ(read("facefacefade 192.0.2.1").lines[0].mac, parse_mac("fa:ce:fa:ce:fa:de").value());
}

TEST(EthersFile, TellsEveryErrorWithItsLine) {
  const EthersFile file = read(
      "02:00:00:00:00:02 192.0.2.2\n"
      "02:00:00:00:00:02\n"
      "02:00:00:00:00 192.0.2.2\n"
      "192.0.2.3 192.0.2.4\n"
      "02:00:00:00:00:02 02:00:00:00:00:03\n"
      "02:00:00:00:00:02 192.0.2.256\n"
      "02:00:00:00:00:02 bad!name\n"
      "02:00:00:00:00:02 fe80::2%\n"
      "02:00:00:00:00:02 192.0.2.2 pub\n"
      "02:00:00:00:00:02 192.0.2.2 forever\n"
      "02:00:00:00:00:02 192.0.2.5\n");
  EXPECT_EQ(file.lines.size(), 2U);
  ASSERT_EQ(file.errors.size(), 9U);
  const auto expect = [&](std::size_t index, std::string_view text) {
    EXPECT_EQ(file.errors[index].number, index + 2);
    EXPECT_EQ(file.errors[index].text, text);
  };
  expect(0, "a line is a MAC address and an address or host name");
  expect(1, parse_mac("02:00:00:00:00").error().context);
  expect(2, parse_mac("192.0.2.4").error().context);
  expect(3, "both words are MAC addresses; an address or host name is missing");
  expect(4, "'192.0.2.256' is neither an address nor a host name");
  expect(5, "'bad!name' is neither an address nor a host name");
  expect(6, "'fe80::2%' names no interface");
  expect(7, "'pub': addresses to answer for are not imported; see onlink cache add --proxy");
  expect(8, "'forever' is not a word that may follow (router, temp)");
}

TEST(EthersFile, WhatIsWrittenReadsBack) {
  const std::vector<EthersLine> lines{
      {.number = 1, .mac = two, .who = parse_ip("192.0.2.2").value()},
      {.number = 2, .mac = two, .who = parse_ip("fe80::2").value(), .interface = "eth0.100", .router = true},
      {.number = 3, .mac = two, .who = "printer", .router = true, .temporary = true}};
  std::string text;
  for (const EthersLine& line : lines) text += to_string(line) + "\n";
  EXPECT_EQ(read(text).lines, lines);
}

TEST(EthersFile, ABinaryFileIsAllErrors) {
  const EthersFile file =
      read(std::string("\x7f"
                       "ELF\0\0\n\xff\xfe x\n",
                       11));
  EXPECT_EQ(file.lines.size(), 0U);
  EXPECT_EQ(file.errors.size(), 2U);
}

TEST(HostsFile, GivesEveryAddressOfEveryNameInLowerCase) {
  std::istringstream in{"192.0.2.7 Nas nas.example # comment\n2001:db8::7 nas\nnonsense x\n192.0.2.7 nas\n"};
  const HostAddresses hosts = read_host_addresses(in);
  EXPECT_EQ(hosts.at("nas"), (std::vector{parse_ip("192.0.2.7").value(), parse_ip("2001:db8::7").value()}));
  EXPECT_EQ(hosts.at("nas.example"), std::vector{parse_ip("192.0.2.7").value()});
  EXPECT_FALSE(hosts.contains("x"));
}

}  // namespace
}  // namespace onlink::inline v0::cli
