// SPDX-License-Identifier: Apache-2.0
// The frames of a script: octets, or a form with named fields, `arp(op=reply sha=C)`. What each form fills in for
// fields that are left out is in docs/scenarios.md.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/nud/script_cursor.hpp"

namespace onlink::differential {

// The words between a form's brackets. Each is asked for by its name once; what nobody asked for is an error, which
// names those that there are.
class FrameFields {
 public:
  FrameFields(ScriptCursor& cursor, std::string_view form);

  [[nodiscard]] ScriptCursor& cursor() noexcept { return cursor_; }
  [[nodiscard]] const Word* find(std::string_view name);  // its value

  MacAddress mac(std::string_view name, const MacAddress& otherwise);
  std::optional<MacAddress> option(std::string_view name, std::optional<MacAddress> otherwise);  // "none" is one
  Ipv4Address ipv4(std::string_view name, Ipv4Address otherwise);
  Ipv6Address ipv6(std::string_view name, const Ipv6Address& otherwise);
  std::uint32_t number(std::string_view name, std::uint32_t otherwise, std::uint32_t max);
  std::vector<std::byte> hex(std::string_view name);
  bool flag(std::string_view name, bool otherwise) { return number(name, otherwise ? 1 : 0, 1) != 0; }

  void finish();

 private:
  struct Field {
    Word name;
    Word value;
    bool used = false;
  };

  ScriptCursor& cursor_;
  std::string_view form_;
  std::vector<Field> fields_;
  std::string known_;
};

// What the frame begins with and ends in, the same for every form.
struct FrameEnvelope {
  MacAddress source{};
  MacAddress destination{};
  std::uint16_t type = 0;
  bool snap = false;
};
[[nodiscard]] std::vector<std::byte> envelop(FrameFields& fields, const FrameEnvelope& envelope,
                                             const std::vector<std::byte>& payload);

// Octets in hexadecimal until the end of the line, or a form.
[[nodiscard]] std::vector<std::byte> parse_frame(ScriptCursor& cursor);
// The forms of ICMPv6. REQUIRES: form is na, ns, rs, ra or redirect.
[[nodiscard]] std::vector<std::byte> parse_icmpv6_frame(FrameFields& fields, std::string_view form);

}  // namespace onlink::differential
