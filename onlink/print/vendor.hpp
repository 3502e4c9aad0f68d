// SPDX-License-Identifier: Apache-2.0
// Who made the interface that owns a MAC address: the IEEE registries (MA-L 24 bits, MA-M 28, MA-S and the old IAB 36)
// compiled in, or a newer one read from a file. The longest registered prefix wins. Looking up allocates nothing and
// takes well under a microsecond; nothing happens at start-up. What kind of address it is: mac_kind.hpp.
#pragma once

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
#include "onlink/print/mac_prefix.hpp"

namespace onlink::inline v0 {

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
