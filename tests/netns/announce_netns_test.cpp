// SPDX-License-Identifier: Apache-2.0
// `onlink announce` among real kernels: what each form does to a Linux host's neighbour table, what a switch learns
// from it, what is on the wire, and what tcpdump makes of that.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <sstream>
#include <thread>

#include "onlink/engine/engine.hpp"
#include "onlink/kernel/neighbor_edit.hpp"
#include "onlink/link/packet_port.hpp"
#include "onlink/link/pcap_file.hpp"
#include "onlink/print/format.hpp"
#include "onlink/run/clock.hpp"
#include "tests/netns/small_lan.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/json_schema.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto patience = 20s;

const MacAddress own_mac = mac("02:00:00:00:00:01");
const MacAddress old_mac = mac("02:00:00:00:00:aa");

ProgramResult announce(std::vector<std::string> words) {
  words.insert(words.begin(), {"announce", "-i", "eth0"});
  return run_onlink({.words = words});
}

// 192.0.2.1 and 2001:db8::1 are ours; the witness is a Linux host with a neighbour table.
class Announce : public testing::Test {
 protected:
  Announce()
      : lan_({.addresses = {prefix("192.0.2.1/24"), prefix("2001:db8::1/64")}}),
        witness_(lan_.add_host({.addresses = {prefix("192.0.2.2/24"), prefix("2001:db8::2/64")}})) {}

  [[nodiscard]] int eth0() { return witness_.link().index; }
  // The witness knows `address` at the old MAC, confirmed just now.
  void remember(const IpAddress& address, NudState state = NudState::reachable, bool router = false) {
    const auto done = kernel::edit_neighbor(
        witness_.netlink(), kernel::NeighborVerb::replace,
        {.interface = eth0(), .address = address, .mac = old_mac, .state = state, .router = router});
    ASSERT_TRUE(done) << done.error().context;
  }
  [[nodiscard]] std::optional<kernel::NeighborEntry> entry(const IpAddress& address) {
    const auto found = witness_.netlink().neighbor(eth0(), address);
    return found ? *found : std::nullopt;
  }
  // "MAC state" of the witness's entry; "none".
  [[nodiscard]] std::string row(const IpAddress& address) {
    const auto found = entry(address);
    if (!found || !found->mac) return "none";
    return fmt::format("{} {}{}", *found->mac, to_string(found->state), found->router ? " router" : "");
  }
  // The frames of an earlier call have been through the witness's kernel once it has learnt from a later one.
  void pass_a_mark(const IpAddress& mark) {
    remember(mark);
    ASSERT_EQ(announce({"-c1", "--force", to_string(mark)}).status, 0);
    const auto until = std::chrono::steady_clock::now() + patience;
    while (entry(mark)->mac == old_mac && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(1ms);
    ASSERT_EQ(entry(mark)->mac, own_mac);
  }
  void pass_a_mark() {
    pass_a_mark(ip("192.0.2.99"));
    pass_a_mark(ip("2001:db8::99"));
  }

  SmallLan lan_;
  KernelHost& witness_;
};

// --- a Linux host's table (nud.md 6.3) ---

constexpr std::string_view locktime = "net/ipv4/neigh/eth0/locktime";  // in hundredths of a second
constexpr std::string_view learnt = "02:00:00:00:00:01 stale";
constexpr std::string_view kept = "02:00:00:00:00:aa reachable";

struct FormCase {
  std::string form;
  std::string_view within;  // what the entry is afterwards, if it was touched less than locktime ago
  std::string_view after;   // and if more
};

class AnnounceForm : public Announce, public testing::WithParamInterface<FormCase> {};

TEST_P(AnnounceForm, DoesToALinuxEntryWhatTheTableSays) {
  for (const auto& [time, expected] : {std::pair{"60000", GetParam().within}, std::pair{"0", GetParam().after}}) {
    witness_.set_sysctl(locktime, time);
    remember(ip("192.0.2.1"));
    EXPECT_EQ(announce({"-c1", "--form", GetParam().form, "192.0.2.1"}).status, 0);
    pass_a_mark(ip("192.0.2.99"));
    EXPECT_EQ(row(ip("192.0.2.1")), expected) << "locktime " << time;
  }
}

INSTANTIATE_TEST_SUITE_P(AllOfThem, AnnounceForm,
                         testing::Values(FormCase{"request", learnt, learnt}, FormCase{"reply-own", learnt, learnt},
                                         FormCase{"reply-zero", kept, learnt},
                                         FormCase{"reply-broadcast", kept, learnt}),
                         [](const auto& which) {
                           std::string name = which.param.form;
                           std::erase(name, '-');
                           return name;
                         });

TEST_F(Announce, WhoDoesNotKnowTheAddressLearnsNothing) {
  EXPECT_EQ(announce({"-c1", "192.0.2.1", "2001:db8::1"}).status, 0);
  pass_a_mark();
  EXPECT_EQ(row(ip("192.0.2.1")), "none");
  EXPECT_EQ(row(ip("2001:db8::1")), "none");
}

TEST_F(Announce, WhoAcceptsGratuitousArpLearnsTheAddress) {
  witness_.set_sysctl("net/ipv4/conf/eth0/arp_accept", "1");
  EXPECT_EQ(announce({"-c1", "192.0.2.1"}).status, 0);
  pass_a_mark(ip("192.0.2.99"));
  EXPECT_EQ(row(ip("192.0.2.1")), learnt);
}

TEST_F(Announce, TheMacThatIsKnownAlreadyChangesNothing) {
  const auto known = kernel::edit_neighbor(
      witness_.netlink(), kernel::NeighborVerb::replace,
      {.interface = eth0(), .address = ip("192.0.2.1"), .mac = own_mac, .state = NudState::reachable});
  ASSERT_TRUE(known);
  EXPECT_EQ(announce({"-c1", "192.0.2.1"}).status, 0);
  pass_a_mark(ip("192.0.2.99"));
  EXPECT_EQ(row(ip("192.0.2.1")), "02:00:00:00:00:01 reachable");
}

TEST_F(Announce, RarpTeachesHostsNothing) {
  remember(ip("192.0.2.1"));
  EXPECT_EQ(announce({"-c1", "--rarp"}).status, 0);
  pass_a_mark(ip("192.0.2.99"));
  EXPECT_EQ(row(ip("192.0.2.1")), kept);
}

TEST_F(Announce, AnAdvertisementThatOverridesChangesTheMac) {
  remember(ip("2001:db8::1"));
  EXPECT_EQ(announce({"-c1", "2001:db8::1"}).status, 0);
  pass_a_mark();
  EXPECT_EQ(row(ip("2001:db8::1")), learnt);
}

TEST_F(Announce, AnAdvertisementThatDoesNotOverrideOnlyRaisesDoubt) {
  remember(ip("2001:db8::1"));
  EXPECT_EQ(announce({"-c1", "--no-override", "2001:db8::1"}).status, 0);
  pass_a_mark();
  EXPECT_EQ(row(ip("2001:db8::1")), "02:00:00:00:00:aa stale");
}

TEST_F(Announce, TheRouterFlagIsSetOnRequestAndTakenAwayByAHost) {
  remember(ip("2001:db8::1"));
  EXPECT_EQ(announce({"-c1", "--router", "2001:db8::1"}).status, 0);
  pass_a_mark();
  EXPECT_EQ(row(ip("2001:db8::1")), "02:00:00:00:00:01 stale router");
  EXPECT_EQ(announce({"-c1", "2001:db8::1"}).status, 0);
  pass_a_mark();
  EXPECT_EQ(row(ip("2001:db8::1")), "02:00:00:00:00:01 stale");
}

TEST_F(Announce, ARouterSaysThatItIsOneWithoutBeingTold) {
  lan_.ours().set_sysctl("net/ipv6/conf/eth0/forwarding", "1");
  EXPECT_THAT(announce({"-c1", "2001:db8::1", "--json"}).out, HasSubstr(R"("router":true)"));
  EXPECT_THAT(announce({"-c1", "2001:db8::1", "--json", "--no-router"}).out, HasSubstr(R"("router":false)"));
}

TEST_F(Announce, AVirtualRoutersMacIsLearntForBothFamilies) {
  remember(ip("192.0.2.1"));
  remember(ip("2001:db8::1"));
  EXPECT_EQ(announce({"-c1", "--vrrp", "7", "192.0.2.1", "2001:db8::1"}).status, 0);
  pass_a_mark();
  EXPECT_EQ(row(ip("192.0.2.1")), "00:00:5e:00:01:07 stale");
  EXPECT_EQ(row(ip("2001:db8::1")), "00:00:5e:00:02:07 stale router");
}

TEST_F(Announce, AnAddressThatMovedToAnotherStationIsLearntThere) {
  remember(ip("192.0.2.77"));
  const ProgramResult result = announce({"-c1", "--mac", "02:00:00:00:00:77", "192.0.2.77"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("192.0.2.77 announced at 02:00:00:00:00:77: hosts that know it send to that"));
  pass_a_mark(ip("192.0.2.99"));
  EXPECT_EQ(row(ip("192.0.2.77")), "02:00:00:00:00:77 stale");
}

// --- a switch ---

std::unique_ptr<Port> listen_to_everything(const KernelHost& host) {
  std::unique_ptr<Port> port;
  host.run([&] {
    auto opened =
        open_packet_port({.interface = "eth0", .filter = {.everything = true}, .promiscuous = true, .ring_bytes = 0});
    if (!opened) throw std::runtime_error(opened.error().context);
    port = *std::move(opened);
  });
  return port;
}

// But for the reports by which kernels join groups (RFC 3810), which come when they like.
std::vector<std::string> received(Port& port) {
  constexpr std::string_view to_mld_routers = "333300000016";
  std::vector<std::string> frames;
  auto keep = [&](const ReceivedFrame& frame) {
    std::string hex = to_hex(frame.bytes);
    if (!hex.starts_with(to_mld_routers)) frames.push_back(std::move(hex));
  };
  while (port.receive(keep).value() != 0) {
  }
  return frames;
}

// Everything up to a frame with `last` in it, which is known to come.
std::vector<std::string> received_up_to(Port& port, std::string_view last) {
  std::vector<std::string> frames;
  const auto until = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < until) {
    for (std::string& frame : received(port)) {
      if (frame.find(last) != std::string::npos) return frames;
      frames.push_back(std::move(frame));
    }
    std::this_thread::sleep_for(1ms);
  }
  ADD_FAILURE() << "no frame with " << last;
  return frames;
}

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

// --- who answers afterwards ---

TEST_F(Announce, DumpsTheFrameOfTheTutorial) {
  const ProgramResult result = announce({"-x", "-c1", "192.0.2.1"});
  EXPECT_EQ(result.out,
            "192.0.2.1        announced at 02:00:00:00:00:01 by ARP request, 1 of 1\n"
            "FF FF FF FF FF FF 02 00 00 00 00 01 08 06 00 01 \n"
            "08 00 06 04 00 01 02 00 00 00 00 01 C0 00 02 01 \n"
            "00 00 00 00 00 00 C0 00 02 01 00 00 00 00 00 00 \n"
            "00 00 00 00 00 00 00 00 00 00 00 00 \n");
}

TEST_F(Announce, VerifyFindsNobodyElseForOurOwn) {
  const ProgramResult result = announce({"-c1", "--verify", "192.0.2.1", "2001:db8::1"});
  EXPECT_EQ(result.status, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("192.0.2.1        nobody else answers for it (3 probes)\n"));
  EXPECT_THAT(result.out, HasSubstr("2001:db8::1      nobody else answers for it (3 probes)\n"));
  EXPECT_THAT(result.err, HasSubstr("2 announcements sent; 2 of 2 addresses as announced"));
}

TEST_F(Announce, VerifyNamesTheRivalOfEitherFamily) {
  lan_.add_host({.mac = mac("02:00:00:00:00:66"), .addresses = {prefix("192.0.2.1/24"), prefix("2001:db8::1/64")}});
  const ProgramResult result = announce({"-c1", "--verify", "192.0.2.1", "2001:db8::1"});
  EXPECT_EQ(result.status, 3) << result.out << result.err;
  for (const std::string address : {"192.0.2.1", "2001:db8::1"}) {
    EXPECT_THAT(result.out, HasSubstr(fmt::format("{:<15}  conflict: announced at 02:00:00:00:00:01, and in use at "
                                                  "02:00:00:00:00:66",
                                                  address)));
  }
}

TEST_F(Announce, VerifyDoesNotTeachTheQuestionToAnybody) {
  remember(ip("192.0.2.1"));
  EXPECT_EQ(announce({"-c1", "--verify", "--mac", "02:00:00:00:00:02", "192.0.2.2", "2001:db8::2"}).status, 0);
  EXPECT_EQ(row(ip("192.0.2.1")), kept);
  EXPECT_EQ(row(ip("2001:db8::1")), "none");
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

// --- what protects users ---

TEST_F(Announce, AnAddressThatIsNotOursNeedsForce) {
  const auto ears = listen_to_everything(witness_);
  const ProgramResult refused = announce({"192.0.2.77"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("192.0.2.77: this host does not have it"));
  EXPECT_THAT(received(*ears), ElementsAre());
  const ProgramResult forced = announce({"-c1", "--force", "192.0.2.77"});
  EXPECT_EQ(forced.status, 0);
  EXPECT_THAT(forced.err, HasSubstr("one address is not this host's"));
}

TEST_F(Announce, AnAddressOfAnotherLinkIsNotAnnounced) {
  const auto ears = listen_to_everything(witness_);
  EXPECT_EQ(announce({"--mac", "02:00:00:00:00:77", "198.51.100.1"}).status, 4);
  EXPECT_THAT(received(*ears), ElementsAre());
}

// Runs without an end; once the first announcement has arrived, `then` ends it.
ProgramResult announce_until(const KernelHost& witness, const std::function<void(int pid)>& then) {
  const auto ears = listen_to_everything(witness);
  const ProgramRun run{.words = {"announce", "-i", "eth0", "-c0", "--interval", ".01", "192.0.2.1"},
                       .while_running = [&](int pid) {
                         (void)received_up_to(*ears, "0806");
                         then(pid);
                       }};
  return run_onlink(run);
}

TEST_F(Announce, WithoutAnEndItGoesOnUntilItIsInterrupted) {
  const ProgramResult result = announce_until(witness_, [](int pid) { ::kill(pid, SIGINT); });
  EXPECT_EQ(result.signal, SIGINT);
  EXPECT_THAT(result.out, HasSubstr("by ARP request, round 1\n"));
  EXPECT_THAT(result.err, HasSubstr("sent; interrupted\n"));
}

TEST_F(Announce, ALinkThatGoesDownEndsIt) {
  const ProgramResult result = announce_until(witness_, [&](int) { lan_.ours().set_up(false); });
  EXPECT_EQ(result.status, 6) << result.err;
}

TEST_F(Announce, EveryRowKeepsToTheSchema) {
  lan_.add_host({.mac = mac("02:00:00:00:00:66"), .addresses = {prefix("192.0.2.1/24")}});
  const ProgramResult result =
      announce({"-c1", "--verify", "--json", "--rarp", "--vlan", "none", "--vlan", "100", "--all", "203.0.113.1"});
  const std::string schema = read_text_file("docs/schema.json");
  std::istringstream lines{result.out};
  std::size_t count = 0;
  for (std::string text; std::getline(lines, text); ++count) {
    EXPECT_EQ(schema_violation(schema, text), "") << text;
  }
  EXPECT_GT(count, 8U);
}

}  // namespace
}  // namespace onlink::inline v0::test
