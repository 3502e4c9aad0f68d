// SPDX-License-Identifier: Apache-2.0
// Whole scans on a simulated LAN, in virtual time.
#include "onlink/engine/scan.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "onlink/engine/virtual_host.hpp"
#include "tests/sim/simulated_lan.hpp"

namespace onlink::inline v0 {
namespace {

using namespace std::chrono_literals;

constexpr MacAddress scanner_mac{{0x02, 0, 0, 0, 0, 0x01}};
constexpr MacAddress crowd_mac{{0x02, 0, 0, 0, 0, 0x02}};
constexpr Ipv4Address scanner_address = Ipv4Address::of(10, 9, 0, 1);

AddressRange range(const char* text) { return parse_range(text).value(); }

TargetSet targets(const char* text) { return TargetSet::make({range(text)}).value(); }

ScanConfig scan_of(const char* text, std::uint64_t seed = 1) {
  return {.identity = {.mac = scanner_mac, .ipv4 = scanner_address}, .targets = targets(text), .seed = seed};
}

StationConfig scanner_station() { return {.name = "scanner", .macs = {scanner_mac}}; }

// One scan and what it saw.
struct ScanRun {
  ScanConfig config;
  VirtualHostConfig crowd;
  StationConfig station = scanner_station();
  std::uint64_t lan_seed = 1;

  ScanProgress progress{};
  Duration took{};
  std::vector<Answered> answers{};
  std::vector<PaceChanged> paces{};

  bool go(Duration limit = 60s) {
    SimulatedLan lan{lan_seed};
    Scanner scanner{config, lan.now()};
    VirtualHost host{crowd};
    SimulatedStation& asker = lan.join(scanner, station);
    lan.join(host, {.name = "crowd", .macs = {crowd.mac}, .promiscuous = true});
    const Instant start = lan.now();
    const bool done = lan.run_until_done(asker, limit);
    took = lan.now() - start;
    progress = scanner.progress();
    answers = asker.events_of<Answered>();
    paces = asker.events_of<PaceChanged>();
    return done;
  }
  [[nodiscard]] std::size_t found() const { return count(AnswerKind::first); }
  [[nodiscard]] std::size_t count(AnswerKind kind) const {
    return static_cast<std::size_t>(std::ranges::count(answers, kind, &Answered::kind));
  }
};

std::ostream& operator<<(std::ostream& out, const ScanRun& run) {
  return out << "took " << to_seconds(run.took) << " s, found " << run.found() << ", requests " << run.progress.requests
             << ", pass " << run.progress.pass << ", loss " << run.progress.loss << " of " << run.progress.loss_samples
             << " samples, peak " << run.progress.peak_rate;
}

TEST(Scan, FindsEveryHostOfAFullNetwork) {
  ScanRun run{.config = scan_of("10.10.0.0/16"), .crowd = {.addresses = {range("10.10.0.0/16")}, .mac = crowd_mac}};
  ASSERT_TRUE(run.go()) << run;
  EXPECT_EQ(run.found(), 65'536U) << run;
  EXPECT_LT(run.took, 4500ms) << run;
  std::cout << run << "\n";
}

TEST(Scan, ASparseNetworkIsAskedTwiceInTwiceTheTimeOfAFullOne) {
  ScanRun run{.config = scan_of("10.10.0.0/16"),
              .crowd = {.addresses = {range("10.10.7.0-10.10.8.243")}, .mac = crowd_mac}};
  ASSERT_TRUE(run.go()) << run;
  EXPECT_EQ(run.found(), 500U) << run;
  EXPECT_GE(run.progress.requests, 65'536U + 65'036U) << run;
  EXPECT_LT(run.took, 9s) << run;
  std::cout << run << "\n";
}

TEST(Scan, ASmallNetworkIsDoneWithinASecond) {
  ScanRun run{.config = scan_of("10.9.0.0/24"),
              .crowd = {.addresses = {range("10.9.0.10-10.9.0.29")}, .mac = crowd_mac}};
  ASSERT_TRUE(run.go()) << run;
  EXPECT_EQ(run.found(), 20U) << run;
  EXPECT_LT(run.took, 1s) << run;
  std::cout << run << "\n";
}

TEST(Scan, FindsAllOfASlowLossyCrowdAndEveryConflict) {
  for (const std::uint64_t seed : simulation_seeds(20)) {
    ONLINK_TRACE_SEED(seed);
    const VirtualHostConfig crowd{.addresses = {range("10.10.16.0/20")},
                                  .mac = crowd_mac,
                                  .delay = 20ms,
                                  .jitter = 30ms,
                                  .loss = 0.1,
                                  .duplicate = 0.02,
                                  .impostor = 0.01,
                                  .seed = seed};
    ScanRun run{.config = scan_of("10.10.16.0/20", seed), .crowd = crowd, .lan_seed = seed};
    EXPECT_TRUE(run.go()) << run;
    EXPECT_EQ(run.found(), 4096U) << run;
    const VirtualHost truth{crowd};
    std::set<IpAddress> conflicts;
    for (const Answered& answer : run.answers) {
      if (answer.kind == AnswerKind::conflict) conflicts.insert(answer.address);
    }
    std::size_t expected = 0;
    for (std::uint64_t i = 0; i < 4096; ++i) {
      const IpAddress address = run.config.targets[i];
      if (!truth.impostor_of(address)) continue;
      ++expected;
      EXPECT_TRUE(conflicts.contains(address)) << to_string(address);
    }
    EXPECT_EQ(conflicts.size(), expected);
    EXPECT_LT(run.took, 6s) << run;
    std::cout << run << " conflicts " << expected << "\n";
  }
}

}  // namespace
}  // namespace onlink::inline v0
