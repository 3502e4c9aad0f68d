// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/answer_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "onlink/print/format.hpp"
#include "onlink/print/vendor.hpp"

namespace onlink::inline v0::cli {
namespace {

// Of one address; further ones are not told, for somebody may be making them up.
constexpr std::size_t max_owners = 16;

std::string_view words_for(Service service) noexcept {
  switch (service) {
    case Service::arp:
      return "ARP request";
    case Service::arp_probe:
      return "ARP probe";
    case Service::neighbor_solicitation:
      return "neighbor solicitation";
    case Service::duplicate_detection:
      return "duplicate address detection";
    case Service::echo:
      return "echo request";
    case Service::udp_echo:
      return "UDP echo";
    case Service::closed_port:
      return "closed UDP port";
  }
  return "question";
}

bool names_mac(Service service) noexcept {
  return service != Service::echo && service != Service::udp_echo && service != Service::closed_port;
}

std::string answer_words(const Served& served) {
  std::string words;
  if (names_mac(served.service)) {
    words = fmt::format("at {}", served.mac);
    if (served.impostor) words += fmt::format(" and {}", *served.impostor);
    if (served.proxied) words += ", on behalf of another host";
  } else {
    words = served.service == Service::closed_port ? "port unreachable" : "answered";
  }
  switch (served.fate) {
    case AnswerFate::sent:
      return words;
    case AnswerFate::delayed:
      return words + ", delayed";
    case AnswerFate::lost:
      return "lost on purpose";
    case AnswerFate::overflowed:
      return "not answered: too many answers wait";
    case AnswerFate::limited:
      return "not answered: rate limit of errors";
  }
  return words;
}

std::string reverse_words(const ReverseServed& served) {
  const bool rarp = served.protocol == ReverseProtocol::rarp;
  const std::string whose = served.mac == served.asker || !rarp ? "" : fmt::format(" for {}", served.mac);
  std::string words = fmt::format("{} request from {}{}: ", rarp ? "RARP" : "InARP", served.asker, whose);
  switch (served.fate) {
    case ReverseFate::sent:
      return words + "told";
    case ReverseFate::delayed:
      return words + "will be told later";
    case ReverseFate::lost:
      return words + "lost on purpose";
    case ReverseFate::overflowed:
      return words + "not answered: too many answers wait";
    case ReverseFate::unknown:
      return words + "not answered: not in the table";
    case ReverseFate::awaits_retry:
      return words + "not answered: the first one is the primary server's";
  }
  return words;
}

std::string failure_words(const PingFailed& failed) {
  switch (failed.reason) {
    case PingFailure::no_answer:
      return "no answer";
    case PingFailure::unreachable:
      return failed.by == failed.target
                 ? "host unreachable: it answered no request for its MAC address"
                 : fmt::format("host unreachable: {}, its gateway, answered no request for its MAC address", failed.by);
    case PingFailure::refused:
      return fmt::format("refused by {}: ICMP type {}, code {}", failed.by, failed.icmp_type, failed.icmp_code);
    case PingFailure::no_route:
      return "not on the link, and no gateway";
    case PingFailure::not_sent:
      return "not sent: the neighbour table has no room";
  }
  return "failed";
}

std::string_view end_word(RunEnd end) noexcept {
  if (end == RunEnd::interrupted) return "interrupted";
  return end == RunEnd::failed ? "failed" : "finished";
}

std::string counted(std::uint64_t count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

}  // namespace

AnswerReport::AnswerReport(Context& context, std::string place)
    : context_(context),
      place_(std::move(place)),
      rows_(context.out, {.format = context.format,
                          .color = context.color,
                          .csv_fields = {"service", "fate", "asker_ip", "asker_mac", "sequence", "reason"}}) {}

void AnswerReport::print(Row row, std::optional<Instant> time) {
  if (context_.quiet) return;
  row.interface = place_;
  if (time && clock_) row.time = clock_->to_wall(*time);
  rows_.print(row);
  if (context_.out_is_terminal) context_.out.flush();
}

void AnswerReport::on_event(const Event& event) {
  if (const auto* served = std::get_if<Served>(&event)) return on_served(*served);
  if (const auto* reverse = std::get_if<ReverseServed>(&event)) return on_reverse(*reverse);
  if (const auto* answered = std::get_if<PingAnswered>(&event)) return on_ping_answered(*answered);
  if (const auto* failed = std::get_if<PingFailed>(&event)) return on_ping_failed(*failed);
  if (const auto* changed = std::get_if<NeighborChanged>(&event)) return on_neighbor(*changed);
  if (const auto* conflict = std::get_if<AddressConflict>(&event)) return on_owner(conflict->address, {conflict->mac});
  const auto* verified = std::get_if<AddressVerified>(&event);
  if (verified == nullptr) return;
  if (verified->duplicate) {
    on_owner(verified->address, verified->owner ? std::vector{*verified->owner} : std::vector<MacAddress>{});
  } else {
    context_.say(fmt::format("{} is ours: nobody else has it", verified->address));
  }
}

void AnswerReport::on_served(const Served& served) {
  ++questions_;
  if (context_.quiet) return;
  Row row{.kind = RowKind::served, .vlans = served.vlans, .ip = served.address, .mac = served.mac};
  if (served.proxied) row.notes.push_back({NoteKind::proxy});
  if (served.impostor) row.notes.push_back({NoteKind::conflict});
  row.fields.push_back({"service", std::string{to_string(served.service)}});
  row.fields.push_back({"fate", std::string{to_string(served.fate)}});
  if (!served.asker.is_unspecified()) row.fields.push_back({"asker_ip", served.asker});
  row.fields.push_back({"asker_mac", served.asker_mac});
  if (served.impostor) row.fields.push_back({"impostor_mac", *served.impostor});
  if (context_.format == RowFormat::text) {
    const std::string asker = served.asker.is_unspecified() ? "nobody" : to_string(served.asker);
    row.text =
        fmt::format("{} from {} ({}): {}", words_for(served.service), asker, served.asker_mac, answer_words(served));
  }
  print(std::move(row), served.time);
}

void AnswerReport::on_reverse(const ReverseServed& served) {
  ++questions_;
  if (context_.quiet) return;
  Row row{.kind = RowKind::served,
          .vlans = served.vlans,
          .mac = served.mac,
          .vendor = std::string{vendor_name(served.mac)}};
  if (served.address) row.ip = *served.address;
  row.fields.push_back({"service", std::string{to_string(served.protocol)}});
  row.fields.push_back({"fate", std::string{to_string(served.fate)}});
  if (!served.asker_address.is_unspecified()) row.fields.push_back({"asker_ip", IpAddress{served.asker_address}});
  row.fields.push_back({"asker_mac", served.asker});
  if (context_.format == RowFormat::text) row.text = reverse_words(served);
  print(std::move(row), served.time);
}

void AnswerReport::on_ping_answered(const PingAnswered& answered) {
  Row row{.kind = RowKind::ping,
          .ip = answered.target,
          .mac = answered.mac,
          .vendor = std::string{vendor_name(answered.mac)},
          .round_trip = answered.round_trip};
  if (answered.duplicate) row.notes.push_back({NoteKind::repeat});
  if (answered.late) row.notes.push_back({NoteKind::late});
  row.fields.push_back({"sequence", std::uint64_t{answered.sequence}});
  row.fields.push_back({"ttl", std::uint64_t{answered.hops_left}});
  row.fields.push_back({"octets", std::uint64_t{answered.size}});
  if (answered.damaged) row.fields.push_back({"damaged", true});
  if (context_.format == RowFormat::text) {
    row.text =
        fmt::format("{} octets from {}: seq {}, ttl {}, {}{}{}{}", answered.size, answered.mac, answered.sequence,
                    answered.hops_left, duration_text(answered.round_trip), answered.duplicate ? ", a repeat" : "",
                    answered.late ? ", late" : "", answered.damaged ? ", damaged" : "");
  }
  print(std::move(row), answered.time);
}

void AnswerReport::on_ping_failed(const PingFailed& failed) {
  Row row{.kind = RowKind::ping_failed,
          .ip = failed.target,
          .text = fmt::format("seq {}: {}", failed.sequence, failure_words(failed))};
  row.fields.push_back({"sequence", std::uint64_t{failed.sequence}});
  row.fields.push_back({"reason", std::string{to_string(failed.reason)}});
  if (!failed.by.is_unspecified()) row.fields.push_back({"by", failed.by});
  if (failed.reason == PingFailure::refused) {
    row.fields.push_back({"icmp_type", std::uint64_t{failed.icmp_type}});
    row.fields.push_back({"icmp_code", std::uint64_t{failed.icmp_code}});
  }
  print(std::move(row), failed.time);
}

void AnswerReport::on_neighbor(const NeighborChanged& changed) {
  if (context_.verbose == 0 || changed.before == changed.after) return;
  context_.say(fmt::format("neighbor {} {}: {} -> {} ({})", changed.address,
                           changed.mac ? to_string(*changed.mac) : "without MAC address", to_string(changed.before),
                           to_string(changed.after), to_string(changed.cause)));
}

void AnswerReport::on_owner(const IpAddress& address, const std::vector<MacAddress>& macs) {
  std::set<MacAddress>& known = owners_[address];
  if (known.size() >= max_owners) return;
  const bool news =
      known.empty() || !std::ranges::all_of(macs, [&](const MacAddress& mac) { return known.contains(mac); });
  known.insert(macs.begin(), macs.end());
  if (!news) return;
  Row row{.kind = RowKind::conflict, .ip = address, .text = "conflict: somebody else has this address"};
  std::vector<std::string> texts;
  for (const MacAddress& mac : known) {
    const std::string_view vendor = vendor_name(mac);
    row.text +=
        fmt::format("{} {}{}", texts.empty() ? ":" : ",", mac, vendor.empty() ? "" : fmt::format(" ({})", vendor));
    texts.push_back(to_string(mac));
  }
  row.notes.push_back({NoteKind::conflict});
  row.fields.push_back({"macs", std::move(texts)});
  print(std::move(row), std::nullopt);
}

void AnswerReport::on_own(const IpAddress& address) {
  print({.kind = RowKind::own,
         .ip = address,
         .notes = {{NoteKind::own}},
         .text = "is this host's own: its kernel answers for it already"},
        std::nullopt);
}

void AnswerReport::on_off_link(const IpAddress& target) {
  ++off_link_;
  print({.kind = RowKind::off_link, .ip = target, .text = "is not on the link; --gateway names the way to it"},
        std::nullopt);
}

void AnswerReport::finish(const VirtualHost& host, const ReverseServerCounters& server,
                          const std::vector<PingStatistics>& pings, const RunResult& result) {
  targets_ = pings.size();
  for (const PingStatistics& statistics : pings) {
    if (statistics.received != 0) ++targets_answered_;
    if (statistics.sent != 0) print_ping_statistics(statistics, result.ended.instant);
  }
  questions_ = host.counters().questions + server.questions;
  print_summary(host, server, result);
  context_.out.flush();
}

void AnswerReport::print_ping_statistics(const PingStatistics& statistics, Instant now) {
  if (context_.format == RowFormat::json) {
    Row row{.kind = RowKind::ping_statistics, .ip = statistics.target};
    const auto add = [&](std::string_view key, FieldValue value) { row.fields.push_back({key, std::move(value)}); };
    add("sent", statistics.sent);
    add("received", statistics.received);
    add("duplicates", statistics.duplicates);
    add("errors", statistics.errors);
    add("loss", statistics.loss());
    if (statistics.received != 0) {
      add("rtt_min_ms", statistics.least);
      add("rtt_avg_ms", statistics.mean());
      add("rtt_max_ms", statistics.most);
      add("rtt_mdev_ms", statistics.deviation());
    }
    return print(std::move(row), now);
  }
  std::string text = fmt::format("{}: {} sent, {} received, {:.3g} % lost", statistics.target, statistics.sent,
                                 statistics.received, statistics.loss() * 100);
  if (statistics.duplicates != 0) text += fmt::format(", {}", counted(statistics.duplicates, "repeat"));
  if (statistics.errors != 0) text += fmt::format(", {}", counted(statistics.errors, "error"));
  if (statistics.received != 0) {
    const auto ms = [](Duration time) { return to_seconds(time) * 1000; };
    text += fmt::format("; round trip min/avg/max/mdev {:.3f}/{:.3f}/{:.3f}/{:.3f} ms", ms(statistics.least),
                        ms(statistics.mean()), ms(statistics.most), ms(statistics.deviation()));
  }
  context_.say(text);
}

void AnswerReport::print_summary(const VirtualHost& host, const ReverseServerCounters& server,
                                 const RunResult& result) {
  if (context_.quiet) return;
  VirtualHostCounters counters = host.counters();
  counters.questions += server.questions;
  counters.answers += server.answers;
  const std::size_t askers = host.neighbors().size(Family::ipv4) + host.neighbors().size(Family::ipv6);
  const Duration elapsed = result.ended.instant - result.started.instant;
  if (context_.format == RowFormat::json) {
    Row row{.kind = RowKind::summary};
    const auto add = [&](std::string_view key, FieldValue value) { row.fields.push_back({key, std::move(value)}); };
    add("questions", counters.questions);
    add("answers", counters.answers);
    add("neighbors", std::uint64_t{askers});
    add("lost", counters.lost);
    add("duplicated", counters.duplicated);
    add("overflowed", counters.overflowed);
    add("limited", counters.limited);
    add("conflicts", std::uint64_t{owners_.size()});
    add("receive_drops", result.counters.receive_drops);
    add("end", std::string{end_word(result.end)});
    add("elapsed_ms", elapsed);
    return print(std::move(row), result.ended.instant);
  }
  std::string text = fmt::format("{}, {}; {} known", counted(counters.questions, "question"),
                                 counted(counters.answers, "answer"), counted(askers, "neighbor"));
  const auto append = [&](std::uint64_t number, std::string_view words) {
    if (number != 0) text += fmt::format(", {} {}", number, words);
  };
  append(counters.lost, "lost on purpose");
  append(counters.duplicated, "sent twice");
  append(counters.overflowed, "not sent because too many waited");
  append(counters.limited, "errors not sent because of their rate limit");
  append(result.counters.receive_drops, "frames lost because the receive ring was full");
  text += fmt::format("; {} in {}", end_word(result.end), duration_text(elapsed));
  context_.say(text);
}

ExitCode AnswerReport::exit_code() const {
  ExitCode code = questions_ != 0 ? ExitCode::yes : ExitCode::no;
  if (targets_ != 0) {
    code = targets_answered_ == targets_ ? ExitCode::yes
           : targets_answered_ != 0      ? ExitCode::partial
           : off_link_ == targets_       ? ExitCode::off_link
                                         : ExitCode::no;
  }
  return owners_.empty() ? code : worst(code, ExitCode::conflict);
}

}  // namespace onlink::inline v0::cli
