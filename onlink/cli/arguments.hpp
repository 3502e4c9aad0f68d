// SPDX-License-Identifier: Apache-2.0
// A parsed command line as plain data, and OptionReader, which turns its words into values. The parser has seen to
// names, counts and choices; what a value means is read here, and a wrong one is an error like
//   --count: 'abc' is not a number
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/prefix.hpp"
#include "onlink/base/time.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0::cli {

// Keys are the long names of options ("count") and the names of positionals ("TARGET").
class Arguments {
 public:
  void add(std::string_view name, std::string value);
  void add_switch(std::string_view name, std::size_t times = 1);

  // How often it was given: 0 when it was not.
  [[nodiscard]] std::size_t count(std::string_view name) const noexcept;
  [[nodiscard]] bool given(std::string_view name) const noexcept { return count(name) != 0; }
  // All values, in the order of the command line.
  [[nodiscard]] std::span<const std::string> values(std::string_view name) const noexcept;
  // The value of an option that is given once; nothing when it was not given.
  [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const noexcept;

 private:
  struct Entry {
    std::string name;
    std::size_t count = 0;
    std::vector<std::string> values;
  };
  [[nodiscard]] const Entry* find(std::string_view name) const noexcept;
  Entry& entry(std::string_view name);

  std::vector<Entry> entries_;  // a dozen at most
};

// Reads freely; the first error stays, and the caller asks once. Every accessor gives nothing for an option that was
// not given or is wrong.
class OptionReader {
 public:
  explicit OptionReader(const Arguments& arguments) noexcept : arguments_(arguments) {}

  std::optional<std::uint64_t> integer(std::string_view name, std::uint64_t low = 0,
                                       std::uint64_t high = std::numeric_limits<std::uint64_t>::max());
  std::optional<double> number(std::string_view name, double low, double high);
  // From 0 to 1: "0.1", "10%".
  std::optional<double> fraction(std::string_view name);
  // Seconds, also with a unit: "0.5", "500ms", "2s", "1m". At most a day.
  std::optional<Duration> duration(std::string_view name, Duration low, Duration high = std::chrono::hours{24});
  std::optional<MacAddress> mac(std::string_view name);
  std::optional<IpAddress> ip(std::string_view name);
  std::optional<VlanStack> vlans(std::string_view name);

  // Notes an error of the caller's own about an option, as "--name: text".
  void fail(std::string_view name, std::string_view text);
  // Likewise about the command line as a whole, as it is.
  void fail(std::string text);
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

 private:
  const Arguments& arguments_;
  std::optional<Error> error_;
};

}  // namespace onlink::inline v0::cli
