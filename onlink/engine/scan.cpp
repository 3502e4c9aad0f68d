// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace onlink::inline v0 {
namespace {

constexpr std::size_t max_samples_waiting = 8192;
constexpr std::uint64_t max_steps = 16'384;  // of looking for someone to ask, in one call
constexpr std::size_t silent_batch = 1024;
// Between two questions to a host that has answered the last one.
constexpr Duration sample_gap = std::chrono::milliseconds{10};
// Between two batches of an unlimited scan whose receive ring was full.
constexpr Duration least_gap = std::chrono::milliseconds{2};
constexpr Duration most_gap = std::chrono::milliseconds{32};
constexpr Duration gap_memory = std::chrono::milliseconds{200};

Pacer make_pacer(const PaceConfig& pace, double rate) noexcept {
  return pace.unlimited ? Pacer::unlimited() : Pacer{rate};
}

std::vector<RequestBuilder> make_echo_builders(const ScanConfig& config) {
  std::vector<RequestBuilder> builders;
  if (!config.discover_ipv6 || !config.identity.ipv6) return builders;
  builders.emplace_back(config.identity);
  for (const Ipv6Address& source : config.echo_sources) {
    if (source == *config.identity.ipv6) continue;
    LinkIdentity identity = config.identity;
    identity.ipv6 = source;
    builders.emplace_back(identity);
  }
  return builders;
}

}  // namespace

Scanner::Scanner(ScanConfig config, Instant start)
    : config_(std::move(config)),
      builder_(config_.identity),
      echo_builders_(make_echo_builders(config_)),
      rng_(config_.seed),
      order_(config_.targets.count(), rng_.next()),
      pacer_(make_pacer(config_.pace, 1)),
      ramp_(config_.pace),
      recent_(config_.targets.count()),
      hosts_(config_.max_hosts),
      now_(start),
      blocked_until_(start),
      last_ask_(start),
      echo_identifier_(static_cast<std::uint16_t>(rng_.next())),
      gap_changed_(start - gap_memory) {
  plan();
  start_pass(start);
}

void Scanner::start_pass(Instant now) {
  ++pass_;
  position_ = 0;
  host_cursor_ = 0;
  blocked_until_ = now;
  sweeping_ = wants_sweep();
  if (sweeping_) {
    ++sweeps_;
    loss_.begin_sweep();
  }
  echoes_left_ = sweeping_ ? echo_builders_.size() : 0;
  stage_ = sweeping_ ? Stage::targets : Stage::hosts;
}

void Scanner::finish_pass(Instant now) {
  plan();
  if (wants_sweep() || hosts_wanting() > 0) {
    start_pass(now);
  } else {
    stage_ = Stage::wait;
  }
}

void Scanner::on_deadline(Instant now, Output& output) {
  now_ = now;
  settle_samples(now);
  plan();
  switch (stage_) {
    case Stage::targets:
    case Stage::hosts:
      adapt_pace(now, output);
      ask_batch(now, output);
      break;
    case Stage::wait:
      if (now < end_of_wait()) {
        if (wants_samples() && pacer_.due(now) > 0 && ask_sample(now, output)) pacer_.sent(1);
      } else {
        finish_pass(now);
        if (stage_ == Stage::wait) stage_ = config_.report_silent ? Stage::silent : Stage::done;
        position_ = 0;
      }
      break;
    case Stage::silent:
      report_silent(now, output);
      break;
    case Stage::done:
      break;
  }
}

void Scanner::adapt_pace(Instant now, Output& output) {
  const auto reason = ramp_.update(now);
  if (!reason) return;
  pacer_.set_rate(now, ramp_.rate());
  output.events.emplace_back(PaceChanged{now, pacer_.rate(), *reason});
}

void Scanner::ask_batch(Instant now, Output& output) {
  blocked_until_ = now;
  const std::size_t due = pacer_.due(now);
  std::size_t asked = 0;
  while (asked < due && ask_next(now, output)) ++asked;
  pacer_.sent(asked);
  ramp_.on_sent(asked);
  meter_.on_sent(now, asked);
  if (asked < due) pacer_.idle();
  if (pacer_.is_unlimited()) keep_gap(now);
}

bool Scanner::ask_next(Instant now, Output& output) {
  if (ask_all_nodes(now, output)) return true;
  if (++since_sample_ >= sample_interval() && ask_sample(now, output)) return true;
  if (stage_ == Stage::targets) {
    if (ask_target(now, output)) return true;
    if (position_ < config_.targets.count()) return false;
    stage_ = Stage::hosts;
  }
  if (stage_ == Stage::hosts) {
    if (ask_host(now, output)) return true;
    if (host_cursor_ < hosts_.size()) return false;
    finish_pass(now);
  }
  return false;
}

// Whether a question put at `asked` may still be answered; then the next one waits.
bool Scanner::must_wait(Instant now, Instant asked, Duration patience) {
  if (now - asked >= patience) return false;
  blocked_until_ = asked + patience;
  return true;
}

bool Scanner::ask_target(Instant now, Output& output) {
  const Duration patience = rtt_.timeout(config_.patience);
  for (std::uint64_t steps = 0; position_ < config_.targets.count() && steps < max_steps; ++steps) {
    const IpAddress address = config_.targets[order_[position_]];
    if (sweeps_ > 1) {
      const HostTable::Id id = hosts_.find(address);
      if (id != HostTable::none && hosts_[id].answered) {
        ++position_;
        continue;
      }
      const RecentAsks::Ask* before = recent_.find(address);
      if (before != nullptr && before->waiting > 0 && must_wait(now, before->time, patience)) return false;
      ++counts_.repeated;
    } else {
      ++counts_.asked;
    }
    ++position_;
    send_request(now, address, output);
    return true;
  }
  return false;
}

bool Scanner::ask_host(Instant now, Output& output) {
  const Duration patience = rtt_.timeout(config_.patience);
  for (std::uint64_t steps = 0; host_cursor_ < hosts_.size() && steps < max_steps; ++steps) {
    const ScanHost& host = hosts_[host_cursor_];
    // Asked in this pass already, as a target or as a sample: that was it.
    const bool is_asked = host.pass == static_cast<std::uint8_t>(pass_);
    if (!is_asked && wants_question(host)) {
      if (host.sampling) {
        blocked_until_ = samples_.front().deadline;  // its own is no earlier
        return false;
      }
      if (host.tries > 0 && must_wait(now, host.asked, patience)) return false;
      ask_known(now, host_cursor_++, output);
      return true;
    }
    ++host_cursor_;
  }
  return false;
}

bool Scanner::ask_sample(Instant now, Output& output) {
  constexpr std::size_t candidates = 8;
  for (std::size_t i = 0; i < std::min<std::size_t>(candidates, hosts_.size()); ++i) {
    const HostTable::Id id = sample_cursor_ < hosts_.size() ? sample_cursor_ : 0;
    sample_cursor_ = id + 1;
    const ScanHost& host = hosts_[id];
    if (!host.answered || host.sampling || now - host.asked < sample_gap) continue;
    ask_known(now, id, output);
    since_sample_ = 0;
    return true;
  }
  since_sample_ /= 2;  // nobody to ask: not looked for again at the very next request
  return false;
}

// A question to a host known to be there; when it is known to answer, it is a sample of loss too.
void Scanner::ask_known(Instant now, HostTable::Id id, Output& output) {
  ScanHost& host = hosts_[id];
  host.asked = now;
  host.pass = static_cast<std::uint8_t>(pass_);
  if (host.tries < std::numeric_limits<std::uint8_t>::max()) ++host.tries;
  if (host.answered && !host.sampling && samples_.size() < max_samples_waiting) {
    host.sampling = true;
    host.sample_lost = false;
    ++samples_waiting_;
    const Duration usual = std::chrono::microseconds{host.smoothed_rtt};
    const Duration patience = std::max(rtt_.timeout(config_.patience), std::min(2 * usual, config_.patience.most));
    samples_.push_back({now + patience, now, id, ramp_.step()});
    ramp_.on_sample_asked();
    std::ranges::push_heap(samples_, std::ranges::greater{}, &Sample::deadline);
  }
  ++counts_.repeated;
  send_request(now, host.address, output);
}

void Scanner::settle_samples(Instant now) {
  while (!samples_.empty() && samples_.front().deadline <= now) {
    const Sample sample = samples_.front();
    std::ranges::pop_heap(samples_, std::ranges::greater{}, &Sample::deadline);
    samples_.pop_back();
    ScanHost& host = hosts_[sample.host];
    const bool lost = host.sampling && host.asked == sample.asked;
    if (lost) {
      host.sampling = false;
      host.sample_lost = true;
      --samples_waiting_;
      loss_.on_sample(true);
    }
    // Answers are told no sooner than losses: otherwise the first news at each pace would be good.
    ramp_.on_sample(sample.step, lost);
  }
}

bool Scanner::ask_all_nodes(Instant now, Output& output) {
  if (echoes_left_ == 0) return false;
  const RequestBuilder& builder = echo_builders_[--echoes_left_];
  echo_times_.push_back(now);
  builder.echo_request({.identifier = echo_identifier_, .sequence = echo_sequence_++}, output.frames);
  count_request(now);
  return true;
}

bool Scanner::is_own(const IpAddress& address) const noexcept {
  if (address.is_ipv4()) return config_.identity.ipv4 && address.ipv4() == *config_.identity.ipv4;
  return (config_.identity.ipv6 && address.ipv6() == *config_.identity.ipv6) ||
         std::ranges::find(config_.echo_sources, address.ipv6()) != config_.echo_sources.end();
}

void Scanner::count_request(Instant now) noexcept {
  last_ask_ = now;
  ++counts_.requests;
  counts_.pass = pass_;  // a pass that finds nobody to ask is none
}

void Scanner::send_request(Instant now, const IpAddress& address, Output& output) {
  recent_.asked(address, now);
  count_request(now);
  const bool own = is_own(address);
  if (address.is_ipv4()) {
    own ? builder_.arp_probe(address.ipv4(), output.frames) : builder_.arp_request(address.ipv4(), output.frames);
  } else if (own) {
    const std::uint64_t random = rng_.next();
    ProbeNonce nonce{};
    for (std::size_t i = 0; i < nonce.size(); ++i) nonce[i] = static_cast<std::uint8_t>(random >> 8 * i);
    builder_.neighbor_probe(address.ipv6(), nonce, output.frames);
  } else {
    builder_.neighbor_solicitation(address.ipv6(), output.frames);
  }
}

void Scanner::report_silent(Instant now, Output& output) {
  for (std::size_t i = 0; i < silent_batch && position_ < config_.targets.count(); ++i) {
    const IpAddress address = config_.targets[position_++];
    if (hosts_.find(address) == HostTable::none) output.events.emplace_back(Silent{now, address, sweeps_});
  }
  if (position_ == config_.targets.count()) stage_ = Stage::done;
}

std::optional<Instant> Scanner::next_deadline() const {
  constexpr Duration sample_time = std::chrono::milliseconds{5};
  std::optional<Instant> next;
  switch (stage_) {
    case Stage::targets:
    case Stage::hosts:
      next = std::max(pacer_.next(), blocked_until_);
      break;
    case Stage::wait:
      next = end_of_wait();
      if (wants_samples()) next = std::min(*next, std::max(pacer_.next(), now_ + sample_time));
      break;
    case Stage::silent:
      return now_;
    case Stage::done:
      return std::nullopt;
  }
  if (!samples_.empty()) next = std::min(*next, samples_.front().deadline);
  return next;
}

void Scanner::on_port_report(Instant now, const PortReport& report) {
  counts_.stalls += report.stalls;
  counts_.receive_drops += report.receive_drops;
  if (report.stalls > 0) ramp_.on_congestion();
  if (report.receive_drops == 0) return;
  ramp_.on_receive_drops();
  loss_.on_receive_drops(report.receive_drops);
  if (!pacer_.is_unlimited() || now - gap_changed_ < least_gap) return;
  unlimited_gap_ = std::clamp(2 * unlimited_gap_, least_gap, most_gap);
  gap_changed_ = now;
}

// As fast as possible is as fast as our own receive ring is read.
void Scanner::keep_gap(Instant now) noexcept {
  if (unlimited_gap_ == Duration{}) return;
  if (now - gap_changed_ > gap_memory) {
    unlimited_gap_ = unlimited_gap_ > least_gap ? unlimited_gap_ / 2 : Duration{};
    gap_changed_ = now;
  }
  pacer_.pause_until(now + unlimited_gap_);
}

}  // namespace onlink::inline v0
