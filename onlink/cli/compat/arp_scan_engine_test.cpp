// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_engine.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "onlink/wire/arp.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

constexpr MacAddress own{{2, 0, 0, 0, 0, 1}};
constexpr MacAddress theirs{{2, 0, 0, 0, 0, 2}};

Ipv4Address host(std::uint8_t last) { return Ipv4Address::of(192, 0, 2, last); }

std::vector<std::byte> reply_of(Ipv4Address address, const MacAddress& owner = theirs) {
  std::vector<std::byte> frame(ethernet_header_size + arp_packet_size);
  Writer out{frame};
  encode(EthernetHeader{.destination = own, .source = owner, .type = EtherType::arp}, arp_packet_size, out);
  encode(ArpPacket{.operation = ArpOperation::reply,
                   .sender_hardware_addr = owner,
                   .sender_protocol_addr = address,
                   .target_hardware_addr = own,
                   .target_protocol_addr = host(1)},
         out.reserve(arp_packet_size).first<arp_packet_size>());
  return frame;
}

// What happens, in words, each with the millisecond at which the engine was called.
class Diary final : public ArpScanListener {
 public:
  void sending(Ipv4Address target, std::uint64_t number, Duration timeout) override {
    note("ask {} #{} for {}", last_of(target), number, std::chrono::duration_cast<milliseconds>(timeout).count());
  }
  void pass_complete(std::uint64_t number) override { note("pass {}", number); }
  void gave_up(Ipv4Address target, ArpScanRemoval why) override {
    note("give up {}{}", last_of(target), why == ArpScanRemoval::timeout ? "" : " too");
  }
  void answered(const ArpScanAnswer& answer, const ArpScanHearing& hearing) override {
    note("{} answers #{} after {}", last_of(answer.sender_protocol_addr), hearing.number,
         std::chrono::duration_cast<milliseconds>(hearing.rtt).count());
  }
  void ignored(Ipv4Address stranger, std::size_t octets) override {
    note("{} octets of {}", octets, last_of(stranger));
  }
  void too_short(std::size_t octets) override { note("{} octets", octets); }

  Instant now{};
  std::vector<std::string> lines;

 private:
  static unsigned last_of(Ipv4Address address) { return address.value & 0xff; }
  template <class... A>
  void note(fmt::format_string<A...> format, A&&... arguments) {
    const auto when = std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count();
    lines.push_back(fmt::format("{}: ", when) + fmt::format(format, std::forward<A>(arguments)...));
  }
};

class Scan {
 public:
  explicit Scan(std::initializer_list<std::uint8_t> hosts, ArpScanPlan plan = {})
      : engine_(with_hosts(hosts, std::move(plan)), Instant{}, diary_) {}

  void run_until(milliseconds when) {
    while (engine_.next_deadline() && *engine_.next_deadline() <= Instant{when}) {
      diary_.now = *engine_.next_deadline();
      engine_.on_deadline(diary_.now, output_);
    }
    diary_.now = Instant{when};
  }
  void run() { run_until(std::chrono::hours{1}); }
  void hear(Bytes frame) {
    const auto packet = decode(frame);
    engine_.on_packet(diary_.now, *packet, output_);
  }
  [[nodiscard]] const std::vector<std::string>& diary() const { return diary_.lines; }
  [[nodiscard]] ArpScanEngine& engine() { return engine_; }
  [[nodiscard]] std::size_t frames() const { return output_.frames.size(); }

 private:
  static ArpScanPlan with_hosts(std::initializer_list<std::uint8_t> hosts, ArpScanPlan plan) {
    for (const std::uint8_t last : hosts) plan.targets.add(host(last));
    plan.targets.make_index();
    plan.request.sender_hardware_addr = own;
    return plan;
  }

  Diary diary_;
  ArpScanEngine engine_;
  Output output_;
};

TEST(ArpScanEngine, AsksAllInTurnAndTheSilentOnesAgainForLonger) {
  Scan scan({7, 8}, {.timeout = milliseconds{100}, .interval = milliseconds{10}});
  scan.run();
  EXPECT_THAT(scan.diary(),
              ElementsAre("0: ask 7 #1 for 100", "10: ask 8 #1 for 100", "100: pass 1", "100: ask 7 #2 for 150",
                          "110: ask 8 #2 for 150", "250: pass 2", "250: give up 7", "260: give up 8"));
  EXPECT_EQ(scan.frames(), 4U);
}

TEST(ArpScanEngine, WhoHasAnsweredIsAskedNoMore) {
  Scan scan({7, 8}, {.timeout = milliseconds{100}, .interval = milliseconds{10}});
  scan.run_until(milliseconds{4});
  scan.hear(reply_of(host(7)));
  scan.run_until(milliseconds{12});
  scan.hear(reply_of(host(8)));
  EXPECT_THAT(scan.diary(), ElementsAre("0: ask 7 #1 for 100", "4: 7 answers #1 after 4", "10: ask 8 #1 for 100",
                                        "12: 8 answers #1 after 2"));
  EXPECT_FALSE(scan.engine().next_deadline());
  EXPECT_EQ(scan.engine().responders(), 2U);
}

TEST(ArpScanEngine, CountsTheAnswersOfAHostAndRemembersItsFirstOwner) {
  Scan scan({7, 8}, {.timeout = milliseconds{100}, .interval = milliseconds{10}});
  scan.run_until(milliseconds{1});
  scan.hear(reply_of(host(7)));
  scan.hear(reply_of(host(7), MacAddress{{2, 0, 0, 0, 0, 9}}));
  EXPECT_THAT(scan.diary(), ElementsAre("0: ask 7 #1 for 100", "1: 7 answers #1 after 1", "1: 7 answers #2 after 1"));
  EXPECT_EQ(scan.engine().responders(), 1U);
}

TEST(ArpScanEngine, EndsOnceAsManyHaveAnsweredAsTheLimitSays) {
  Scan scan({7, 8}, {.limit = 1});
  scan.run_until(milliseconds{1});
  scan.hear(reply_of(host(7)));
  EXPECT_FALSE(scan.engine().next_deadline());
}

TEST(ArpScanEngine, HearsOnlyWhatTheFilterLetsThroughAndTellsOfStrangers) {
  Scan scan({7});
  scan.run_until(milliseconds{1});
  auto other = reply_of(host(7));
  other[5] = std::byte{9};  // to another MAC address
  scan.hear(other);
  scan.hear(reply_of(host(99)));
  EXPECT_THAT(scan.diary(), ElementsAre("0: ask 7 #1 for 500", "1: 42 octets of 99"));
  EXPECT_EQ(scan.engine().received(), 1U);
}

TEST(ArpScanEngine, AFrameCutBySnapSizeIsTooShort) {
  Scan scan({7}, {.snap_size = 20});
  scan.run_until(milliseconds{1});
  scan.hear(reply_of(host(7)));
  EXPECT_THAT(scan.diary(), ElementsAre("0: ask 7 #1 for 500", "1: 20 octets"));
}

TEST(ArpScanEngine, OfATargetNamedTwiceTheOneWhoseTurnIsNextAnswers) {
  Scan scan({7, 7}, {.timeout = milliseconds{100}, .interval = milliseconds{10}});
  scan.run_until(milliseconds{1});
  scan.hear(reply_of(host(7)));
  scan.run();
  EXPECT_EQ(scan.frames(), 2U) << "the first is asked again: the answer was the second's";
}

TEST(ArpScanEngine, WithNoTriesAllAreGivenUpAtOnce) {
  Scan scan({7, 8}, {.tries = 0});
  scan.run();
  EXPECT_THAT(scan.diary(), ElementsAre("0: give up 7", "0: give up 8 too"));
}

TEST(ArpScanEngine, MakesUpForCallsThatCameLate) {
  Scan scan({1, 2, 3, 4, 5}, {.tries = 1, .timeout = milliseconds{100}, .interval = milliseconds{1}});
  Output output;
  scan.engine().on_deadline(Instant{milliseconds{3}}, output);
  EXPECT_EQ(output.frames.size(), 4U);
}

TEST(ArpScanEngine, RemembersWhenSixteenMillionWereAskedInAFewMegabytes) {
  ArpScanTimes times(1 << 24);
  for (std::uint64_t place = 0; place < 200'000; ++place) times.set(place, Instant{milliseconds{place + 1}});
  EXPECT_EQ(times.at(199'999), Instant{milliseconds{200'000}});
  EXPECT_GE(times.at(5), Instant{milliseconds{6}}) << "never early";
  EXPECT_LE(times.at(5), Instant{milliseconds{4096}});
  EXPECT_EQ(times.at(10'000'000), Instant{});
}

}  // namespace
}  // namespace onlink::inline v0::cli::compat
