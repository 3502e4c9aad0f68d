// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_engine.hpp"

#include <algorithm>
#include <utility>

namespace onlink::inline v0::cli::compat {
namespace {

// Frames that leave before anything else gets its turn, where the pace is faster than we are called.
constexpr int frames_at_once = 32;
// What was missed for longer than this is not made up for.
constexpr Duration longest_catching_up = std::chrono::milliseconds{100};

}  // namespace

ArpScanEngine::ArpScanEngine(ArpScanPlan plan, Instant start, ArpScanListener& listener)
    : plan_(std::move(plan)),
      listener_(listener),
      times_(plan_.targets.size()),
      removed_(plan_.targets.size()),
      live_(plan_.targets.size()),
      wait_(plan_.timeout),
      next_slot_(start) {}

bool ArpScanEngine::is_done() const noexcept { return live_ == 0 || (plan_.limit != 0 && responders() >= plan_.limit); }

Instant ArpScanEngine::due() const { return round_ == 0 ? Instant{} : times_.at(cursor_) + wait_; }

std::optional<Instant> ArpScanEngine::next_deadline() const {
  if (is_done()) return std::nullopt;
  return std::max(next_slot_, due());
}

// In whole microseconds, as the original counts.
Duration ArpScanEngine::wait_after_sending() const {
  if (round_ == 0) return plan_.timeout;
  const double seconds = std::max(to_seconds(wait_) * plan_.backoff, 0.0);
  return std::chrono::floor<std::chrono::microseconds>(from_seconds(seconds) + std::chrono::nanoseconds{1});
}

void ArpScanEngine::on_deadline(Instant now, Output& output) {
  for (int i = 0; i < frames_at_once; ++i) {
    const auto deadline = next_deadline();
    if (!deadline || *deadline > now) return;
    step(now, output);
  }
}

void ArpScanEngine::step(Instant now, Output& output) {
  // A slot that the timeout let pass is no reason to hurry.
  const bool paced = due() <= next_slot_;
  next_slot_ = (paced ? std::max(next_slot_, now - longest_catching_up) : now) + plan_.interval;
  if (round_ > told_round_) listener_.pass_complete(told_round_ = round_);
  if (round_ >= plan_.tries) {
    give_up(now);
  } else {
    send(now, output);
  }
}

void ArpScanEngine::send(Instant now, Output& output) {
  const Ipv4Address target = plan_.targets[cursor_];
  listener_.sending(target, round_ + 1, wait_after_sending());
  times_.set(cursor_, now);
  encode(plan_.request, target, output.frames.add(frame_size(plan_.request)));
  advance();
}

// After the last round the first who is given up finds others behind him whose time is over, too.
void ArpScanEngine::give_up(Instant now) {
  listener_.gave_up(plan_.targets[cursor_], ArpScanRemoval::timeout);
  remove(cursor_);
  if (std::exchange(gave_up_once_, true)) return;
  while (live_ != 0 && due() <= now) {
    listener_.gave_up(plan_.targets[cursor_], ArpScanRemoval::catch_up_timeout);
    remove(cursor_);
  }
}

void ArpScanEngine::remove(std::uint64_t place) {
  if (removed_[place]) return;
  removed_[place] = true;
  --live_;
  if (place == cursor_) advance();
}

void ArpScanEngine::advance() {
  if (live_ == 0) return;
  do {
    if (++cursor_ < plan_.targets.size()) continue;
    cursor_ = 0;
    wait_ = wait_after_sending();
    ++round_;
  } while (removed_[cursor_]);
}

void ArpScanEngine::on_packet(Instant now, const Packet& packet, Output&) {
  if (!passes_scan_filter(packet.frame, plan_.request.sender_hardware_addr)) return;
  ++received_;
  hear(now, packet.frame);
}

void ArpScanEngine::hear(Instant now, Bytes whole) {
  const Bytes frame = whole.first(std::min<std::size_t>(whole.size(), plan_.snap_size));
  if (frame.size() < shortest_scan_answer) return listener_.too_short(frame.size());
  const auto answer = read_scan_answer(frame);
  if (!answer) return;
  const auto place = plan_.targets.find(answer->sender_protocol_addr, cursor_);
  if (!place) return listener_.ignored(answer->sender_protocol_addr, frame.size());
  Heard& heard = heard_[*place];
  if (++heard.answers == 1) heard.owner = answer->sender_hardware_addr;
  listener_.answered(*answer, {.number = heard.answers,
                               .arrival = now,
                               .rtt = now - times_.at(*place),
                               .first_owner = heard.owner,
                               .frame = frame,
                               .size_on_link = whole.size()});
  remove(*place);
}

}  // namespace onlink::inline v0::cli::compat
