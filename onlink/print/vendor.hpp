// SPDX-License-Identifier: Apache-2.0
// Who made the interface that owns a MAC address: the IEEE registries (MA-L 24 bits, MA-M 28, MA-S and the old IAB 36)
// compiled in, or a newer one read from a file. The longest registered prefix wins. Looking up allocates nothing and
// takes well under a microsecond; nothing happens at start-up. What kind of address it is: mac_kind.hpp.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/base/mac_address.hpp"

namespace onlink::inline v0 {

// The first `bits` bits of a MAC address; the others are zero.
struct MacPrefix {
  MacAddress address;
  std::uint8_t bits = 0;

  constexpr auto operator<=>(const MacPrefix&) const = default;
};

// The prefix with all bits behind it cleared. REQUIRES: bits <= 48.
[[nodiscard]] constexpr MacPrefix mac_prefix(const MacAddress& mac, unsigned bits) noexcept {
  const std::uint64_t mask = bits == 0 ? 0 : ~std::uint64_t{0} << (48 - bits);
  return {MacAddress::from_value(mac.value() & mask), static_cast<std::uint8_t>(bits)};
}
// Whole octets with colons, a half octet as one digit, then the length unless it says itself: "70:b3:d5:f2:f/36",
// "00:22:72".
[[nodiscard]] std::string to_string(const MacPrefix& prefix);
// 2 to 12 hex digits in any MAC notation ("00:22:72", "0022.72", "70B3D5F2F"), or any of them with "/28".
// ErrorCode::usage when it is not one.
[[nodiscard]] std::expected<MacPrefix, Error> parse_mac_prefix(std::string_view text);

// A row of a registry. The name lives as long as the registry; several owners of one prefix are joined by " / ".
struct VendorMatch {
  std::string_view name;
  MacPrefix prefix;

  bool operator==(const VendorMatch&) const = default;
};

// The IEEE registry that a prefix of this length is assigned from: "MA-L", "MA-M", "MA-S", "IAB", "CID"; empty for
// other lengths.
[[nodiscard]] std::string_view registry_name(const MacPrefix& prefix) noexcept;

class VendorRegistry {
 public:
  // The one compiled in.
  [[nodiscard]] static const VendorRegistry& builtin() noexcept;
  // A file of the IEEE (CSV or oui.txt form), Wireshark's manuf or arp-scan's ieee-oui.txt: its content says which.
  // Errors: unreadable (system), or no line that looks like a registration (usage).
  [[nodiscard]] static std::expected<VendorRegistry, Error> load(const std::string& path);
  // The same from memory; `source` names it in errors.
  [[nodiscard]] static std::expected<VendorRegistry, Error> parse(std::string_view text, std::string_view source);

  VendorRegistry(VendorRegistry&&) noexcept = default;
  VendorRegistry& operator=(VendorRegistry&&) noexcept = default;

  // The longest prefix that holds the address. A group address (01:00:5e:...) belongs to the owner of its prefix with
  // the group bit cleared, unless the registry has it as it stands.
  [[nodiscard]] std::optional<VendorMatch> find(const MacAddress& mac) const noexcept;
  // find()'s name, empty when unknown.
  [[nodiscard]] std::string_view name(const MacAddress& mac) const noexcept;

  // Every row whose name contains `part`, in any case, ordered by prefix; and those within or around a prefix.
  [[nodiscard]] std::vector<VendorMatch> search_name(std::string_view part) const;
  [[nodiscard]] std::vector<VendorMatch> search_prefix(const MacPrefix& prefix) const;

  [[nodiscard]] std::size_t size() const noexcept;  // rows
  [[nodiscard]] std::size_t image_size() const noexcept { return image_.size(); }

 private:
  explicit VendorRegistry(Bytes image) noexcept : image_(image) {}
  explicit VendorRegistry(std::vector<std::byte> image) noexcept : owned_(std::move(image)), image_(owned_) {}

  std::vector<std::byte> owned_;
  Bytes image_;  // oui_image.hpp
};

// The compiled-in registry's name for the address, empty when unknown.
[[nodiscard]] std::string_view vendor_name(const MacAddress& mac) noexcept;

}  // namespace onlink::inline v0
