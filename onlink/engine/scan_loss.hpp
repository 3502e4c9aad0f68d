// SPDX-License-Identifier: Apache-2.0
// The probability p that a question to a living host stays unanswered, and what follows from it: how often the silent
// must be asked. Silence alone says nothing (most addresses of a link are unused), so p comes from hosts known to be
// alive: re-asked now and then, and, looking back, those first found by a second question; and from the answers that
// this host's own receive ring had no room for.
//
// p changes while a scan goes on (the pace does), so it is kept for each sweep over the targets: a host is missing with
// the product of all of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace onlink::inline v0 {

class LossEstimate {
 public:
  // Below this many samples without a loss, "nothing is lost" is not yet believed: 0 of 30 excludes a loss above 10 %
  // with 95 % confidence (rule of three).
  static constexpr std::uint64_t enough_samples = 30;
  // Sweeps told apart; those beyond are counted with the last.
  static constexpr std::uint32_t max_sweeps = 32;

  // Sweeps count from 1; what happens before the first belongs to it.
  void begin_sweep() noexcept { sweep_ += sweep_ < max_sweeps ? 1 : 0; }

  void on_sample(bool lost) noexcept;
  // A sample counted as lost was answered after all.
  void on_late_answer() noexcept;
  // A host answered for the first time, to its `tries`-th question.
  void on_found(std::uint32_t tries) noexcept;
  // Frames that reached this host and found the receive ring full, and those that were read.
  void on_receive_drops(std::uint64_t dropped) noexcept { current().dropped += dropped; }
  void on_received() noexcept { ++current().received; }

  [[nodiscard]] std::uint64_t samples() const noexcept { return total_.samples; }
  [[nodiscard]] std::uint64_t losses() const noexcept { return total_.losses; }
  [[nodiscard]] bool is_confident() const noexcept { return losses() > 0 || samples() >= enough_samples; }

  // p in [0, max_loss] over the whole scan: the largest of what samples, late finds and ring drops say. 0 only when no
  // loss at all was seen.
  [[nodiscard]] double loss() const noexcept;
  // p as it is to be reckoned with when no loss was seen: what the number of samples does not exclude (Laplace: none of
  // n leaves 1 / (n + 2)), at most max_unseen_loss. With many samples it is as good as 0.
  [[nodiscard]] double believed_loss() const noexcept;
  // believed_loss() of one sweep; as far as the sweep has few samples, that of the whole scan. REQUIRES: 1 <= sweep.
  [[nodiscard]] double loss_of(std::uint32_t sweep) const noexcept;
  // The probability that a host that was asked in each of the first `sweeps` sweeps, and as often as `tries` says, was
  // missed every time: what is beyond the sweeps is reckoned with the loss of the last one.
  [[nodiscard]] double missed_after(std::uint32_t sweeps, std::uint32_t tries) const noexcept;

  static constexpr double max_loss = 0.95;
  static constexpr double max_unseen_loss = 0.05;

 private:
  struct Tally {
    std::uint64_t samples = 0;
    std::uint64_t losses = 0;
    std::uint64_t received = 0;
    std::uint64_t dropped = 0;
    [[nodiscard]] double sampled() const noexcept;
    [[nodiscard]] double at_the_ring() const noexcept;
  };
  [[nodiscard]] Tally& current() noexcept { return sweeps_[sweep_ == 0 ? 0 : sweep_ - 1]; }
  [[nodiscard]] double in_hindsight() const noexcept;

  std::array<Tally, max_sweeps> sweeps_{};
  Tally total_;  // samples and losses only
  std::uint32_t sweep_ = 0;
  std::uint64_t found_first_ = 0;  // by the first question
  std::uint64_t found_second_ = 0;
};

// With `found` hosts after everyone was asked and a living host missed with probability `missed`: how many living ones
// are expected to be missing, found = all x (1 - missed). REQUIRES: 0 <= missed < 1.
[[nodiscard]] constexpr double hosts_missing(std::uint64_t found, double missed) noexcept {
  return static_cast<double>(found) * missed / (1.0 - missed);
}

// Scans end when fewer than this many hosts are expected to be missing.
inline constexpr double missing_allowed = 0.001;

struct TriesBounds {
  std::uint32_t least = 2;
  std::uint32_t most = 30;
};

// The smallest number of questions for which fewer than missing_allowed of `found` hosts are missing, `sweeps` of them
// asked already.
[[nodiscard]] std::uint32_t tries_needed(std::uint64_t found, const LossEstimate& loss, std::uint32_t sweeps,
                                         TriesBounds bounds) noexcept;

}  // namespace onlink::inline v0
