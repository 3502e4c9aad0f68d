// SPDX-License-Identifier: Apache-2.0
// The one driver: joins an engine, a port and a clock, live or replayed, until the job is done. Per round: what has
// arrived goes to the engine, what the engine wants sent goes out, and then, unless frames still wait for room, the
// engine gets its deadline. A packet's time is its arrival as the kernel stamped it, so it may lie a little before the
// time of the engine's previous call, never after it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/engine.hpp"
#include "onlink/link/port.hpp"
#include "onlink/run/clock.hpp"
#include "onlink/run/interrupt.hpp"

namespace onlink::inline v0 {

struct RunOptions {
  Clock* clock = nullptr;                // nothing: the machine's monotonic clock
  const Interrupt* interrupt = nullptr;  // nothing: no way to stop it from outside
  bool stay = false;               // goes on although the engine waits for nothing: a host that answers, a watcher
  std::optional<Instant> until{};  // ends then at the latest

  std::function<void(const Event&)> on_event{};
  std::function<void(Bytes frame, const ClockPair& now)> on_frame_sent{};  // once the port took it
  std::function<void(const ClockPair& now)> on_tick{};                     // every `tick`, for progress lines
  Duration tick{};
};

enum class RunEnd : std::uint8_t {
  finished,     // the engine waits for nothing more
  exhausted,    // the file is at its end (with `stay`; a finite job runs on until it is finished)
  interrupted,  // the interrupt was asked for
  time_limit,   // `until`
  failed,       // `error` says why: link lost, file damaged
};

// What was found until the end, whatever the end was, is in the engine and went to on_event.
struct RunResult {
  RunEnd end = RunEnd::finished;
  std::optional<Error> error{};
  ClockPair started{};
  ClockPair ended{};
  PortCounters counters{};        // what the port counted in this run
  std::uint64_t undecodable = 0;  // frames whose Ethernet header could not be read
};

// An engine without its type: three or four calls.
class EngineRef {
 public:
  template <Engine E>
    requires(!std::is_same_v<E, EngineRef>)
  explicit EngineRef(E& engine) noexcept
      : object_(&engine),
        on_packet_(
            [](void* e, Instant now, const Packet& packet, Output& out) { self<E>(e).on_packet(now, packet, out); }),
        on_deadline_([](void* e, Instant now, Output& out) { self<E>(e).on_deadline(now, out); }),
        next_deadline_([](void* e) { return std::as_const(self<E>(e)).next_deadline(); }) {
    if constexpr (PacedEngine<E>) {
      on_port_report_ = [](void* e, Instant now, const PortReport& report) { self<E>(e).on_port_report(now, report); };
    }
  }

  void on_packet(Instant now, const Packet& packet, Output& output) const { on_packet_(object_, now, packet, output); }
  void on_deadline(Instant now, Output& output) const { on_deadline_(object_, now, output); }
  [[nodiscard]] std::optional<Instant> next_deadline() const { return next_deadline_(object_); }
  [[nodiscard]] bool is_paced() const noexcept { return on_port_report_ != nullptr; }
  // REQUIRES: is_paced().
  void on_port_report(Instant now, const PortReport& report) const { on_port_report_(object_, now, report); }

 private:
  template <class E>
  static E& self(void* object) noexcept {
    return *static_cast<E*>(object);
  }

  void* object_;
  void (*on_packet_)(void*, Instant, const Packet&, Output&);
  void (*on_deadline_)(void*, Instant, Output&);
  std::optional<Instant> (*next_deadline_)(void*);
  void (*on_port_report_)(void*, Instant, const PortReport&) = nullptr;
};

[[nodiscard]] RunResult run_engine(EngineRef engine, Port& port, const RunOptions& options);

template <Engine E>
[[nodiscard]] RunResult run(E& engine, Port& port, const RunOptions& options = {}) {
  return run_engine(EngineRef{engine}, port, options);
}

}  // namespace onlink::inline v0
