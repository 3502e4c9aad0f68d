// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_hosts.hpp"

#include <algorithm>
#include <functional>

namespace onlink::inline v0 {
namespace {

std::size_t hash_of(const IpAddress& address) noexcept {
  if (address.is_ipv6()) return std::hash<IpAddress>{}(address);
  return static_cast<std::size_t>(address.ipv4().value * 0x9e3779b97f4a7c15ULL >> 32);
}

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
  const std::size_t mask = index_.size() - 1;
  for (std::size_t slot = hash_of(address) & mask; index_[slot] != none; slot = (slot + 1) & mask) {
    if ((*this)[index_[slot]].address == address) return index_[slot];
  }
  return none;
}

HostTable::Id HostTable::add(const IpAddress& address) {
  if (size_ == max_hosts_) return none;
  if ((size_ + 1) * 3 > index_.size() * 2) grow_index();
  if (size_ % chunk_size == 0) chunks_.push_back(std::make_unique<ScanHost[]>(chunk_size));
  const Id id = static_cast<Id>(size_++);
  (*this)[id].address = address;
  const std::size_t mask = index_.size() - 1;
  std::size_t slot = hash_of(address) & mask;
  while (index_[slot] != none) slot = (slot + 1) & mask;
  index_[slot] = id;
  return id;
}

void HostTable::grow_index() {
  const std::size_t slots = std::max<std::size_t>(256, index_.size() * 2);
  index_.assign(slots, none);
  for (Id id = 0; id < size_; ++id) {
    std::size_t slot = hash_of((*this)[id].address) & (slots - 1);
    while (index_[slot] != none) slot = (slot + 1) & (slots - 1);
    index_[slot] = id;
  }
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
