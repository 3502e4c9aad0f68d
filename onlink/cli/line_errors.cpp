// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/line_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

constexpr std::size_t most_lines_told = 20;  // a file of another kind must not fill the screen

}  // namespace

void tell_line_errors(Context& context, std::string_view source, const std::vector<LineError>& errors,
                      std::string_view consequence) {
  context.out.flush();
  for (const LineError& error : errors | std::views::take(most_lines_told)) {
    const std::string place = error.number == 0 ? "" : fmt::format("{}:{}: ", source, error.number);
    context.err.print("onlink {}: {}{}\n", context.command, place, harmless(error.text));
  }
  const std::size_t more = errors.size() - std::min(errors.size(), most_lines_told);
  const std::string count = errors.size() == 1 ? "1 line is wrong" : fmt::format("{} lines are wrong", errors.size());
  context.err.print("onlink {}: {}: {}{}; {}\n", context.command, source, count,
                    more == 0 ? "" : fmt::format(", of which {} are not shown", more), consequence);
  context.err.flush();
}

}  // namespace onlink::inline v0::cli
