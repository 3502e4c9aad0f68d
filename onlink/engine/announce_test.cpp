// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/announce.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/hex.hpp"

namespace onlink {
namespace {

using namespace std::chrono_literals;

constexpr Instant start{100s};
constexpr MacAddress own{{0x02, 0, 0, 0, 0, 0x01}};
constexpr MacAddress other{{0x02, 0, 0, 0, 0, 0x99}};
const IpAddress ipv4 = parse_ip("192.0.2.1").value();
const IpAddress second = parse_ip("192.0.2.2").value();
const IpAddress ipv6 = parse_ip("2001:db8::1").value();

std::string frame_of(const Announcement& announcement, bool pad = true) {
  FrameBatch frames;
  append_announcement(announcement, pad, frames);
  return frames.size() == 1 ? test::to_hex(frames[0]) : "not one frame";
}

// --- the frames; the expected octets come from a script that shares no code with the library, checksums included ---

struct FormCase {
  AnnounceForm form;
  std::string_view word;
  std::string_view hex;
};

class ArpForm : public testing::TestWithParam<FormCase> {};

TEST_P(ArpForm, IsOnTheWireAsTheTableHasIt) {
  const FormCase& expected = GetParam();
  EXPECT_EQ(frame_of({.form = expected.form, .address = ipv4, .mac = own}), expected.hex);
  EXPECT_EQ(to_string(expected.form), expected.word);
}

INSTANTIATE_TEST_SUITE_P(
    AllOfThem, ArpForm,
    testing::Values(FormCase{AnnounceForm::request, "request",
                             "ffffffffffff02000000000108060001080006040001020000000001c0000201000000000000c0000201"
                             "000000000000000000000000000000000000"},
                    FormCase{AnnounceForm::reply_own, "reply-own",
                             "ffffffffffff02000000000108060001080006040002020000000001c0000201020000000001c0000201"
                             "000000000000000000000000000000000000"},
                    FormCase{AnnounceForm::reply_zero, "reply-zero",
                             "ffffffffffff02000000000108060001080006040002020000000001c0000201000000000000c0000201"
                             "000000000000000000000000000000000000"},
                    FormCase{AnnounceForm::reply_broadcast, "reply-broadcast",
                             "ffffffffffff02000000000108060001080006040002020000000001c0000201ffffffffffffc0000201"
                             "000000000000000000000000000000000000"}));

TEST(Announcement, OfAMacAloneIsARarpRequestFromIt) {
  EXPECT_EQ(frame_of({.form = AnnounceForm::rarp, .mac = other}),
            "ffffffffffff020000000099803500010800060400030200000000990000000002000000009900000000"
            "000000000000000000000000000000000000");
}

TEST(Announcement, OfAVirtualRouterComesFromItsMac) {
  EXPECT_EQ(frame_of({.address = ipv4, .mac = MacAddress{{0, 0, 0x5e, 0, 1, 7}}}),
            "ffffffffffff00005e0001070806000108000604000100005e000107c0000201000000000000c0000201"
            "000000000000000000000000000000000000");
  EXPECT_EQ(
      frame_of({.form = AnnounceForm::advertisement,
                .address = ipv6,
                .mac = MacAddress{{0, 0, 0x5e, 0, 2, 7}},
                .router = true}),
      "33330000000100005e00020786dd6000000000203aff20010db8000000000000000000000001ff020000000000000000000000000001"
      "88001b24a000000020010db8000000000000000000000001020100005e000207");
}

TEST(Announcement, ForAnotherStationMayComeFromUs) {
  EXPECT_EQ(frame_of({.address = ipv4, .mac = other, .source = own}),
            "ffffffffffff02000000000108060001080006040001020000000099c0000201000000000000c0000201"
            "000000000000000000000000000000000000");
}

TEST(Announcement, CarriesItsTagsAndIsPaddedBehindThem) {
  VlanStack vlans;
  vlans.push({EtherType::service_vlan, 200});
  vlans.push({EtherType::vlan, 100});
  EXPECT_EQ(frame_of({.address = ipv4, .mac = own, .vlans = vlans}),
            "ffffffffffff02000000000188a800c88100006408060001080006040001020000000001c0000201000000000000c0000201"
            "00000000000000000000");
  VlanStack one;
  one.push({EtherType::vlan, 100});
  EXPECT_EQ(
      frame_of({.form = AnnounceForm::advertisement, .address = ipv6, .mac = own, .vlans = one}),
      "3333000000010200000000018100006486dd6000000000203aff20010db8000000000000000000000001ff0200000000000000000000"
      "000000018800f92a2000000020010db80000000000000000000000010201020000000001");
}

TEST(Announcement, WithoutPaddingTakes42Octets) {
  EXPECT_EQ(frame_of({.address = ipv4, .mac = own}, false),
            "ffffffffffff02000000000108060001080006040001020000000001c0000201000000000000c0000201");
}

TEST(Announcement, OfAnIpv6AddressIsAnUnsolicitedAdvertisementWithItsFlags) {
  const std::string head =
      "33330000000102000000000186dd6000000000203aff20010db8000000000000000000000001ff020000000000000000000000000001";
  const std::string tail = "00000020010db80000000000000000000000010201020000000001";
  Announcement announcement{.form = AnnounceForm::advertisement, .address = ipv6, .mac = own};
  EXPECT_EQ(frame_of(announcement), head + "8800f92a20" + tail) << "override only";
  announcement.router = true;
  EXPECT_EQ(frame_of(announcement), head + "8800792aa0" + tail) << "router and override";
  announcement.router = announcement.override_flag = false;
  EXPECT_EQ(frame_of(announcement), head + "8800192b00" + tail) << "neither, and never solicited";
}

// --- the pace ---

struct Said {
  Duration at;
  std::optional<IpAddress> address;
  std::uint32_t round;
  bool operator==(const Said&) const = default;
};

// Until all is said, or `most` announcements are.
std::vector<Said> said_by(Announcer& announcer, std::size_t most = 100) {
  std::vector<Said> said;
  Output output;
  while (said.size() < most) {
    const auto due = announcer.next_deadline();
    if (!due) break;
    announcer.on_deadline(*due, output);
    EXPECT_EQ(output.frames.size(), output.events.size());
    for (const Event& event : output.events) {
      const auto& announced = std::get<Announced>(event);
      said.push_back({announced.time - start, announced.address, announced.round});
    }
    output.clear();
  }
  return said;
}

std::vector<Duration> times_of(const AnnouncerConfig& config, std::size_t most = 100) {
  Announcer announcer{config, start};
  std::vector<Duration> times;
  for (const Said& said : said_by(announcer, most)) times.push_back(said.at);
  return times;
}

TEST(Announcer, SaysEverythingTwiceTwoSecondsApart) {
  Announcer announcer{{.announcements = {{.address = ipv4, .mac = own},
                                         {.form = AnnounceForm::advertisement, .address = ipv6, .mac = own}}},
                      start};
  EXPECT_EQ(said_by(announcer), (std::vector<Said>{{0s, ipv4, 1}, {0s, ipv6, 1}, {2s, ipv4, 2}, {2s, ipv6, 2}}));
  EXPECT_EQ(announcer.next_deadline(), std::nullopt);
}

TEST(Announcer, SaysNothingBeforeItIsDue) {
  Announcer announcer{{.announcements = {{.address = ipv4, .mac = own}}}, start};
  Output output;
  announcer.on_deadline(start - 1ns, output);
  EXPECT_TRUE(output.frames.empty());
  EXPECT_EQ(announcer.next_deadline(), start);
}

TEST(Announcer, WithNothingToSayIsDone) { EXPECT_EQ(Announcer({}, start).next_deadline(), std::nullopt); }

TEST(Announcer, IntervalsGrowAsQemusDo) {
  const AnnouncerConfig config{.announcements = {{.form = AnnounceForm::rarp, .mac = own}},
                               .count = 8,
                               .interval = 50ms,
                               .step = 100ms,
                               .longest = 550ms};
  EXPECT_EQ(times_of(config), (std::vector<Duration>{0ms, 50ms, 200ms, 450ms, 800ms, 1250ms, 1800ms, 2350ms}));
}

TEST(Announcer, GapKeepsTheFramesOfARoundApartAndALongRoundDelaysTheNext) {
  AnnouncerConfig config{
      .announcements = {{.address = ipv4, .mac = own}, {.address = second, .mac = own}}, .interval = 1s, .gap = 400ms};
  EXPECT_EQ(times_of(config), (std::vector<Duration>{0ms, 400ms, 1s, 1400ms}));
  config.gap = 700ms;
  EXPECT_EQ(times_of(config), (std::vector<Duration>{0ms, 700ms, 1400ms, 2100ms}));
}

TEST(Announcer, CountZeroIsForEver) {
  const auto times = times_of({.announcements = {{.address = ipv4, .mac = own}}, .count = 0, .interval = 1s}, 1000);
  ASSERT_EQ(times.size(), 1000U);
  EXPECT_EQ(times.back(), 999s);
}

TEST(Announcer, ACallSaysOneRoundAtMost) {
  Announcer announcer{{.announcements = {{.address = ipv4, .mac = own}}, .count = 0, .interval = {}}, start};
  Output output;
  announcer.on_deadline(start, output);
  EXPECT_EQ(output.frames.size(), 1U);
}

// --- who contradicts ---

class Contradicted : public testing::Test {
 protected:
  Contradicted()
      : announcer_({.announcements = {{.address = ipv4, .mac = own},
                                      {.form = AnnounceForm::advertisement, .address = ipv6, .mac = own}},
                    .own_macs = {MacAddress{{2, 0, 0, 0, 0, 0x10}}}},
                   start) {}

  // MACs told of when this frame comes in.
  std::vector<MacAddress> told(const Announcement& by_somebody) {
    FrameBatch frames;
    append_announcement(by_somebody, true, frames);
    return told(frames[0]);
  }
  std::vector<MacAddress> told(Bytes frame) {
    Output output;
    announcer_.on_packet(start + 1s, decode(frame).value(), output);
    EXPECT_TRUE(output.frames.empty());
    std::vector<MacAddress> macs;
    for (const Event& event : output.events) {
      EXPECT_EQ(std::get<Answered>(event).kind, AnswerKind::conflict);
      macs.push_back(std::get<Answered>(event).mac);
    }
    return macs;
  }

  Announcer announcer_;
};

TEST_F(Contradicted, ByWhoeverUsesTheAddressOnceForEachMac) {
  EXPECT_EQ(told({.form = AnnounceForm::reply_own, .address = ipv4, .mac = other}), std::vector{other});
  EXPECT_EQ(told({.form = AnnounceForm::request, .address = ipv4, .mac = other}), std::vector<MacAddress>{});
  EXPECT_EQ(told({.form = AnnounceForm::advertisement, .address = ipv6, .mac = other}), std::vector{other});
}

TEST_F(Contradicted, NotByOurselves) {
  EXPECT_TRUE(told({.address = ipv4, .mac = own}).empty()) << "come back";
  EXPECT_TRUE(told({.address = ipv4, .mac = MacAddress{{2, 0, 0, 0, 0, 0x10}}}).empty()) << "another interface";
}

TEST_F(Contradicted, NotForAnotherAddressNorInAnotherVlanNorByNobodysMac) {
  EXPECT_TRUE(told({.address = second, .mac = other}).empty());
  VlanStack vlans;
  vlans.push({EtherType::vlan, 100});
  EXPECT_TRUE(told({.address = ipv4, .mac = other, .vlans = vlans}).empty());
  EXPECT_TRUE(told({.address = ipv4, .mac = broadcast_mac, .source = other}).empty());
}

TEST_F(Contradicted, NotByWhoOnlyAsksForIt) {
  // 192.0.2.2 at 02:00:00:00:00:99 asks for 192.0.2.1.
  const auto asked =
      test::from_hex("ffffffffffff02000000009908060001080006040001020000000099c0000202000000000000c0000201");
  EXPECT_TRUE(told(asked).empty());
}

TEST_F(Contradicted, ByNoMoreThanItKeeps) {
  std::size_t told_of = 0;
  for (std::uint8_t i = 0; i < 40; ++i) told_of += told({.address = ipv4, .mac = {{2, 9, 9, 9, 9, i}}}).size();
  EXPECT_EQ(told_of, Announcer::max_rivals);
}

}  // namespace
}  // namespace onlink
