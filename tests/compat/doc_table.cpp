// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/doc_table.hpp"

#include <fmt/format.h>

#include <regex>
#include <stdexcept>

#include "onlink/base/text.hpp"

namespace onlink::compat_diff {
namespace {

struct Place {
  std::size_t begin;  // of the table, behind its mark
  std::size_t end;
};

// A table goes on as long as lines begin with a bar.
std::optional<Place> find_table(std::string_view document, std::string_view name) {
  const std::string mark = fmt::format("<!-- compat-diff: {} -->\n", name);
  const std::size_t at = document.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  Place place{at + mark.size(), at + mark.size()};
  while (place.end < document.size() && document[place.end] == '|') {
    place.end = std::min(document.find('\n', place.end), document.size() - 1) + 1;
  }
  return place;
}

Count read_row(const std::string& line) {
  static const std::regex row(R"(\| (.+) \| (\d+)/(\d+) \| (\d+)/(\d+) \| (\d+)/(\d+) \| (\d+)/(\d+) \|)");
  std::smatch match;
  if (!std::regex_match(line, match, row)) throw std::runtime_error("no row of a table: " + line);
  const auto number = [&](std::size_t i) { return std::stoul(match[i].str()); };
  for (const std::size_t total : {5U, 7U, 9U}) {
    if (number(total) != number(3)) throw std::runtime_error("several totals in one row: " + line);
  }
  return {.group = match[1].str(),
          .total = number(3),
          .bytes = number(2),
          .lines = number(4),
          .status = number(6),
          .same = number(8)};
}

}  // namespace

std::string with_table(std::string_view document, std::string_view name, std::string_view table) {
  const auto place = find_table(document, name);
  if (!place) throw std::runtime_error(fmt::format("there is no line <!-- compat-diff: {} -->", name));
  return std::string{document.substr(0, place->begin)} + std::string{table} + std::string{document.substr(place->end)};
}

std::optional<std::vector<Count>> read_table(std::string_view document, std::string_view name) {
  const auto place = find_table(document, name);
  if (!place) return std::nullopt;
  std::vector<Count> rows;
  std::string_view table = document.substr(place->begin, place->end - place->begin);
  for (std::size_t number = 0; !table.empty(); ++number) {
    const std::string line{take_until(table, '\n')};
    if (number >= 2) rows.push_back(read_row(line));
  }
  return rows;
}

std::string render_sums(std::string_view document, const std::vector<std::string>& tools) {
  std::vector<Count> sums;
  for (const std::string& tool : tools) {
    const auto rows = read_table(document, tool);
    if (!rows || rows->empty()) continue;
    sums.push_back(rows->back());
    sums.back().group = tool;
  }
  return render_table(sums, "tool");
}

}  // namespace onlink::compat_diff
