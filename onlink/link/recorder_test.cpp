// SPDX-License-Identifier: Apache-2.0
#include "onlink/link/recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "onlink/link/memory_link.hpp"

namespace onlink::inline v0 {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::Pair;

const std::vector<std::byte> question(42, std::byte{1});
const std::vector<std::byte> answer(60, std::byte{2});

TEST(Recorder, WritesBothWaysWithTheirTimes) {
  std::string path = std::filesystem::temp_directory_path() / "onlink_recorder_XXXXXX";
  ::close(::mkstemp(path.data()));
  auto writer = PcapWriter::create(path);
  ASSERT_TRUE(writer);
  MemoryLink link;
  Recorder recorder{link.first(), *writer};
  recorder.set_now(Instant{seconds{1}}, SystemTime{seconds{101}});
  const std::vector<Bytes> frames{question};
  EXPECT_EQ(recorder.send(frames), 1U);
  link.first().inject(answer, Instant{seconds{1}}, SystemTime{seconds{102}});
  std::size_t handed_over = 0;
  auto sink = [&](const ReceivedFrame&) { ++handed_over; };
  EXPECT_EQ(recorder.receive(sink), 1U);
  EXPECT_EQ(handed_over, 1U);
  ASSERT_TRUE(writer->close());

  const auto reader = open_capture_file(path);
  ASSERT_TRUE(reader);
  std::vector<std::pair<SystemTime, std::size_t>> seen;
  for (auto frame = (*reader)->next(); frame && *frame; frame = (*reader)->next()) {
    seen.emplace_back((*frame)->time, (*frame)->bytes.size());
  }
  EXPECT_THAT(seen, ElementsAre(Pair(SystemTime{seconds{101}}, 42U), Pair(SystemTime{seconds{102}}, 60U)));
  std::filesystem::remove(path);
}

TEST(Recorder, WritesOnlyWhatThePortTook) {
  std::string path = std::filesystem::temp_directory_path() / "onlink_recorder_XXXXXX";
  ::close(::mkstemp(path.data()));
  auto writer = PcapWriter::create(path);
  ASSERT_TRUE(writer);
  MemoryLink link{1};
  Recorder recorder{link.first(), *writer};
  const std::vector<Bytes> frames{question, question};
  EXPECT_EQ(recorder.send(frames), 1U);
  ASSERT_TRUE(writer->close());
  EXPECT_EQ(std::filesystem::file_size(path), 24 + 16 + question.size());
  std::filesystem::remove(path);
}

TEST(Recorder, AFullDiskEndsTheRun) {
  auto writer = PcapWriter::create("/dev/full");
  if (!writer) GTEST_SKIP() << "no /dev/full here";
  MemoryLink link;
  Recorder recorder{link.first(), *writer};
  const std::vector<Bytes> frames(2000, Bytes{question});
  const auto sent = recorder.send(frames);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().context, "/dev/full: write: No space left on device");
}

}  // namespace
}  // namespace onlink::inline v0
