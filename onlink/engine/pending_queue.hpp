// SPDX-License-Identifier: Apache-2.0
// Packets that wait for their neighbour's MAC: a list for each entry, all out of one pool. A list is bounded in octets
// and in packets, by dropping its oldest; the newest always stays, even where the limit is 0 (nud.md section 4, RFC
// 4861 section 7.2.2). All lists together are bounded too. Memory is kept from use to use, a part of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "onlink/base/bytes.hpp"
#include "onlink/base/mac_address.hpp"

namespace onlink::inline v0 {

struct PendingPacket {
  Bytes packet{};
  std::uint64_t cookie = 0;
  std::optional<MacAddress> source_mac{};
};

class PendingQueue {
 public:
  enum class List : std::uint32_t { none = 0xffffffff };

  struct Limits {
    std::uint64_t octets = 0;                // by cost: a packet's own and the overhead
    std::optional<std::uint32_t> packets{};  // none: the octets alone decide
  };

  // `overhead`: what a packet costs besides its octets. `most`: of all lists together, by cost.
  PendingQueue(std::uint32_t overhead, std::size_t most) noexcept : overhead_(overhead), most_(most) {}

  // Appends to the list, which begins with the first packet, and calls dropped(cookie) for each that had to make room.
  // False: all lists together are full, and this one has nothing (more) to drop.
  template <class Dropped>
  bool push(List& list, const PendingPacket& packet, const Limits& limits, Dropped&& dropped) {
    const std::size_t cost = packet.packet.size() + overhead_;
    if (cost > most_) return false;
    const auto drop = [&dropped](const PendingPacket& oldest) { dropped(oldest.cookie); };
    while (!fits(list, cost, limits) && pop(list, drop)) {
    }
    if (octets_ + cost > most_) return false;
    append(list, packet);
    return true;
  }
  // Calls take(packet) with the oldest and removes it; with the last one the list ends. False: there is none.
  template <class Take>
  bool pop(List& list, Take&& take) {
    if (list == List::none) return false;
    const std::uint32_t node = head(list).first;
    take(view(node));
    release(list, node);
    return true;
  }

  [[nodiscard]] Bytes newest(List list) const noexcept;  // empty when there is none
  [[nodiscard]] std::uint32_t size(List list) const noexcept { return list == List::none ? 0 : head(list).packets; }
  [[nodiscard]] std::size_t octets() const noexcept { return octets_; }  // of all, by cost

 private:
  static constexpr std::uint32_t end = 0xffffffff;
  static constexpr std::size_t most_kept = 4U << 20U;  // octets of memory for packets yet to come

  struct Head {
    std::uint32_t first = end;  // of a list that is not in use: the next such one
    std::uint32_t last = end;
    std::uint32_t packets = 0;
    std::uint64_t octets = 0;
  };
  struct Node {
    std::vector<std::byte> octets;
    std::uint64_t cookie = 0;
    std::optional<MacAddress> source_mac{};
    std::uint32_t next = end;
  };

  [[nodiscard]] Head& head(List list) noexcept { return heads_[static_cast<std::uint32_t>(list)]; }
  [[nodiscard]] const Head& head(List list) const noexcept { return heads_[static_cast<std::uint32_t>(list)]; }
  [[nodiscard]] PendingPacket view(std::uint32_t node) const noexcept {
    return {nodes_[node].octets, nodes_[node].cookie, nodes_[node].source_mac};
  }
  [[nodiscard]] bool fits(List list, std::size_t cost, const Limits& limits) const noexcept;
  void append(List& list, const PendingPacket& packet);
  void release(List& list, std::uint32_t node);
  [[nodiscard]] List open_list();
  [[nodiscard]] std::uint32_t take_node();

  std::uint32_t overhead_;
  std::size_t most_;
  std::size_t octets_ = 0;
  std::size_t kept_ = 0;    // memory of nodes that are not in use
  std::deque<Head> heads_;  // a deque: growing moves nothing
  std::deque<Node> nodes_;
  std::uint32_t free_heads_ = end;
  std::uint32_t free_nodes_ = end;
};

}  // namespace onlink::inline v0
