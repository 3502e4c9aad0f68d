// SPDX-License-Identifier: Apache-2.0
// A link that fills up, loses its carrier, goes down or vanishes in the midst of a run. Our side of the link is a tap
// device, whose other side, and so its queue and its carrier, is in the test's hand.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "onlink/link/packet_port.hpp"
#include "onlink/link/unique_fd.hpp"
#include "onlink/run/driver.hpp"

namespace onlink::inline v0::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto interface_name = "tap0";

class Tap {
 public:
  // False when this system lets us have none.
  [[nodiscard]] bool open() {
    fd_.reset(::open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK));
    ifreq request = named();
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    if (!fd_ || ::ioctl(fd_.value(), TUNSETIFF, &request) != 0) return false;
    set_up(true);
    return true;
  }
  void set_up(bool up) {
    const UniqueFd socket{::socket(AF_INET, SOCK_DGRAM, 0)};
    ifreq request = named();
    EXPECT_EQ(::ioctl(socket.value(), SIOCGIFFLAGS, &request), 0);
    request.ifr_flags = static_cast<short>(up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP);
    EXPECT_EQ(::ioctl(socket.value(), SIOCSIFFLAGS, &request), 0);
  }
  void set_carrier(int on) { EXPECT_EQ(::ioctl(fd_.value(), TUNSETCARRIER, &on), 0); }
  void remove() { fd_.reset(); }
  // The marks of our frames that came out at the other side since the last call.
  std::vector<unsigned> drain() {
    std::vector<unsigned> marks;
    std::vector<std::byte> frame(2048);
    for (ssize_t size = 0; (size = ::read(fd_.value(), frame.data(), frame.size())) > 0;) {
      if (frame[12] == std::byte{0x12}) marks.push_back(load_be<std::uint32_t>(Bytes{frame}.subspan(14).first<4>()));
    }
    return marks;
  }
  void put(Bytes frame) {
    EXPECT_EQ(::write(fd_.value(), frame.data(), frame.size()), static_cast<ssize_t>(frame.size()));
  }

 private:
  static ifreq named() {
    ifreq request{};
    std::strncpy(request.ifr_name, interface_name, IFNAMSIZ - 1);
    return request;
  }
  UniqueFd fd_;
};

// Asks for nothing and sends `count` numbered frames of its own EtherType, `gap` apart, a batch at a time.
struct Counter {
  unsigned count;
  unsigned batch = 1;
  Duration gap{};
  Instant next{};
  unsigned made = 0;
  std::uint64_t stalls = 0;
  std::size_t heard = 0;

  void on_packet(Instant, const Packet&, Output&) { ++heard; }
  void on_deadline(Instant now, Output& output) {
    for (unsigned i = 0; i < batch && made < count; ++i) {
      const MutableBytes frame = output.frames.add(60);
      std::ranges::fill(frame, std::byte{0x12});
      store_be(std::uint32_t{made++}, frame.subspan(14).first<4>());
    }
    next = now + gap;
  }
  void on_port_report(Instant, const PortReport& report) { stalls += report.stalls; }
  [[nodiscard]] std::optional<Instant> next_deadline() const {
    return made < count ? std::optional{next} : std::nullopt;
  }
};

class LostLink : public testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override {
    if (!tap_.open()) GTEST_SKIP() << "no tap device here (/dev/net/tun: root only?)";
    open(SendMethod::batch);
  }
  void open(SendMethod method) {
    PacketPortOptions options{.interface = interface_name};
    options.ring_bytes = GetParam();
    options.filter.everything = true;
    options.send_method = method;
    auto port = open_packet_port(options);
    ASSERT_TRUE(port) << port.error().context;
    port_ = std::move(*port);
  }

  // Runs for a minute at most and does `harm` after a tenth of a second.
  RunResult run_through(Counter& engine, const std::function<void()>& harm) {
    RunOptions options;
    options.until = monotonic_now() + seconds{60};
    options.tick = milliseconds{100};
    options.on_tick = [&, done = false](const ClockPair&) mutable {
      if (!std::exchange(done, true)) harm();
    };
    return run(engine, *port_, options);
  }
  static void expect_loss(const RunResult& result, ErrorCode code, const char* text) {
    EXPECT_EQ(result.end, RunEnd::failed);
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->code, code);
    EXPECT_EQ(result.error->context, text);
  }

  Tap tap_;
  std::unique_ptr<Port> port_;
};

INSTANTIATE_TEST_SUITE_P(, LostLink, testing::Values(0, 1 << 20),
                         [](const auto& of) { return of.param == 0 ? "plain" : "ring"; });

TEST_P(LostLink, DownEndsTheRunAndKeepsWhatCame) {
  Counter engine{.count = 2, .gap = seconds{50}};
  const RunResult result = run_through(engine, [&] {
    tap_.put(std::vector<std::byte>(60, std::byte{0x12}));
    tap_.set_up(false);
  });
  expect_loss(result, ErrorCode::link_down, "tap0: the link went down");
  EXPECT_EQ(engine.heard, 1U);
}

TEST_P(LostLink, DownIsToldWhileSendingToo) {
  Counter engine{.count = 100'000, .gap = milliseconds{1}};
  const RunResult result = run_through(engine, [&] { tap_.set_up(false); });
  expect_loss(result, ErrorCode::link_down, "tap0: the link went down");
}

TEST_P(LostLink, ALostCarrierEndsTheRunThoughNothingFails) {
  Counter engine{.count = 2, .gap = seconds{50}};
  const RunResult result = run_through(engine, [&] { tap_.set_carrier(0); });
  expect_loss(result, ErrorCode::link_down, "tap0: the link went down");
}

TEST_P(LostLink, AVanishedInterfaceEndsTheRun) {
  Counter engine{.count = 2, .gap = seconds{50}};
  const RunResult result = run_through(engine, [&] { tap_.remove(); });
  EXPECT_EQ(result.end, RunEnd::failed);
  ASSERT_TRUE(result.error);
  EXPECT_THAT(result.error->context, testing::AnyOf("tap0: the interface is gone", "tap0: the link went down"));
}

// A tap device holds 500 frames (Linux TUN_READQ_SIZE) and refuses more; a queueing discipline above it would hide
// that.
TEST_P(LostLink, AFullQueueLosesNothing) {
  open(SendMethod::batch_direct);
  Counter engine{.count = 3000, .batch = 64};
  std::vector<unsigned> marks;
  RunOptions options;
  options.until = monotonic_now() + seconds{60};
  options.tick = milliseconds{1};
  options.on_tick = [&](const ClockPair&) {
    if (engine.stalls == 0) return;  // full before it is emptied for the first time
    for (const unsigned mark : tap_.drain()) marks.push_back(mark);
  };
  const RunResult result = run(engine, *port_, options);
  for (const unsigned mark : tap_.drain()) marks.push_back(mark);
  EXPECT_EQ(result.end, RunEnd::finished);
  EXPECT_EQ(result.counters.sent, 3000U);
  EXPECT_GT(engine.stalls, 0U);
  EXPECT_EQ(result.counters.send_stalls, engine.stalls);
  ASSERT_EQ(marks.size(), 3000U);
  for (unsigned i = 0; i < 3000; ++i) ASSERT_EQ(marks[i], i);
}

TEST_P(LostLink, DropsAreCounted) {
  constexpr std::size_t count = 30'000;
  for (std::size_t i = 0; i < count; ++i) tap_.put(std::vector<std::byte>(60, std::byte{0x12}));
  Counter engine{.count = 0};
  RunOptions options;
  options.stay = true;
  options.until = monotonic_now() + milliseconds{100};
  const std::uint64_t before = port_->counters().receive_drops;
  const RunResult result = run(engine, *port_, options);
  EXPECT_GT(before, 0U);
  EXPECT_EQ(result.counters.received + before + result.counters.receive_drops, count);
}

}  // namespace
}  // namespace onlink::inline v0::test
