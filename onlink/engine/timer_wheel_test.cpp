// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/timer_wheel.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "onlink/base/rng.hpp"

namespace onlink {
namespace {

using namespace std::chrono_literals;

constexpr Instant at(Duration since) { return Instant{since}; }

struct Timers {
  struct Node {
    TimerLink link{};
    std::uint16_t slot = TimerWheel::unarmed;
  };
  explicit Timers(std::size_t count) : nodes(count) {}

  TimerLink& timer_link(EntryHandle entry) { return nodes[to_index(entry)].link; }
  std::uint16_t& timer_slot(EntryHandle entry) { return nodes[to_index(entry)].slot; }

  bool armed(std::uint32_t i) const { return nodes[i].slot != TimerWheel::unarmed; }
  void arm(std::uint32_t i, Instant deadline) {
    disarm(i);
    wheel.arm(*this, EntryHandle{i}, deadline);
  }
  void disarm(std::uint32_t i) {
    if (armed(i)) wheel.disarm(*this, EntryHandle{i});
  }
  std::vector<std::uint32_t> expire(Instant now, std::size_t most = 1'000'000) {
    std::vector<std::uint32_t> expired;
    wheel.expire(*this, now, most, [&](EntryHandle entry) { expired.push_back(to_index(entry)); });
    return expired;
  }

  std::vector<Node> nodes;
  TimerWheel wheel;
};

using Indices = std::vector<std::uint32_t>;

TEST(TimerWheel, NothingArmedHasNoDeadline) {
  Timers timers(1);
  EXPECT_EQ(timers.wheel.next_deadline(), std::nullopt);
  EXPECT_EQ(timers.expire(at(100h)), Indices{});
}

TEST(TimerWheel, DueAtItsInstantAndNotANanosecondBefore) {
  Timers timers(1);
  timers.expire(at(7s));
  timers.arm(0, at(10s));
  EXPECT_EQ(timers.expire(at(10s - 1ns)), Indices{});
  EXPECT_EQ(timers.wheel.next_deadline(), at(10s));
  EXPECT_EQ(timers.expire(at(10s)), Indices{0});
  EXPECT_FALSE(timers.armed(0));
  EXPECT_EQ(timers.wheel.next_deadline(), std::nullopt);
}

TEST(TimerWheel, ExpiresInOrderOfDeadlineHoweverArmed) {
  Timers timers(4);
  timers.arm(0, at(3s));
  timers.arm(1, at(1s));
  timers.arm(2, at(1s));
  timers.arm(3, at(2s));
  EXPECT_EQ(timers.expire(at(1h)), (Indices{1, 2, 3, 0}));
}

TEST(TimerWheel, ThePastIsDueAtOnce) {
  Timers timers(2);
  timers.expire(at(10s));
  timers.arm(0, at(10s));
  timers.arm(1, at(-5s));
  EXPECT_EQ(timers.wheel.next_deadline(), at(-5s));
  EXPECT_EQ(timers.expire(at(10s)), (Indices{1, 0}));
}

TEST(TimerWheel, NextDeadlineFollowsRearmingAndDisarming) {
  Timers timers(3);
  timers.expire(at(100s));
  timers.arm(0, at(101s));
  timers.arm(1, at(105s));
  timers.arm(2, at(130s));
  timers.arm(0, at(131s));
  EXPECT_EQ(timers.wheel.next_deadline(), at(105s));
  timers.disarm(1);
  EXPECT_EQ(timers.wheel.next_deadline(), at(130s));
  timers.arm(2, at(132s));
  EXPECT_EQ(timers.wheel.next_deadline(), at(131s));
}

TEST(TimerWheel, ReachesOverAllOfTime) {
  Timers timers(4);
  const Instant first = at(Duration::min());
  const Instant last = at(Duration::max());
  timers.arm(0, last);
  timers.arm(1, at(longest_duration));
  timers.arm(2, first);
  timers.arm(3, at(0ns));
  EXPECT_EQ(timers.expire(first), Indices{2});
  EXPECT_EQ(timers.expire(at(longest_duration - 1ns)), Indices{3});
  EXPECT_EQ(timers.wheel.next_deadline(), at(longest_duration));
  EXPECT_EQ(timers.expire(last - 1ns), Indices{1});
  EXPECT_EQ(timers.expire(last), Indices{0});
}

TEST(TimerWheel, AJumpOfYearsMissesNothing) {
  Timers timers(100);
  for (std::uint32_t i = 0; i < 100; ++i) timers.arm(i, at(i * 1s));
  const Indices expired = timers.expire(at(24h * 365 * 30));
  ASSERT_EQ(expired.size(), 100U);
  EXPECT_TRUE(std::ranges::is_sorted(expired));
  timers.arm(5, at(24h * 365 * 30 + 1ns));
  EXPECT_EQ(timers.wheel.next_deadline(), at(24h * 365 * 30 + 1ns));
}

TEST(TimerWheel, MayBeArmedAgainFromItsExpiry) {
  Timers timers(1);
  timers.arm(0, at(1s));
  int rounds = 0;
  const auto again = [&](EntryHandle entry) {
    if (++rounds < 4) timers.wheel.arm(timers, entry, at(1s));
  };
  EXPECT_EQ(timers.wheel.expire(timers, at(2s), 100, again), 4U);
  EXPECT_EQ(timers.wheel.next_deadline(), std::nullopt);
}

TEST(TimerWheel, AnExpiryMayDisarmWhatIsDueNext) {
  Timers timers(3);
  for (std::uint32_t i = 0; i < 3; ++i) timers.arm(i, at(1s));
  Indices expired;
  timers.wheel.expire(timers, at(1s), 100, [&](EntryHandle entry) {
    expired.push_back(to_index(entry));
    timers.disarm(1);
  });
  EXPECT_EQ(expired, (Indices{0, 2}));
}

TEST(TimerWheel, ABatchThatIsTooSmallLeavesTheRestDue) {
  constexpr std::uint32_t count = 1000;
  Timers timers(count);
  for (std::uint32_t i = 0; i < count; ++i) timers.arm(i, at(5s + i * 7919 % 1000 * 1ns));  // in no order
  std::size_t expired = 0;
  std::size_t calls = 0;
  while (timers.wheel.next_deadline() <= at(5s + 2us) && timers.wheel.next_deadline()) {
    const auto some = timers.expire(at(5s + 2us), 64);
    EXPECT_LE(some.size(), 64U);
    expired += some.size();
    ASSERT_LT(++calls, 1000U);
  }
  EXPECT_EQ(expired, count);
}

// Against an ordered map, over everything that one can do with it. The steps of time go from nanoseconds to hours.
class AgainstMap {
 public:
  explicit AgainstMap(std::uint64_t seed) : rng_(seed), most_(1 + rng_.below(40)), spread_(rng_.below(44)) {}

  void run() {
    for (int step = 0; step < 4000 && !testing::Test::HasFailure(); ++step) {
      const auto what = rng_.below(10);
      const auto i = static_cast<std::uint32_t>(rng_.below(count));
      if (what < 6) arm(i, now_ + Duration{some(spread_)} - (rng_.chance(0.05) ? 1s : 0s));
      if (what == 6) disarm(i);
      if (what > 6) pass(rng_.chance(0.3) ? next() : now_ + Duration{some(spread_)});
      check_next();
    }
  }

 private:
  static constexpr std::uint32_t count = 400;

  std::int64_t some(std::uint64_t bits) {
    return static_cast<std::int64_t>(rng_.below(std::uint64_t{1} << rng_.below(bits + 1)));
  }
  Instant next() const { return model_.empty() ? now_ : std::max(now_, model_.begin()->first); }
  void arm(std::uint32_t i, Instant deadline) {
    disarm(i);
    timers_.arm(i, deadline);
    where_[i] = model_.emplace(deadline, i);
  }
  void disarm(std::uint32_t i) {
    if (timers_.armed(i)) model_.erase(where_[i]);
    timers_.disarm(i);
  }
  // Every batch is of what is due, in order where order is promised: among deadlines that were still to come.
  void pass(Instant to) {
    const Instant before = std::exchange(now_, to);
    Instant last = before;
    for (int calls = 0; timers_.wheel.next_deadline() && *timers_.wheel.next_deadline() <= now_; ++calls) {
      ASSERT_LT(calls, 100'000);
      for (const std::uint32_t i : timers_.expire(now_, most_)) {
        const Instant deadline = where_[i]->first;
        ASSERT_LE(deadline, now_);
        ASSERT_GE(std::max(deadline, before), last);
        last = std::max(deadline, before);
        model_.erase(where_[i]);
      }
    }
    ASSERT_TRUE(model_.empty() || model_.begin()->first > now_) << "something due was left";
  }
  void check_next() {
    const auto told = timers_.wheel.next_deadline();
    ASSERT_EQ(told.has_value(), !model_.empty());
    if (!told) return;
    ASSERT_LE(*told, model_.begin()->first) << "late";
    ASSERT_TRUE(model_.size() > 8 || *told == model_.begin()->first) << "not exact, though there are few";
  }

  Rng rng_;
  std::size_t most_;
  std::uint64_t spread_;
  Instant now_{};
  Timers timers_{count};
  std::multimap<Instant, std::uint32_t> model_;
  std::array<std::multimap<Instant, std::uint32_t>::iterator, count> where_;
};

TEST(TimerWheel, DoesWhatAnOrderedMapDoes) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    AgainstMap(seed).run();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace onlink
