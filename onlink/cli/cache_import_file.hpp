// SPDX-License-Identifier: Apache-2.0
// The file that `onlink cache import` reads and `export` writes: ethers(5) with IP addresses, and what `arp -f` takes.
// A line is a MAC address and an address or host name, in either order, then words:
//   02:00:00:00:00:02  192.0.2.2              # comment
//   printer            02:00:00:00:00:03
//   02:00:00:00:00:04  fe80::4%eth1  router
#pragma once

#include <cstddef>
#include <expected>
#include <istream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"

namespace onlink::inline v0::cli {

struct EthersLine {
  std::size_t number = 0;  // in the file, from 1
  MacAddress mac{};
  std::variant<IpAddress, std::string> who{};  // or a host name
  std::string interface{};                     // behind a %; empty: not told
  bool router = false;                         // `router`: it is one (IPv6)
  bool temporary = false;                      // `temp`: not permanent; enters as stale, as with arp

  bool operator==(const EthersLine&) const = default;
};

// Something wrong with a line.
struct LineError {
  std::size_t number = 0;
  std::string text{};  // "'xyz' is not a MAC address"

  bool operator==(const LineError&) const = default;
};

struct EthersFile {
  std::vector<EthersLine> lines{};
  std::vector<LineError> errors{};  // every one, in the order of the file
};

// Reads to the end, whatever is wrong. Only `in` being bad is left to the caller.
[[nodiscard]] EthersFile read_ethers(std::istream& in);
// From a file; - is standard input. `source` names it in the error, which is system: it cannot be read.
[[nodiscard]] std::expected<EthersFile, Error> read_ethers_file(const std::string& path, std::string_view source);
// As read_ethers() reads it back.
[[nodiscard]] std::string to_string(const EthersLine& line);

// Host names of hosts(5), aliases too and in lower case, with every address that they stand for.
using HostAddresses = std::unordered_map<std::string, std::vector<IpAddress>>;
[[nodiscard]] std::string lower_case(std::string_view text);  // ASCII
[[nodiscard]] HostAddresses read_host_addresses(std::istream& in);

}  // namespace onlink::inline v0::cli
