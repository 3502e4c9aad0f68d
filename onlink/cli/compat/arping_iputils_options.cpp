// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arping_iputils_options.hpp"

#include <fmt/format.h>
#include <getopt.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace onlink::inline v0::cli::compat {
namespace {

constexpr long max_number = std::numeric_limits<std::int32_t>::max();

// A decimal number from `least` on, or what is wrong with it.
std::optional<std::uint32_t> read_number(const char* text, long least, ArpingLine& line) {
  char* end = nullptr;
  errno = 0;
  const long number = std::strtol(text, &end, 10);
  if (end == text || *end != '\0') {
    line.complaint = fmt::format("invalid argument: '{}'", text);
  } else if (errno != 0) {
    line.complaint = fmt::format("invalid argument: '{}': {}", text, std::strerror(errno));
  } else if (number < least || number > max_number) {
    line.complaint = fmt::format("invalid argument: '{}': out of range: {} <= value <= {}", text, least, max_number);
  } else {
    return static_cast<std::uint32_t>(number);
  }
  line.wanted = ArpingLine::Wanted::refusal;
  return std::nullopt;
}

Duration read_seconds(ArpingLine& line) { return std::chrono::seconds{read_number(optarg, 0, line).value_or(0)}; }

void read_switch(int letter, ArpingLine& line) {
  switch (letter) {
    case 'A':
      line.as_reply = line.unsolicited = true;
      return;
    case 'b':
      line.broadcast_only = true;
      return;
    case 'D':
      line.detect_duplicate = line.first_reply_ends = true;
      return;
    case 'f':
      line.first_reply_ends = true;
      return;
    case 'q':
      line.quiet = true;
      return;
    case 'U':
      line.unsolicited = true;
      return;
    case 'V':
      line.wanted = ArpingLine::Wanted::version;
      return;
    default:
      line.wanted = ArpingLine::Wanted::usage;
  }
}

void read_option(int letter, ArpingLine& line) {
  switch (letter) {
    case 'c':
      line.count = read_number(optarg, 1, line);
      return;
    case 'w':
      line.limit = read_seconds(line);
      return;
    case 'i':
      line.interval = read_seconds(line);
      return;
    case 'I':
      line.interface = optarg;
      return;
    case 's':
      line.source = optarg;
      return;
    default:
      read_switch(letter, line);
  }
}

}  // namespace

ArpingLine read_arping_line(int argc, char** argv) {
  ArpingLine line;
  optind = 0;
  for (int letter = 0; line.wanted == ArpingLine::Wanted::run && letter != -1;) {
    letter = ::getopt(argc, argv, "AbDfhqUVc:w:i:I:s:");
    if (letter != -1) read_option(letter, line);
  }
  if (line.wanted != ArpingLine::Wanted::run) return line;
  if (optind + 1 != argc) {
    line.wanted = ArpingLine::Wanted::usage;
  } else {
    line.target = argv[optind];
  }
  return line;
}

}  // namespace onlink::inline v0::cli::compat
