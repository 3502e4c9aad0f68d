// SPDX-License-Identifier: Apache-2.0
#include "onlink/link/packet_send_helper.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <mutex>
#include <numeric>
#include <thread>
#include <vector>

#include "onlink/base/bytes.hpp"

namespace onlink::inline v0 {
namespace {

// What both threads sent, by the number that each frame carries.
struct Wire {
  std::mutex mutex;
  std::vector<std::uint32_t> numbers;
};

struct Behaviour {
  std::size_t room = 1000;  // frames that one call takes
  bool fails = false;
};

class FakeSender final : public PacketSender {
 public:
  FakeSender(Wire& wire, Behaviour behaviour) : wire_(wire), behaviour_(behaviour) {}

  std::expected<std::size_t, Error> send(const FrameList& frames) override {
    if (behaviour_.fails) return std::unexpected{Error{ErrorCode::link_down, ENETDOWN, "eth0: send: gone"}};
    const std::size_t count = std::min(behaviour_.room, frames.size());
    const std::lock_guard lock{wire_.mutex};
    for (std::size_t i = 0; i < count; ++i) wire_.numbers.push_back(load_be<std::uint32_t>(frames[i].last<4>()));
    return count;
  }

 private:
  Wire& wire_;
  Behaviour behaviour_;
};

// Frames of different sizes, each with its number at the end.
std::vector<std::vector<std::byte>> numbered(std::uint32_t count) {
  std::vector<std::vector<std::byte>> frames;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::vector<std::byte>& frame = frames.emplace_back(60 + i % 7);
    store_be(i, MutableBytes{frame}.last<4>());
  }
  return frames;
}

// Offers what was not taken again until all is.
void send_all(PacketSender& sender, const std::vector<std::vector<std::byte>>& frames) {
  for (std::size_t sent = 0; sent < frames.size();) {
    const std::size_t count = std::min<std::size_t>(512, frames.size() - sent);
    const std::vector<Bytes> part(frames.begin() + static_cast<std::ptrdiff_t>(sent),
                                  frames.begin() + static_cast<std::ptrdiff_t>(sent + count));
    const auto taken = sender.send(part);
    ASSERT_TRUE(taken);
    sent += *taken;
  }
}

std::vector<std::uint32_t> sent_by(Behaviour own, Behaviour helpers, std::uint32_t count) {
  Wire wire;
  {
    HelpedSender sender{std::make_unique<FakeSender>(wire, own), std::make_unique<FakeSender>(wire, helpers)};
    send_all(sender, numbered(count));
  }
  std::ranges::sort(wire.numbers);
  return wire.numbers;
}

std::vector<std::uint32_t> each_once(std::uint32_t count) {
  std::vector<std::uint32_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0U);
  return numbers;
}

TEST(HelpedSender, SendsEachFrameOnce) { EXPECT_EQ(sent_by({}, {}, 20'000), each_once(20'000)); }

TEST(HelpedSender, SendsFewFramesItself) { EXPECT_EQ(sent_by({}, {.fails = true}, 63), each_once(63)); }

TEST(HelpedSender, LosesNothingWhereThereIsLittleRoom) {
  EXPECT_EQ(sent_by({.room = 5}, {.room = 3}, 5'000), each_once(5'000));
}

TEST(HelpedSender, TellsWantOfRoom) {
  Wire wire;
  HelpedSender sender{std::make_unique<FakeSender>(wire, Behaviour{.room = 0}),
                      std::make_unique<FakeSender>(wire, Behaviour{})};
  const auto frames = numbered(10);
  const std::vector<Bytes> few(frames.begin(), frames.end());
  EXPECT_EQ(sender.send(few).value_or(1), 0U);
  EXPECT_EQ(sender.stalls(), 1U);
}

TEST(HelpedSender, TellsTheHelpersFailure) {
  Wire wire;
  HelpedSender sender{std::make_unique<FakeSender>(wire, Behaviour{}),
                      std::make_unique<FakeSender>(wire, Behaviour{.fails = true})};
  const auto frames = numbered(64);
  const std::vector<Bytes> job(frames.begin(), frames.end());
  std::expected<std::size_t, Error> taken = sender.send(job);
  while (taken) {  // as soon as the helper has met it
    std::this_thread::yield();
    taken = sender.send(job);
  }
  EXPECT_EQ(taken.error().code, ErrorCode::link_down);
}

TEST(HelpedSender, EndsThoughTheInterfaceStaysFull) {
  Wire wire;
  HelpedSender sender{std::make_unique<FakeSender>(wire, Behaviour{}),
                      std::make_unique<FakeSender>(wire, Behaviour{.room = 0})};
  const auto frames = numbered(64);
  const std::vector<Bytes> job(frames.begin(), frames.end());
  EXPECT_EQ(sender.send(job).value_or(0), 64U);
}

}  // namespace
}  // namespace onlink::inline v0
