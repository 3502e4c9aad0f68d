// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/program.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <iterator>

namespace onlink::differential {

Exit exit_of(const Error& error) noexcept {
  switch (error.code) {
    case ErrorCode::usage:
      return Exit::usage;
    case ErrorCode::permission:
      return Exit::permission;
    case ErrorCode::no_interface:
    case ErrorCode::link_down:
    case ErrorCode::unsupported:
    case ErrorCode::system:
      return Exit::system;
  }
  return Exit::system;
}

int complain(std::string_view program, std::string_view text, Exit status) {
  fmt::print(stderr, "{}: {}\n", program, text);
  return static_cast<int>(status);
}

int complain(std::string_view program, const Error& error) { return complain(program, error.context, exit_of(error)); }

int print(std::string_view text, Exit status) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return static_cast<int>(written ? status : Exit::system);
}

Arguments::Arguments(int argc, char** argv) : words_(argv + 1, argv + argc) {}

bool Arguments::flag(std::string_view name) { return std::erase(words_, name) > 0; }

std::optional<std::string> Arguments::value(std::string_view name) {
  std::optional<std::string> found;
  for (auto at = words_.begin(); at != words_.end();) {
    if (at->size() > name.size() && at->starts_with(name) && (*at)[name.size()] == '=') {
      found = at->substr(name.size() + 1);
      at = words_.erase(at);
    } else if (*at == name && std::next(at) != words_.end()) {
      found = *std::next(at);
      at = words_.erase(at, at + 2);
    } else if (*at == name) {
      if (!error_) error_ = fmt::format("{}: a value is missing", name);
      at = words_.erase(at);
    } else {
      ++at;
    }
  }
  return found;
}

std::uint64_t Arguments::number(std::string_view name, std::uint64_t otherwise) {
  const auto text = value(name);
  if (!text) return otherwise;
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (failed != std::errc{} || end != text->data() + text->size()) {
    if (!error_) error_ = fmt::format("{}: '{}' is not a number", name, *text);
    return otherwise;
  }
  return number;
}

std::vector<std::string> Arguments::operands() {
  for (const std::string& word : words_) {
    if (word.starts_with('-') && word != "-" && !error_) error_ = fmt::format("{}: no such option; see --help", word);
  }
  return words_;
}

}  // namespace onlink::differential
