// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/scan_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "onlink/print/event_words.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/progress.hpp"
#include "onlink/print/vendor.hpp"

namespace onlink::inline v0::cli {

ScanFindings findings_of(const Scanner& scanner) {
  return {
      .hosts = &scanner.hosts(), .progress = scanner.progress(), .looked_for = [&scanner](const IpAddress& address) {
        return scanner.targets().contains(address) || (scanner.discovers_ipv6() && address.is_ipv6());
      }};
}

RowPrinter scan_row_printer(Context& context, bool names) {
  return RowPrinter{context.out,
                    {.format = context.format,
                     .color = context.color,
                     .names = names,
                     .csv_fields = {"evidence", "cache_mac", "cache_state", "last", "next_hop"}}};
}

ScanReport::ScanReport(Context& context, RowPrinter& rows, ScanSurroundings surroundings, Style style)
    : context_(context), surroundings_(std::move(surroundings)), style_(style), rows_(rows) {}

void ScanReport::on_event(const Event& event) {
  const auto* answer = std::get_if<Answered>(&event);
  if (answer == nullptr || !style_.live || context_.quiet) return;
  if (answer->kind != AnswerKind::first && answer->kind != AnswerKind::conflict) return;
  Row row = answer_row(*answer);
  row.kind = RowKind::host;
  row.interface = surroundings_.interface.link.name;
  row.time = clock_.to_wall(answer->time);
  add_notes(answer->address, answer->mac, row);
  add_cache(answer->address, answer->mac, row);
  rows_.print(row);
  context_.out.flush();
}

void ScanReport::on_scan_end(ScanFindings findings) {
  found_ += findings.progress.answered;
  conflicts_ += findings.progress.conflicts;
  findings_.push_back(std::move(findings));
}

std::vector<ScanReport::Found> ScanReport::sorted() const {
  std::vector<Found> all;
  for (const ScanFindings& findings : findings_) {
    for (HostTable::Id id = 0; id < findings.hosts->size(); ++id) all.push_back({findings.hosts, id});
  }
  std::ranges::sort(all, {}, [](const Found& found) { return found.host().address; });
  return all;
}

std::vector<IpAddress> ScanReport::addresses() const {
  std::vector<IpAddress> all;
  for (const Found& found : sorted()) {
    if (all.empty() || all.back() != found.host().address) all.push_back(found.host().address);
  }
  return all;
}

void ScanReport::count_addresses_by_mac() {
  for (const ScanFindings& findings : findings_) {
    for (HostTable::Id id = 0; id < findings.hosts->size(); ++id) {
      const ScanHost& host = (*findings.hosts)[id];
      if (host.address.is_ipv4()) ++addresses_by_mac_[host.mac.value()];
    }
  }
}

void ScanReport::add_notes(const IpAddress& ip, const MacAddress& mac, Row& row) const {
  const auto own = [&](const kernel::InterfaceAddress& a) { return a.prefix.address == ip; };
  if (std::ranges::any_of(surroundings_.interface.addresses, own)) {
    row.notes.push_back({NoteKind::conflict, "with us: this address is ours"});
  }
  if (std::ranges::find(surroundings_.gateways, ip) != surroundings_.gateways.end()) {
    row.notes.push_back({NoteKind::gateway});
  }
  const auto count = addresses_by_mac_.find(mac.value());
  if (ip.is_ipv4() && count != addresses_by_mac_.end() && count->second >= proxy_threshold) {
    row.notes.push_back({NoteKind::proxy, fmt::format("suspect: it answers for {} addresses", grouped(count->second))});
    row.fields.push_back({"addresses_of_mac", std::uint64_t{count->second}});
  }
}

void ScanReport::add_cache(const IpAddress& ip, const MacAddress& mac, Row& row) const {
  if (!surroundings_.cache) return;
  const auto entry = surroundings_.cache->find(ip);
  if (entry == surroundings_.cache->end()) return;
  row.fields.push_back({"cache_state", std::string{to_string(entry->second.state)}});
  if (!entry->second.mac) return;
  row.fields.push_back({"cache_mac", *entry->second.mac});
  if (*entry->second.mac == mac) return;
  row.notes.push_back(
      {NoteKind::cache_differs, fmt::format("{} {}", *entry->second.mac, to_string(entry->second.state))});
}

Row ScanReport::host_row(const ScanHost& host, const MacAddress& mac, const std::vector<MacAddress>& macs) const {
  Row row{.kind = RowKind::host, .interface = surroundings_.interface.link.name, .vlans = style_.vlans};
  row.ip = host.address;
  row.mac = mac;
  row.vendor = vendor_name(mac);
  row.time = clock_.to_wall(host.asked);
  if (mac == host.mac) row.round_trip = host.round_trip();
  if (macs.size() > 1) {
    std::vector<MacAddress> others = macs;
    std::erase(others, mac);
    row.notes.push_back({NoteKind::conflict, fmt::format("with {}", fmt::join(others, ", "))});
  }
  if (host.router) row.notes.push_back({NoteKind::router});
  append_mac_notes(mac, row.notes);
  add_notes(host.address, mac, row);
  row.fields.push_back({"evidence", std::string{to_string(host.evidence)}});
  add_cache(host.address, mac, row);
  return row;
}

Row ScanReport::own_row(const kernel::InterfaceAddress& address) const {
  Row row{.kind = RowKind::own, .interface = surroundings_.interface.link.name};
  row.ip = address.prefix.address;
  row.mac = surroundings_.interface.link.mac;
  row.vendor = vendor_name(*row.mac);
  row.time = clock_.wall;
  row.notes.push_back({NoteKind::own});
  return row;
}

bool ScanReport::in_scope(const IpAddress& address) const {
  return std::ranges::any_of(findings_, [&](const ScanFindings& findings) { return findings.looked_for(address); });
}

template <class Visit>
void ScanReport::for_each_row(const std::vector<Found>& all, const Names* names, Visit visit) const {
  std::vector<kernel::InterfaceAddress> own;
  for (const kernel::InterfaceAddress& address : surroundings_.interface.addresses) {
    if (in_scope(address.prefix.address)) own.push_back(address);
  }
  const auto ip_of = [](const kernel::InterfaceAddress& a) { return a.prefix.address; };
  std::ranges::sort(own, {}, ip_of);
  auto next_own = own.begin();
  for (const Found& found : all) {
    const ScanHost& host = found.host();
    for (; next_own != own.end() && ip_of(*next_own) <= host.address; ++next_own) visit(own_row(*next_own));
    std::vector<MacAddress> macs = found.hosts->other_macs(found.id);
    macs.insert(macs.begin(), host.mac);
    for (const MacAddress& mac : macs) {
      Row row = host_row(host, mac, macs);
      if (names != nullptr) {
        if (const auto known = names->find(host.address); known != names->end()) row.names = known->second;
      }
      visit(std::move(row));
    }
  }
  for (; next_own != own.end(); ++next_own) visit(own_row(*next_own));
}

void ScanReport::print_hosts(const Ending& ending) {
  const std::vector<Found> all = sorted();
  const bool listed = !context_.quiet && !style_.live && style_.earlier == nullptr;
  if (listed && context_.format == RowFormat::text) {
    for_each_row(all, ending.names, [&](const Row& row) { rows_.measure(row); });
  }
  for_each_row(all, ending.names, [&](const Row& row) {
    if (ending.save != nullptr) ending.save->add(row);
    if (listed) rows_.print(row);
  });
  context_.out.flush();
}

void ScanReport::mark_change(Row& row) {
  const auto before = style_.earlier->find(*row.ip);
  // An address counts once, however many MACs it has now: its rows come one behind the other.
  const bool counted = std::exchange(last_changed_, row.ip) == row.ip;
  row.kind = RowKind::change;
  if (before == style_.earlier->end()) {
    row.notes.insert(row.notes.begin(), Note{NoteKind::appeared});
    if (!counted) ++appeared_;
    return;
  }
  row.notes.insert(row.notes.begin(), Note{NoteKind::moved, fmt::format("from {}", fmt::join(before->second, ", "))});
  std::vector<std::string> macs;
  for (const MacAddress& mac : before->second) macs.push_back(to_string(mac));
  row.fields.push_back({"macs_before", std::move(macs)});
  if (!counted) ++moved_;
}

void ScanReport::print_changes(const Ending& ending) {
  ScanHistory now;
  for_each_row(sorted(), ending.names, [&](const Row& row) { now[*row.ip].insert(*row.mac); });
  for_each_row(sorted(), ending.names, [&](Row row) {
    const auto before = style_.earlier->find(*row.ip);
    if (before != style_.earlier->end() && (before->second.contains(*row.mac) || now[*row.ip] == before->second))
      return;
    mark_change(row);
    if (!context_.quiet) rows_.print(row);
  });
  // Of a scan that broke off nobody can say who is gone.
  if (ending.end != RunEnd::finished) return;
  for (const auto& [address, macs] : *style_.earlier) {
    if (now.contains(address) || !in_scope(address)) continue;
    ++gone_;
    Row row{.kind = RowKind::change, .interface = surroundings_.interface.link.name, .vlans = style_.vlans};
    row.time = clock_.wall + ending.elapsed;
    row.ip = address;
    row.mac = *macs.begin();
    row.vendor = vendor_name(*row.mac);
    row.notes.push_back({NoteKind::gone});
    if (!context_.quiet) rows_.print(row);
  }
}

ScanProgress ScanReport::totals() const {
  ScanProgress sum;
  for (const ScanFindings& findings : findings_) {
    const ScanProgress& one = findings.progress;
    sum.targets += one.targets;
    sum.asked += one.asked;
    sum.learned += one.learned;
    sum.requests += one.requests;
    sum.repeated += one.repeated;
    sum.unrecorded += one.unrecorded;
    sum.stalls += one.stalls;
    sum.loss = std::max(sum.loss, one.loss);
    sum.loss_samples += one.loss_samples;
    sum.peak_rate = std::max(sum.peak_rate, one.peak_rate);
    sum.hosts_missing += one.hosts_missing;
  }
  return sum;
}

Row ScanReport::summary_row(const Ending& ending, const ScanProgress& sum) const {
  Row row{.kind = RowKind::summary, .time = clock_.wall, .interface = surroundings_.interface.link.name};
  const auto add = [&](std::string_view key, FieldValue value) { row.fields.push_back({key, std::move(value)}); };
  add("targets", sum.targets);
  add("answered", found_);
  add("conflicts", conflicts_);
  if (style_.earlier != nullptr) {
    add("new", appeared_);
    add("gone", gone_);
    add("moved", moved_);
  }
  add("requests_sent", style_.replay ? std::uint64_t{0} : sum.requests);
  add("requests_repeated", style_.replay ? std::uint64_t{0} : sum.repeated);
  add("loss", sum.loss);
  add("peak_rate", sum.peak_rate);
  add("receive_drops", ending.receive_drops);
  const bool whole = ending.end == RunEnd::finished;
  add("end", std::string{whole ? "finished" : ending.end == RunEnd::interrupted ? "interrupted" : "failed"});
  add("elapsed_ms", ending.elapsed);
  return row;
}

void ScanReport::print_summary(const Ending& ending) {
  if (context_.quiet) return;
  const ScanProgress sum = totals();
  const bool whole = ending.end == RunEnd::finished;
  if (context_.format == RowFormat::json) return rows_.print(summary_row(ending, sum));
  std::string text = fmt::format("{} found", grouped(found_));
  if (sum.targets > 0 && !style_.replay) text += fmt::format(" among {} addresses", grouped(sum.targets));
  if (sum.learned > 0) text += fmt::format(", {} of them by IPv6 discovery", grouped(sum.learned));
  if (conflicts_ > 0) text += fmt::format(", {} in conflict", grouped(conflicts_));
  if (style_.earlier != nullptr) text += fmt::format("; {} new, {} gone, {} moved", appeared_, gone_, moved_);
  if (style_.replay) {
    text += fmt::format("; replayed, nothing sent; {} request{} heard in {}", grouped(sum.requests),
                        sum.requests == 1 ? "" : "s", duration_text(ending.elapsed));
  } else {
    text += fmt::format("; {} requests, {} of them repeated, in {}; peak {}/s", grouped(sum.requests),
                        grouped(sum.repeated), duration_text(ending.elapsed),
                        grouped(static_cast<std::uint64_t>(sum.peak_rate)));
  }
  if (sum.loss > 0) text += fmt::format("; loss {:.1f} %", sum.loss * 100);
  if (ending.receive_drops > 0) text += fmt::format("; {} frames dropped on receiving", grouped(ending.receive_drops));
  if (sum.unrecorded > 0) text += fmt::format("; {} answers beyond the table", grouped(sum.unrecorded));
  if (!whole) text += fmt::format("; broken off after {} of the addresses", grouped(sum.asked));
  context_.say(text);
}

void ScanReport::finish(const Ending& ending) {
  count_addresses_by_mac();
  print_hosts(ending);
  if (style_.earlier != nullptr) print_changes(ending);
  print_summary(ending);
}

bool ScanReport::asked_for_own_only() const {
  const auto own =
      std::ranges::count_if(surroundings_.interface.addresses,
                            [&](const kernel::InterfaceAddress& address) { return in_scope(address.prefix.address); });
  return own > 0 && totals().targets == static_cast<std::uint64_t>(own);
}

ExitCode ScanReport::exit_code() const {
  if (conflicts_ > 0 || moved_ > 0) return ExitCode::conflict;
  return found_ > 0 || asked_for_own_only() ? ExitCode::yes : ExitCode::no;
}

}  // namespace onlink::inline v0::cli
