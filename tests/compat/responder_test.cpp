// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/responder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/compat/happening.hpp"
#include "tests/support/hex.hpp"

namespace onlink::compat_diff {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view asked =
    "ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 c0000201 000000000000 ";
const Instant start{};

// What comes within a second of one question for 192.0.2.2 (c0000202).
std::vector<std::string> answers(const std::vector<ScriptedHost>& hosts, const std::string& question,
                                 std::vector<RawAnswer> raw = {}) {
  Responder responder(hosts, std::move(raw));
  responder.hear(start, test::from_hex(question));
  std::vector<std::string> texts;
  for (const Frame& frame : responder.take(start + 1s)) texts.push_back(test::to_hex(frame));
  return texts;
}

std::vector<std::string> answers(std::string_view host) {
  return answers({parse_host(host)}, std::string{asked} + "c0000202");
}

const std::string reply = "0001080006040002020000000002c0000202020000000001c0000201";

TEST(Responder, AnswersWhoAsks) {
  EXPECT_THAT(answers("192.0.2.2 02:00:00:00:00:02"), ElementsAre("020000000001"
                                                                  "020000000002"
                                                                  "0806" +
                                                                  reply));
  EXPECT_THAT(answers("192.0.2.3 02:00:00:00:00:03"), IsEmpty());
}

TEST(Responder, TheFirstOfTwoOwnersAnswersFirst) {
  const auto both = answers({parse_host("192.0.2.2 02:00:00:00:00:09"), parse_host("192.0.2.2 02:00:00:00:00:02")},
                            std::string{asked} + "c0000202");
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].substr(12, 12), "020000000009");
  EXPECT_EQ(both[1].substr(12, 12), "020000000002");
}

TEST(Responder, QuirksChangeTheAnswer) {
  const std::string start_of_frame = "020000000001020000000002";
  EXPECT_THAT(answers("192.0.2.2 02:00:00:00:00:02 vlan=100"), ElementsAre(start_of_frame + "810000640806" + reply));
  EXPECT_THAT(answers("192.0.2.2 02:00:00:00:00:02 llc"), ElementsAre(start_of_frame + "0024aaaa030000000806" + reply));
  EXPECT_THAT(answers("192.0.2.2 02:00:00:00:00:02 pad=7061"), ElementsAre(start_of_frame + "0806" + reply + "7061"));
  EXPECT_THAT(answers("192.0.2.2 02:00:00:00:00:02 to=ff:ff:ff:ff:ff:ff source=02:00:00:00:00:cc"),
              ElementsAre("ffffffffffff0200000000cc0806" + reply));
  EXPECT_EQ(answers("192.0.2.2 02:00:00:00:00:02 times=3").size(), 3U);
  EXPECT_EQ(answers("192.0.2.2 02:00:00:00:00:02 op=1").at(0).substr(40, 4), "0001");
  EXPECT_THAT(answers("192.0.2.2 02:00:00:00:00:02 skip=1"), IsEmpty());
  EXPECT_THAT(answers("192.0.2.2 02:00:00:00:00:02 in=7"), IsEmpty());
}

TEST(Responder, ALateAnswerWaits) {
  Responder responder({parse_host("192.0.2.2 02:00:00:00:00:02 late=700")}, {});
  responder.hear(start, test::from_hex(std::string{asked} + "c0000202"));
  EXPECT_THAT(responder.take(start + 699ms), IsEmpty());
  EXPECT_EQ(responder.next(), start + 700ms);
  EXPECT_EQ(responder.take(start + 700ms).size(), 1U);
  EXPECT_FALSE(responder.next());
}

TEST(Responder, FramesForOthersAreNotHeard) {
  const std::string question = "02000000000a" + std::string{asked.substr(12)} + "c0000202";
  EXPECT_THAT(answers({parse_host("192.0.2.2 02:00:00:00:00:02")}, question), IsEmpty());
}

TEST(Responder, ARawAnswerIsSentAsItIs) {
  EXPECT_THAT(answers({}, std::string{asked} + "c0000229", {{Ipv4Address::of(192, 0, 2, 41), test::from_hex("0102")}}),
              ElementsAre("0102"));
}

TEST(ScriptedHost, MistakesAreTold) {
  EXPECT_THROW((void)parse_host("192.0.2.2"), std::runtime_error);
  EXPECT_THROW((void)parse_host("192.0.2.2 02:00:00:00:00:02 late=soon"), std::runtime_error);
  EXPECT_THROW((void)parse_host("192.0.2.2 02:00:00:00:00:02 colour=red"), std::runtime_error);
}

TEST(Happening, IsReadFromItsSentence) {
  const Happening interrupt = parse_happening("INT after 3 frames");
  EXPECT_EQ(interrupt.signal, 2);
  EXPECT_EQ(interrupt.when, Happening::When::frames);
  EXPECT_EQ(interrupt.count, 3U);
  EXPECT_EQ(parse_happening("down after 250 ms").time, Duration{250ms});
  EXPECT_EQ(parse_happening("send ffff 0806 after 1 lines").frame.size(), 4U);
  for (const char* wrong : {"INT", "INT after x frames", "INT after 3 days", "dance after 1 frames"}) {
    EXPECT_THROW((void)parse_happening(wrong), std::runtime_error) << wrong;
  }
}

}  // namespace
}  // namespace onlink::compat_diff
