// SPDX-License-Identifier: Apache-2.0
// How fast a scan goes on links that lose, refuse and drop.
#include "tests/sim/scan_run.hpp"

namespace onlink::inline v0 {
namespace {

// A switch that lets so many broadcasts a second through and drops the rest, as storm control does.
class StormControl {
 public:
  explicit StormControl(double limit) : limit_(limit) {}
  bool operator()(Instant now, const SimulatedStation* from, Bytes frame) {
    if (from == nullptr || std::to_integer<int>(frame[0]) != 0xff) return true;
    tokens_ = std::min(tokens_ + to_seconds(now - last_) * limit_, limit_ / 50);
    last_ = now;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  double limit_;
  double tokens_ = 0;
  Instant last_;
};

TEST(ScanPace, SettlesBelowWhatAStormControlLetsThrough) {
  for (const std::uint64_t seed : simulation_seeds(5)) {
    ONLINK_TRACE_SEED(seed);
    ScanRun run{.config = scan_of("10.10.0.0/18", seed),
                .crowd = {.addresses = {range("10.10.0.0/18")}, .mac = crowd_mac}};
    run.hook = StormControl{3000};
    EXPECT_TRUE(run.go()) << run;
    EXPECT_EQ(run.found(), 16'384U) << run;
    EXPECT_LT(run.progress.requests, 6 * 16'384U) << run;
  }
}

TEST(ScanPace, BacksOffFromAFullTransmitQueue) {
  ScanRun run{.config = scan_of("10.10.0.0/18"), .crowd = {.addresses = {range("10.10.0.0/18")}, .mac = crowd_mac}};
  run.station.link.send_time = 200us;  // 5,000 frames a second
  run.station.link.send_queue = 50;
  EXPECT_TRUE(run.go()) << run;
  EXPECT_EQ(run.found(), 16'384U) << run;
  EXPECT_GT(run.progress.stalls, 0U);
  EXPECT_LT(run.took, 6s);
}

TEST(ScanPace, BacksOffFromAFullReceiveRing) {
  ScanRun run{.config = scan_of("10.10.0.0/18"), .crowd = {.addresses = {range("10.10.0.0/18")}, .mac = crowd_mac}};
  run.station.link.receive_time = 200us;
  run.station.link.receive_ring = 100;
  EXPECT_TRUE(run.go()) << run;
  EXPECT_EQ(run.found(), 16'384U) << run;
  EXPECT_GT(run.progress.receive_drops, 0U);
}

TEST(ScanPace, AtMaxARingTooSmallStillLosesNobody) {
  ScanRun run{.config = scan_of("10.10.0.0/18"), .crowd = {.addresses = {range("10.10.0.0/18")}, .mac = crowd_mac}};
  run.config.pace.unlimited = true;
  run.station.link.send_time = 1us;
  run.station.link.receive_time = 10us;
  run.station.link.receive_ring = 1000;
  EXPECT_TRUE(run.go()) << run;
  EXPECT_EQ(run.found(), 16'384U) << run;
  EXPECT_GT(run.progress.receive_drops, 0U);
}

TEST(ScanPace, RandomLossDoesNotSlowItDown) {
  for (const std::uint64_t seed : simulation_seeds(10)) {
    ONLINK_TRACE_SEED(seed);
    for (const double loss : {0.01, 0.03, 0.3, 0.5}) {
      ScanRun run{.config = scan_of("10.10.0.0/20", seed),
                  .crowd = {.addresses = {range("10.10.3.0/24")}, .mac = crowd_mac, .loss = loss},
                  .lan_seed = seed};
      EXPECT_TRUE(run.go()) << run;
      EXPECT_EQ(run.found(), 256U) << run;
      EXPECT_LT(run.took, 15s) << run;
    }
  }
}

// Never more than the rate allows in any stretch of time, and no less over all.
TEST(ScanPace, KeepsAFixedRateExactly) {
  for (const double rate : {50.0, 1000.0, 7777.0, 50'000.0}) {
    std::vector<Instant> times;
    ScanRun run{.config = scan_of(rate < 100 ? "10.10.0.0/25" : "10.10.0.0/20"),
                .crowd = {.addresses = {range("10.10.0.0/20")}, .mac = crowd_mac}};
    run.config.pace.fixed = rate;
    run.station.timer_slack = 3ms;
    run.hook = [&](Instant now, const SimulatedStation* from, Bytes) {
      if (from->name() == "scanner") times.push_back(now);
      return true;
    };
    EXPECT_TRUE(run.go()) << run;
    const double spare = rate * to_seconds(Pacer::catch_up) + 1;
    for (std::size_t i = 0; i + 100 < times.size(); i += 10) {
      const double most = to_seconds(times[i + 100] - times[i]) * rate + spare;
      EXPECT_LE(100, most) << rate << " at " << i;
    }
    const auto requests = static_cast<double>(run.config.targets.count());
    const std::size_t last = static_cast<std::size_t>(requests) - 1;
    EXPECT_NEAR(to_seconds(times[last] - times[0]), requests / rate, 0.02 * requests / rate + 0.01) << rate;
    EXPECT_EQ(run.paces.size(), 1U) << "it neither rises nor falls";
  }
}

TEST(ScanPace, StartsPolitelyAndDoubles) {
  ScanRun run{.config = scan_of("10.10.0.0/18"), .crowd = {.addresses = {range("10.10.0.0/18")}, .mac = crowd_mac}};
  ASSERT_TRUE(run.go());
  ASSERT_GE(run.paces.size(), 6U);
  EXPECT_EQ(run.paces[0].requests_per_second, 1000);
  EXPECT_EQ(run.paces[0].reason, PaceReason::start);
  for (std::size_t i = 1; i < 5; ++i) {
    EXPECT_EQ(run.paces[i].requests_per_second, 1000 * (1 << i));
    EXPECT_GE(run.paces[i].time - run.paces[i - 1].time, PaceRamp::step_time);
  }
  EXPECT_EQ(run.paces[5].requests_per_second, 20'000);
  EXPECT_EQ(run.paces[5].reason, PaceReason::ceiling);
}

TEST(ScanPace, GoesNoHigherThanItsCeiling) {
  ScanRun run{.config = scan_of("10.10.0.0/22"), .crowd = {.addresses = {range("10.10.0.0/22")}, .mac = crowd_mac}};
  run.config.pace.ceiling = 500;
  ASSERT_TRUE(run.go());
  EXPECT_NEAR(run.progress.peak_rate, 500, 20);
  EXPECT_GT(run.took, 2s);
}

}  // namespace
}  // namespace onlink::inline v0
