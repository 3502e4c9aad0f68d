// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/event_words.hpp"

#include "onlink/print/mac_kind.hpp"
#include "onlink/print/vendor.hpp"

namespace onlink::inline v0 {

std::string_view to_string(Evidence evidence) noexcept {
  switch (evidence) {
    case Evidence::arp_reply:
      return "arp_reply";
    case Evidence::arp_request:
      return "arp_request";
    case Evidence::neighbor_advertisement:
      return "neighbor_advertisement";
    case Evidence::neighbor_solicitation:
      return "neighbor_solicitation";
    case Evidence::echo_reply:
      return "echo_reply";
    case Evidence::arp_probe:
      return "arp_probe";
    case Evidence::neighbor_probe:
      return "neighbor_probe";
    case Evidence::router_advertisement:
      return "router_advertisement";
    case Evidence::router_solicitation:
      return "router_solicitation";
  }
  return "unknown";
}

std::string_view to_string(PaceReason reason) noexcept {
  switch (reason) {
    case PaceReason::start:
      return "polite at first";
    case PaceReason::no_loss:
      return "nothing is lost";
    case PaceReason::loss:
      return "answers get lost at this pace";
    case PaceReason::congestion:
      return "the interface's queue is full";
    case PaceReason::receive_drops:
      return "answers found the receive ring full";
    case PaceReason::ceiling:
      return "the ceiling";
  }
  return "unknown";
}

void append_mac_notes(const MacAddress& mac, std::vector<Note>& notes) {
  const MacClass made = classify(mac);
  switch (made.kind) {
    case MacKind::random:
      notes.push_back({NoteKind::random_mac});
      break;
    case MacKind::virtual_router:
      notes.push_back({NoteKind::virtual_router, made.detail});
      break;
    case MacKind::virtual_host:
      notes.push_back({NoteKind::virtual_machine, made.detail});
      break;
    case MacKind::group:
    case MacKind::broadcast:
    case MacKind::zero:
      notes.push_back({NoteKind::group_mac, made.detail});
      break;
    case MacKind::universal:
    case MacKind::local:
      break;
  }
}

Row answer_row(const Answered& answer) {
  Row row{.kind = RowKind::answer, .vlans = answer.vlans};
  row.ip = answer.address;
  row.mac = answer.mac;
  row.vendor = vendor_name(answer.mac);
  row.round_trip = answer.round_trip;
  const bool contender = answer.evidence == Evidence::arp_probe || answer.evidence == Evidence::neighbor_probe;
  if (contender) row.notes.push_back({NoteKind::contender});
  if (answer.kind == AnswerKind::conflict && !contender) row.notes.push_back({NoteKind::conflict});
  if (answer.kind == AnswerKind::repeat) row.notes.push_back({NoteKind::repeat});
  if (answer.kind == AnswerKind::late) row.notes.push_back({NoteKind::late});
  if (answer.frame_source != answer.mac) row.notes.push_back({NoteKind::other_sender, to_string(answer.frame_source)});
  if (answer.router) row.notes.push_back({NoteKind::router});
  append_mac_notes(answer.mac, row.notes);
  row.fields.push_back({"evidence", std::string{to_string(answer.evidence)}});
  if (answer.frame_source != answer.mac) row.fields.push_back({"frame_source", answer.frame_source});
  return row;
}

}  // namespace onlink::inline v0
