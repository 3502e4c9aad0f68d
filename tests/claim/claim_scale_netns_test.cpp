// SPDX-License-Identifier: Apache-2.0
// A thousand addresses, and ten more that somebody has, in one process on a real link.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "onlink/run/clock.hpp"
#include "tests/claim/lan_program.hpp"
#include "tests/claim/wire_recording.hpp"
#include "tests/netns/small_lan.hpp"

namespace onlink::inline v0::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr unsigned held = 1000;
constexpr unsigned contested = 10;
constexpr MacAddress claimer_mac{{2, 0, 0, 0, 0, 0x0c}};
constexpr MacAddress rival_mac{{2, 0, 0, 0, 0, 0xbb}};

// 10.9.0.1 and so on. The last ten have an owner; ten in the midst are attacked.
Ipv4Address nth_address(unsigned number) {
  return Ipv4Address::of(10, 9, static_cast<std::uint8_t>((number + 1) >> 8U), static_cast<std::uint8_t>(number + 1));
}
bool has_owner(unsigned number) { return number >= held; }
bool is_attacked(unsigned number) { return number % 100 == 50; }

std::vector<Move> moves() {
  std::vector<Move> all;
  for (unsigned i = 0; i < held + contested; ++i) {
    const Ipv4Address address = nth_address(i);
    if (has_owner(i)) {
      all.push_back({.about = address, .send = [address](const WireFrame& heard, FrameBatch& out) {
                       send_arp(arp_reply(rival_mac, address, heard.arp()), out);
                     }});
    } else if (is_attacked(i)) {
      all.push_back({.about = address,
                     .on = FrameKind::announcement,
                     .nth = 2,
                     .send = [address](const WireFrame&, FrameBatch& out) {
                       send_arp(arp_announcement(rival_mac, address), out);
                     }});
    }
  }
  return all;
}

bool all_have(const WireRecording& wire, FrameKind kind, const std::function<std::size_t(unsigned)>& number) {
  for (unsigned i = 0; i < held; ++i) {
    if (wire.count(kind, nth_address(i)) < number(i)) return false;
  }
  return true;
}

// Peak of what it had in memory, of which the receive ring is 8 MiB.
std::string peak_memory(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return line;
  }
  return "";
}

void ask_for_all(WireRecording& wire) {
  FrameBatch questions;
  for (unsigned i = 0; i < held; ++i) {
    send_arp({.sender_hardware_addr = rival_mac,
              .sender_protocol_addr = Ipv4Address::of(10, 9, 9, 9),
              .target_protocol_addr = nth_address(i)},
             questions);
  }
  wire.send(questions);
}

TEST(ClaimScale, AThousandAddressesAreAnnouncedAnsweredForAndDefendedByOneProcess) {
  SmallLan lan({.mac = rival_mac});
  KernelHost& host = lan.add_host({.mac = claimer_mac});
  WireRecording wire{moves()};
  const Instant start = monotonic_now();
  LanProgram program{host,
                     {.path = onlink_path(),
                      .words = {"claim", "-i", "eth0", "--json", "--fast",
                                to_string(nth_address(0)) + "-" + to_string(nth_address(held + contested - 1))}}};

  const auto ready = [&] { return all_have(wire, FrameKind::announcement, [](unsigned) { return 1U; }); };
  ASSERT_TRUE(wire.run_until(ready, seconds{30})) << program.err();
  const Duration until_ready = monotonic_now() - start;
  const auto defended = [&] {
    return all_have(wire, FrameKind::announcement, [](unsigned i) { return is_attacked(i) ? 3U : 2U; });
  };
  ASSERT_TRUE(wire.run_until(defended, seconds{30})) << program.err();
  const Instant asked = monotonic_now();
  ask_for_all(wire);
  const auto answered = [&] { return all_have(wire, FrameKind::reply, [](unsigned) { return 1U; }); };
  ASSERT_TRUE(wire.run_until(answered, seconds{30})) << program.err();
  const Duration until_answered = monotonic_now() - asked;

  std::printf("%u addresses: ready after %.2f s, all answered for within %.0f ms, %s\n", held, to_seconds(until_ready),
              to_seconds(until_answered) * 1000, peak_memory(program.pid()).c_str());
  const ProgramResult result = program.stop(SIGINT);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr(R"("held":1000)"), HasSubstr(R"("refused":10)"), HasSubstr(R"("defended":10)"),
                    HasSubstr(R"("lost":0)"), Not(HasSubstr(R"("kind":"lost")"))));
  for (unsigned i = 0; i < held + contested; ++i) {
    const std::uint32_t probes = wire.count(FrameKind::probe, nth_address(i));
    EXPECT_EQ(probes, has_owner(i) ? 1U : 3U) << to_string(nth_address(i));
    EXPECT_EQ(wire.count(FrameKind::announcement, nth_address(i)), has_owner(i) ? 0U : is_attacked(i) ? 3U : 2U);
  }
}

}  // namespace
}  // namespace onlink::inline v0::test
