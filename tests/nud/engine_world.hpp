// SPDX-License-Identifier: Apache-2.0
// Host A with a NeighborCache for a kernel, its sockets and its peer, in virtual time. It carries out steps and writes
// down what comes of them in the form of the kernel's trace, with the lateness that is to be allowed the kernel.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "onlink/base/rng.hpp"
#include "onlink/engine/neighbor_cache.hpp"
#include "tests/nud/engine_sysctl.hpp"
#include "tests/nud/runner.hpp"
#include "tests/nud/timer_watch.hpp"

namespace onlink::differential {

class EngineWorld {
 public:
  EngineWorld(const Scenario& scenario, const EngineRunOptions& options);

  // The set-up, then the time is 0. Errors: usage, for what the engine has no means for.
  [[nodiscard]] std::expected<void, Error> set_up();
  // All that happens by itself until then, and at that time.
  void advance(Duration to);
  // REQUIRES: the world has advanced to step.at.
  [[nodiscard]] std::expected<void, Error> execute(const Step& step);

  [[nodiscard]] Trace take_trace() &&;
  [[nodiscard]] const NeighborCache& cache() const noexcept { return cache_; }
  // Whether all timers of a kernel that did the same would have fired, or not yet, for certain.
  [[nodiscard]] bool is_settled(Duration at) const;

 private:
  struct Delivery {  // a frame on its way from the peer
    Duration at;
    std::vector<std::byte> frame;
    TimerWatch::Slack slack;
  };
  struct Handshake {  // a TCP connection that is being made
    Duration next;
    SendStep step;
    std::uint32_t tries = 0;
  };
  struct Sent {  // by its cookie
    IpAddress destination;
    bool tcp = false;
  };

  std::expected<void, Error> act(const Action& action);
  std::expected<void, Error> act(const SysctlStep& step);
  void act(const SendStep& step);
  void act(const FrameStep& step);
  void act(const AdminStep& step);
  void act(const CarrierStep& step);
  void act(const LinkStep& step);
  void act(const MacStep& step);
  void act(const ArpStep& step);
  void act(const AddressStep& step);
  void act(const RouteStep& step);
  void act(const ProxyStep& step);
  void act(const AnswerStep& step);
  void act(const ReflectStep& step) { reflecting_ = step.on; }
  void act(const StateStep& step);
  void act(const EndStep& /*step*/) {}

  [[nodiscard]] Instant instant(Duration at) const noexcept { return epoch_ + at; }
  [[nodiscard]] Instant now() const noexcept { return instant(now_); }
  [[nodiscard]] std::optional<Duration> next_service();
  void serve();
  void receive(const Delivery& delivery);
  void send_packet(const SendStep& step, const IpAddress& to, const std::string& text);
  void connect(Handshake& handshake);
  [[nodiscard]] std::optional<IpAddress> source_for(const SendStep& step, const IpAddress& to,
                                                    const NextHop& hop) const;
  void change_own_address(const AddressStep& step);
  void drop_on_link_down();

  // What one call of the cache put into output_ is recorded.
  void settle(TimerWatch::Cause cause);
  void record_frame(Bytes frame, const TimerWatch::Cause& cause);
  void record_event(const Event& event, const TimerWatch::Cause& cause);
  void add(TraceRecord record, const TimerWatch::Cause& cause);
  void fail(std::string_view kind, const IpAddress& key, std::string_view error);
  void answer(Bytes frame, const TimerWatch::Slack& slack);
  void deliver_due();
  void note_probe(TraceRecord& record);
  void note_delays(const Output& output, TimerWatch::Cause& cause) const;
  [[nodiscard]] TimerWatch::Slack other_slack() const;

  const Scenario& scenario_;
  EngineRunOptions options_;
  Instant epoch_{std::chrono::hours{24}};
  Duration now_{};
  bool recording_ = false;
  bool carrier_ = true;
  bool up_ = false;
  bool reflecting_ = false;
  bool acting_ = false;  // the peer answers when a step is over: not between the datagrams of one
  Rng lateness_;
  SysctlTable sysctls_;
  NeighborCacheConfig config_;
  NeighborCache cache_;
  Output output_;
  TimerWatch timers_;
  Trace trace_;
  std::vector<AnswerStep> answers_;
  std::vector<Delivery> deliveries_;
  std::vector<Handshake> handshakes_;
  std::vector<Sent> sent_;
  std::map<std::string, Duration> asked_;                            // when the peer last asked for an address
  std::map<std::string, Duration> added_;                            // when an address was added that is being checked
  std::map<std::string, std::uint32_t> probed_;                      // how often it was asked for
  std::optional<std::pair<std::optional<Instant>, Duration>> late_;  // of the deadline that is next
};

}  // namespace onlink::differential
