// SPDX-License-Identifier: Apache-2.0
#include "onlink/run/driver.hpp"

#include <algorithm>
#include <utility>

#include "onlink/wire/decode.hpp"

namespace onlink::inline v0 {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// Blocks of frames taken in one round, so that a flood cannot keep the engine from its deadlines.
constexpr int receives_per_round = 16;
// With more frames than this waiting for room we stop listening: answers to a flood must not fill the memory.
constexpr std::size_t max_waiting_frames = 65536;
// A full queue empties at the link's speed; a thousand small frames take 0.7 ms at 1 Gbit/s.
constexpr Duration first_retry = microseconds{100};
constexpr Duration longest_retry = milliseconds{2};
// A lost link is to be told within a second.
constexpr Duration link_check_interval = milliseconds{250};
constexpr Duration counter_interval = milliseconds{10};
// After a failure we listen a little longer: what arrived before it may lie in a ring block that is not handed over
// yet.
constexpr Duration last_listening = milliseconds{20};

class Loop {
 public:
  Loop(EngineRef engine, Port& port, const RunOptions& options)
      : engine_(engine),
        port_(port),
        options_(options),
        clock_(options.clock != nullptr ? *options.clock : own_clock_) {}

  RunResult run() {
    start();
    while (!ended_) round();
    finish();
    return std::move(result_);
  }

 private:
  void start() {
    now_ = clock_.now();
    result_.started = now_;
    at_start_ = at_report_ = port_.counters();
    next_link_check_ = now_.instant + link_check_interval;
    next_counters_ = now_.instant + counter_interval;
    next_tick_ = now_.instant + options_.tick;
  }

  void round() {
    now_ = clock_.now();
    port_.set_now(now_.instant, now_.wall);
    receive();
    if (!failing_since_) work();
    decide_end();
    if (!ended_) wait();
  }

  void work() {
    send();
    check_link();
    report();
    call_deadline();
    tick();
  }

  void receive() {
    auto sink = [this](const ReceivedFrame& frame) { take(frame); };
    for (int i = 0; i < receives_per_round && waiting() < max_waiting_frames; ++i) {
      const auto count = port_.receive(sink);
      if (!count) return fail(count.error());
      if (*count == 0) return;
    }
  }

  void take(const ReceivedFrame& frame) {
    const auto packet = decode(frame.bytes);
    if (!packet) {
      ++result_.undecodable;
      return;
    }
    if (frame.time > now_.wall) now_ = clock_.now();
    engine_.on_packet(arrival(frame), *packet, output_);
    hand_over_events();
  }

  // The stamp on the engine's clock. The wall clock may have been set in between, so a stamp out of bounds is not
  // believed.
  [[nodiscard]] Instant arrival(const ReceivedFrame& frame) const {
    if (frame.time == SystemTime{}) return now_.instant;
    return std::clamp(now_.to_instant(frame.time), result_.started.instant, now_.instant);
  }

  void send() {
    if (waiting() == 0 || now_.instant < retry_at_) return;
    const auto taken = port_.send(FrameList{output_.frames, sent_});
    if (!taken) return fail(taken.error());
    for (std::size_t i = 0; options_.on_frame_sent && i < *taken; ++i) {
      options_.on_frame_sent(output_.frames[sent_ + i], now_);
    }
    sent_ += *taken;
    report_.frames_sent += *taken;
    if (waiting() == 0) {
      output_.frames.clear();
      sent_ = 0;
      retry_delay_ = first_retry;
      return;
    }
    ++report_.stalls;
    retry_delay_ = *taken != 0 ? first_retry : std::min(2 * retry_delay_, longest_retry);
    retry_at_ = now_.instant + retry_delay_;
  }

  void check_link() {
    if (now_.instant < next_link_check_) return;
    next_link_check_ = now_.instant + link_check_interval;
    if (auto up = port_.check_link(); !up) fail(up.error());
  }

  void report() {
    if (!engine_.is_paced()) return;
    if (now_.instant >= next_counters_) {
      next_counters_ = now_.instant + counter_interval;
      const PortCounters counters = port_.counters();
      report_.receive_drops += counters.receive_drops - at_report_.receive_drops;
      at_report_ = counters;
    }
    if (report_.frames_sent == 0 && report_.stalls == 0 && report_.receive_drops == 0) return;
    engine_.on_port_report(now_.instant, std::exchange(report_, {}));
  }

  void call_deadline() {
    if (failing_since_ || waiting() != 0) return;
    const auto deadline = engine_.next_deadline();
    if (!deadline || *deadline > now_.instant) return;
    engine_.on_deadline(now_.instant, output_);
    hand_over_events();
    send();
  }

  void tick() {
    if (!options_.on_tick || now_.instant < next_tick_) return;
    next_tick_ = now_.instant + options_.tick;
    options_.on_tick(now_);
  }

  void decide_end() {
    if (failing_since_ && now_.instant >= *failing_since_ + last_listening) return end(RunEnd::failed);
    if (options_.interrupt != nullptr && options_.interrupt->requested()) return end(RunEnd::interrupted);
    if (options_.until && now_.instant >= *options_.until) return end(RunEnd::time_limit);
    if (failing_since_ || waiting() != 0) return;
    if (options_.stay && port_.exhausted()) return end(RunEnd::exhausted);
    if (!options_.stay && !engine_.next_deadline()) return end(RunEnd::finished);
  }

  void wait() {
    WaitRequest request;
    if (waiting() < max_waiting_frames) request.fd = port_.poll_fd();
    if (options_.interrupt != nullptr) request.interrupt_fd = options_.interrupt->poll_fd();
    const auto wake_at = [&](std::optional<Instant> time) {
      if (time && (!request.until || *time < *request.until)) request.until = time;
    };
    if (failing_since_) {
      wake_at(*failing_since_ + last_listening);
    } else if (waiting() != 0) {
      wake_at(retry_at_);
    } else {
      wake_at(engine_.next_deadline());
    }
    wake_at(port_.next_arrival());
    wake_at(options_.until);
    if (port_.poll_fd() >= 0 && !failing_since_) {
      wake_at(next_link_check_);
      if (options_.on_tick) wake_at(next_tick_);
    }
    if (request.until && *request.until <= now_.instant) return;
    if (!clock_.wait(request)) end(RunEnd::exhausted);
  }

  void finish() {
    next_counters_ = now_.instant;
    report();  // so that the engine's sums are complete
    result_.ended = now_;
    result_.counters = port_.counters();
    result_.counters.received -= at_start_.received;
    result_.counters.receive_drops -= at_start_.receive_drops;
    result_.counters.sent -= at_start_.sent;
    result_.counters.send_stalls -= at_start_.send_stalls;
  }

  void hand_over_events() {
    for (const Event& event : output_.events) {
      if (options_.on_event) options_.on_event(event);
    }
    output_.events.clear();
  }

  [[nodiscard]] std::size_t waiting() const { return output_.frames.size() - sent_; }
  void end(RunEnd why) {
    result_.end = why;
    ended_ = true;
  }
  void fail(const Error& error) {
    if (failing_since_) return;
    result_.error = error;
    failing_since_ = now_.instant;
  }

  EngineRef engine_;
  Port& port_;
  const RunOptions& options_;
  MonotonicClock own_clock_;
  Clock& clock_;

  Output output_;
  std::size_t sent_ = 0;  // frames of output_ that are out already
  ClockPair now_;
  PortReport report_;
  PortCounters at_start_, at_report_;
  Instant retry_at_;
  Duration retry_delay_ = first_retry;
  Instant next_link_check_, next_counters_, next_tick_;
  RunResult result_;
  std::optional<Instant> failing_since_;
  bool ended_ = false;
};

}  // namespace

RunResult run_engine(EngineRef engine, Port& port, const RunOptions& options) {
  return Loop{engine, port, options}.run();
}

}  // namespace onlink::inline v0
