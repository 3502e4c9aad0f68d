// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/happening.hpp"

#include <csignal>
#include <map>
#include <stdexcept>

#include "onlink/base/text.hpp"
#include "tests/compat/case_words.hpp"
#include "tests/support/hex.hpp"

namespace onlink::compat_diff {
namespace {

const std::map<std::string, int, std::less<>> signals = {{"INT", SIGINT},   {"TERM", SIGTERM}, {"HUP", SIGHUP},
                                                         {"QUIT", SIGQUIT}, {"ALRM", SIGALRM}, {"USR1", SIGUSR1}};

[[noreturn]] void refuse(std::string_view text) {
  throw std::runtime_error("@then wants 'EVENT after N frames|lines|ms': " + std::string{text});
}

void parse_when(Happening& happening, std::uint32_t count, const std::string& unit, std::string_view text) {
  happening.count = count;
  if (unit.starts_with("frame")) {
    happening.when = Happening::When::frames;
  } else if (unit.starts_with("line")) {
    happening.when = Happening::When::lines;
  } else if (unit == "ms") {
    happening.when = Happening::When::time;
    happening.time = std::chrono::milliseconds{count};
  } else {
    refuse(text);
  }
}

}  // namespace

Happening parse_happening(std::string_view text) {
  const std::vector<std::string> words = split_words(text);
  const std::size_t after = words.size() - std::min<std::size_t>(words.size(), 3);
  if (after == 0 || words[after] != "after") refuse(text);
  Happening happening;
  const auto count = parse_decimal(words[after + 1], UINT32_MAX);
  if (!count) refuse(text);
  parse_when(happening, *count, words[after + 2], text);
  if (const auto signal = signals.find(words[0]); signal != signals.end()) {
    happening.signal = signal->second;
  } else if (words[0] == "down" || words[0] == "unplug") {
    happening.what = words[0] == "down" ? Happening::What::down : Happening::What::unplug;
  } else if (words[0] == "send") {
    happening.what = Happening::What::send;
    for (std::size_t i = 1; i < after; ++i) {
      for (const std::byte octet : test::from_hex(words[i])) happening.frame.push_back(octet);
    }
  } else {
    refuse(text);
  }
  return happening;
}

}  // namespace onlink::compat_diff
