// SPDX-License-Identifier: Apache-2.0
// What `onlink announce` puts on the wire: what a switch learns from it, its bytes, and what tcpdump makes of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <span>

#include "onlink/engine/engine.hpp"
#include "onlink/link/pcap_file.hpp"
#include "tests/netns/announce_lan.hpp"

namespace onlink::inline v0::test {
namespace {

using testing::ElementsAre;

// --- a switch ---

class AnnounceToASwitch : public Announce {
 protected:
  AnnounceToASwitch() : bystander_(lan_.add_host({})), ears_(listen_to_everything(bystander_)) {}

  // Whether the switch floods a frame of the witness to that station, for want of better knowledge.
  bool is_flooded(const MacAddress& station) {
    const auto port = listen_to_everything(witness_);
    constexpr std::string_view mark = "88b5babe";  // IEEE 802 local experimental EtherType
    FrameBatch frames;
    frames.add(from_hex(to_hex(std::as_bytes(std::span{station.octets})) + "02000000000288b5deadbeef"));
    frames.add(from_hex("ffffffffffff020000000002" + std::string{mark}));
    EXPECT_EQ(port->send(frames).value(), 2U);
    for (const std::string& frame : received_up_to(*ears_, mark)) {
      if (frame.ends_with("88b5deadbeef")) return true;
    }
    return false;
  }

  KernelHost& bystander_;
  std::unique_ptr<Port> ears_;
};

TEST_F(AnnounceToASwitch, RarpTeachesItWhereTheMacIs) {
  const MacAddress guest = mac("52:54:00:12:34:56");
  EXPECT_TRUE(is_flooded(guest));
  EXPECT_EQ(announce({"-c1", "52:54:00:12:34:56"}).status, 0);
  (void)received_up_to(*ears_, "8035");
  EXPECT_FALSE(is_flooded(guest));
}

TEST_F(AnnounceToASwitch, AVirtualRouterTeachesItBothItsMacs) {
  for (const auto& [address, virtual_mac, last] :
       {std::tuple{"192.0.2.1", "00:00:5e:00:01:07", "0806"}, std::tuple{"2001:db8::1", "00:00:5e:00:02:07", "86dd"}}) {
    EXPECT_TRUE(is_flooded(mac(virtual_mac)));
    EXPECT_EQ(announce({"-c1", "--vrrp", "7", address}).status, 0);
    (void)received_up_to(*ears_, last);
    EXPECT_FALSE(is_flooded(mac(virtual_mac)));
  }
}

TEST_F(AnnounceToASwitch, AnotherStationsMacIsOnlyTaughtWithMove) {
  const MacAddress station = mac("02:00:00:00:00:77");
  EXPECT_EQ(announce({"-c1", "--mac", "02:00:00:00:00:77", "192.0.2.77"}).status, 0);
  (void)received_up_to(*ears_, "0806");
  EXPECT_TRUE(is_flooded(station));
  EXPECT_EQ(announce({"-c1", "--mac", "02:00:00:00:00:77", "--move", "192.0.2.77"}).status, 0);
  (void)received_up_to(*ears_, "0806");
  EXPECT_FALSE(is_flooded(station));
}

TEST_F(AnnounceToASwitch, TaggedFramesArriveByteForByte) {
  EXPECT_EQ(announce({"-c1", "--vlan", "none", "--vlan", "100", "--vlan", "200.100", "192.0.2.1"}).status, 0);
  EXPECT_EQ(announce({"-c1", "--form", "reply-own", "192.0.2.1"}).status, 0);
  const std::string arp =
      "080600010800060400010200"
      "00000001c0000201000000000000c0000201";
  const std::string from = "ffffffffffff020000000001";
  EXPECT_THAT(received_up_to(*ears_, "06040002"),
              ElementsAre(from + arp + std::string(36, '0'), from + "81000064" + arp + std::string(28, '0'),
                          from + "88a800c881000064" + arp + std::string(20, '0')));
}

// --- tcpdump ---

std::string working_file(std::string_view name) {
  return (std::filesystem::temp_directory_path() / fmt::format("onlink_announce_{}_{}", ::getpid(), name)).string();
}

// What tcpdump prints of a capture, without times; nothing: there is no tcpdump.
std::optional<std::string> tcpdump(const std::string& file) {
  for (const std::string path : {"/usr/bin/tcpdump", "/usr/sbin/tcpdump"}) {
    if (std::filesystem::exists(path)) return run_program(path, {.words = {"-r", file, "-nte"}}).out;
  }
  return std::nullopt;
}

TEST_F(Announce, TcpdumpReadsEveryFormAsWhatItIs) {
  const std::string file = working_file("forms.pcap");
  const auto line = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"-c1", "--write", file});
    EXPECT_EQ(announce(words).status, 0);
    return tcpdump(file);
  };
  if (!line({"192.0.2.1"})) GTEST_SKIP() << "no tcpdump to ask";
  const std::string from_us = "02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff, ethertype ";
  EXPECT_EQ(line({"192.0.2.1"}),
            from_us + "ARP (0x0806), length 60: Request who-has 192.0.2.1 tell 192.0.2.1, length 46\n");
  for (const std::string form : {"reply-own", "reply-zero", "reply-broadcast"}) {
    EXPECT_EQ(line({"--form", form, "192.0.2.1"}),
              from_us + "ARP (0x0806), length 60: Reply 192.0.2.1 is-at 02:00:00:00:00:01, length 46\n");
  }
  EXPECT_EQ(line({"--rarp"}), from_us +
                                  "Reverse ARP (0x8035), length 60: Reverse Request who-is 02:00:00:00:00:01 tell "
                                  "02:00:00:00:00:01, length 46\n");
  EXPECT_EQ(line({"--vlan", "100", "192.0.2.1"}),
            from_us +
                "802.1Q (0x8100), length 60: vlan 100, p 0, ethertype ARP (0x0806), Request who-has 192.0.2.1 "
                "tell 192.0.2.1, length 42\n");
  EXPECT_EQ(line({"2001:db8::1"}),
            "02:00:00:00:00:01 > 33:33:00:00:00:01, ethertype IPv6 (0x86dd), length 86: 2001:db8::1 > ff02::1: ICMP6, "
            "neighbor advertisement, tgt is 2001:db8::1, length 32\n");
  std::filesystem::remove(file);
}

// --- dumps and captures ---

TEST_F(Announce, DumpsTheFrameOfTheTutorial) {
  const ProgramResult result = announce({"-x", "-c1", "192.0.2.1"});
  EXPECT_EQ(result.out,
            "192.0.2.1        announced at 02:00:00:00:00:01 by ARP request, 1 of 1\n"
            "FF FF FF FF FF FF 02 00 00 00 00 01 08 06 00 01 \n"
            "08 00 06 04 00 01 02 00 00 00 00 01 C0 00 02 01 \n"
            "00 00 00 00 00 00 C0 00 02 01 00 00 00 00 00 00 \n"
            "00 00 00 00 00 00 00 00 00 00 00 00 \n");
}

TEST_F(Announce, TheCaptureHoldsTheQuestionsAndAnswersToo) {
  const std::string file = working_file("verify.pcap");
  EXPECT_EQ(announce({"-c1", "--verify", "--mac", "02:00:00:00:00:02", "192.0.2.2", "--write", file}).status, 0);
  const auto capture = open_capture_file(file);
  ASSERT_TRUE(capture);
  std::vector<std::string> operations;
  for (auto frame = (*capture)->next(); frame && *frame; frame = (*capture)->next()) {
    operations.push_back(to_hex((*frame)->bytes.subspan(20, 2)));
  }
  EXPECT_THAT(operations, ElementsAre("0001", "0001", "0002"));
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace onlink::inline v0::test
