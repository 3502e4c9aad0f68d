// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_import_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <system_error>

#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

constexpr std::size_t longest_host_name = 253;  // RFC 1035 section 2.3.4, as text
constexpr std::size_t longest_interface_name = 15;
constexpr std::size_t shown_columns = 60;  // of a wrong word

std::string shown(std::string_view word) { return fmt::format("'{}'", printable(shortened(word, shown_columns))); }

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream words{std::string{line.substr(0, line.find('#'))}};
  std::vector<std::string> all;
  for (std::string word; words >> word;) all.push_back(word);
  return all;
}

bool is_host_name(std::string_view word) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
  };
  // Numbers with dots are an IPv4 address with a slip in it.
  const bool numeric = word.find('.') != word.npos && word.find_first_not_of("0123456789.") == word.npos;
  return !word.empty() && !numeric && word.size() <= longest_host_name && std::ranges::all_of(word, allowed) &&
         word.front() != '-';
}

// The address or name before a %, and the interface behind it.
std::expected<void, std::string> read_who(std::string_view word, EthersLine& line) {
  const std::size_t percent = word.find('%');
  const std::string_view who = word.substr(0, percent);
  if (percent != std::string_view::npos) {
    line.interface = word.substr(percent + 1);
    if (line.interface.empty() || line.interface.size() > longest_interface_name) {
      return std::unexpected(fmt::format("{} names no interface", shown(word)));
    }
  }
  if (const auto address = parse_ip(who)) {
    line.who = *address;
  } else if (is_host_name(who)) {
    line.who = std::string{who};
  } else {
    return std::unexpected(fmt::format("{} is neither an address nor a host name", shown(who)));
  }
  return {};
}

std::expected<void, std::string> read_flag(std::string_view word, EthersLine& line) {
  if (word == "router") {
    line.router = true;
  } else if (word == "temp") {
    line.temporary = true;
  } else if (word == "pub") {
    return std::unexpected("'pub': addresses to answer for are not imported; see onlink cache add --proxy");
  } else {
    return std::unexpected(fmt::format("{} is not a word that may follow (router, temp)", shown(word)));
  }
  return {};
}

// Which of the first two words is the MAC address. A word of twelve hexadecimal digits may be a host's name: where both
// words could be the MAC address, the one with separators is.
std::expected<std::size_t, std::string> find_mac(const std::vector<std::string>& words) {
  const bool first = parse_mac(words[0]).has_value(), second = parse_mac(words[1]).has_value();
  const auto bare = [](std::string_view word) { return word.find_first_of(":-.") == std::string_view::npos; };
  if (first && second && bare(words[0]) == bare(words[1])) {
    return std::unexpected("both words are MAC addresses; an address or host name is missing");
  }
  if (first && second) return bare(words[0]) ? 1 : 0;
  if (first) return 0;
  if (second) return 1;
  // The word that is no address was meant for the MAC address.
  const bool other = parse_ip(std::string_view{words[0]}.substr(0, words[0].find('%'))).has_value();
  return std::unexpected(parse_mac(words[other ? 1 : 0]).error().context);
}

std::expected<EthersLine, std::string> read_line(const std::vector<std::string>& words, std::size_t number) {
  EthersLine line{.number = number};
  if (words.size() < 2) return std::unexpected("a line is a MAC address and an address or host name");
  const auto place = find_mac(words);
  if (!place) return std::unexpected(place.error());
  line.mac = parse_mac(words[*place]).value();
  if (auto read = read_who(words[1 - *place], line); !read) return std::unexpected(std::move(read.error()));
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (auto read = read_flag(words[i], line); !read) return std::unexpected(std::move(read.error()));
  }
  return line;
}

Error unreadable(std::string_view source, int why) {
  return {ErrorCode::system, why,
          fmt::format("{}: read: {}", source, std::generic_category().message(why == 0 ? EIO : why))};
}

}  // namespace

std::expected<EthersFile, Error> read_ethers_file(const std::string& path, std::string_view source) {
  if (path == "-") return read_ethers(std::cin);
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return std::unexpected(unreadable(source, EISDIR));
  errno = 0;
  std::ifstream in{path};
  if (!in) return std::unexpected(unreadable(source, errno));
  EthersFile file = read_ethers(in);
  if (in.bad()) return std::unexpected(unreadable(source, errno));
  return file;
}

EthersFile read_ethers(std::istream& in) {
  EthersFile file;
  std::size_t number = 0;
  for (std::string text; std::getline(in, text);) {
    const std::vector<std::string> words = words_of(text);
    ++number;
    if (words.empty()) continue;
    if (auto line = read_line(words, number)) {
      file.lines.push_back(*std::move(line));
    } else {
      file.errors.push_back({number, std::move(line.error())});
    }
  }
  return file;
}

std::string to_string(const EthersLine& line) {
  const auto* const address = std::get_if<IpAddress>(&line.who);
  std::string text =
      fmt::format("{}  {}", line.mac, address != nullptr ? to_string(*address) : std::get<std::string>(line.who));
  if (!line.interface.empty()) text += "%" + line.interface;
  if (line.router) text += "  router";
  if (line.temporary) text += "  temp";
  return text;
}

std::string lower_case(std::string_view text) {
  std::string lower{text};
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

HostAddresses read_host_addresses(std::istream& in) {
  HostAddresses hosts;
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() < 2) continue;
    const auto address = parse_ip(std::string_view{words[0]}.substr(0, words[0].find('%')));
    for (std::size_t i = 1; address && i < words.size(); ++i) {
      auto& known = hosts[lower_case(words[i])];
      if (std::ranges::find(known, *address) == known.end()) known.push_back(*address);
    }
  }
  return hosts;
}

}  // namespace onlink::inline v0::cli
