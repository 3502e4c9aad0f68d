// SPDX-License-Identifier: Apache-2.0
// Whom arp-scan asks, in the order in which they were named, the same one several times if he was named several times.
// Runs of addresses are not written out, so that a /8 costs no more than a /30.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "onlink/base/ip_address.hpp"

namespace onlink::inline v0::cli::compat {

class ArpScanTargets {
 public:
  // `count` addresses from `first` on, wrapping after 255.255.255.255.
  void add(Ipv4Address first, std::uint64_t count = 1);

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  // REQUIRES: index < size().
  [[nodiscard]] Ipv4Address operator[](std::uint64_t index) const noexcept;

  // The same targets in an order that follows from the seed. Written out: costs memory for each.
  [[nodiscard]] ArpScanTargets shuffled(std::uint64_t seed) const;
  // The first address of each run of addresses.
  [[nodiscard]] std::vector<Ipv4Address> starts() const;

  // To be called once all are in, before find().
  void make_index();
  // The place of the address that is nearest to `from`, going backwards and from the first on to the last one. Nothing:
  // it is no target. REQUIRES: from < size().
  [[nodiscard]] std::optional<std::uint64_t> find(Ipv4Address address, std::uint64_t from) const noexcept;

 private:
  struct Run {
    std::uint32_t first;
    std::uint64_t count;  // does not wrap
    std::uint64_t start;  // the place of `first`
  };

  std::vector<Run> runs_;
  std::vector<std::uint32_t> by_address_;  // runs_ in ascending order of their first address
  bool overlapping_ = false;
  std::uint64_t size_ = 0;
};

// What a target on the command line or a line of a file looks like.
enum class ScanTargetForm : std::uint8_t {
  prefix,   // 192.0.2.0/24
  masked,   // 192.0.2.0:255.255.255.0
  range,    // 192.0.2.1-192.0.2.9
  address,  // anything else: an address or a name
};
struct ScanTargetWords {
  ScanTargetForm form = ScanTargetForm::address;
  std::string_view first{};   // what is before the sign
  std::string_view second{};  // what is behind it
};

// By its shape alone, wherever in the text that is; whether the words mean anything is another matter.
[[nodiscard]] ScanTargetWords split_scan_target(std::string_view text) noexcept;

}  // namespace onlink::inline v0::cli::compat
