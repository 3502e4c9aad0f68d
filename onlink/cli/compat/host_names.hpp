// SPDX-License-Identifier: Apache-2.0
// Host names as the tools that we stand in for find them: by the system's own resolver, so that /etc/nsswitch.conf,
// /etc/hosts and whatever else it names count for us as for every other program. Bounded in time: a name server that is
// silent is waited for once, for a second, and asked no more.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <unordered_map>

#include "onlink/base/ip_address.hpp"

namespace onlink::inline v0::cli::compat {

enum class NoAddress : std::uint8_t {
  unknown,       // there is no such host
  unreachable,   // no name server answered
  other_family,  // an address, of the other family
};

class HostNames {
 public:
  HostNames();

  // The first address of that family: of a name, or the text's own ("10.9" is 10.0.0.9, "fe80::1%eth0" fe80::1).
  [[nodiscard]] std::expected<IpAddress, NoAddress> address_of(const std::string& text, Family family);
  // The same without asking for names.
  [[nodiscard]] std::expected<IpAddress, NoAddress> literal(const std::string& text, Family family);

  // The host's name, as its first line in /etc/hosts or its PTR record has it.
  [[nodiscard]] std::optional<std::string> name_of(const IpAddress& address);
  // False once a name server was waited for in vain: an address without a name may have one all the same.
  [[nodiscard]] bool has_server() const noexcept { return !no_server_; }

 private:
  std::unordered_map<IpAddress, std::optional<std::string>> known_;
  bool no_server_ = false;  // one was waited for in vain
};

}  // namespace onlink::inline v0::cli::compat
