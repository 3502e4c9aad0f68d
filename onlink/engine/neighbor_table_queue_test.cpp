// SPDX-License-Identifier: Apache-2.0
// Packets that wait for an answer (nud.md section 4; N-069 to N-074).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/table_run.hpp"

namespace onlink {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace onlink::testing;

constexpr const char* a = "10.0.0.2";

std::vector<std::string> matching(const std::vector<std::string>& lines, std::string_view word) {
  std::vector<std::string> found;
  for (const std::string& line : lines)
    if (line.find(word) != std::string::npos) found.push_back(line);
  return found;
}

TEST(NeighborTableQueue, OctetsForSevenKeepTheNewestSeven) {
  NeighborTableConfig config = TableRun::config();
  config.parameters.ipv4.unres_qlen_bytes = 7 * 769;
  TableRun run{config};
  for (const char name : std::string_view{"abcdefghijklmnopqrst"})
    EXPECT_EQ(run.send(a, {&name, 1}), SendResult::queued);
  EXPECT_EQ(matching(run.take(), "queue-full").size(), 13U);
  EXPECT_EQ(run.table.counters(Family::ipv4).unresolved_discards, 13U);
  run.reply(a, 0x0b);
  EXPECT_THAT(matching(run.take(), "send"),
              ElementsAre("0 send n to 0b", "0 send o to 0b", "0 send p to 0b", "0 send q to 0b", "0 send r to 0b",
                          "0 send s to 0b", "0 send t to 0b"));
}

TEST(NeighborTableQueue, LimitNoughtKeepsTheLast) {
  NeighborTableConfig config = TableRun::config();
  config.parameters.ipv4.unres_qlen_bytes = 0;
  TableRun run{config};
  for (const char* text : {"x", "y", "z"}) run.send(a, text);
  run.reply(a, 0x0b);
  EXPECT_THAT(matching(run.take(), "send z"), ElementsAre("0 send z to 0b"));
  EXPECT_THAT(matching(run.log, "send x"), IsEmpty());
}

// Linux's unres_qlen is no limit of its own: small packets come in greater number than its 101.
TEST(NeighborTableQueue, OctetsAloneLimitUnlessPacketsAreCountedToo) {
  NeighborTableConfig config = TableRun::config();
  TableRun run{config};
  for (int i = 0; i < 200; ++i) EXPECT_EQ(run.send(a, "x"), SendResult::queued);
  EXPECT_EQ(run.table.counters(Family::ipv4).unresolved_discards, 0U);
  config.parameters.ipv4.unres_qlen = 2;
  TableRun counted{config};
  for (const char* text : {"x", "y", "z"}) counted.send(a, text);
  EXPECT_THAT(matching(counted.take(), "fail"), ElementsAre("0 fail x queue-full ~"));
}

TEST(NeighborTableQueue, AllQueuesTogetherAreBounded) {
  NeighborTableConfig config = TableRun::config();
  config.queued_octets = 2 * 769;
  TableRun run{config};
  EXPECT_EQ(run.send("10.0.0.2", "x"), SendResult::queued);
  EXPECT_EQ(run.send("10.0.0.3", "y"), SendResult::queued);
  EXPECT_EQ(run.send("10.0.0.4", "z"), SendResult::dropped);
  EXPECT_EQ(run.state("10.0.0.4"), "incomplete");
  EXPECT_THAT(run.take(), Contains("0 fail z queue-full ~"));
}

TEST(NeighborTableQueue, TheNewestPacketChoosesTheSourceThatAsks) {
  TableRun run;
  run.send(a, "x");
  run.pass(500ms);
  run.send(a, "y");
  run.take();
  run.pass(500ms);
  EXPECT_THAT(run.take(), ElementsAre("1000 ask 10.0.0.2 for y"));
}

TEST(NeighborTableQueue, DeletionFailsWhatWaitsAtOnce) {
  TableRun run;
  run.send(a, "x");
  run.pass(500ms);
  run.take();
  run.remove(a);
  EXPECT_THAT(run.take(), ElementsAre("500 10.0.0.2 incomplete>failed administration", "500 fail x entry-removed",
                                      "500 10.0.0.2 gone failed administration"));
  run.pass(1min);
  EXPECT_THAT(run.take(), IsEmpty());
}

TEST(NeighborTableQueue, ALostLinkDropsWhatWaitsWithoutAnError) {
  TableRun run;
  run.send(a, "x");
  run.take();
  run.flush(NeighborCause::link_down);
  EXPECT_THAT(run.take(), ElementsAre("0 fail x entry-removed ~", "0 10.0.0.2 gone incomplete link-down"));
}

TEST(NeighborTableQueue, WhatWaitsIsKeptWhileTheStateIsNoneByHand) {
  TableRun run;
  run.send(a, "x");
  run.set(a, NudState::none);
  run.pass(1min);
  run.take();
  run.send(a, "y");
  run.reply(a, 0x0b);
  EXPECT_THAT(matching(run.take(), "send"), ElementsAre("60000 send x to 0b", "60000 send y to 0b"));
}

TEST(NeighborTableQueue, SourceMacsWaitWithTheirPackets) {
  struct Sink {
    std::optional<MacAddress> source;
  } sink;
  const NeighborLink link{.owner = &sink,
                          .solicit = [](void*, Instant, const Solicitation&, Output&) {},
                          .transmit = [](void* owner, Instant, const Transmission& sent,
                                         Output&) { static_cast<Sink*>(owner)->source = sent.source_mac; }};
  NeighborTable table{TableRun::config(), link};
  Output output;
  table.send(Instant{}, {.next_hop = ip(a), .packet = {}, .source_mac = mac(0x77)}, output);
  table.learn(Instant{}, {.address = ip(a), .mac = mac(0x0b)}, output);
  EXPECT_EQ(sink.source, mac(0x77));
}

}  // namespace
}  // namespace onlink
