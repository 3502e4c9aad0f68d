// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/dad.hpp"

#include <algorithm>

namespace onlink::inline v0 {

namespace {

constexpr Duration least_retrans_time = std::chrono::milliseconds{10};  // Linux's floor

}  // namespace

std::optional<ProbeNonce> nonce_of(const NdpOptions& options) noexcept {
  const auto option = options.first<NonceOption>();
  ProbeNonce nonce{};
  if (!option || option->nonce.size() != nonce.size()) return std::nullopt;
  std::ranges::transform(option->nonce, nonce.begin(), [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
  return nonce;
}

DuplicateCheck::DuplicateCheck(const DadConfig& config, Instant now) noexcept : config_(config) {
  if (config_.transmits == 0) {
    state_ = DadState::verified;
  } else {
    deadline_ = now + config_.delay;
  }
}

bool DuplicateCheck::on_deadline(Instant now) noexcept {
  if (state_ != DadState::probing || !deadline_ || *deadline_ > now) return false;
  if (sent_ == config_.transmits) {
    state_ = DadState::verified;
    deadline_.reset();
    return false;
  }
  ++sent_;
  deadline_ = now + std::max(config_.retrans_time, least_retrans_time);
  return true;
}

void DuplicateCheck::on_solicitation(bool from_unspecified, const std::optional<ProbeNonce>& nonce,
                                     const MacAddress& sender) noexcept {
  const bool ours = config_.nonce && nonce == config_.nonce;
  if (from_unspecified && !ours) fail(sender);
}

void DuplicateCheck::on_advertisement(const MacAddress& sender) noexcept { fail(sender); }

void DuplicateCheck::fail(const MacAddress& sender) noexcept {
  if (state_ != DadState::probing) return;
  state_ = DadState::duplicate;
  owner_ = sender;
  deadline_.reset();
}

}  // namespace onlink::inline v0
