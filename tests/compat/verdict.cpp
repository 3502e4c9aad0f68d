// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onlink::compat_diff {
namespace {

// Line breaks and indentation of a document mean nothing.
std::string with_single_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

std::string objection_to(const CaseResult& result, std::string_view documents) {
  if (!result.failure.empty()) return "could not be run: " + result.failure;
  if (!result.comparison.same_status) return "ends with another status";
  const auto reason = result.one->value("differs");
  if (result.comparison.same()) return reason ? "does not differ, though @differs says so" : "";
  if (!reason) return "differs, and nothing says why";
  if (!documents_say(documents, *reason)) return "its reason is in no document: " + *reason;
  return "";
}

}  // namespace

std::vector<Count> count_groups(const std::vector<CaseResult>& results) {
  std::vector<Count> counts;
  for (const CaseResult& result : results) {
    auto count = std::ranges::find(counts, result.one->group, &Count::group);
    if (count == counts.end()) count = counts.insert(counts.end(), {.group = result.one->group});
    const Comparison& comparison = result.comparison;
    ++count->total;
    count->bytes += comparison.same_bytes ? 1 : 0;
    count->lines += comparison.same_lines ? 1 : 0;
    count->status += comparison.same_status ? 1 : 0;
    count->same += comparison.same() ? 1 : 0;
  }
  return counts;
}

Count sum(const std::vector<Count>& counts) {
  Count all{.group = "all"};
  for (const Count& count : counts) {
    all.total += count.total;
    all.bytes += count.bytes;
    all.lines += count.lines;
    all.status += count.status;
    all.same += count.same;
  }
  return all;
}

std::string render_table(const std::vector<Count>& counts, std::string_view of) {
  std::string text = fmt::format("| {} | bytes | lines | status | all the same |\n|---|---|---|---|---|\n", of);
  const auto row = [&](const Count& count) {
    text += fmt::format("| {0} | {2}/{1} | {3}/{1} | {4}/{1} | {5}/{1} |\n", count.group, count.total, count.bytes,
                        count.lines, count.status, count.same);
  };
  for (const Count& count : counts) row(count);
  row(sum(counts));
  return text;
}

bool documents_say(std::string_view documents, std::string_view reason) {
  return with_single_blanks(documents).contains(with_single_blanks(reason));
}

std::vector<std::string> objections(const std::vector<CaseResult>& results, std::string_view documents) {
  std::vector<std::string> found;
  for (const CaseResult& result : results) {
    const std::string objection = objection_to(result, documents);
    if (!objection.empty())
      found.push_back(fmt::format("line {}: {}: {}", result.one->line, result.one->text, objection));
  }
  const Count all = sum(count_groups(results));
  if (all.same * 100 < all.total * 98)
    found.push_back(fmt::format("{} of {} cases are the same, which is less than 98 %", all.same, all.total));
  return found;
}

}  // namespace onlink::compat_diff
