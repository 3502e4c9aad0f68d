// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/simulated_lan.hpp"

#include <cstdlib>
#include <stdexcept>

#include "onlink/wire/decode.hpp"

namespace onlink::inline v0 {

namespace {

// An engine that is called this often at one instant will be called for ever.
constexpr std::uint32_t max_calls_at_one_instant = 1'000'000;

std::size_t waiting(Instant now, Instant free_at, Duration each) {
  return free_at <= now || each <= Duration{} ? 0 : static_cast<std::size_t>((free_at - now) / each);
}

}  // namespace

std::vector<std::uint64_t> simulation_seeds(std::uint64_t count) {
  if (const char* only = std::getenv("ONLINK_SEED")) return {std::strtoull(only, nullptr, 10)};
  std::vector<std::uint64_t> seeds;
  for (std::uint64_t seed = 1; seed <= count; ++seed) seeds.push_back(seed);
  return seeds;
}

// The clock does not start at zero, so that nobody gets by with a default Instant.
SimulatedLan::SimulatedLan(std::uint64_t seed) : seed_(seed), rng_(seed), now_(std::chrono::hours{1}) {}

SimulatedLan::~SimulatedLan() = default;

void SimulatedLan::add(std::unique_ptr<SimulatedStation> station) {
  const auto index = static_cast<std::uint32_t>(stations_.size());
  station->index_ = index;
  for (const MacAddress& mac : station->config_.macs) by_mac_[mac].push_back(index);
  stations_.push_back(std::move(station));
  kick(*stations_.back());
}

void SimulatedLan::kick(SimulatedStation& station) {
  const std::optional<Instant> asked = station.next();
  if (asked == station.asked_) return;
  station.asked_ = asked;
  station.deadline_ = asked;
  if (asked) *station.deadline_ += rng_.between(Duration{}, station.config_.timer_slack);
}

SimulatedStation* SimulatedLan::earliest() const {
  SimulatedStation* found = nullptr;
  for (const auto& station : stations_) {
    if (station->deadline_ && (found == nullptr || *station->deadline_ < *found->deadline_)) found = station.get();
  }
  return found;
}

bool SimulatedLan::step(Instant limit) {
  SimulatedStation* station = earliest();
  const bool arrival = !arrivals_.empty() && (station == nullptr || arrivals_.top().at <= *station->deadline_);
  if (!arrival && station == nullptr) return false;
  const Instant at = std::max(now_, arrival ? arrivals_.top().at : *station->deadline_);
  if (at > limit) return false;
  calls_at_now_ = at == now_ ? calls_at_now_ + 1 : 0;
  now_ = at;
  if (arrival) {
    arrive(arrivals_.pop());
  } else {
    meet_deadline(*station);
  }
  return true;
}

void SimulatedLan::run_until(Instant time) {
  while (step(time)) {
  }
  now_ = std::max(now_, time);
}

bool SimulatedLan::run_until_done(const SimulatedStation& station, Duration limit) {
  const Instant end = now_ + limit;
  while (!station.done() && step(end)) {
  }
  return station.done();
}

void SimulatedLan::meet_deadline(SimulatedStation& station) {
  if (calls_at_now_ > max_calls_at_one_instant) {
    throw std::runtime_error(station.name() + ": asks to be called at once, for ever");
  }
  output_.clear();
  station.asked_.reset();  // so that the next one has a slack of its own
  station.deadline_.reset();
  station.deadline(now_, output_);
  take(station, output_);
  settle(station);
}

void SimulatedLan::arrive(const Arrival& arrival) {
  if (arrival.to == at_switch) {
    forward(arrival);
  } else if (arrival.read) {
    hand_over(*stations_[arrival.to], arrival.frame);
  } else {
    receive(arrival);
  }
  release(arrival.frame);
}

void SimulatedLan::forward(const Arrival& arrival) {
  MacAddress to;
  const Bytes bytes = stored_[arrival.frame].bytes;
  if (bytes.size() < ethernet_header_size) return;
  for (std::size_t i = 0; i < to.octets.size(); ++i) to.octets[i] = std::to_integer<std::uint8_t>(bytes[i]);
  const auto known = by_mac_.find(to);
  for (std::uint32_t index = 0; index < stations_.size(); ++index) {
    const bool named = known != by_mac_.end() && std::ranges::count(known->second, index) != 0;
    if (to.is_group() || named || stations_[index]->config_.promiscuous) deliver(arrival, index);
  }
}

void SimulatedLan::deliver(const Arrival& arrival, std::uint32_t to) {
  SimulatedStation& station = *stations_[to];
  if (to == arrival.from && !station.config_.hears_itself) return;
  cross({station, station.last_in_, to, arrival.from}, arrival.frame, now_);
}

void SimulatedLan::receive(const Arrival& arrival) {
  SimulatedStation& station = *stations_[arrival.to];
  const SimulatedLink& link = station.config_.link;
  if (link.receive_time <= Duration{}) return hand_over(station, arrival.frame);
  if (link.receive_ring != 0 && waiting(now_, station.in_free_, link.receive_time) >= link.receive_ring) {
    ++station.counters_.receive_drops;
    ++station.unreported_.receive_drops;
    return;
  }
  station.in_free_ = std::max(station.in_free_, now_) + link.receive_time;
  Arrival read = arrival;
  read.at = station.in_free_;
  read.read = true;
  queue(read);
}

void SimulatedLan::hand_over(SimulatedStation& station, std::uint32_t frame) {
  ++station.counters_.received;
  // Taken out, since what the engine sends may move the store.
  std::vector<std::byte> bytes = std::move(stored_[frame].bytes);
  if (const auto packet = decode(bytes)) {
    output_.clear();
    station.packet(now_, *packet, output_);
    take(station, output_);
  }
  stored_[frame].bytes = std::move(bytes);
  settle(station);
}

void SimulatedLan::take(SimulatedStation& station, const Output& output) {
  for (const Event& event : output.events) {
    if (station.sink_) {
      station.sink_(event);
    } else {
      station.events_.push_back(event);
    }
  }
  for (std::size_t i = 0; i < output.frames.size(); ++i) send_frame(station, output.frames[i]);
}

void SimulatedLan::send(SimulatedStation& from, const Output& output) {
  take(from, output);
  settle(from);
}

void SimulatedLan::settle(SimulatedStation& station) {
  const PortReport report = std::exchange(station.unreported_, {});
  if (report.frames_sent != 0 || report.stalls != 0 || report.receive_drops != 0) station.report(now_, report);
  kick(station);
}

void SimulatedLan::send_frame(SimulatedStation& station, Bytes frame) {
  ++frames_;
  ++station.counters_.sent;
  ++station.unreported_.frames_sent;
  if (hook_ && !hook_(now_, &station, frame)) return;
  const SimulatedLink& link = station.config_.link;
  if (link.send_queue != 0 && waiting(now_, station.out_free_, link.send_time) >= link.send_queue) {
    ++station.counters_.stalls;
    ++station.unreported_.stalls;
  }
  station.out_free_ = std::max(station.out_free_, now_) + link.send_time;
  const std::uint32_t stored = store(frame);
  cross({station, station.last_out_, at_switch, station.index_}, stored, station.out_free_);
  release(stored);
}

void SimulatedLan::inject(Instant at, Bytes frame) {
  ++frames_;
  if (hook_ && !hook_(at, nullptr, frame)) return;
  const std::uint32_t stored = store(frame);
  queue({.at = at, .frame = stored, .to = at_switch, .from = at_switch});
  release(stored);
}

void SimulatedLan::cross(const Way& way, std::uint32_t frame, Instant start) {
  const SimulatedLink& link = way.station.config_.link;
  const bool twice = rng_.chance(link.duplicate);
  if (twice) ++way.station.counters_.duplicated;
  for (int copies = twice ? 2 : 1; copies > 0; --copies) {
    if (rng_.chance(link.loss)) {
      ++way.station.counters_.lost;
      continue;
    }
    Instant at = start + link.delay + rng_.between(Duration{}, link.jitter);
    if (rng_.chance(link.reorder)) {
      at += link.reorder_delay;
    } else {
      at = way.last = std::max(at, way.last);
    }
    queue({.at = at, .frame = frame, .to = way.to, .from = way.from});
  }
}

void SimulatedLan::queue(Arrival arrival) {
  arrival.order = order_++;
  ++stored_[arrival.frame].users;
  arrivals_.push(arrival);
}

// The caller holds it until release().
std::uint32_t SimulatedLan::store(Bytes frame) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(stored_.size()));
    stored_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  stored_[index].bytes.assign(frame.begin(), frame.end());
  stored_[index].users = 1;
  return index;
}

void SimulatedLan::release(std::uint32_t frame) {
  if (--stored_[frame].users == 0) free_.push_back(frame);
}

}  // namespace onlink::inline v0
