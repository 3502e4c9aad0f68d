// SPDX-License-Identifier: Apache-2.0
// How many ICMP errors a host sends, as Linux limits them (RFC 1812 section 4.3.2.8, RFC 4443 section 2.4 f): each
// asker one a second with a burst of six (icmp_ratelimit), all together a thousand a second with a burst of fifty
// (icmp_msgs_per_sec, icmp_msgs_burst). Askers share a fixed number of buckets by their hash, so memory is constant;
// two that share one get less, never more.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/time.hpp"

namespace onlink::inline v0 {

class IcmpErrorLimit {
 public:
  // Whether an error may be sent to the asker now; if so it is counted.
  [[nodiscard]] bool allow(Instant now, const IpAddress& asker) noexcept {
    Bucket& own = buckets_[std::hash<IpAddress>{}(asker) % buckets_.size()];
    if (!own.has(now, asker_interval) || !all_.has(now, all_interval)) return false;
    own.take(now, asker_interval, asker_burst);
    all_.take(now, all_interval, all_burst);
    return true;
  }

 private:
  static constexpr Duration asker_interval = std::chrono::seconds{1};
  static constexpr int asker_burst = 6;
  static constexpr Duration all_interval = std::chrono::milliseconds{1};
  static constexpr int all_burst = 50;

  // A token an interval, counted from `empty_since`; never more than `burst` of them.
  struct Bucket {
    Instant empty_since{};
    bool used = false;  // else it is full

    [[nodiscard]] bool has(Instant now, Duration interval) const noexcept {
      return !used || now - empty_since >= interval;
    }
    void take(Instant now, Duration interval, int burst) noexcept {
      const Instant oldest = now - interval * burst;
      empty_since = (used ? std::max(empty_since, oldest) : oldest) + interval;
      used = true;
    }
  };

  std::array<Bucket, 256> buckets_{};
  Bucket all_;
};

}  // namespace onlink::inline v0
