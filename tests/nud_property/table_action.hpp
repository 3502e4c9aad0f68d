// SPDX-License-Identifier: Apache-2.0
// Anything that may happen to a NeighborTable, as a value: made at random, shown when it breaks something, done.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <vector>

#include "onlink/engine/neighbor_table.hpp"

namespace onlink::testing {

enum class ActionKind : std::uint8_t { send, learn, confirm, set, remove, use, flush, parameters, wait };

struct TableAction {
  ActionKind kind = ActionKind::wait;
  std::uint8_t host = 0;     // of 24, every third one IPv6
  std::uint8_t mac = 0;      // of 3
  std::uint8_t choice = 0;   // among the states, overrides, causes, times of its kind
  std::uint16_t amount = 0;  // octets to send, milliseconds to wait
  std::uint8_t flags = 0;
};

[[nodiscard]] IpAddress host_address(std::uint8_t host);
std::ostream& operator<<(std::ostream& out, const TableAction& action);

// A frame that the table asked for.
struct SentRecord {
  Instant time;
  IpAddress address;
  std::optional<MacAddress> mac{};  // none: a solicitation to everybody
  std::size_t octets = 0;
  bool solicitation = false;
  bool operator==(const SentRecord&) const = default;
};

// A table, its time, and what the last action brought about.
class ActedTable {
 public:
  explicit ActedTable(const NeighborTableConfig& config);
  ActedTable(const ActedTable&) = delete;
  ActedTable& operator=(const ActedTable&) = delete;

  void act(const TableAction& action);

  NeighborTable table;
  Instant now{};
  Output output;
  std::vector<SentRecord> sent;

 private:
  void wait(Duration time);
};

}  // namespace onlink::testing
