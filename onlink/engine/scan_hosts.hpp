// SPDX-License-Identifier: Apache-2.0
// Who has answered a scan. Memory goes with the number of answers only: 64 octets a host and 12 to 24 for its place in
// the index; a silent address costs nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/event.hpp"

namespace onlink::inline v0 {

struct ScanHost {
  IpAddress address;
  MacAddress mac;  // the first that answered
  Evidence evidence = Evidence::arp_reply;
  bool router : 1 = false;
  bool answered : 1 = false;       // to a question; false: only overheard
  bool target : 1 = false;         // in the list of targets, rather than learned from the link
  bool conflict : 1 = false;       // other MACs answered too: HostTable::other_macs()
  bool sampling : 1 = false;       // asked again, answer awaited as a sample of loss
  bool sample_lost : 1 = false;    // that sample was given up
  std::uint8_t tries = 0;          // questions put to it, saturating
  std::uint8_t repeats = 0;        // answers beyond one for each question, saturating
  std::uint8_t pass = 0;           // of the scan, modulo 256, that asked it last
  std::uint32_t first_rtt = 0;     // microseconds + 1; 0: none could be told
  std::uint32_t smoothed_rtt = 0;  // microseconds
  Instant asked;                   // last

  // The first that could be told.
  [[nodiscard]] std::optional<Duration> round_trip() const noexcept;
  void on_round_trip(Duration round_trip) noexcept;
};

class HostTable {
 public:
  using Id = std::uint32_t;
  static constexpr Id none = 0xffff'ffff;

  explicit HostTable(std::size_t max_hosts) noexcept : max_hosts_(max_hosts) {}

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] Id find(const IpAddress& address) const noexcept;
  // REQUIRES: not in the table yet. none when the table is full.
  Id add(const IpAddress& address);
  [[nodiscard]] ScanHost& operator[](Id id) noexcept { return chunks_[id / chunk_size][id % chunk_size]; }
  [[nodiscard]] const ScanHost& operator[](Id id) const noexcept { return chunks_[id / chunk_size][id % chunk_size]; }

  // False when the MAC is known for this host already, or when max_other_macs are (the link is flooded with claims).
  bool add_mac(Id id, const MacAddress& mac);
  [[nodiscard]] bool has_mac(Id id, const MacAddress& mac) const noexcept;
  // The MACs that answered after the first, in order.
  [[nodiscard]] std::vector<MacAddress> other_macs(Id id) const;

  static constexpr std::size_t max_other_macs = 16;

 private:
  static constexpr std::size_t chunk_size = 1024;
  struct OtherMac {
    Id host;
    MacAddress mac;
  };
  // Part of the hash beside the place, so that a collision does not cost a look at the host.
  struct Slot {
    std::uint32_t tag = 0;
    Id id = none;
  };
  void place(std::uint64_t hash, Id id) noexcept;
  void grow_index();

  std::size_t max_hosts_;
  std::size_t size_ = 0;
  std::vector<std::unique_ptr<ScanHost[]>> chunks_;  // never moved: growing needs no copy
  std::vector<Slot> index_;                          // open addressing, linear probing
  std::vector<OtherMac> others_;                     // ordered by host, then by arrival
};

}  // namespace onlink::inline v0
