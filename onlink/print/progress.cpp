// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/progress.hpp"

#include <algorithm>
#include <cmath>

namespace onlink::inline v0 {
namespace {

constexpr Duration redraw_interval = std::chrono::milliseconds{100};
constexpr unsigned bar_width = 20;

std::string bar(double fraction) {
  const auto full = static_cast<std::size_t>(fraction * bar_width);
  std::string text(full, '=');
  if (full < bar_width) text += '>';
  return fmt::format("[{:<{}}]", text, bar_width);
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3;) digits.insert(i -= 3, ",");
  return digits;
}

std::string estimate(Duration duration) {
  struct Unit {
    double seconds, up_to;
    std::string_view name;
  };
  static constexpr Unit units[] = {{1, 90, "s"},
                                   {60, 90 * 60, "min"},
                                   {3600, 48 * 3600, "h"},
                                   {86400, 2 * 365 * 86400.0, "days"},
                                   {365.25 * 86400, INFINITY, "years"}};
  const double seconds = std::max(0.0, to_seconds(duration));
  if (seconds < 1) return "less than 1 s";
  const auto& unit = *std::ranges::find_if(units, [&](const Unit& u) { return seconds < u.up_to; });
  const double value = seconds / unit.seconds;
  return unit.seconds == 3600 ? fmt::format("about {:.1f} {}", value, unit.name)
                              : fmt::format("about {:.0f} {}", value, unit.name);
}

std::string progress_line(const ProgressState& state, unsigned width) {
  std::string line;
  if (state.total != 0) {
    const double fraction = std::min(1.0, static_cast<double>(state.done) / static_cast<double>(state.total));
    line = fmt::format("{} {:3.0f}%  {}/{}", bar(fraction), std::floor(fraction * 100), grouped(state.done),
                       grouped(state.total));
  } else {
    line = grouped(state.done);
  }
  line += fmt::format("  {} found", grouped(state.found));
  if (state.rate >= 1) line += fmt::format("  {}/s", grouped(static_cast<std::uint64_t>(state.rate)));
  if (state.remaining) line += fmt::format("  {} left", estimate(*state.remaining));
  // The last column stays free: filling it makes some terminals wrap.
  if (width > 1 && line.size() >= width) line.resize(width - 1);
  return line;
}

void Progress::update(Instant now, const ProgressState& state) {
  if (!enabled_ || (last_ && now - *last_ < redraw_interval)) return;
  last_ = now;
  terminal_.print("\r\x1b[K{}", progress_line(state, width_));
  terminal_.flush();
  drawn_ = true;
}

void Progress::clear() {
  if (!drawn_) return;
  terminal_.write("\r\x1b[K");
  terminal_.flush();
  drawn_ = false;
}

}  // namespace onlink::inline v0
