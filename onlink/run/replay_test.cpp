// SPDX-License-Identifier: Apache-2.0
// What was recorded replays to the same events, at the same instants.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <string>
#include <tuple>
#include <vector>

#include "onlink/engine/resolve.hpp"
#include "onlink/link/faulty_port.hpp"
#include "onlink/link/pcap_file.hpp"
#include "onlink/link/recorder.hpp"
#include "onlink/run/driver.hpp"
#include "onlink/wire/arp.hpp"

namespace onlink::inline v0 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Instant start{seconds{1'600'000'000}};
constexpr MacAddress our_mac{{2, 0, 0, 0, 0, 1}};
constexpr MacAddress their_mac{{2, 0, 0, 0, 0, 2}};

// Answers every ARP request 250 us later.
class AnsweringPort final : public Port {
 public:
  std::expected<std::size_t, Error> receive(FrameSink sink) override {
    std::size_t count = 0;
    for (; !answers_.empty() && answers_.front().when <= now_; answers_.pop_front(), ++count) {
      const Answer& answer = answers_.front();
      sink({.bytes = answer.bytes,
            .time = SystemTime{answer.when.time_since_epoch()},
            .original_size = static_cast<std::uint32_t>(answer.bytes.size())});
    }
    return count;
  }
  std::expected<std::size_t, Error> send(const FrameList& frames) override {
    for (std::size_t i = 0; i < frames.size(); ++i) answer(frames[i]);
    return frames.size();
  }
  [[nodiscard]] std::optional<Instant> next_arrival() const override {
    return answers_.empty() ? std::nullopt : std::optional{answers_.front().when};
  }
  void set_now(Instant now, SystemTime /*wall*/) override { now_ = now; }
  PortCounters counters() override { return {}; }

 private:
  struct Answer {
    Instant when;
    std::vector<std::byte> bytes;
  };
  void answer(Bytes frame) {
    const auto packet = decode(frame);
    const auto& request = std::get<ArpPacket>(packet->payload);
    Answer out{now_ + std::chrono::microseconds{250}, std::vector<std::byte>(min_frame_size)};
    Writer writer{out.bytes};
    encode(EthernetHeader{.destination = our_mac,
                          .source = their_mac,
                          .vlans = {},
                          .encapsulation = Encapsulation::ethernet2,
                          .type = EtherType::arp,
                          .llc = {}},
           arp_packet_size, writer);
    encode(ArpPacket{.operation = ArpOperation::reply,
                     .sender_hardware_addr = their_mac,
                     .sender_protocol_addr = request.target_protocol_addr,
                     .target_hardware_addr = our_mac,
                     .target_protocol_addr = request.sender_protocol_addr},
           writer.reserve(arp_packet_size).first<arp_packet_size>());
    answers_.push_back(std::move(out));
  }

  std::deque<Answer> answers_;
  Instant now_;
};

using Seen = std::tuple<std::size_t, Instant, IpAddress, int, std::optional<Duration>>;

std::vector<Seen> resolve_over(Port& port, Instant begin) {
  ResolverConfig config;
  config.identity.mac = our_mac;
  config.identity.ipv4 = Ipv4Address::of(192, 0, 2, 1);
  for (std::uint8_t i = 2; i < 40; ++i) config.targets.emplace_back(Ipv4Address::of(192, 0, 2, i));
  Resolver resolver{config, begin};
  VirtualClock clock{begin};
  std::vector<Seen> seen;
  RunOptions options{.clock = &clock};
  options.on_event = [&](const Event& event) {
    if (const auto* answered = std::get_if<Answered>(&event)) {
      seen.emplace_back(event.index(), answered->time, answered->address, static_cast<int>(answered->kind),
                        answered->round_trip);
    } else if (const auto* silent = std::get_if<Silent>(&event)) {
      seen.emplace_back(event.index(), silent->time, silent->address, 0, std::nullopt);
    }
  };
  EXPECT_EQ(run(resolver, port, options).end, RunEnd::finished);
  return seen;
}

TEST(Replay, GivesTheEventsOfTheRunThatWasRecorded) {
  std::string path = std::filesystem::temp_directory_path() / "onlink_replay_XXXXXX";
  ::close(::mkstemp(path.data()));
  auto writer = PcapWriter::create(path);
  ASSERT_TRUE(writer);
  AnsweringPort host;
  // Bad enough for silent targets, repeats and late answers.
  FaultyPort link{host, {.loss = 0.5, .duplicate = 0.2, .reorder = 0.1, .jitter = milliseconds{900}}, {}, 7};
  Recorder recorder{link, *writer};
  const std::vector<Seen> live = resolve_over(recorder, start);
  ASSERT_TRUE(writer->close());
  EXPECT_GT(live.size(), 38U);

  for (int i = 0; i < 2; ++i) {
    auto file = CapturePort::open(path);
    ASSERT_TRUE(file);
    EXPECT_EQ((*file)->start(), start);
    EXPECT_EQ(resolve_over(**file, (*file)->start()), live);
  }
  std::filesystem::remove(path);
}

TEST(Replay, ADamagedFileGivesWhatCameBeforeAndEndsTheRun) {
  const std::string path = std::filesystem::temp_directory_path() / ("onlink_damaged_" + std::to_string(::getpid()));
  auto writer = PcapWriter::create(path);
  ASSERT_TRUE(writer);
  const std::vector<std::byte> frame(60, std::byte{0x12});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(writer->write(frame, SystemTime{start.time_since_epoch()}));
  ASSERT_TRUE(writer->close());
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);

  auto file = CapturePort::open(path);
  ASSERT_TRUE(file);
  struct Listener {
    int heard = 0;
    void on_packet(Instant, const Packet&, Output&) { ++heard; }
    void on_deadline(Instant, Output&) {}
    [[nodiscard]] std::optional<Instant> next_deadline() const { return start + seconds{10}; }
  } listener;
  VirtualClock clock{(*file)->start()};
  const RunResult result = run(listener, **file, {.clock = &clock});
  EXPECT_EQ(result.end, RunEnd::failed);
  ASSERT_TRUE(result.error);
  EXPECT_THAT(result.error->context, testing::HasSubstr("cut within a frame"));
  EXPECT_EQ(listener.heard, 2);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace onlink::inline v0
