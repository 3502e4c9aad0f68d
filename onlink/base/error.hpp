// SPDX-License-Identifier: Apache-2.0
// The two error types of the project. DecodeError says why bytes are not the packet they claim to be; Error is for
// everything outside: the system, files, what the user typed. Expected outcomes are neither: they are events.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace onlink::inline v0 {

enum class DecodeError : std::uint8_t {
  truncated,          // fewer bytes than the layout needs
  bad_length,         // a length field contradicts the layout or the bytes at hand
  bad_version,        // the IP version nibble is not the one that the EtherType promised
  bad_checksum,       // one's complement sum does not hold
  bad_hop_limit,      // NDP with a hop limit other than 255 (RFC 4861 section 6.1, 7.1, 8.1)
  bad_code,           // NDP with a code other than 0
  bad_option_length,  // NDP option of length 0, past the end, or not fitting the link-layer address
  bad_source,         // a source address that the receive rules forbid
  bad_destination,    // a destination address that the receive rules forbid
  bad_target,         // NS/NA/Redirect target that is multicast or otherwise forbidden
  bad_flags,          // flags that contradict the addresses (NA to a group with S = 1)
  unexpected_option,  // an option that must not be there (source link-layer address with source ::)
  fragmented,         // NDP in fragments (RFC 6980)
  malformed,          // none of the above: an undefined EtherType/length, an operation of another EtherType
  unsupported,        // well formed for others, not decoded here (hardware type 19)
};

[[nodiscard]] std::string_view to_string(DecodeError error) noexcept;

// What kind of failure it is; the command line maps each kind to one exit code (docs: exit codes).
enum class ErrorCode : std::uint8_t {
  usage,         // what the user typed cannot be meant
  permission,    // a capability is missing
  no_interface,  // the interface is absent
  link_down,     // it exists and is down, or went down while we worked
  unsupported,   // the interface or kernel cannot do it (no ARP on lo)
  system,        // anything else that the system refused
};

// `context` names interface, operation, reason and remedy in one line, written once, where the failure happened:
//   eth0: open packet socket: Operation not permitted (needs CAP_NET_RAW)
struct Error {
  ErrorCode code = ErrorCode::system;
  int sys_errno = 0;
  std::string context;

  bool operator==(const Error&) const = default;
};

[[nodiscard]] inline Error usage_error(std::string context) { return {ErrorCode::usage, 0, std::move(context)}; }

}  // namespace onlink::inline v0
