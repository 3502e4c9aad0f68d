// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_hosts.hpp"

#include <algorithm>
#include <functional>

namespace onlink::inline v0 {
namespace {

std::uint64_t hash_of(const IpAddress& address) noexcept {
  if (address.is_ipv6()) return std::hash<IpAddress>{}(address) * 0x9e3779b97f4a7c15ULL;
  return address.ipv4().value * 0x9e3779b97f4a7c15ULL;
}

std::uint32_t tag_of(std::uint64_t hash) noexcept { return static_cast<std::uint32_t>(hash); }

}  // namespace

std::optional<Duration> ScanHost::round_trip() const noexcept {
  if (first_rtt == 0) return std::nullopt;
  return std::chrono::microseconds{first_rtt - 1};
}

void ScanHost::on_round_trip(Duration round_trip) noexcept {
  const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(round_trip).count();
  const auto sample = static_cast<std::uint32_t>(std::clamp<std::int64_t>(passed, 0, 0xffff'fffe));
  if (first_rtt == 0) {
    first_rtt = sample + 1;
    smoothed_rtt = sample;
  } else {
    smoothed_rtt = smoothed_rtt - smoothed_rtt / 8 + sample / 8;
  }
}

HostTable::Id HostTable::find(const IpAddress& address) const noexcept {
  if (index_.empty()) return none;
  const std::uint64_t hash = hash_of(address);
  const std::size_t mask = index_.size() - 1;
  for (std::size_t at = hash >> 32 & mask; index_[at].id != none; at = (at + 1) & mask) {
    if (index_[at].tag == tag_of(hash) && (*this)[index_[at].id].address == address) return index_[at].id;
  }
  return none;
}

HostTable::Id HostTable::add(const IpAddress& address) {
  if (size_ == max_hosts_) return none;
  if ((size_ + 1) * 3 > index_.size() * 2) grow_index();
  if (size_ % chunk_size == 0) chunks_.push_back(std::make_unique<ScanHost[]>(chunk_size));
  const Id id = static_cast<Id>(size_++);
  (*this)[id].address = address;
  place(hash_of(address), id);
  return id;
}

// REQUIRES: a free slot.
void HostTable::place(std::uint64_t hash, Id id) noexcept {
  const std::size_t mask = index_.size() - 1;
  std::size_t at = hash >> 32 & mask;
  while (index_[at].id != none) at = (at + 1) & mask;
  index_[at] = {tag_of(hash), id};
}

void HostTable::grow_index() {
  index_.assign(std::max<std::size_t>(256, index_.size() * 2), Slot{});
  for (Id id = 0; id < size_; ++id) place(hash_of((*this)[id].address), id);
}

bool HostTable::has_mac(Id id, const MacAddress& mac) const noexcept {
  if ((*this)[id].mac == mac) return true;
  if (!(*this)[id].conflict) return false;
  const auto known = std::ranges::equal_range(others_, id, {}, &OtherMac::host);
  return std::ranges::find(known, mac, &OtherMac::mac) != known.end();
}

bool HostTable::add_mac(Id id, const MacAddress& mac) {
  if (has_mac(id, mac)) return false;
  const auto known = std::ranges::equal_range(others_, id, {}, &OtherMac::host);
  if (known.size() >= max_other_macs) return false;
  others_.insert(known.end(), {id, mac});
  (*this)[id].conflict = true;
  return true;
}

std::vector<MacAddress> HostTable::other_macs(Id id) const {
  std::vector<MacAddress> macs;
  for (const OtherMac& other : std::ranges::equal_range(others_, id, {}, &OtherMac::host)) macs.push_back(other.mac);
  return macs;
}

}  // namespace onlink::inline v0
