// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/row.hpp"

namespace onlink::inline v0 {

std::string_view to_string(RowKind kind) noexcept {
  switch (kind) {
    case RowKind::answer:
      return "answer";
    case RowKind::silent:
      return "silent";
    case RowKind::free:
      return "free";
    case RowKind::off_link:
      return "off_link";
    case RowKind::own:
      return "own";
    case RowKind::host:
      return "host";
    case RowKind::change:
      return "change";
    case RowKind::conflict:
      return "conflict";
    case RowKind::vendor:
      return "vendor";
    case RowKind::lan:
      return "lan";
    case RowKind::neighbor:
      return "neighbor";
    case RowKind::neighbor_change:
      return "neighbor_change";
    case RowKind::parameter:
      return "parameter";
    case RowKind::served:
      return "served";
    case RowKind::ping:
      return "ping";
    case RowKind::ping_failed:
      return "ping_failed";
    case RowKind::ping_statistics:
      return "ping_statistics";
    case RowKind::announced:
      return "announced";
    case RowKind::ready:
      return "ready";
    case RowKind::defended:
      return "defended";
    case RowKind::lost:
      return "lost";
    case RowKind::summary:
      return "summary";
  }
  return "unknown";
}

std::string_view to_string(NoteKind note) noexcept {
  switch (note) {
    case NoteKind::conflict:
      return "conflict";
    case NoteKind::repeat:
      return "repeat";
    case NoteKind::late:
      return "late";
    case NoteKind::proxy:
      return "proxy";
    case NoteKind::random_mac:
      return "random-mac";
    case NoteKind::virtual_router:
      return "virtual-router";
    case NoteKind::group_mac:
      return "group-mac";
    case NoteKind::gateway:
      return "gateway";
    case NoteKind::router:
      return "router";
    case NoteKind::own:
      return "ourselves";
    case NoteKind::moved:
      return "moved";
    case NoteKind::appeared:
      return "new";
    case NoteKind::gone:
      return "gone";
    case NoteKind::other_sender:
      return "sent-by-other";
    case NoteKind::contender:
      return "probing-too";
    case NoteKind::virtual_machine:
      return "virtual-machine";
    case NoteKind::cache_differs:
      return "cache-differs";
  }
  return "unknown";
}

}  // namespace onlink::inline v0
