// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/ndisc6_dialogue.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "onlink/engine/request_frame.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

// What a socket of its kind would not be given: another network's frames. A tag of VLAN 0 is a priority only.
bool is_of_another_network(const EthernetHeader& ethernet) {
  return std::ranges::any_of(ethernet.vlans, [](const VlanTag& tag) { return tag.id() != 0; });
}

bool is_no_station(Bytes address) {
  const bool zero = std::ranges::all_of(address, [](std::byte one) { return one == std::byte{0}; });
  return zero || (!address.empty() && (address[0] & std::byte{1}) != std::byte{0});
}

}  // namespace

Ndisc6Dialogue::Ndisc6Dialogue(Ndisc6Plan plan, Instant start, TextWriter& out, TextWriter& err)
    : plan_(std::move(plan)), out_(out), err_(err), deadline_(start) {}

void Ndisc6Dialogue::on_deadline(Instant now, Output& output) {
  if (begun_ != 0) end_wait();
  if (!deadline_) return;
  if (begun_ == plan_.tries) return give_up();
  ++begun_;
  if (plan_.solicit) solicit(output);
  deadline_ = now + plan_.wait;
}

void Ndisc6Dialogue::solicit(Output& output) const {
  RequestBuilder{{.mac = plan_.mac, .ipv6 = plan_.source}}.neighbor_solicitation(plan_.target, output.frames);
}

void Ndisc6Dialogue::end_wait() {
  if (answers_ != 0) {
    deadline_.reset();
  } else if (plan_.verbose) {
    out_.print("Timed out.\n");
  }
}

void Ndisc6Dialogue::give_up() {
  deadline_.reset();
  if (plan_.verbose) out_.print("No response.\n");
}

void Ndisc6Dialogue::fail(std::string_view reason) {
  if (!deadline_) return;
  const bool waits = begun_ != 0 && (!plan_.solicit || sent_ == begun_);
  if (waits) end_wait();
  if (!deadline_) return;
  if (waits && begun_ == plan_.tries) {
    err_.print("ndisc6: warning: the interface went down meanwhile: silence says nothing about {}\n",
               to_string(plan_.target));
    return give_up();
  }
  deadline_.reset();
  failed_ = true;
  err_.print("Sending ICMPv6 packet: {}\n", reason);
}

// As the kernel picks what a raw socket is given.
bool Ndisc6Dialogue::is_for_us(const Ipv6Address& destination) const {
  if (destination == all_nodes_address) return true;
  if (destination.is_multicast()) {
    return std::ranges::any_of(plan_.own,
                               [&](const Ipv6Address& own) { return solicited_node_address(own) == destination; });
  }
  if (destination.is_loopback()) return false;  // it comes from no wire
  if (plan_.bound) return destination == *plan_.bound;
  return std::ranges::find(plan_.own, destination) != plan_.own.end();
}

void Ndisc6Dialogue::on_packet(Instant, const Packet& packet, Output&) {
  if (!deadline_ || begun_ == 0 || is_of_another_network(packet.ethernet)) return;
  const auto answer = ndisc6_answer(packet, plan_.target);
  if (!answer || !is_for_us(answer->destination)) return;
  warn(*answer);
  if (answer->proxied) return;
  if (plan_.verbose) out_.print("Target link-layer address: ");
  out_.print("{}\n", ndisc6_text(answer->link_layer_address));
  if (plan_.verbose) out_.print(" from {}\n", to_string(answer->source));
  ++answers_;
  if (!plan_.all_answers) deadline_.reset();
}

// Once.
void Ndisc6Dialogue::warn(const Ndisc6Answer& answer) {
  if (warned_ || !(answer.proxied || is_no_station(answer.link_layer_address))) return;
  warned_ = true;
  if (answer.proxied) {
    err_.print("ndisc6: warning: {} answers for {} at {}, which does not count here: it is not the target itself\n",
               to_string(answer.source), to_string(plan_.target), ndisc6_text(answer.link_layer_address));
  } else {
    err_.print("ndisc6: warning: {} is no station's address\n", ndisc6_text(answer.link_layer_address));
  }
}

int Ndisc6Dialogue::status() const noexcept {
  if (failed_) return Ndisc6Status::error;
  return answers_ != 0 ? Ndisc6Status::answered : Ndisc6Status::silent;
}

}  // namespace onlink::inline v0::cli::compat
