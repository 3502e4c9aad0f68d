// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/pending_queue.hpp"

namespace onlink::inline v0 {

Bytes PendingQueue::newest(List list) const noexcept {
  return list == List::none ? Bytes{} : Bytes{nodes_[head(list).last].octets};
}

bool PendingQueue::fits(List list, std::size_t cost, const Limits& limits) const noexcept {
  if (octets_ + cost > most_) return false;
  if (list == List::none) return true;
  const bool counted = !limits.packets || head(list).packets < *limits.packets;
  return counted && head(list).octets + cost <= limits.octets;
}

void PendingQueue::append(List& list, const PendingPacket& packet) {
  if (list == List::none) list = open_list();
  const std::uint32_t place = take_node();
  Node& node = nodes_[place];
  node.octets.assign(packet.packet.begin(), packet.packet.end());
  node.cookie = packet.cookie;
  node.source_mac = packet.source_mac;
  node.next = end;
  Head& whole = head(list);
  if (whole.packets == 0)
    whole.first = place;
  else
    nodes_[whole.last].next = place;
  whole.last = place;
  ++whole.packets;
  whole.octets += packet.packet.size() + overhead_;
  octets_ += packet.packet.size() + overhead_;
}

void PendingQueue::release(List& list, std::uint32_t place) {
  Node& node = nodes_[place];
  Head& whole = head(list);
  const std::size_t cost = node.octets.size() + overhead_;
  whole.first = node.next;
  whole.octets -= cost;
  octets_ -= cost;
  if (--whole.packets == 0) {
    whole = {};
    whole.first = free_heads_;
    free_heads_ = static_cast<std::uint32_t>(list);
    list = List::none;
  }
  if (kept_ + node.octets.capacity() > most_kept) node.octets = {};
  kept_ += node.octets.capacity();
  node.next = free_nodes_;
  free_nodes_ = place;
}

PendingQueue::List PendingQueue::open_list() {
  if (free_heads_ == end) {
    heads_.emplace_back();
    return static_cast<List>(heads_.size() - 1);
  }
  const std::uint32_t place = free_heads_;
  free_heads_ = heads_[place].first;
  heads_[place] = {};
  return static_cast<List>(place);
}

std::uint32_t PendingQueue::take_node() {
  if (free_nodes_ == end) {
    nodes_.emplace_back();
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }
  const std::uint32_t place = free_nodes_;
  free_nodes_ = nodes_[place].next;
  kept_ -= nodes_[place].octets.capacity();
  return place;
}

}  // namespace onlink::inline v0
