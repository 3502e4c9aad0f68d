// SPDX-License-Identifier: Apache-2.0
// The probability p that a question to a living host stays unanswered, and what follows from it: how often the silent
// must be asked. Silence alone says nothing (most addresses of a link are unused), so p comes from hosts known to be
// alive: re-asked now and then, and, looking back, those first found by a second or later question.
#pragma once

#include <cstdint>

namespace onlink::inline v0 {

class LossEstimate {
 public:
  // Below this many samples without a loss, "nothing is lost" is not yet believed: 0 of 30 excludes a loss above 10 %
  // with 95 % confidence (rule of three).
  static constexpr std::uint64_t enough_samples = 30;

  void on_sample(bool lost) noexcept {
    ++samples_;
    losses_ += lost ? 1 : 0;
  }
  // A sample counted as lost was answered after all.
  void on_late_answer() noexcept { losses_ -= losses_ > 0 ? 1 : 0; }
  // Frames that reached this host and found the receive ring full, and those that were read.
  void on_receive_drops(std::uint64_t dropped) noexcept { dropped_ += dropped; }
  void on_received(std::uint64_t count = 1) noexcept { received_ += count; }
  // A host answered to its `tries`-th question for the first time.
  void on_found(std::uint32_t tries) noexcept;

  [[nodiscard]] std::uint64_t samples() const noexcept { return samples_; }
  [[nodiscard]] std::uint64_t losses() const noexcept { return losses_; }
  [[nodiscard]] bool is_confident() const noexcept { return losses_ > 0 || samples_ >= enough_samples; }

  // p in [0, 0.95]: the largest of what the samples, the finds of later tries and the ring's drops say. 0 only when no
  // loss at all was seen.
  [[nodiscard]] double loss() const noexcept;

 private:
  std::uint64_t samples_ = 0;
  std::uint64_t losses_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t found_first_ = 0;  // by the first question
  std::uint64_t found_second_ = 0;
};

// With `found` hosts after everyone was asked `tries` times: how many living ones are still expected to be missing.
// Each was missed with p^tries, so found = all x (1 - p^tries). REQUIRES: 0 <= loss < 1, tries > 0.
[[nodiscard]] double hosts_missing(std::uint64_t found, double loss, std::uint32_t tries) noexcept;

// Scans end when fewer than this many hosts are expected to be missing.
inline constexpr double missing_allowed = 0.001;

// The smallest number of questions for which hosts_missing() falls below missing_allowed, within [least, most].
[[nodiscard]] std::uint32_t tries_needed(std::uint64_t found, double loss, std::uint32_t least,
                                         std::uint32_t most) noexcept;

}  // namespace onlink::inline v0
