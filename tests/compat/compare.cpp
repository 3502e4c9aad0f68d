// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/compare.hpp"

#include <algorithm>

#include "tests/compat/mask.hpp"

namespace onlink::compat_diff {
namespace {

using Lines = std::vector<std::string>;

Lines masked(const Masks& masks, Lines lines) {
  for (std::string& line : lines) line = masks.apply(std::move(line));
  return lines;
}

}  // namespace

Lines diff_lines(const Lines& original, const Lines& ours) {
  // common[i][j]: lines that the ends from i and from j have in common.
  std::vector<std::vector<std::size_t>> common(original.size() + 1, std::vector<std::size_t>(ours.size() + 1));
  for (std::size_t i = original.size(); i-- > 0;) {
    for (std::size_t j = ours.size(); j-- > 0;) {
      common[i][j] = original[i] == ours[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  Lines diff;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < original.size() || j < ours.size()) {
    if (i < original.size() && j < ours.size() && original[i] == ours[j]) {
      diff.push_back("  " + original[i]);
      ++i, ++j;
    } else if (j == ours.size() || (i < original.size() && common[i + 1][j] >= common[i][j + 1])) {
      diff.push_back("- " + original[i++]);
    } else {
      diff.push_back("+ " + ours[j++]);
    }
  }
  return diff;
}

Comparison compare(const Case& one, const Outcome& original, const Outcome& ours) {
  Comparison comparison;
  const auto same = [&](std::string what, const Lines& a, const Lines& b) {
    if (a == b) return true;
    comparison.differences.push_back({std::move(what), diff_lines(a, b)});
    return false;
  };
  const Masks masks(one.values("mask"));
  const Masks frame_masks(one.values("frame-mask"));
  const auto comparable = [&](Lines lines) {
    lines = masked(masks, std::move(lines));
    for (const std::string& pattern : one.values("drop")) drop_lines(lines, pattern);
    if (const auto usage = one.value("usage")) fold_usage(lines, *usage);
    return lines;
  };
  Lines original_out = comparable(split_lines(original.out));
  Lines our_out = comparable(split_lines(ours.out));
  Lines our_err = split_lines(ours.err);
  comparison.warnings = take_warnings(our_err);
  if (one.has("unordered")) {
    std::ranges::sort(original_out);
    std::ranges::sort(our_out);
  }
  // All of them are looked at, so that all differences are told.
  comparison.same_status = same("status", {original.ending}, {ours.ending});
  comparison.same_lines = same("stdout", original_out, our_out);
  comparison.same_lines &= same("stderr", comparable(split_lines(original.err)), comparable(std::move(our_err)));
  comparison.same_bytes = same("frames", masked(frame_masks, original.frames), masked(frame_masks, ours.frames));
  comparison.same_bytes &= same("files", original.files, ours.files);
  comparison.same_bytes &= same("neighbours", original.neighbors, ours.neighbors);
  return comparison;
}

}  // namespace onlink::compat_diff
