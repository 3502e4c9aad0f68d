// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_ramp.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "onlink/base/rng.hpp"

namespace onlink::inline v0 {
namespace {

using namespace std::chrono_literals;

// A link in time steps of a millisecond, whose loss depends on the rate. Verdicts come 100 ms after the question.
class Link {
 public:
  Link(const PaceConfig& config, std::function<double(double rate)> loss, std::uint64_t seed = 1)
      : ramp_(config), loss_(std::move(loss)), rng_(seed) {
    ramp_.update(now_);
  }

  void run(Duration duration) {
    for (const Instant end = now_ + duration; now_ < end; now_ += 1ms) {
      while (!open_.empty() && open_.front().verdict <= now_) {
        ramp_.on_sample(open_.front().step, open_.front().lost);
        open_.erase(open_.begin());
      }
      if (const auto reason = ramp_.update(now_)) changes_.push_back(*reason);
      const double rate = ramp_.rate();
      ramp_.on_sent(static_cast<std::size_t>(rate / 1000 + 1));
      due_ += rate / 1000 / (ramp_.is_doubtful() ? 4 : 32);
      for (; due_ >= 1; due_ -= 1) {
        ramp_.on_sample_asked();
        open_.push_back({now_ + 100ms, ramp_.step(), rng_.chance(loss_(rate))});
      }
    }
  }

  PaceRamp ramp_;
  Instant now_{1h};
  std::vector<PaceReason> changes_;

 private:
  struct Open {
    Instant verdict;
    PaceRamp::Step step;
    bool lost;
  };
  std::function<double(double)> loss_;
  Rng rng_;
  std::vector<Open> open_;
  double due_ = 0;
};

TEST(PaceRamp, ReachesTheCeilingWhenNothingIsLost) {
  Link link{{}, [](double) { return 0.0; }};
  link.run(1s);
  EXPECT_EQ(link.ramp_.rate(), 20'000);
  EXPECT_EQ(link.changes_.back(), PaceReason::ceiling);
}

TEST(PaceRamp, LossAtEveryPaceDoesNotKeepItDown) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    for (const double loss : {0.02, 0.1, 0.25, 0.5}) {
      Link link{{}, [=](double) { return loss; }, seed};
      link.run(4s);
      EXPECT_GE(link.ramp_.rate(), 8000) << loss << " seed " << seed;
    }
  }
}

// Whatever exceeds the capacity is lost.
TEST(PaceRamp, StaysNearWhatTheLinkCarries) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    for (const double capacity : {700.0, 1500.0, 3000.0, 9000.0}) {
      const auto overload = [=](double rate) { return std::max(0.0, 1 - capacity / rate); };
      Link link{{}, overload, seed};
      link.run(2s);
      double sum = 0;
      for (int i = 0; i < 5000; ++i) {
        link.run(1ms);
        sum += link.ramp_.rate();
      }
      EXPECT_LT(sum / 5000, 1.6 * capacity) << capacity << " seed " << seed;
      EXPECT_GT(sum / 5000, 0.4 * capacity) << capacity << " seed " << seed;
    }
  }
}

TEST(PaceRamp, HalvesAtAFullQueueButNotTwiceForTheSameOne) {
  Link link{{}, [](double) { return 0.0; }};
  link.run(1s);
  for (const bool drops : {false, true}) {
    const double before = link.ramp_.rate();
    drops ? link.ramp_.on_receive_drops() : link.ramp_.on_congestion();
    EXPECT_EQ(link.ramp_.update(link.now_), drops ? PaceReason::receive_drops : PaceReason::congestion);
    EXPECT_NEAR(link.ramp_.rate(), before / 2, before * 0.13);  // the step below the ceiling may be no half of it
    drops ? link.ramp_.on_receive_drops() : link.ramp_.on_congestion();
    EXPECT_EQ(link.ramp_.update(link.now_ + 1ms), std::nullopt);
    link.run(10s);
    EXPECT_EQ(link.ramp_.rate(), 20'000) << "and tries again";
  }
}

TEST(PaceRamp, DoesNotRiseWhereNothingIsSent) {
  PaceRamp ramp{{}};
  Instant now{1h};
  ramp.update(now);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(ramp.update(now += 100ms), std::nullopt);
  EXPECT_EQ(ramp.rate(), 1000);
}

TEST(PaceRamp, AFixedRateListensToNothing) {
  PaceRamp ramp{{.fixed = 123}};
  Instant now{1h};
  EXPECT_EQ(ramp.update(now), PaceReason::start);
  ramp.on_congestion();
  ramp.on_receive_drops();
  for (int i = 0; i < 100; ++i) ramp.on_sample(ramp.step(), true);
  EXPECT_EQ(ramp.update(now + 1s), std::nullopt);
  EXPECT_EQ(ramp.rate(), 123);
}

TEST(PaceRamp, ACeilingBelowTheStartIsTheStart) {
  const PaceRamp ramp{{.ceiling = 5}};
  EXPECT_EQ(ramp.rate(), 5);
}

}  // namespace
}  // namespace onlink::inline v0
