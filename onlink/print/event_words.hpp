// SPDX-License-Identifier: Apache-2.0
// Events in words and as parts of a row, the same in every command that reports answers.
#pragma once

#include <string_view>
#include <vector>

#include "onlink/base/mac_address.hpp"
#include "onlink/engine/event.hpp"
#include "onlink/print/row.hpp"

namespace onlink::inline v0 {

[[nodiscard]] std::string_view to_string(Evidence evidence) noexcept;  // "arp_reply", as in JSON
[[nodiscard]] std::string_view to_string(PaceReason reason) noexcept;  // "nothing is lost"

// What the MAC address itself tells: random, shared by routers, a group's, a virtual machine's.
void append_mac_notes(const MacAddress& mac, std::vector<Note>& notes);

// A row of kind `answer`, without time and interface: address, MAC, vendor, round trip, evidence, and the notes that
// the answer alone justifies (how it relates to others is in AnswerKind; naming the others is the caller's).
[[nodiscard]] Row answer_row(const Answered& answer);

}  // namespace onlink::inline v0
