// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_params_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

using std::chrono::milliseconds;

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

// The file's unit of time; nothing for what is no time, and for ticks, whose length only the kernel knows.
std::optional<milliseconds> time_unit(ParameterUnit unit) {
  switch (unit) {
    case ParameterUnit::milliseconds:
      return milliseconds{1};
    case ParameterUnit::hundredths:
      return milliseconds{10};
    case ParameterUnit::seconds:
      return milliseconds{1000};
    case ParameterUnit::jiffies:
    case ParameterUnit::octets:
    case ParameterUnit::packets:
    case ParameterUnit::count:
    case ParameterUnit::level:
    case ParameterUnit::on_off:
      break;
  }
  return std::nullopt;
}

struct UnitWord {
  std::string_view word;
  milliseconds length;
};
constexpr UnitWord unit_words[] = {{"ms", milliseconds{1}},
                                   {"s", milliseconds{1000}},
                                   {"min", milliseconds{60'000}},
                                   {"m", milliseconds{60'000}},
                                   {"h", milliseconds{3'600'000}}};

std::string_view kind_of_value(ParameterUnit unit) {
  switch (unit) {
    case ParameterUnit::milliseconds:
      return "a time in ms (500, 2s)";
    case ParameterUnit::seconds:
      return "a time in s (5, 2min)";
    case ParameterUnit::hundredths:
      return "a time in 1/100 s (100, 1s)";
    case ParameterUnit::on_off:
      return "on or off";
    case ParameterUnit::jiffies:
    case ParameterUnit::octets:
    case ParameterUnit::packets:
    case ParameterUnit::count:
    case ParameterUnit::level:
      break;
  }
  return "a number";
}

constexpr double far_out_of_range = 1e15;

std::expected<std::int64_t, std::string> read_time(std::string_view text, milliseconds unit,
                                                   std::string_view unit_name) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view word = text.substr(digits);
  const std::string_view figures = text.substr(0, digits);
  const auto named = std::ranges::find(unit_words, word, &UnitWord::word);
  double number = 0;
  const auto [end, error] = std::from_chars(figures.data(), figures.data() + figures.size(), number);
  if (named == std::end(unit_words) || digits == 0 || error != std::errc{} || end != figures.data() + figures.size()) {
    return std::unexpected(std::string{});
  }
  const double in_unit = number * static_cast<double>(named->length.count()) / static_cast<double>(unit.count());
  if (in_unit > far_out_of_range) return static_cast<std::int64_t>(far_out_of_range);
  const auto whole = std::int64_t{std::llround(in_unit)};
  if (std::abs(in_unit - static_cast<double>(whole)) > 1e-9) {
    return std::unexpected(fmt::format("{} cannot be told in {}", text, unit_name));
  }
  return whole;
}

constexpr std::int64_t most_of_all = std::numeric_limits<std::int32_t>::max();

struct ValueRange {
  std::int64_t least = 0;
  std::int64_t most = most_of_all;
};

bool engine_takes(const ParameterInfo& info, std::int64_t value) {
  LinkParameters scratch;
  return value >= 0 && info.write(scratch, static_cast<std::uint64_t>(value));
}

// The first value that holds, where all from there to `high` do and `low` does not.
template <class Holds>
std::int64_t first_that(std::int64_t low, std::int64_t high, Holds holds) {
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (holds(middle) ? high : low) = middle;
  }
  return high;
}

// What the engine takes is one range; what it has no use for is as the kernel takes it.
ValueRange range_of(const ParameterInfo& info) {
  if (info.write == nullptr) {
    if (info.name() == "medium_id") return {.least = -1};
    if (info.name() == "ndisc_tclass") return {.most = 255};
    return {.most = info.unit == ParameterUnit::on_off ? 1 : most_of_all};
  }
  std::int64_t inside = 0;  // the least that it takes: none has a least above a few
  while (!engine_takes(info, inside)) ++inside;
  constexpr std::int64_t beyond = std::int64_t{1} << 33;
  const auto too_much = [&](std::int64_t value) { return !engine_takes(info, value); };
  return {.least = inside, .most = first_that(inside, beyond, too_much) - 1};
}

}  // namespace

std::expected<std::string, std::string> parse_parameter_value(const ParameterInfo& info, std::string_view text) {
  std::optional<std::int64_t> value = parse_number(text);
  if (info.unit == ParameterUnit::on_off) {
    if (text == "on" || text == "yes" || text == "true") value = 1;
    if (text == "off" || text == "no" || text == "false") value = 0;
  }
  const auto unit = time_unit(info.unit);
  if (!value && unit) {
    auto time = read_time(text, *unit, to_string(info.unit));
    if (!time && !time.error().empty()) return std::unexpected(std::move(time.error()));
    if (time) value = *time;
  }
  if (!value) {
    return std::unexpected(fmt::format("'{}' is not {}", printable(shortened(text, 40)), kind_of_value(info.unit)));
  }
  const ValueRange range = range_of(info);
  if (*value >= range.least && *value <= range.most) return std::to_string(*value);
  const bool levels = info.unit == ParameterUnit::level;
  return std::unexpected(fmt::format("{} is out of range; {} to {}{}", *value, range.least, range.most,
                                     levels ? fmt::format(" ({})", info.meaning) : ""));
}

std::string parameter_value_text(const ParameterInfo& info, std::string_view value) {
  const auto number = parse_number(value);
  switch (info.unit) {
    case ParameterUnit::hundredths:
      if (number) return fmt::format("{} ({} s)", value, static_cast<double>(*number) / 100);
      break;
    case ParameterUnit::on_off:
      return fmt::format("{} ({})", value, value == "0" ? "off" : "on");
    case ParameterUnit::milliseconds:
    case ParameterUnit::seconds:
    case ParameterUnit::jiffies:
    case ParameterUnit::octets:
    case ParameterUnit::packets:
      return fmt::format("{} {}", value, to_string(info.unit));
    case ParameterUnit::count:
    case ParameterUnit::level:
      break;
  }
  return std::string{value};
}

}  // namespace onlink::inline v0::cli
