// SPDX-License-Identifier: Apache-2.0
// arp -f: a file whose lines are the words of -s. Unlike ethers(5) elsewhere, a line may be indented or blank only if
// it is a mistake, a comment has a line of its own, and the address may stand in front of the host.
#include <algorithm>
#include <fstream>

#include "onlink/cli/compat/net_arp_edit.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

constexpr std::string_view blanks = " \t\n\v\f\r";

}  // namespace

std::vector<std::string> split_ethers_line(std::string_view line) {
  std::vector<std::string> words;
  for (;;) {
    const std::size_t start = line.find_first_not_of(blanks);
    if (start == std::string_view::npos) return words;
    line.remove_prefix(start);
    const bool quoted = line[0] == '"' || line[0] == '\'';
    const std::size_t end = quoted ? line.find(line[0], 1) : line.find_first_of(blanks);
    const std::size_t first = quoted ? 1 : 0;
    words.emplace_back(line.substr(first, end == std::string_view::npos ? end : end - first));
    line.remove_prefix(std::min(line.size(), end == std::string_view::npos ? line.size() : end + 1));
  }
}

int NetArpEditor::load(const std::string& file) {
  std::ifstream lines(file);
  if (!lines) return fail(fmt::format("cannot open etherfile {} !", file));
  std::size_t number = 0, entries = 0, broken = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    line.resize(std::min(line.size(), line.find('\0')));
    if (options_.verbose) err_.print(">> {}{}", line, lines.eof() ? "" : "\n");  // the line as it is
    if (line.empty() || line[0] == '#') continue;
    ++entries;
    auto words = split_ethers_line(line);
    if (words.size() < 2) {
      ++broken;
      err_.print("arp: format error on line {} of etherfile {} !\n", number, file);
      continue;
    }
    if (words[0].find(':') != std::string::npos) std::swap(words[0], words[1]);
    const std::string interface = options_.interface;
    const int status = set(words);
    if (status == NetArpStatus::usage) return status;
    if (status != NetArpStatus::done) {
      ++broken;
      err_.print("arp: cannot set entry on line {} of etherfile {} !\n", number, file);
    }
    if (options_.interface != interface) {
      err_.print("arp: warning: 'dev {}' of line {} holds for the lines behind it, too\n", options_.interface, number);
    }
  }
  if (broken != 0) {
    err_.print("arp: warning: {} of {} lines were not taken, though the status is 0\n", broken, entries);
  }
  return NetArpStatus::done;
}

}  // namespace onlink::inline v0::cli::compat
