// SPDX-License-Identifier: Apache-2.0
// The command lines of both arpings, and the interface that the one takes when none is named.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "onlink/cli/compat/arping_habets_interface.hpp"
#include "onlink/cli/compat/arping_habets_options.hpp"
#include "onlink/cli/compat/arping_iputils_options.hpp"
#include "onlink/cli/compat/steady_port.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

using namespace std::chrono_literals;

class Words {
 public:
  Words(std::initializer_list<const char*> words) : texts_{"arping"} {
    texts_.insert(texts_.end(), words.begin(), words.end());
    for (std::string& text : texts_) argv_.push_back(text.data());
    argv_.push_back(nullptr);
  }
  [[nodiscard]] int count() const { return static_cast<int>(texts_.size()); }
  char** argv() { return argv_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> argv_;
};

ArpingLine iputils(std::initializer_list<const char*> list) {
  Words words(list);
  return read_arping_line(words.count(), words.argv());
}
HabetsLine habets(std::initializer_list<const char*> list) {
  Words words(list);
  return read_habets_line(words.count(), words.argv());
}

TEST(ArpingOptions, IputilsOptionsStandAnywhere) {
  const ArpingLine line = iputils({"192.0.2.2", "-qbc3", "-w", "2", "-i", "5", "-I", "eth0", "-s", "192.0.2.1"});
  EXPECT_EQ(line.wanted, ArpingLine::Wanted::run);
  EXPECT_TRUE(line.quiet && line.broadcast_only);
  EXPECT_EQ(line.count, 3U);
  EXPECT_EQ(line.limit, 2s);
  EXPECT_EQ(line.interval, 5s);
  EXPECT_EQ(line.interface, "eth0");
  EXPECT_EQ(line.source, "192.0.2.1");
  EXPECT_EQ(line.target, "192.0.2.2");
}

TEST(ArpingOptions, IputilsDetectionEndsWithTheFirstReplyAndAnAnnouncementMayBeAReply) {
  EXPECT_TRUE(iputils({"-D", "192.0.2.2"}).first_reply_ends);
  EXPECT_TRUE(iputils({"-A", "192.0.2.2"}).unsolicited);
  EXPECT_FALSE(iputils({"-U", "192.0.2.2"}).as_reply);
}

TEST(ArpingOptions, IputilsNumbersAreRefusedInItsWords) {
  EXPECT_EQ(iputils({"-c", "2x", "a"}).complaint, "invalid argument: '2x'");
  EXPECT_EQ(iputils({"-c", "", "a"}).complaint, "invalid argument: ''");
  EXPECT_EQ(iputils({"-c", "0", "a"}).complaint, "invalid argument: '0': out of range: 1 <= value <= 2147483647");
  EXPECT_EQ(iputils({"-w", "-2", "a"}).complaint, "invalid argument: '-2': out of range: 0 <= value <= 2147483647");
  EXPECT_EQ(iputils({"-i", "99999999999999999999", "a"}).complaint,
            "invalid argument: '99999999999999999999': Numerical result out of range");
  EXPECT_EQ(iputils({"-c", " +1", "a"}).count, 1U);
}

TEST(ArpingOptions, IputilsTheFirstOfHelpAndVersionAndMistakesWins) {
  EXPECT_EQ(iputils({"-V", "-c", "x"}).wanted, ArpingLine::Wanted::version);
  EXPECT_EQ(iputils({"-c", "x", "-V"}).wanted, ArpingLine::Wanted::refusal);
  EXPECT_EQ(iputils({"-h"}).wanted, ArpingLine::Wanted::usage);
  EXPECT_EQ(iputils({}).wanted, ArpingLine::Wanted::usage);
  EXPECT_EQ(iputils({"a", "b"}).wanted, ArpingLine::Wanted::usage);
}

TEST(ArpingOptions, HabetsNumbersAreReadAsFarAsTheyGo) {
  EXPECT_EQ(habets({"-c", "3x", "a"}).plan.count, 3);
  EXPECT_EQ(habets({"-c", "x", "a"}).plan.count, 0);
  EXPECT_EQ(habets({"-C", "-1", "a"}).plan.enough_replies, -1);
  EXPECT_EQ(habets({"-W", "0.25", "a"}).plan.wait, Duration{250ms});
  EXPECT_EQ(habets({"-W", "x", "a"}).plan.wait, Duration{});
  EXPECT_EQ(habets({"-W", "-1", "a"}).plan.wait, std::nullopt) << "for ever";
  EXPECT_EQ(habets({"-w", "1e-1", "a"}).plan.limit, Duration{100ms});
}

TEST(ArpingOptions, HabetsTheLastDisplayCounts) {
  const auto display = [](std::initializer_list<const char*> list) { return habets(list).plan.display; };
  EXPECT_EQ(display({"-q", "-D", "a"}), HabetsDisplay::dots);
  EXPECT_EQ(display({"-D", "-q", "a"}), HabetsDisplay::nothing);
  EXPECT_EQ(display({"-r", "a"}), HabetsDisplay::found);
  EXPECT_EQ(display({"-R", "a"}), HabetsDisplay::asked);
  EXPECT_EQ(display({"-rR", "a"}), HabetsDisplay::both);
  EXPECT_EQ(display({"-Rr", "a"}), HabetsDisplay::both);
  EXPECT_EQ(display({"-rRR", "a"}), HabetsDisplay::asked);
}

TEST(ArpingOptions, HabetsTheLastSourceCounts) {
  EXPECT_EQ(habets({"-0", "-b", "a"}).source_address, Ipv4Address{0xffffffff});
  EXPECT_EQ(habets({"-S", "192.0.2.9", "-0", "a"}).source_host, std::nullopt);
  EXPECT_EQ(habets({"-0", "-S", "192.0.2.9", "a"}).source_address, std::nullopt);
}

TEST(ArpingOptions, HabetsRefusesInItsOrderAndWords) {
  EXPECT_EQ(habets({"-Q", "3", "a", "b"}).complaint, "arping: Too many args on command line. Expected at most one.\n");
  EXPECT_EQ(habets({"-Q", "3"}).complaint, "arping: -Q requires the use of 802.1Q (-V)\n");
  EXPECT_EQ(habets({"-Q", "9", "-V", "9999"}).complaint, "arping: 802.1p priority must be 0-7. It's 9\n");
  EXPECT_EQ(habets({"-V", "4096"}).complaint, "arping: vlan tag must 0-4095. Is 4096\n");
  EXPECT_EQ(habets({"-s", "x"}).complaint, "arping: Weird MAC addr x\n");
  EXPECT_EQ(habets({"-t", "x"}).complaint, "Illegal MAC addr x\n");
  EXPECT_EQ(habets({"-U", "-T", "h", "a"}).complaint,
            "arping: -T can only be used to ping MAC and -BtU only to ping IPs");
}

TEST(ArpingOptions, HabetsEverybodyIsATargetUnlessAnAddressIsNeeded) {
  EXPECT_EQ(habets({"-B"}).wanted, HabetsLine::Wanted::run);
  EXPECT_EQ(habets({"-B", "-U"}).wanted, HabetsLine::Wanted::usage);
  EXPECT_EQ(habets({}).wanted, HabetsLine::Wanted::usage);
  EXPECT_EQ(habets({"-h"}).wanted, HabetsLine::Wanted::help);
  EXPECT_EQ(habets({"a", "--help"}).wanted, HabetsLine::Wanted::long_help);
}

TEST(ArpingOptions, HabetsMacAddressesHaveThreeForms) {
  constexpr MacAddress mac{{2, 0, 0, 0, 0, 0x0f}};
  for (const char* text : {"02:00:00:00:00:0F", "2:0:0:0:0:f", "102:0:0:0:0:f", "0x2:0:0:0:0:f", "2:0:0:0:0:f:9",
                           " 2:0:0:0:0:fz", "02-00-00-00-00-0f", "0200.0000.000f"}) {
    EXPECT_EQ(read_habets_mac(text), mac) << text;
  }
  for (const char* text : {"02:00:00:00:00", "2-0-0-0-0-f", "02-00-00-00-00-0f-1", "200.0.f", "0200:0000:000f",
                           "02000000000f", "192.0.2.2", ""}) {
    EXPECT_EQ(read_habets_mac(text), std::nullopt) << text;
  }
}

kernel::Link link_named(int index, std::string name) {
  return {.index = index, .name = std::move(name), .ethernet = true, .up = true, .running = true};
}

TEST(ArpingOptions, HabetsTakesTheSmallestNetworkThatHasTheTarget) {
  std::vector<kernel::Link> links{link_named(1, "lo"), link_named(2, "eth0"), link_named(3, "eth1")};
  links[0].loopback = true;
  const auto address = [](int index, Ipv4Address own, std::uint8_t length) {
    return kernel::InterfaceAddress{.interface = index, .prefix = {own, length}};
  };
  const Ipv4Address target = Ipv4Address::of(192, 0, 2, 2);
  const std::vector addresses{address(1, Ipv4Address::of(192, 0, 2, 2), 32),
                              address(2, Ipv4Address::of(192, 0, 2, 1), 24),
                              address(3, Ipv4Address::of(192, 0, 2, 9), 25)};
  EXPECT_EQ(interface_for(links, addresses, target), "eth1");
  links[2].up = false;
  EXPECT_EQ(interface_for(links, addresses, target), "eth0");
  EXPECT_EQ(interface_for(links, addresses, Ipv4Address::of(10, 0, 0, 1)), std::nullopt);
}

TEST(ArpingOptions, HabetsGuessesTheFirstThatRuns) {
  std::vector<kernel::Link> links{link_named(1, "lo"), link_named(2, "eth0"), link_named(3, "eth1")};
  links[0].loopback = true;
  EXPECT_EQ(guess_interface(links), "eth0");
  links[1].running = false;
  EXPECT_EQ(guess_interface(links), "eth1");
  links[2].up = false;
  EXPECT_EQ(guess_interface(links), "any");
}

class BrokenPort final : public Port {
 public:
  std::expected<std::size_t, Error> receive(FrameSink) override { return std::unexpected{error_}; }
  std::expected<std::size_t, Error> send(const FrameList&) override {
    if (full) return 0;
    return std::unexpected{error_};
  }
  std::expected<void, Error> check_link() override { return std::unexpected{error_}; }
  PortCounters counters() override { return {}; }
  bool full = false;

 private:
  Error error_{ErrorCode::link_down, ENETDOWN, "eth0: the link went down"};
};

TEST(SteadyPort, TellsFailuresAndGoesOn) {
  BrokenPort broken;
  std::vector<int> received, sent;
  SteadyPort port(broken, {.on_receive = [&](const Error& error) { received.push_back(error.sys_errno); },
                           .on_send = [&](const Error& error) { sent.push_back(error.sys_errno); }});
  EXPECT_FALSE(port.was_lost());
  auto sink = [](const ReceivedFrame&) {};
  EXPECT_EQ(port.receive(sink).value(), 0U);
  FrameBatch frames;
  frames.add(std::size_t{60});
  frames.add(std::size_t{60});
  EXPECT_EQ(port.send(frames).value(), 2U) << "gone, not waiting";
  broken.full = true;
  EXPECT_EQ(port.send(frames).value(), 2U);
  EXPECT_TRUE(port.check_link());
  EXPECT_TRUE(port.was_lost());
  EXPECT_EQ(received, std::vector{ENETDOWN});
  EXPECT_EQ(sent, (std::vector{ENETDOWN, ENETDOWN, ENOBUFS, ENOBUFS}));
}

}  // namespace
}  // namespace onlink::inline v0::cli::compat
