// SPDX-License-Identifier: Apache-2.0
#include "onlink/link/packet_send_helper.hpp"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace onlink::inline v0 {
namespace {

// A full queue of the interface empties at the link's speed.
constexpr std::chrono::microseconds stall_pause{100};

// A part of another list.
struct Part {
  const FrameList& frames;
  std::size_t from;
  std::size_t count;
  [[nodiscard]] std::size_t size() const noexcept { return count; }
  [[nodiscard]] Bytes operator[](std::size_t index) const { return frames[from + index]; }
};

}  // namespace

HelpedSender::HelpedSender(std::unique_ptr<PacketSender> own, std::unique_ptr<PacketSender> helpers) noexcept
    : own_(std::move(own)), helpers_(std::move(helpers)) {}

HelpedSender::~HelpedSender() {
  if (!thread_.joinable()) return;
  ending_.store(true);
  // A position that moves wakes the helper; an empty job tells it nothing.
  while (!has_room()) std::this_thread::yield();
  jobs_[handed_over_.load() % job_count].count = 0;
  handed_over_.fetch_add(1);
  handed_over_.notify_one();
  thread_.join();
}

bool HelpedSender::start_helper() noexcept {
  if (thread_.joinable()) return true;
  if (helpless_) return false;
  try {
    thread_ = std::thread{[this] { help(); }};
  } catch (const std::system_error&) {
    helpless_ = true;  // one thread is slower, and that is all
  }
  return !helpless_;
}

bool HelpedSender::has_room() const noexcept {
  return handed_over_.load(std::memory_order_relaxed) - done_.load(std::memory_order_acquire) < job_count;
}

std::expected<std::size_t, Error> HelpedSender::send(const FrameList& frames) {
  std::size_t taken = 0;
  while (taken < frames.size()) {
    if (failed_.load(std::memory_order_acquire)) {
      if (taken != 0) break;
      return std::unexpected{*error_};
    }
    const std::size_t count = std::min(job_frames, frames.size() - taken);
    // A few frames are sent sooner than they are handed over.
    if (count == job_frames && start_helper() && has_room()) {
      hand_over(frames, taken, count);
      taken += count;
      continue;
    }
    const Part part{frames, taken, count};
    const auto sent = own_->send(FrameList{part});
    if (!sent) {
      if (taken != 0) break;
      return sent;
    }
    taken += *sent;
    if (*sent < count) {
      count_stall();
      break;
    }
  }
  return taken;
}

void HelpedSender::hand_over(const FrameList& frames, std::size_t from, std::size_t count) {
  Job& job = jobs_[handed_over_.load(std::memory_order_relaxed) % job_count];
  job.bytes.clear();
  job.count = count;
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes frame = frames[from + i];
    job.bytes.insert(job.bytes.end(), frame.begin(), frame.end());
    job.sizes[i] = frame.size();
  }
  handed_over_.fetch_add(1, std::memory_order_release);
  handed_over_.notify_one();
}

void HelpedSender::help() {
  for (std::uint32_t next = 0;; ++next) {
    handed_over_.wait(next, std::memory_order_acquire);
    const Job& job = jobs_[next % job_count];
    const bool is_last = job.count == 0;
    if (!is_last && !failed_.load(std::memory_order_relaxed)) send_job(job);
    done_.fetch_add(1, std::memory_order_release);
    if (is_last) return;
  }
}

void HelpedSender::send_job(const Job& job) {
  std::array<Bytes, job_frames> frames;
  std::size_t at = 0;
  for (std::size_t i = 0; i < job.count; ++i) {
    frames[i] = Bytes{job.bytes}.subspan(at, job.sizes[i]);
    at += job.sizes[i];
  }
  const std::span<const Bytes> whole{frames.data(), job.count};
  for (std::size_t sent = 0; sent < job.count;) {
    const auto taken = helpers_->send(FrameList{whole, sent});
    if (!taken) {
      error_ = taken.error();
      failed_.store(true, std::memory_order_release);
      return;
    }
    sent += *taken;
    if (sent == job.count) return;
    // An interface that stays full must not keep the port from being closed.
    if (*taken == 0 && ending_.load(std::memory_order_relaxed)) return;
    std::this_thread::sleep_for(stall_pause);
  }
}

}  // namespace onlink::inline v0
