// SPDX-License-Identifier: Apache-2.0
// Duplicate address detection of one IPv6 address (RFC 4862 section 5.4) with the nonce of RFC 7527, as a small pure
// machine: who runs it sends the probes (RequestBuilder::neighbor_probe) and tells it what was heard. A looped-back
// probe is ignored as Linux does, where RFC 7527 section 4.2 would go on probing (D16).
#pragma once

#include <cstdint>
#include <optional>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/request_frame.hpp"
#include "onlink/wire/ndp.hpp"

namespace onlink::inline v0 {

// Of a probe's options; nothing when there is none, or none of this size.
[[nodiscard]] std::optional<ProbeNonce> nonce_of(const NdpOptions& options) noexcept;

struct DadConfig {
  Ipv6Address address{};
  std::uint32_t transmits = 1;                      // DupAddrDetectTransmits; 0: not checked, verified at once
  Duration retrans_time = std::chrono::seconds{1};  // RetransTimer: between probes and after the last
  Duration delay{};                                 // before the first: random up to 1 s where many may start at once
  std::optional<ProbeNonce> nonce{};                // none: plain RFC 4862, where a looped-back probe is a duplicate
};

enum class DadState : std::uint8_t {
  probing,    // the address is tentative (or optimistic)
  verified,   // nobody else has it, as far as can be known
  duplicate,  // somebody has it, or wants it too
};

class DuplicateCheck {
 public:
  DuplicateCheck(const DadConfig& config, Instant now) noexcept;

  // Whether a probe is to be sent now. REQUIRES: next_deadline() <= now.
  [[nodiscard]] bool on_deadline(Instant now) noexcept;
  [[nodiscard]] std::optional<Instant> next_deadline() const noexcept { return deadline_; }

  // A solicitation for the address. From a unicast source it is of no matter (section 5.4.3): somebody resolves it.
  void on_solicitation(bool from_unspecified, const std::optional<ProbeNonce>& nonce,
                       const MacAddress& sender) noexcept;
  // An advertisement of the address, by whomsoever.
  void on_advertisement(const MacAddress& sender) noexcept;

  [[nodiscard]] DadState state() const noexcept { return state_; }
  [[nodiscard]] const Ipv6Address& address() const noexcept { return config_.address; }
  [[nodiscard]] const std::optional<ProbeNonce>& nonce() const noexcept { return config_.nonce; }
  [[nodiscard]] std::uint32_t sent() const noexcept { return sent_; }
  // Who spoke up, when it is a duplicate.
  [[nodiscard]] std::optional<MacAddress> owner() const noexcept { return owner_; }

 private:
  void fail(const MacAddress& sender) noexcept;

  DadConfig config_;
  DadState state_ = DadState::probing;
  std::uint32_t sent_ = 0;
  std::optional<Instant> deadline_;
  std::optional<MacAddress> owner_;
};

}  // namespace onlink::inline v0
