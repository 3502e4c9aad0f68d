// SPDX-License-Identifier: Apache-2.0
// The link-local address that a host had last, in a file of one line, so that it has it again after the next start
// (RFC 3927 section 2.1). A file for each MAC address.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"

namespace onlink::inline v0::cli {

class LinkLocalMemory {
 public:
  // Its place is the usual one: link-local-MAC in $XDG_STATE_HOME/onlink; without that in /var/lib/onlink for root and
  // in ~/.local/state/onlink for others.
  LinkLocalMemory() = default;
  explicit LinkLocalMemory(std::string file) : file_(std::move(file)) {}

  // Nothing: there is no file, or no address in it. Makes the directory of the usual place. Errors: system (the file
  // cannot be read, no directory).
  [[nodiscard]] std::expected<std::optional<Ipv4Address>, Error> open(const MacAddress& mac);
  // At once or not at all. REQUIRES: open().
  [[nodiscard]] std::expected<void, Error> save(Ipv4Address address) const;

 private:
  std::filesystem::path file_;  // empty: not yet known
};

}  // namespace onlink::inline v0::cli
