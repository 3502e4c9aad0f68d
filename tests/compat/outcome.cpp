// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/outcome.hpp"

#include <stdexcept>

#include "onlink/base/text.hpp"

namespace onlink::compat_diff {
namespace {

// A piece is its size, a colon and its octets; a list is its number of pieces and then those.
void put(std::string& text, std::string_view piece) {
  text += std::to_string(piece.size());
  text += ':';
  text += piece;
}

void put(std::string& text, const std::vector<std::string>& list) {
  put(text, std::to_string(list.size()));
  for (const std::string& piece : list) put(text, piece);
}

std::string take(std::string_view& text) {
  const auto size = parse_decimal(take_until(text, ':'), UINT32_MAX);
  if (!size || *size > text.size()) throw std::runtime_error("the text of an outcome is damaged");
  std::string piece{text.substr(0, *size)};
  text.remove_prefix(*size);
  return piece;
}

std::vector<std::string> take_list(std::string_view& text) {
  std::vector<std::string> list(std::stoul(take(text)));
  for (std::string& piece : list) piece = take(text);
  return list;
}

}  // namespace

std::string to_text(const Outcome& outcome) {
  std::string text;
  for (const auto* list : {&outcome.frames, &outcome.files, &outcome.neighbors}) put(text, *list);
  for (const auto* piece : {&outcome.out, &outcome.err, &outcome.ending}) put(text, *piece);
  return text;
}

Outcome parse_outcome(std::string_view text) {
  Outcome outcome;
  for (auto* list : {&outcome.frames, &outcome.files, &outcome.neighbors}) *list = take_list(text);
  for (auto* piece : {&outcome.out, &outcome.err, &outcome.ending}) *piece = take(text);
  return outcome;
}

}  // namespace onlink::compat_diff
