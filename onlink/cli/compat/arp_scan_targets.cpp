// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_targets.hpp"

#include <algorithm>
#include <numeric>

#include "onlink/engine/scan_order.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

constexpr std::uint64_t all_addresses = std::uint64_t{1} << 32;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Octets of `text` that are "1.2.3.4" or the like, from its start; 0: it does not begin so.
bool begins_with_quad(std::string_view text) noexcept {
  for (int numbers = 1;; ++numbers) {
    std::size_t digits = 0;
    while (digits < text.size() && is_digit(text[digits])) ++digits;
    if (digits == 0) return false;
    if (numbers == 4) return true;
    if (digits == text.size() || text[digits] != '.') return false;
    text.remove_prefix(digits + 1);
  }
}

bool ends_with_quad(std::string_view text) noexcept {
  for (int numbers = 1;; ++numbers) {
    std::size_t digits = 0;
    while (digits < text.size() && is_digit(text[text.size() - 1 - digits])) ++digits;
    if (digits == 0) return false;
    if (numbers == 4) return true;
    if (digits == text.size() || text[text.size() - 1 - digits] != '.') return false;
    text.remove_suffix(digits + 1);
  }
}

bool has_shape(std::string_view text, char sign, bool quad_behind) noexcept {
  for (std::size_t at = text.find(sign); at != std::string_view::npos; at = text.find(sign, at + 1)) {
    const std::string_view behind = text.substr(at + 1);
    const bool fits = quad_behind ? begins_with_quad(behind) : !behind.empty() && is_digit(behind.front());
    if (fits && ends_with_quad(text.substr(0, at))) return true;
  }
  return false;
}

ScanTargetWords split(std::string_view text, char sign, ScanTargetForm form) noexcept {
  const std::size_t at = text.find(sign);
  return {form, text.substr(0, at), text.substr(at + 1)};
}

}  // namespace

ScanTargetWords split_scan_target(std::string_view text) noexcept {
  if (has_shape(text, '/', false)) return split(text, '/', ScanTargetForm::prefix);
  if (has_shape(text, ':', true)) return split(text, ':', ScanTargetForm::masked);
  if (has_shape(text, '-', true)) return split(text, '-', ScanTargetForm::range);
  return {ScanTargetForm::address, text, {}};
}

void ArpScanTargets::add(Ipv4Address first, std::uint64_t count) {
  while (count != 0) {
    const std::uint64_t part = std::min(count, all_addresses - first.value);
    Run* const last = runs_.empty() ? nullptr : &runs_.back();
    if (last != nullptr && last->first + last->count == first.value) {
      last->count += part;
    } else {
      runs_.push_back({first.value, part, size_});
    }
    size_ += part;
    count -= part;
    first.value = 0;
  }
}

Ipv4Address ArpScanTargets::operator[](std::uint64_t index) const noexcept {
  const auto behind = std::ranges::upper_bound(runs_, index, {}, &Run::start);
  const Run& run = *(behind - 1);
  return {static_cast<std::uint32_t>(run.first + (index - run.start))};
}

ArpScanTargets ArpScanTargets::shuffled(std::uint64_t seed) const {
  ArpScanTargets out;
  const ScanOrder order(size_, seed);
  for (std::uint64_t i = 0; i < size_; ++i) out.add((*this)[order[i]]);
  return out;
}

std::vector<Ipv4Address> ArpScanTargets::starts() const {
  std::vector<Ipv4Address> out;
  out.reserve(runs_.size());
  for (const Run& run : runs_) out.push_back({run.first});
  return out;
}

void ArpScanTargets::make_index() {
  by_address_.resize(runs_.size());
  std::iota(by_address_.begin(), by_address_.end(), 0U);
  std::ranges::sort(by_address_, {}, [&](std::uint32_t run) { return runs_[run].first; });
  overlapping_ = std::ranges::adjacent_find(by_address_, [&](std::uint32_t a, std::uint32_t b) {
                   return runs_[a].first + runs_[a].count > runs_[b].first;
                 }) != by_address_.end();
}

std::optional<std::uint64_t> ArpScanTargets::find(Ipv4Address address, std::uint64_t from) const noexcept {
  const auto place_in = [&](const Run& run) -> std::optional<std::uint64_t> {
    if (address.value < run.first || address.value - run.first >= run.count) return std::nullopt;
    return run.start + (address.value - run.first);
  };
  if (!overlapping_) {
    const auto behind =
        std::ranges::upper_bound(by_address_, address.value, {}, [&](std::uint32_t run) { return runs_[run].first; });
    return behind == by_address_.begin() ? std::nullopt : place_in(runs_[*(behind - 1)]);
  }
  std::optional<std::uint64_t> nearest;
  const auto distance = [&](std::uint64_t place) { return (from + size_ - place) % size_; };
  for (const Run& run : runs_) {
    const auto place = place_in(run);
    if (place && (!nearest || distance(*place) < distance(*nearest))) nearest = place;
  }
  return nearest;
}

}  // namespace onlink::inline v0::cli::compat
