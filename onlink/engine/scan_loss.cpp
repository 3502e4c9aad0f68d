// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_loss.hpp"

#include <algorithm>

namespace onlink::inline v0 {
namespace {

double ratio(std::uint64_t part, std::uint64_t whole) noexcept {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

// Laplace's rule once there was a loss, so that 1 of 1 is not certainty and few samples err on the side of more tries.
double LossEstimate::Tally::sampled() const noexcept { return ratio(losses + 1, samples + 2); }

double LossEstimate::Tally::at_the_ring() const noexcept { return ratio(dropped, dropped + received); }

void LossEstimate::on_sample(bool lost) noexcept {
  for (Tally* tally : {&total_, &current()}) {
    ++tally->samples;
    tally->losses += lost ? 1 : 0;
  }
}

void LossEstimate::on_late_answer() noexcept {
  if (total_.losses == 0) return;
  --total_.losses;
  for (std::uint32_t sweep = std::max(sweep_, 1U); sweep-- > 0;) {
    if (sweeps_[sweep].losses == 0) continue;
    --sweeps_[sweep].losses;
    return;
  }
}

void LossEstimate::on_found(std::uint32_t tries) noexcept {
  if (tries <= 1) ++found_first_;
  if (tries == 2) ++found_second_;
}

// all x (1 - p) are found by the first question and all x p x (1 - p) by the second. One or two may as well be hosts so
// slow that their answer to the first came behind the second.
double LossEstimate::in_hindsight() const noexcept {
  constexpr std::uint64_t too_few = 3;
  return found_second_ < too_few ? 0.0 : ratio(found_second_, found_first_);
}

double LossEstimate::loss() const noexcept {
  Tally ring;
  for (const Tally& sweep : sweeps_) {
    ring.received += sweep.received;
    ring.dropped += sweep.dropped;
  }
  const double sampled = losses() == 0 ? 0.0 : total_.sampled();
  return std::min(std::max({sampled, in_hindsight(), ring.at_the_ring()}), max_loss);
}

double LossEstimate::believed_loss() const noexcept {
  const double seen = loss();
  return seen > 0 ? seen : std::min(total_.sampled(), max_unseen_loss);
}

double LossEstimate::loss_of(std::uint32_t sweep) const noexcept {
  const double overall = believed_loss();
  if (loss() == 0) return overall;
  const Tally& tally = sweeps_[std::min(sweep, max_sweeps) - 1];
  // The whole scan speaks with the weight of enough_samples, so that a handful of a sweep's own do not decide.
  const double own = static_cast<double>(tally.losses) + overall * enough_samples;
  double loss = std::max(own / static_cast<double>(tally.samples + enough_samples), tally.at_the_ring());
  if (sweep == 1) loss = std::max(loss, in_hindsight());
  return std::min(loss, max_loss);
}

double LossEstimate::missed_after(std::uint32_t sweeps, std::uint32_t tries) const noexcept {
  double missed = 1;
  double last = believed_loss();
  for (std::uint32_t i = 1; i <= tries; ++i) {
    if (i <= sweeps) last = loss_of(i);
    missed *= last;
  }
  return missed;
}

std::uint32_t tries_needed(std::uint64_t found, const LossEstimate& loss, std::uint32_t sweeps,
                           TriesBounds bounds) noexcept {
  const std::uint32_t least = std::max(bounds.least, 1U);
  double missed = loss.missed_after(sweeps, least);
  const double later = sweeps == 0 ? loss.believed_loss() : loss.loss_of(sweeps);
  std::uint32_t tries = least;
  for (; tries < bounds.most && hosts_missing(found, missed) >= missing_allowed; ++tries) {
    missed *= tries < sweeps ? loss.loss_of(tries + 1) : later;
  }
  return tries;
}

}  // namespace onlink::inline v0
