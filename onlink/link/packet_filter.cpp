// SPDX-License-Identifier: Apache-2.0
#include "onlink/link/packet_filter.hpp"

#include <cstddef>
#include <cstdint>

#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {
namespace {

enum class Label : std::uint8_t { next, deeper, type_known, not_ipv4, extension, accept, reject };

// Offsets from the start of the frame; X holds the octets of the tags in between.
constexpr std::uint32_t type_at = 12;
constexpr std::uint32_t llc_at = 14;
constexpr std::uint32_t snap_oui_end_at = 18;
constexpr std::uint32_t snap_type_at = 20;
constexpr std::uint32_t ipv4_protocol_at = 14 + 9;
constexpr std::uint32_t ipv6_next_header_at = 14 + 6;
constexpr std::uint32_t extension_next_header_at = 14 + 40;

constexpr std::uint32_t hop_by_hop = 0;
constexpr std::uint32_t icmp = 1;
constexpr std::uint32_t udp = 17;
constexpr std::uint32_t routing = 43;
constexpr std::uint32_t icmpv6 = 58;
constexpr std::uint32_t destination_options = 60;

constexpr std::uint32_t first_type = 0x0600;       // smaller: an 802.3 length
constexpr std::uint32_t llc_snap = 0xaaaa0300;     // DSAP, SSAP, control, first octet of OUI 00:00:00
constexpr std::uint32_t whole_frame = 0x00040000;  // octets to keep

constexpr std::uint16_t load_half = BPF_LD | BPF_H | BPF_IND;
constexpr std::uint16_t load_byte = BPF_LD | BPF_B | BPF_IND;
constexpr std::uint16_t load_word = BPF_LD | BPF_W | BPF_IND;
constexpr std::uint16_t jump_equal = BPF_JMP | BPF_JEQ | BPF_K;
constexpr std::uint16_t jump_at_least = BPF_JMP | BPF_JGE | BPF_K;

struct Row {
  std::uint16_t code;
  std::uint32_t operand;
  Label when_true = Label::next;
  Label when_false = Label::next;
};

// Rows with names for the places that they jump to; all jumps go forward.
class Assembler {
 public:
  void add(const Row& row) { rows_.push_back({row, 0, 0}); }
  // The place that earlier jumps to `label` mean; a label may be placed again further on.
  void place(Label label) {
    for (std::size_t at = 0; at < rows_.size(); ++at) {
      const auto distance = static_cast<std::uint8_t>(rows_.size() - at - 1);
      Placed& row = rows_[at];
      if (row.when_true == label) {
        row.true_distance = distance;
        row.when_true = Label::next;
      }
      if (row.when_false == label) {
        row.false_distance = distance;
        row.when_false = Label::next;
      }
    }
  }
  [[nodiscard]] std::vector<sock_filter> program() const {
    std::vector<sock_filter> out;
    out.reserve(rows_.size());
    for (const Placed& row : rows_) out.push_back({row.code, row.true_distance, row.false_distance, row.operand});
    return out;
  }

 private:
  struct Placed : Row {
    std::uint8_t true_distance, false_distance;
  };
  std::vector<Placed> rows_;
};

constexpr std::uint32_t number(EtherType type) { return static_cast<std::uint16_t>(type); }

// Leaves the type behind all tags in A and the tags' octets in X.
void skip_tags(Assembler& out) {
  out.add({BPF_LDX | BPF_IMM, 0});
  for (std::size_t tags = 0; tags < VlanStack::max_tags; ++tags) {
    out.add({load_half, type_at});
    out.add({jump_equal, number(EtherType::vlan), Label::deeper});
    out.add({jump_equal, number(EtherType::service_vlan), Label::deeper});
    out.add({jump_equal, number(EtherType::legacy_vlan_9100), Label::deeper});
    out.add({jump_equal, number(EtherType::legacy_vlan_9200), Label::deeper, Label::type_known});
    out.place(Label::deeper);
    out.add({BPF_MISC | BPF_TXA, 0});
    out.add({BPF_ALU | BPF_ADD | BPF_K, 4});
    out.add({BPF_MISC | BPF_TAX, 0});
  }
  out.add({load_half, type_at});
  out.place(Label::type_known);
}

void accept_arp(Assembler& out, const PacketFilter& filter) {
  if (filter.arp) out.add({jump_equal, number(EtherType::arp), Label::accept});
  if (filter.rarp) out.add({jump_equal, number(EtherType::rarp), Label::accept});
}

// ARP behind an 802.3 length, as RFC 1042 has it.
void accept_snap(Assembler& out, const PacketFilter& filter) {
  out.add({load_word, llc_at});
  out.add({jump_equal, llc_snap, Label::next, Label::reject});
  out.add({load_half, snap_oui_end_at});
  out.add({jump_equal, 0, Label::next, Label::reject});
  out.add({load_half, snap_type_at});
  accept_arp(out, filter);
  out.add({BPF_RET | BPF_K, 0});
}

// Fragments count as what they are fragments of.
void accept_ipv4(Assembler& out, const PacketFilter& filter) {
  out.add({jump_equal, number(EtherType::ipv4), Label::next, Label::not_ipv4});
  out.add({load_byte, ipv4_protocol_at});
  if (filter.icmp) out.add({jump_equal, icmp, Label::accept});
  if (filter.udp) out.add({jump_equal, udp, Label::accept});
  out.add({BPF_RET | BPF_K, 0});
  out.place(Label::not_ipv4);
}

// The upper layer right behind the IPv6 header or behind one extension header. Fragments stay out: RFC 6980 forbids
// them in NDP.
void accept_ipv6(Assembler& out, const PacketFilter& filter) {
  const auto accept_upper = [&] {
    if (filter.icmpv6) out.add({jump_equal, icmpv6, Label::accept});
    if (filter.udp) out.add({jump_equal, udp, Label::accept});
  };
  out.add({jump_equal, number(EtherType::ipv6), Label::next, Label::reject});
  out.add({load_byte, ipv6_next_header_at});
  accept_upper();
  out.add({jump_equal, hop_by_hop, Label::extension});
  out.add({jump_equal, destination_options, Label::extension});
  out.add({jump_equal, routing, Label::extension, Label::reject});
  out.place(Label::extension);
  out.add({load_byte, extension_next_header_at});
  accept_upper();
}

}  // namespace

std::vector<sock_filter> packet_filter_program(const PacketFilter& filter) {
  if (filter.everything) return {};
  Assembler out;
  skip_tags(out);
  out.add({jump_at_least, first_type, Label::type_known});
  accept_snap(out, filter);
  out.place(Label::type_known);
  accept_arp(out, filter);
  if (filter.icmp || filter.udp) accept_ipv4(out, filter);
  if (filter.icmpv6 || filter.udp) accept_ipv6(out, filter);
  out.place(Label::reject);
  out.add({BPF_RET | BPF_K, 0});
  out.place(Label::accept);
  out.add({BPF_RET | BPF_K, whole_frame});
  return out.program();
}

}  // namespace onlink::inline v0
