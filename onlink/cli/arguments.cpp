// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace onlink::inline v0::cli {
namespace {

// All of `text` as a number, or nothing.
template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_finite(std::string_view text) {
  const auto value = parse_number<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

bool only_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

struct TimeUnit {
  std::string_view name;
  double seconds;
};
// The longer names first: "ms" ends in "s".
constexpr TimeUnit time_units[] = {{"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}, {"", 1}};

}  // namespace

const Arguments::Entry* Arguments::find(std::string_view name) const noexcept {
  const auto found = std::ranges::find(entries_, name, &Entry::name);
  return found == entries_.end() ? nullptr : &*found;
}

Arguments::Entry& Arguments::entry(std::string_view name) {
  const auto found = std::ranges::find(entries_, name, &Entry::name);
  if (found != entries_.end()) return *found;
  return entries_.emplace_back(Entry{.name = std::string{name}, .count = 0, .values = {}});
}

void Arguments::add(std::string_view name, std::string value) {
  Entry& to = entry(name);
  ++to.count;
  to.values.push_back(std::move(value));
}

void Arguments::add_switch(std::string_view name, std::size_t times) { entry(name).count += times; }

std::size_t Arguments::count(std::string_view name) const noexcept {
  const Entry* found = find(name);
  return found == nullptr ? 0 : found->count;
}

std::span<const std::string> Arguments::values(std::string_view name) const noexcept {
  const Entry* found = find(name);
  return found == nullptr ? std::span<const std::string>{} : found->values;
}

std::optional<std::string_view> Arguments::text(std::string_view name) const noexcept {
  const auto all = values(name);
  return all.empty() ? std::nullopt : std::optional<std::string_view>{all.back()};
}

void OptionReader::fail(std::string_view name, std::string_view text) { fail(fmt::format("--{}: {}", name, text)); }

void OptionReader::fail(std::string text) {
  if (!error_) error_ = usage_error(std::move(text));
}

std::optional<std::uint64_t> OptionReader::integer(std::string_view name, std::uint64_t low, std::uint64_t high) {
  const auto text = arguments_.text(name);
  if (!text) return std::nullopt;
  const auto value = parse_number<std::uint64_t>(*text);
  if (value && *value >= low && *value <= high) return value;
  // A number that is right but for its size is told the limits; anything else is no whole number.
  if (!value && !only_digits(*text)) {
    fail(name, parse_finite(*text) ? fmt::format("'{}' is not a whole number of 0 or more", *text)
                                   : fmt::format("'{}' is not a number", *text));
  } else if (high == std::numeric_limits<std::uint64_t>::max()) {
    fail(name, value ? fmt::format("{} is too small; at least {}", *text, low) : fmt::format("{} is too large", *text));
  } else {
    fail(name, fmt::format("{} is out of range; {} to {}", *text, low, high));
  }
  return std::nullopt;
}

std::optional<double> OptionReader::number(std::string_view name, double low, double high) {
  const auto text = arguments_.text(name);
  if (!text) return std::nullopt;
  const auto value = parse_finite(*text);
  if (!value) {
    fail(name, fmt::format("'{}' is not a number", *text));
  } else if (*value < low || *value > high) {
    fail(name, fmt::format("{} is out of range; {} to {}", *text, low, high));
  } else {
    return value;
  }
  return std::nullopt;
}

std::optional<double> OptionReader::fraction(std::string_view name) {
  const auto text = arguments_.text(name);
  if (!text) return std::nullopt;
  const bool percent = text->ends_with('%');
  const auto number = parse_finite(text->substr(0, text->size() - (percent ? 1 : 0)));
  const double value = number.value_or(-1) / (percent ? 100 : 1);
  if (value >= 0 && value <= 1) return value;
  fail(name, fmt::format("'{}' is no fraction, such as 0.1 or 10%", *text));
  return std::nullopt;
}

std::optional<Duration> OptionReader::duration(std::string_view name, Duration low, Duration high) {
  const auto text = arguments_.text(name);
  if (!text) return std::nullopt;
  const auto& unit = *std::ranges::find_if(time_units, [&](const TimeUnit& u) { return text->ends_with(u.name); });
  const auto value = parse_finite(text->substr(0, text->size() - unit.name.size()));
  if (!value) {
    fail(name, fmt::format("'{}' is not a time; seconds, or with a unit: 0.5, 500ms, 2s, 1m", *text));
    return std::nullopt;
  }
  const double seconds = *value * unit.seconds;
  if (seconds < to_seconds(low) || seconds > to_seconds(high)) {
    fail(name, fmt::format("{} is out of range; {} to {} seconds", *text, to_seconds(low), to_seconds(high)));
    return std::nullopt;
  }
  return from_seconds(seconds);
}

namespace {

template <class T>
std::optional<T> keep(OptionReader& reader, std::string_view name, std::expected<T, Error> parsed) {
  if (parsed) return *std::move(parsed);
  reader.fail(name, parsed.error().context);
  return std::nullopt;
}

}  // namespace

std::optional<MacAddress> OptionReader::mac(std::string_view name) {
  const auto text = arguments_.text(name);
  return text ? keep(*this, name, parse_mac(*text)) : std::nullopt;
}

std::optional<IpAddress> OptionReader::ip(std::string_view name) {
  const auto text = arguments_.text(name);
  return text ? keep(*this, name, parse_ip(*text)) : std::nullopt;
}

std::optional<VlanStack> OptionReader::vlans(std::string_view name) {
  const auto text = arguments_.text(name);
  return text ? keep(*this, name, parse_vlan_stack(*text)) : std::nullopt;
}

}  // namespace onlink::inline v0::cli
