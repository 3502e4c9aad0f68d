// SPDX-License-Identifier: Apache-2.0
// The format strings of arp-scan's --format: text, escapes, and fields "${name;width}".
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/print/text_writer.hpp"

namespace onlink::inline v0::cli::compat {

enum class ArpScanField : std::uint8_t {
  ip,
  name,
  mac,
  frame_source,
  vendor,
  padding,
  framing,
  vlan,
  protocol,
  duplicate,
  rtt,
};
inline constexpr std::size_t arp_scan_field_count = 11;

// What is known of one answer, by field. A field that the answer does not have has no value.
class ArpScanFields {
 public:
  void set(ArpScanField field, std::string value) { values_[static_cast<std::size_t>(field)] = std::move(value); }
  [[nodiscard]] const std::optional<std::string>& operator[](ArpScanField field) const noexcept {
    return values_[static_cast<std::size_t>(field)];
  }
  // By the name that a format string uses, in any case; nothing: no such field, or no value.
  [[nodiscard]] const std::optional<std::string>& find(std::string_view name) const noexcept;

 private:
  std::array<std::optional<std::string>, arp_scan_field_count> values_;
};

class ArpScanFormat {
 public:
  // "\n", "\r" and "\t" are what they are elsewhere; before any other character a backslash takes away its meaning. The
  // error is arp-scan's own line.
  [[nodiscard]] static std::expected<ArpScanFormat, std::string> compile(std::string_view text);

  // Writes the fields, and tells `missing` of each that has no value, which is written as nothing.
  using Missing = std::function<void(const std::string& name)>;
  void write(const ArpScanFields& fields, TextWriter& out, const Missing& missing) const;

 private:
  struct Part {
    bool is_field = false;
    std::string text{};      // the field's name as it was written, or the text itself
    std::int32_t width = 0;  // at least so many characters; negative: blanks go behind the value
  };

  std::vector<Part> parts_;
};

}  // namespace onlink::inline v0::cli::compat
