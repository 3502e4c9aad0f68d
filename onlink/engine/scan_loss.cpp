// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_loss.hpp"

#include <algorithm>
#include <cmath>

namespace onlink::inline v0 {
namespace {

constexpr double max_loss = 0.95;

double ratio(std::uint64_t part, std::uint64_t whole) noexcept {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void LossEstimate::on_found(std::uint32_t tries) noexcept {
  if (tries <= 1) ++found_first_;
  if (tries == 2) ++found_second_;
}

double LossEstimate::loss() const noexcept {
  // Laplace's rule once there was a loss, so that 1 of 1 is not certainty and few samples err on the side of more
  // tries.
  const double sampled = losses_ == 0 ? 0.0 : ratio(losses_ + 1, samples_ + 2);
  // all x (1 - p) are found by the first question and all x p x (1 - p) by the second.
  const double in_hindsight = found_first_ == 0 ? 0.0 : ratio(found_second_, found_first_);
  const double at_the_ring = ratio(dropped_, dropped_ + received_);
  return std::min(std::max({sampled, in_hindsight, at_the_ring}), max_loss);
}

double hosts_missing(std::uint64_t found, double loss, std::uint32_t tries) noexcept {
  const double missed = std::pow(loss, static_cast<double>(tries));
  return static_cast<double>(found) * missed / (1.0 - missed);
}

std::uint32_t tries_needed(std::uint64_t found, double loss, std::uint32_t least, std::uint32_t most) noexcept {
  std::uint32_t tries = std::max(least, std::uint32_t{1});
  while (tries < most && hosts_missing(found, loss, tries) >= missing_allowed) ++tries;
  return tries;
}

}  // namespace onlink::inline v0
