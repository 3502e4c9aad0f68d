// SPDX-License-Identifier: Apache-2.0
// What net-tools' arp reads and prints, as measured on version 2.10.
#include <gtest/gtest.h>

#include "onlink/cli/compat/net_arp_edit.hpp"
#include "onlink/cli/compat/net_arp_hardware.hpp"
#include "onlink/cli/compat/net_arp_options.hpp"
#include "onlink/cli/compat/net_arp_table.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

constexpr Ipv4Address host = Ipv4Address::of(10, 9, 0, 60);

std::string read_text(std::string_view text) {
  const auto read = read_net_arp_address(text, ethernet_hardware, host);
  if (!read) return "invalid";
  MacAddress mac;
  std::copy_n(read->octets.begin(), 6, mac.octets.begin());
  return to_string(mac) + (read->given < 6 ? " short" : "") + (read->surplus ? " surplus" : "");
}

TEST(NetArpAddress, OctetsMayHaveOneDigitAndNoColon) {
  EXPECT_EQ(read_text("64:9:80:70:c6:3"), "64:09:80:70:c6:03");
  EXPECT_EQ(read_text("AA:bb:Cc:dd:ee:ff"), "aa:bb:cc:dd:ee:ff");
  EXPECT_EQ(read_text("020000000060"), "02:00:00:00:00:60");
  EXPECT_EQ(read_text("02:0000:00:00:60"), "02:00:00:00:00:60");
  EXPECT_EQ(read_text("02000000006"), "02:00:00:00:00:06");
}

TEST(NetArpAddress, AShortOneIsFilledUpWithTheHostsSocketAddress) {
  EXPECT_EQ(read_text("02:00:00:00:00"), "02:00:00:00:00:3c short");
  EXPECT_EQ(read_text("02"), "02:00:0a:09:00:3c short");
  EXPECT_EQ(read_text(""), "00:00:0a:09:00:3c short");
}

TEST(NetArpAddress, WhatFollowsTheSixthOctetIsPassedOver) {
  EXPECT_EQ(read_text("02:00:00:00:00:60:61"), "02:00:00:00:00:60 surplus");
  EXPECT_EQ(read_text("02:00:00:00:00:600"), "02:00:00:00:00:60 surplus");
  EXPECT_EQ(read_text("123:0:0:0:0:1"), "12:03:00:00:00:00 surplus");
}

TEST(NetArpAddress, OtherTextIsInvalid) {
  for (const std::string_view text : {":", "02::01", "02-00-00-00-00-60", " 02:00:00:00:00:60", "0x2:0:0:0:0:1",
                                      "02:00:00:00:00:5g", "02:00:00:00:00:0x", "zz"}) {
    EXPECT_EQ(read_text(text), "invalid") << text;
  }
}

TEST(NetArpFile, WordsArePartedByBlanksAndHeldTogetherByQuotes) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(split_ethers_line("10.9.0.20 02:00:00:00:00:20\r"), (Words{"10.9.0.20", "02:00:00:00:00:20"}));
  EXPECT_EQ(split_ethers_line("\t a  'b c' \"d\" "), (Words{"a", "b c", "d"}));
  EXPECT_EQ(split_ethers_line("'open"), (Words{"open"}));
  EXPECT_EQ(split_ethers_line("''"), (Words{""}));
  EXPECT_EQ(split_ethers_line(" \t\r"), Words{});
}

ArpRow row(NudState state) {
  return {.address = Ipv4Address::of(10, 9, 0, 2),
          .hardware_type = ethernet_hardware,
          .mac = MacAddress{{2, 0, 0, 0, 0, 2}},
          .state = state,
          .interface = "eth0"};
}
ArpRow published() {
  ArpRow proxy = row(NudState::none);
  proxy.mac.reset();
  proxy.published = true;
  return proxy;
}

TEST(NetArpTable, ColumnsAreThoseOfTheHeader) {
  EXPECT_EQ(net_arp_header, "Address                  HWtype  HWaddress           Flags Mask            Iface\n");
  const std::string stale = "10.9.0.2                 ether   02:00:00:00:00:02   C                     eth0\n";
  EXPECT_EQ(net_arp_table_line(row(NudState::stale), {}), stale);
  EXPECT_EQ(net_arp_table_line(row(NudState::probe), {}), stale);
  EXPECT_EQ(net_arp_table_line(row(NudState::permanent), {}),
            "10.9.0.2                 ether   02:00:00:00:00:02   CM                    eth0\n");
  EXPECT_EQ(net_arp_table_line(row(NudState::failed), {}),
            "10.9.0.2                         (incomplete)                              eth0\n");
  EXPECT_EQ(net_arp_table_line(published(), {}),
            "10.9.0.2                 *       <from_interface>    MP                    eth0\n");
}

TEST(NetArpTable, NamesAreCutToTheirColumn) {
  EXPECT_EQ(net_arp_table_line(row(NudState::stale), "twentyfour-characters-xx"),
            "twentyfour-characters-x  ether   02:00:00:00:00:02   C                     eth0\n");
}

TEST(NetArpTable, BsdLinesSayTheSame) {
  EXPECT_EQ(net_arp_bsd_line(row(NudState::reachable), {}), "? (10.9.0.2) at 02:00:00:00:00:02 [ether] on eth0\n");
  EXPECT_EQ(net_arp_bsd_line(row(NudState::permanent), "host2"),
            "host2 (10.9.0.2) at 02:00:00:00:00:02 [ether] PERM on eth0\n");
  EXPECT_EQ(net_arp_bsd_line(row(NudState::incomplete), {}), "? (10.9.0.2) at <incomplete> on eth0\n");
  EXPECT_EQ(net_arp_bsd_line(published(), {}), "? (10.9.0.2) at <from_interface> PERM PUB on eth0\n");
}

std::string listing(const NetArpListing& listing, const std::vector<ArpRow>& rows) {
  HostNames names;
  StringWriter out;
  print_net_arp_listing(listing, rows, names, out);
  return out.text();
}

TEST(NetArpListing, SaysWhatItSoughtInVain) {
  const std::vector<ArpRow> rows{row(NudState::stale)};
  const Ipv4Address absent = Ipv4Address::of(10, 9, 0, 77);
  EXPECT_EQ(listing({.numeric = true}, {}), "");
  EXPECT_EQ(listing({.numeric = true, .host = absent, .host_word = "name"}, rows), "name (10.9.0.77) -- no entry\n");
  EXPECT_EQ(listing({.bsd_lines = true, .numeric = true, .host = absent}, rows), "arp: in 1 entries no match found.\n");
  EXPECT_EQ(listing({.numeric = true, .interface = "noip0"}, rows), "arp: in 1 entries no match found.\n");
  EXPECT_EQ(listing({.numeric = true, .verbose = true, .interface = "noip0"}, rows),
            "Entries: 1\tSkipped: 1\tFound: 0\narp: in 1 entries no match found.\n");
}

TEST(NetArpListing, WarnsOfASilentNoAndOfAFailureThatReadsLikeAQuestion) {
  StringWriter err;
  warn_of_net_arp_listing({}, std::vector<ArpRow>{row(NudState::stale), row(NudState::incomplete)}, err);
  EXPECT_EQ(err.text(), "");
  warn_of_net_arp_listing({}, std::vector<ArpRow>{row(NudState::failed), row(NudState::incomplete)}, err);
  EXPECT_EQ(err.text(), "arp: warning: incomplete means here: 1 did not answer, 1 being asked\n");
  err.clear();
  warn_of_net_arp_listing({.interface = "noip0"}, std::vector<ArpRow>{row(NudState::failed)}, err);
  EXPECT_EQ(err.text(), "arp: warning: there is no such entry, though the status is 0\n");
}

NetArpOptions read_options(std::vector<std::string> words, std::string* complaint = nullptr) {
  words.insert(words.begin(), "arp");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  StringWriter out, err;
  NetArpOptions options = read_net_arp_options(static_cast<int>(words.size()), argv.data(), out, err);
  if (complaint != nullptr) *complaint = err.text();
  return options;
}

TEST(NetArpOptions, TheLastModeWins) {
  EXPECT_EQ(read_options({"-d", "-s", "x"}).mode, NetArpMode::set);
  EXPECT_EQ(read_options({"-s", "x", "-d"}).mode, NetArpMode::remove);
  EXPECT_EQ(read_options({"-d", "-a"}).mode, NetArpMode::list);
  EXPECT_EQ(read_options({"-d", "-e"}).mode, NetArpMode::remove);
}

TEST(NetArpOptions, FamiliesAndTypesWithoutArpAreRefusedInTurn) {
  std::string complaint;
  EXPECT_EQ(read_options({"-A", "inet6", "-H", "loop"}, &complaint).status, NetArpStatus::refused);
  EXPECT_EQ(complaint, "arp: inet6: kernel only supports 'inet'.\n");
  EXPECT_EQ(read_options({"-A", "inet6", "-H", "nosuch"}, &complaint).status, NetArpStatus::refused);
  EXPECT_EQ(complaint, "arp: nosuch: unknown hardware type.\n");
  EXPECT_EQ(read_options({"-H", "loop"}, &complaint).status, NetArpStatus::refused);
  EXPECT_EQ(complaint, "arp: loop: hardware type without ARP support.\n");
  EXPECT_EQ(read_options({"-H", "ether", "-A", "inet"}).status, std::nullopt);
  EXPECT_EQ(read_options({"-A", "inet6", "-h"}).status, NetArpStatus::done);
}

}  // namespace
}  // namespace onlink::inline v0::cli::compat
