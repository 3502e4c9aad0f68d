// SPDX-License-Identifier: Apache-2.0
// A LAN in virtual time: any number of engines joined by a switch, each over a link of its own that delays, loses,
// doubles and reorders frames. Nothing waits: time jumps from one arrival or deadline to the next, so an hour passes in
// milliseconds, and the same seed gives the same run to the last frame.
//
//   SimulatedLan lan{seed};
//   Resolver resolver{config, lan.now()};
//   VirtualHost host{host_config};
//   SimulatedStation& asker = lan.join(resolver, {.name = "asker", .macs = {asker_mac}});
//   lan.join(host, {.name = "host", .macs = {host_mac}, .link = {.delay = 5ms, .loss = 0.1}});
//   ASSERT_TRUE(lan.run_until_done(asker, 10s));
//   asker.events() ...
//
// Write ONLINK_TRACE_SEED(seed) in a test that draws seeds: a failure then prints the seed. simulation_seeds(n)
// gives 1..n, or only the one in the environment variable ONLINK_SEED, to run a failed one again.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "onlink/base/rng.hpp"
#include "onlink/engine/engine.hpp"
#include "onlink/engine/min_heap.hpp"

namespace onlink::inline v0 {

// The cable between one station and the switch. What it does to a frame, it does on each of the two ways.
struct SimulatedLink {
  Duration delay = std::chrono::microseconds{10};
  Duration jitter{};     // up to this much more, uniformly; frames keep their order
  double loss = 0;       // probability, as the next two
  double duplicate = 0;  // the frame comes twice
  double reorder = 0;    // the frame comes `reorder_delay` later, and others overtake it
  Duration reorder_delay = std::chrono::milliseconds{1};
  // The way out takes one frame in this time and lets `send_queue` frames wait; a frame that finds it full is a stall
  // in the PortReport, and waits as well (a driver offers it again). 0 frames: no limit.
  Duration send_time{};
  std::size_t send_queue = 0;
  // The station reads one frame in this time from a ring of `receive_ring` frames; a frame that finds it full is lost,
  // and a receive drop in the PortReport. 0 frames: no limit.
  Duration receive_time{};
  std::size_t receive_ring = 0;
};

struct StationConfig {
  std::string name{};
  std::vector<MacAddress> macs{};  // what the interface lets in besides broadcast and multicast
  bool promiscuous = false;        // or everything (a virtual host with a MAC for each address needs it)
  bool hears_itself = false;       // a hub or a broken bridge: its own frames come back
  Duration timer_slack{};          // deadlines are met up to this much late, as on a busy machine
  SimulatedLink link{};
};

struct StationCounters {
  std::uint64_t sent = 0;        // by the engine
  std::uint64_t received = 0;    // handed to the engine
  std::uint64_t lost = 0;        // on its cable, either way
  std::uint64_t duplicated = 0;  // likewise
  std::uint64_t stalls = 0;
  std::uint64_t receive_drops = 0;
};

// One engine's place on the LAN. Made by SimulatedLan::join, lives as long as the LAN.
class SimulatedStation {
 public:
  SimulatedStation(const SimulatedStation&) = delete;
  SimulatedStation& operator=(const SimulatedStation&) = delete;
  virtual ~SimulatedStation() = default;

  [[nodiscard]] const std::string& name() const noexcept { return config_.name; }
  [[nodiscard]] const StationCounters& counters() const noexcept { return counters_; }
  // All events so far; tests with very many hand them to a function instead, and nothing is kept.
  [[nodiscard]] const std::vector<Event>& events() const noexcept { return events_; }
  void on_event(std::function<void(const Event&)> sink) { sink_ = std::move(sink); }
  // Those of one kind.
  template <class Kind>
  [[nodiscard]] std::vector<Kind> events_of() const {
    std::vector<Kind> found;
    for (const Event& event : events_) {
      if (const Kind* one = std::get_if<Kind>(&event)) found.push_back(*one);
    }
    return found;
  }
  // The engine wants no further call.
  [[nodiscard]] bool done() const noexcept { return !deadline_; }
  // May be changed while the LAN runs: a host that goes away is a link that loses all.
  SimulatedLink& link() noexcept { return config_.link; }

 protected:
  explicit SimulatedStation(StationConfig config) : config_(std::move(config)) {}

 private:
  friend class SimulatedLan;
  virtual void packet(Instant now, const Packet& packet, Output& output) = 0;
  virtual void deadline(Instant now, Output& output) = 0;
  virtual void report(Instant now, const PortReport& report) = 0;
  [[nodiscard]] virtual std::optional<Instant> next() const = 0;

  StationConfig config_;
  std::uint32_t index_ = 0;
  std::optional<Instant> deadline_;  // with the slack in it
  std::optional<Instant> asked_;     // without
  Instant out_free_;                 // when the way out has sent what it was given
  Instant in_free_;                  // when the station has read what has come
  Instant last_out_;                 // when the last frame in order reached the switch, and the station
  Instant last_in_;
  PortReport unreported_;
  StationCounters counters_;
  std::vector<Event> events_;
  std::function<void(const Event&)> sink_;
};

class SimulatedLan {
 public:
  explicit SimulatedLan(std::uint64_t seed);
  ~SimulatedLan();

  [[nodiscard]] Instant now() const noexcept { return now_; }
  [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }

  // The engine is lent for the LAN's life. It may be joined at any time. After a verb of its own was called outside
  // (which may have moved its deadline), or frames came out of it, say so with kick().
  template <Engine E>
  SimulatedStation& join(E& engine, StationConfig config);
  void kick(SimulatedStation& station);
  void send(SimulatedStation& from, const Output& output);

  // Runs all that is due up to and including that time, and sets the clock to it.
  void run_until(Instant time);
  void run_for(Duration duration) { run_until(now_ + duration); }
  // Runs until the station's engine wants no further call. False: it still did when `limit` was over.
  [[nodiscard]] bool run_until_done(const SimulatedStation& station, Duration limit);

  // A frame that comes out of the switch at `at`, sent by nobody on the LAN.
  void inject(Instant at, Bytes frame);

  // Sees each frame as its sender hands it over (`from` is null for an injected one); false: the switch eats it.
  using FrameHook = std::function<bool(Instant now, const SimulatedStation* from, Bytes frame)>;
  void on_frame(FrameHook hook) { hook_ = std::move(hook); }
  [[nodiscard]] std::uint64_t frames() const noexcept { return frames_; }  // handed over by senders and injected

 private:
  struct StoredFrame {
    std::vector<std::byte> bytes;
    std::uint32_t users = 0;  // arrivals that will read it
  };
  static constexpr std::uint32_t at_switch = 0xffff'ffff;
  struct Arrival {
    Instant at;
    std::uint64_t order = 0;
    std::uint32_t frame = 0;
    std::uint32_t to = 0;    // a station, or at_switch
    std::uint32_t from = 0;  // who sent it, or at_switch when it was injected
    bool read = false;       // the station has it out of its ring
    [[nodiscard]] bool comes_before(const Arrival& other) const noexcept {
      return at < other.at || (at == other.at && order < other.order);
    }
  };
  struct Way {  // one of the two ways over a station's link
    SimulatedStation& station;
    Instant& last;  // arrival of a frame in order
    std::uint32_t to;
    std::uint32_t from;
  };

  void add(std::unique_ptr<SimulatedStation> station);
  [[nodiscard]] SimulatedStation* earliest() const;
  bool step(Instant limit);
  void meet_deadline(SimulatedStation& station);
  void arrive(const Arrival& arrival);
  void forward(const Arrival& arrival);
  void deliver(const Arrival& arrival, std::uint32_t to);
  void receive(const Arrival& arrival);
  void hand_over(SimulatedStation& station, std::uint32_t frame);
  void send_frame(SimulatedStation& station, Bytes frame);
  void take(SimulatedStation& station, const Output& output);
  void settle(SimulatedStation& station);
  void cross(const Way& way, std::uint32_t frame, Instant start);
  void queue(Arrival arrival);
  std::uint32_t store(Bytes frame);
  void release(std::uint32_t frame);

  std::uint64_t seed_;
  Rng rng_;
  Instant now_;
  std::uint64_t order_ = 0;
  std::uint64_t frames_ = 0;
  std::vector<std::unique_ptr<SimulatedStation>> stations_;
  std::unordered_map<MacAddress, std::vector<std::uint32_t>> by_mac_;
  std::vector<std::uint32_t> promiscuous_;
  MinHeap<Arrival> arrivals_;
  std::vector<StoredFrame> stored_;
  std::vector<std::uint32_t> free_;
  Output output_;
  FrameHook hook_;
  std::uint32_t calls_at_now_ = 0;
};

template <Engine E>
SimulatedStation& SimulatedLan::join(E& engine, StationConfig config) {
  class Joined final : public SimulatedStation {
   public:
    Joined(E& joined, StationConfig joined_config) : SimulatedStation(std::move(joined_config)), engine_(joined) {}

   private:
    void packet(Instant at, const Packet& packet, Output& output) override { engine_.on_packet(at, packet, output); }
    void deadline(Instant at, Output& output) override { engine_.on_deadline(at, output); }
    void report([[maybe_unused]] Instant at, [[maybe_unused]] const PortReport& report) override {
      if constexpr (PacedEngine<E>) engine_.on_port_report(at, report);
    }
    [[nodiscard]] std::optional<Instant> next() const override { return engine_.next_deadline(); }
    E& engine_;
  };
  add(std::make_unique<Joined>(engine, std::move(config)));
  return *stations_.back();
}

[[nodiscard]] std::vector<std::uint64_t> simulation_seeds(std::uint64_t count);

}  // namespace onlink::inline v0

#define ONLINK_TRACE_SEED(seed) SCOPED_TRACE(::testing::Message() << "run it again with ONLINK_SEED=" << (seed))
