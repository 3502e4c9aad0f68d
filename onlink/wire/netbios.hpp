// SPDX-License-Identifier: Apache-2.0
// NetBIOS over UDP, port 137: the node status request and its answer (RFC 1002 sections 4.2.17 and 4.2.18), by which a
// host tells all its NetBIOS names and its MAC address. No allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/base/mac_address.hpp"

namespace onlink::inline v0 {

inline constexpr std::uint16_t netbios_name_port = 137;

// What a name is for, its 16th octet; open.
enum class NetbiosSuffix : std::uint8_t {
  workstation = 0x00,  // unique: the computer's name; group: its workgroup or domain
  messenger = 0x03,
  file_server = 0x20,
  domain_master_browser = 0x1b,
  domain_controllers = 0x1c,
  master_browser = 0x1d,
  browser_elections = 0x1e,
};

struct NetbiosName {
  std::array<std::uint8_t, 15> octets{};  // padded with blanks
  NetbiosSuffix suffix = NetbiosSuffix::workstation;
  std::uint16_t flags = 0;  // RFC 1002 section 4.2.18, NAME_FLAGS

  bool operator==(const NetbiosName&) const = default;
  [[nodiscard]] constexpr bool is_group() const noexcept { return (flags & 0x8000) != 0; }
  [[nodiscard]] constexpr bool is_deregistering() const noexcept { return (flags & 0x1000) != 0; }
  [[nodiscard]] constexpr bool is_conflicting() const noexcept { return (flags & 0x0800) != 0; }
  [[nodiscard]] constexpr bool is_active() const noexcept { return (flags & 0x0400) != 0; }
  [[nodiscard]] constexpr bool is_permanent() const noexcept { return (flags & 0x0200) != 0; }
};
// Without the padding; what is not printable ASCII is \xNN (the code page is the sender's own).
[[nodiscard]] std::string to_string(const NetbiosName& name);

inline constexpr std::size_t node_status_request_size = 50;
// Asks for all names: the question is for "*".
void encode_node_status_request(std::uint16_t id, std::span<std::byte, node_status_request_size> out) noexcept;
// The id, if that is what the bytes are. Refuses: truncated; malformed (not a node status request for one name).
[[nodiscard]] std::expected<std::uint16_t, DecodeError> decode_node_status_request(Bytes message) noexcept;

// A decoded answer; the names are a view over the message's bytes.
class NodeStatus {
 public:
  // Refuses: truncated; malformed (not a positive answer of type NBSTAT); bad_length (the names do not fit in the
  // data). The statistics behind the names may be cut short, as many devices do: then there is no unit_id.
  [[nodiscard]] static std::expected<NodeStatus, DecodeError> decode(Bytes message) noexcept;

  [[nodiscard]] std::uint16_t id() const noexcept { return id_; }
  [[nodiscard]] std::size_t size() const noexcept { return names_.size() / name_size; }
  [[nodiscard]] NetbiosName operator[](std::size_t index) const noexcept;  // REQUIRES: index < size()
  [[nodiscard]] std::optional<MacAddress> unit_id() const noexcept { return unit_id_; }
  // The name that the host goes by: active, unique, for workstation (or else for the file server).
  [[nodiscard]] std::optional<NetbiosName> computer_name() const noexcept;
  [[nodiscard]] std::optional<NetbiosName> workgroup() const noexcept;

 private:
  static constexpr std::size_t name_size = 18;
  NodeStatus() noexcept = default;
  std::uint16_t id_ = 0;
  Bytes names_;
  std::optional<MacAddress> unit_id_;
};

}  // namespace onlink::inline v0
