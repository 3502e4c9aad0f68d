// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_targets.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace onlink::inline v0 {
namespace {

// An address as a number within its family, so that neighbours are one apart.
__extension__ using Number = unsigned __int128;

Number number_of(const IpAddress& address) noexcept {
  Number number = 0;
  for (std::size_t i = 0; i < address.size(); ++i) number = number << 8 | address.octets()[i];
  return number;
}

IpAddress address_of(Family family, Number number) noexcept {
  std::array<std::uint8_t, 16> octets{};
  for (std::size_t i = family == Family::ipv4 ? 4 : 16; i-- > 0; number >>= 8) {
    octets[i] = static_cast<std::uint8_t>(number);
  }
  return IpAddress::from_octets(family, octets);
}

struct Span {
  Number first;
  Number last;
};

AddressRange ipv4_range(std::uint32_t first, std::uint32_t last) noexcept {
  return {Ipv4Address{first}, Ipv4Address{last}};
}

std::array<AddressRange, 5> never_owned() noexcept {
  Ipv6Address first_group;
  first_group.octets[0] = 0xff;
  Ipv6Address last_group;
  last_group.octets.fill(0xff);
  return {ipv4_range(0, 0), ipv4_range(0xe0000000, 0xefffffff), ipv4_range(0xffffffff, 0xffffffff),
          AddressRange{Ipv6Address{}, Ipv6Address{}}, AddressRange{first_group, last_group}};
}

// The ranges of one family, ascending, with overlapping and adjacent ones joined.
std::vector<Span> merged(const std::vector<AddressRange>& ranges, Family family) {
  std::vector<Span> spans;
  for (const AddressRange& range : ranges) {
    if (range.first.family() == family) spans.push_back({number_of(range.first), number_of(range.last)});
  }
  std::ranges::sort(spans, {}, &Span::first);
  std::vector<Span> joined;
  for (const Span& span : spans) {
    if (!joined.empty() && (span.first <= joined.back().last || span.first == joined.back().last + 1)) {
      joined.back().last = std::max(joined.back().last, span.last);
    } else {
      joined.push_back(span);
    }
  }
  return joined;
}

// Both ascending and disjoint.
std::vector<Span> subtract(const std::vector<Span>& spans, const std::vector<Span>& holes) {
  std::vector<Span> left;
  auto hole = holes.begin();
  for (Span span : spans) {
    while (hole != holes.end() && hole->last < span.first) ++hole;
    bool used_up = false;
    for (auto cut = hole; cut != holes.end() && cut->first <= span.last; ++cut) {
      if (cut->first > span.first) left.push_back({span.first, cut->first - 1});
      used_up = cut->last >= span.last;
      if (used_up) break;
      span.first = cut->last + 1;
    }
    if (!used_up) left.push_back(span);
  }
  return left;
}

Error too_many(const std::vector<AddressRange>& included) {
  const AddressRange* largest = nullptr;
  for (const AddressRange& range : included) {
    if (range.first.is_ipv4()) continue;
    if (largest == nullptr || count_addresses(range) > count_addresses(*largest)) largest = &range;
  }
  const std::uint64_t count = count_addresses(*largest);
  const std::string many = count == ~std::uint64_t{0} ? "2^64 addresses or more" : std::to_string(count) + " addresses";
  const std::string what = count > TargetSet::max_ipv6_targets ? to_string(*largest) + ": " + many
                                                               : "the IPv6 ranges: too many addresses together (" +
                                                                     to_string(*largest) + " alone has " + many + ")";
  return usage_error(what + ", and one scan asks at most " + std::to_string(TargetSet::max_ipv6_targets) +
                     " IPv6 addresses (name a smaller range, or scan without one: the link's hosts are then found by "
                     "multicast)");
}

}  // namespace

std::expected<TargetSet, Error> TargetSet::make(const std::vector<AddressRange>& included,
                                                std::vector<AddressRange> excluded) {
  std::ranges::copy(never_owned(), std::back_inserter(excluded));
  TargetSet set;
  Number ipv6_count = 0;
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    for (const Span& span : subtract(merged(included, family), merged(excluded, family))) {
      if (family == Family::ipv6) {
        // Checked one by one: the sum of all could wrap.
        if (span.last - span.first >= max_ipv6_targets) return std::unexpected(too_many(included));
        ipv6_count += span.last - span.first + 1;
        if (ipv6_count > max_ipv6_targets) return std::unexpected(too_many(included));
      }
      set.count_ += static_cast<std::uint64_t>(span.last - span.first) + 1;
      set.ranges_.push_back({address_of(family, span.first), address_of(family, span.last)});
      set.ends_.push_back(set.count_);
    }
  }
  return set;
}

IpAddress TargetSet::operator[](std::uint64_t index) const noexcept {
  const auto place = static_cast<std::size_t>(std::ranges::upper_bound(ends_, index) - ends_.begin());
  const std::uint64_t start = place == 0 ? 0 : ends_[place - 1];
  const IpAddress& first = ranges_[place].first;
  if (first.is_ipv4()) return Ipv4Address{first.ipv4().value + static_cast<std::uint32_t>(index - start)};
  return advance(first, index - start);
}

bool TargetSet::contains(const IpAddress& address) const noexcept {
  const auto behind = std::ranges::upper_bound(ranges_, address, {}, &AddressRange::first);
  return behind != ranges_.begin() && std::prev(behind)->contains(address);
}

}  // namespace onlink::inline v0
