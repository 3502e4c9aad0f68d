// SPDX-License-Identifier: Apache-2.0
// What is said of an entry, held against what the neighbour cache then does with it: every number in a sentence is read
// from the sentence, and waited for.
#include <gtest/gtest.h>

#include <regex>

#include "onlink/cli/cache_explain.hpp"
#include "tests/support/cache_running.hpp"

namespace onlink::inline v0::cli {
namespace {

using namespace onlink::test;

struct Settings {
  std::string_view name;
  NeighborParameters parameters;
};

std::vector<Settings> settings() {
  NeighborParameters eager;
  eager.ucast_solicit = 1;
  eager.mcast_solicit = 5;
  eager.mcast_resolicit = 2;
  eager.retrans_time = 300ms;
  eager.delay_first_probe_time = 2s;
  NeighborParameters silent;
  silent.ucast_solicit = 0;
  silent.mcast_resolicit = 0;
  silent.delay_first_probe_time = 1s;
  return {{"defaults", {}}, {"eager", eager}, {"silent", silent}};
}

// A cache with those settings, and what would be said of its entry by a kernel that is in the same state.
class Told : public Caching {
 public:
  Told(const NeighborParameters& parameters, const IpAddress& address, Duration reachable_time = 30s)
      : Caching(configured(parameters, reachable_time)), parameters_(parameters), address_(address) {}

  [[nodiscard]] std::string sentence() const {
    const NeighborEntry entry = cache.find(address_).value();
    kernel::NeighborEntry row{.interface = 2, .address = entry.address, .mac = entry.mac, .state = entry.state};
    row.probes = entry.probes;
    row.ages = {.confirmed = now - entry.confirmed, .used = now - entry.used, .updated = now - entry.updated};
    const kernel::NeighborTimes times{.interface = 2,
                                      .reachable_time = cache.reachable_time(address_.family()),
                                      .base_reachable_time = parameters_.base_reachable_time,
                                      .retrans_time = parameters_.retrans_time,
                                      .gc_stale_time = parameters_.gc_stale_time,
                                      .delay_first_probe_time = parameters_.delay_first_probe_time,
                                      .app_solicit = parameters_.app_solicit,
                                      .ucast_solicit = parameters_.ucast_solicit,
                                      .mcast_solicit = parameters_.mcast_solicit,
                                      .mcast_resolicit = parameters_.mcast_resolicit};
    return explain(row, times, {.entries = 1, .gc_thresh1 = 128}, Language::english);
  }
  // The time that stands where the pattern has its group.
  [[nodiscard]] Duration told_time(const std::string& pattern) const {
    const std::string text = sentence();
    std::smatch match;
    if (!std::regex_search(text, match, std::regex(pattern + R"(([0-9.]+) (ms|s))"))) {
      ADD_FAILURE() << "'" << pattern << "' is not in: " << text;
      return {};
    }
    return from_seconds(std::stod(match[1].str()) / (match[2] == "ms" ? 1000 : 1));
  }
  // 0 where the sentence does not speak of it.
  [[nodiscard]] std::size_t told_count(const std::string& noun) const {
    const std::string text = sentence();
    std::smatch match;
    return std::regex_search(text, match, std::regex("([0-9]+) " + noun)) ? std::stoul(match[1].str()) : 0;
  }
  [[nodiscard]] bool says(std::string_view words) const { return sentence().find(words) != std::string::npos; }

  // It is in `before` until the time told is nearly over, and in `after` once it is.
  void expect_change_in(Duration told, NudState before, NudState after) {
    constexpr Duration rounding = 50ms;
    pass(told - rounding);
    EXPECT_EQ(state(address_), before) << to_string(state(address_));
    pass(2 * rounding);
    EXPECT_EQ(state(address_), after) << to_string(state(address_));
  }
  // The questions that were sent since the last clear(), besides packets.
  struct Questions {
    std::size_t unicast = 0, group = 0;
  };
  [[nodiscard]] Questions questions() const {
    Questions asked;
    for (std::size_t i = 0; i < sent(); ++i) {
      const Packet packet = frame(i);
      const bool question =
          std::holds_alternative<ArpPacket>(packet.payload) || std::holds_alternative<Icmpv6Datagram>(packet.payload);
      if (question) ++(packet.ethernet.destination.is_group() ? asked.group : asked.unicast);
    }
    return asked;
  }
  [[nodiscard]] std::string group_question() const {
    return address_.is_ipv4() ? "broadcast request" : "multicast solicitation";
  }

 private:
  static NeighborCacheConfig configured(const NeighborParameters& parameters, Duration reachable_time) {
    NeighborCacheConfig config = cache_config();
    config.parameters.ipv4 = config.parameters.ipv6 = parameters;
    config.reachable_time_ipv4 = config.reachable_time_ipv6 = reachable_time;
    return config;
  }
  NeighborParameters parameters_;
  IpAddress address_;
};

class Truth : public testing::TestWithParam<std::tuple<std::size_t, std::string_view>> {
 protected:
  Truth() : address_(ip(std::get<1>(GetParam()))), cache_(settings()[std::get<0>(GetParam())].parameters, address_) {}

  void set(NudState state) {
    cache_.cache.admin(cache_.now, {.verb = AdminVerb::replace, .address = address_, .mac = mac_b, .state = state},
                       cache_.output);
    cache_.clear();
  }
  // STALE long since, and a packet sent through it.
  void be_in_delay() {
    set(NudState::stale);
    cache_.pass(100s);
    cache_.send(address_);
    cache_.clear();
  }

  IpAddress address_;
  Told cache_;
};

TEST_P(Truth, Stale) {
  set(NudState::stale);
  cache_.pass(100s);
  const Duration wait = cache_.told_time("starts a ");
  const std::size_t unicast = cache_.told_count("unicast probe"), group = cache_.told_count(cache_.group_question());
  const bool nothing = cache_.says("failure without a question");
  EXPECT_EQ(nothing, unicast + group == 0);
  EXPECT_EQ(cache_.send(address_), SendResult::sent) << "usable at once";
  cache_.clear();
  cache_.expect_change_in(wait, NudState::delay, nothing ? NudState::failed : NudState::probe);
  cache_.pass(60s);
  EXPECT_EQ(cache_.questions().unicast, unicast);
  EXPECT_EQ(cache_.questions().group, group);
  EXPECT_EQ(cache_.state(address_), NudState::failed);
}

TEST_P(Truth, Reachable) {
  set(NudState::reachable);
  cache_.pass(12s);
  EXPECT_EQ(cache_.told_time("confirmed "), 12s);
  const Duration rest = cache_.told_time("becomes stale in about ");
  cache_.expect_change_in(rest, NudState::reachable, NudState::stale);
}

TEST_P(Truth, Delay) {
  be_in_delay();
  cache_.pass(700ms);
  const bool nothing = cache_.says("failure without a question");
  cache_.expect_change_in(cache_.told_time("waits "), NudState::delay, nothing ? NudState::failed : NudState::probe);
}

TEST_P(Truth, DelayThatWasConfirmed) {
  be_in_delay();
  cache_.pass(300ms);
  cache_.cache.confirm(cache_.now, address_, cache_.output);
  cache_.pass(100ms);
  EXPECT_EQ(cache_.told_time("confirmed "), 100ms);
  cache_.expect_change_in(cache_.told_time("it becomes reachable in "), NudState::delay, NudState::reachable);
}

TEST_P(Truth, Probe) {
  be_in_delay();
  cache_.pass(settings()[std::get<0>(GetParam())].parameters.delay_first_probe_time + 100ms);
  if (cache_.state(address_) == NudState::failed) GTEST_SKIP() << "nothing is asked with these settings";
  ASSERT_EQ(cache_.state(address_), NudState::probe);
  EXPECT_TRUE(cache_.says("probe 1 of "));
  EXPECT_EQ(cache_.send(address_), SendResult::sent) << "still usable";
  cache_.expect_change_in(cache_.told_time("fails in "), NudState::probe, NudState::failed);
}

TEST_P(Truth, Incomplete) {
  EXPECT_EQ(cache_.send(address_), SendResult::queued);
  cache_.pass(100ms);
  EXPECT_TRUE(cache_.says("request 1 of "));
  cache_.expect_change_in(cache_.told_time("fails in "), NudState::incomplete, NudState::failed);
  ASSERT_EQ(cache_.all<SendFailed>().size(), 1U) << "its sender is told";
  EXPECT_EQ(cache_.all<SendFailed>()[0].reason, SendFailure::unreachable);
}

TEST_P(Truth, Failed) {
  cache_.send(address_);
  cache_.pass(60s);
  ASSERT_EQ(cache_.state(address_), NudState::failed);
  const std::size_t group = cache_.told_count(cache_.group_question());
  cache_.clear();
  EXPECT_EQ(cache_.send(address_), SendResult::queued);
  EXPECT_EQ(cache_.questions().group, 1U) << "at once";
  cache_.pass(60s);
  EXPECT_EQ(cache_.questions().group, group);
}

TEST_P(Truth, Permanent) {
  set(NudState::permanent);
  cache_.pass(std::chrono::hours{24});
  EXPECT_EQ(cache_.state(address_), NudState::permanent);
  cache_.cache.on_link(cache_.now, LinkChange::down, cache_.output);
  cache_.pass(1s);
  EXPECT_EQ(cache_.state(address_), NudState::none) << "the interface went down";
}

// Used less than delay_first_probe_time before its reachable time is over.
TEST(CacheExplain, ReachableAndJustUsedGoesOnToDelay) {
  const IpAddress address = ip("10.0.0.2");
  Told cache{{}, address, 3s};
  cache.cache.admin(cache.now, {.address = address, .mac = mac_b, .state = NudState::reachable}, cache.output);
  cache.pass(1s);
  EXPECT_TRUE(cache.says("goes on to delay: it will have been used within 5 s")) << cache.sentence();
  cache.expect_change_in(cache.told_time("in about "), NudState::reachable, NudState::delay);
}

INSTANTIATE_TEST_SUITE_P(CacheExplain, Truth,
                         testing::Combine(testing::Range(std::size_t{0}, settings().size()),
                                          testing::Values("10.0.0.2", "2001:db8::2")),
                         [](const auto& param_info) {
                           return std::string{settings()[std::get<0>(param_info.param)].name} +
                                  (std::get<1>(param_info.param).find(':') == std::string_view::npos ? "_ipv4"
                                                                                                     : "_ipv6");
                         });

}  // namespace
}  // namespace onlink::inline v0::cli
