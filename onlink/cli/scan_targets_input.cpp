// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/scan_targets_input.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string_view>
#include <system_error>

#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

class TargetReader {
 public:
  explicit TargetReader(std::optional<Family> family) : family_(family) {}

  std::expected<void, Error> read_word(const std::string& word) {
    if (word == "-") return read_lines(std::cin, "standard input");
    auto range = parse_range(word);
    if (range) return add(*range, word);
    std::error_code ignored;
    if (!std::filesystem::exists(word, ignored)) return std::unexpected(not_a_target(word, range.error()));
    if (std::filesystem::is_directory(word, ignored)) return std::unexpected(unreadable(printable(word), EISDIR));
    errno = 0;
    std::ifstream file{word};
    if (!file) return std::unexpected(unreadable(printable(word), errno));
    return read_lines(file, printable(word));
  }

  std::vector<AddressRange> take() { return std::move(ranges_); }

 private:
  static Error not_a_target(std::string_view word, const Error& why) {
    const bool numeric = word.find_first_not_of("0123456789abcdefABCDEF.:/-") == std::string_view::npos;
    if (numeric) return why;
    return usage_error(fmt::format("'{}' is neither an address, a network, a range nor a file", printable(word)));
  }

  static Error unreadable(std::string_view source, int why) {
    return {ErrorCode::system, why,
            fmt::format("{}: read targets: {}", source, std::generic_category().message(why == 0 ? EIO : why))};
  }

  std::expected<void, Error> add(const AddressRange& range, std::string_view text) {
    if (family_ && range.first.family() != *family_) {
      return std::unexpected(
          usage_error(fmt::format("'{}' is excluded by -{}", printable(text), *family_ == Family::ipv4 ? 4 : 6)));
    }
    ranges_.push_back(range);
    return {};
  }

  std::expected<void, Error> read_lines(std::istream& in, std::string_view source) {
    std::string line;
    bool any = false;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
      constexpr std::string_view blanks = " \t\r";
      std::string_view text = std::string_view{line}.substr(0, line.find('#'));
      const std::size_t start = text.find_first_not_of(blanks);
      if (start == std::string_view::npos) continue;
      text = text.substr(start, text.find_last_not_of(blanks) + 1 - start);
      const auto range = parse_range(text);
      const auto added = range ? add(*range, text) : std::unexpected(range.error());
      if (!added) {
        return std::unexpected(usage_error(fmt::format("{}:{}: {}", source, number, added.error().context)));
      }
      any = true;
    }
    if (in.bad()) return std::unexpected(unreadable(source, errno));
    // A list that came out empty must not be taken for "everything".
    if (!any) return std::unexpected(usage_error(fmt::format("{}: there is no target in it", source)));
    return {};
  }

  std::optional<Family> family_;
  std::vector<AddressRange> ranges_;
};

}  // namespace

std::expected<std::vector<AddressRange>, Error> read_scan_targets(std::span<const std::string> words,
                                                                  std::optional<Family> family) {
  TargetReader reader{family};
  for (const std::string& word : words) {
    if (auto read = reader.read_word(word); !read) return std::unexpected(read.error());
  }
  return reader.take();
}

}  // namespace onlink::inline v0::cli
