// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/claim_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "onlink/print/format.hpp"
#include "onlink/print/hexdump.hpp"
#include "onlink/print/vendor.hpp"

namespace onlink::inline v0::cli {
namespace {

std::string with_vendor(const MacAddress& mac) {
  const std::string_view vendor = vendor_name(mac);
  return vendor.empty() ? to_string(mac) : fmt::format("{} ({})", mac, vendor);
}

std::string probes_text(std::uint32_t probes) {
  return probes == 0 ? "not probed for" : fmt::format("nobody answered {} probe{}", probes, probes == 1 ? "" : "s");
}

std::string_view end_word(RunEnd end) noexcept {
  switch (end) {
    case RunEnd::interrupted:
      return "interrupted";
    case RunEnd::time_limit:
      return "time_limit";
    case RunEnd::failed:
      return "failed";
    case RunEnd::finished:
    case RunEnd::exhausted:
      break;
  }
  return "finished";
}

}  // namespace

ClaimReport::ClaimReport(Context& context, Setting setting)
    : context_(context),
      setting_(std::move(setting)),
      rows_(context.out, {.format = context.format,
                          .color = context.color,
                          .csv_fields = {"probes", "optimistic", "configured", "macs", "reason", "requests"}}) {}

void ClaimReport::print(Row row, Instant time) {
  if (context_.quiet) return;
  row.interface = setting_.interface;
  row.vlans = setting_.vlans;
  row.time = clock_.to_wall(time);
  rows_.print(row);
  if (context_.out_is_terminal || context_.format == RowFormat::json) context_.out.flush();
}

void ClaimReport::on_ready(const ClaimReady& ready, std::uint32_t probes, std::optional<std::uint8_t> configured) {
  if (setting_.probe_only) {
    fates_[ready.address] = Fate::free;
    free_[ready.address] = {ready.time, probes};
    return;
  }
  fates_[ready.address] = ready.optimistic ? Fate::optimistic : Fate::held;
  Row row{.kind = RowKind::ready, .ip = ready.address, .mac = setting_.mac};
  row.fields.push_back({"probes", std::uint64_t{probes}});
  if (ready.optimistic) row.fields.push_back({"optimistic", true});
  if (configured) row.fields.push_back({"configured", std::uint64_t{*configured}});
  row.text = ready.optimistic ? "in use, while it is being checked" : fmt::format("ours: {}", probes_text(probes));
  if (configured) row.text += fmt::format("; on {} as {}/{}", setting_.interface, ready.address, *configured);
  print(std::move(row), ready.time);
}

void ClaimReport::on_conflict(const ClaimConflict& conflict) {
  const auto known = fates_.find(conflict.address);
  const bool ours = known != fates_.end() && known->second == Fate::held;
  if (!ours) fates_[conflict.address] = Fate::refused;
  Row row{.kind = RowKind::conflict,
          .ip = conflict.address,
          .mac = conflict.mac,
          .vendor = std::string{vendor_name(conflict.mac)}};
  row.notes.push_back({conflict.contender ? NoteKind::contender : NoteKind::conflict});
  row.fields.push_back({"macs", std::vector<std::string>{to_string(conflict.mac)}});
  row.text = ours ? fmt::format("still used by {}: kept, and not defended again yet", with_vendor(conflict.mac))
             : conflict.contender ? fmt::format("not ours: {} probes for it too", with_vendor(conflict.mac))
                                  : fmt::format("taken: {} has it", with_vendor(conflict.mac));
  print(std::move(row), conflict.time);
}

void ClaimReport::on_defended(const ClaimDefended& defended) {
  ++defended_;
  Row row{.kind = RowKind::defended,
          .ip = defended.address,
          .mac = defended.mac,
          .vendor = std::string{vendor_name(defended.mac)},
          .text = fmt::format("defended: {} uses it too", with_vendor(defended.mac))};
  print(std::move(row), defended.time);
}

void ClaimReport::on_lost(const ClaimLost& lost) {
  ++lost_;
  fates_[lost.address] = lost.mac ? Fate::lost : Fate::unplugged;
  Row row{.kind = RowKind::lost, .ip = lost.address, .mac = lost.mac};
  if (lost.mac) row.vendor = vendor_name(*lost.mac);
  row.fields.push_back({"reason", std::string{lost.mac ? "conflict" : "link_down"}});
  row.text = lost.mac ? fmt::format("lost: {} uses it", with_vendor(*lost.mac)) : "lost: the link went down";
  print(std::move(row), lost.time);
}

void ClaimReport::on_contradicted(const IpAddress& address) {
  fates_[address] = Fate::refused;
  if (context_.quiet) return;
  rows_.print({.kind = RowKind::own,
               .interface = setting_.interface,
               .ip = address,
               .notes = {{NoteKind::own}},
               .text = "is this host's own: its kernel answers for it with another MAC address"});
}

void ClaimReport::on_frame_sent(Bytes frame) {
  ++frames_sent_;
  if (!setting_.dump) return;
  TextWriter& to = context_.format == RowFormat::text && !context_.quiet ? context_.out : context_.err;
  to.write(hexdump(frame));
  to.flush();
}

void ClaimReport::finish(const RunResult& result, bool well) {
  print_free(well);
  print_summary(result);
  context_.out.flush();
}

Row ClaimReport::free_row(const IpAddress& address, const Free& found) const {
  if (std::ranges::find(setting_.own, address) != setting_.own.end()) {
    return {.kind = RowKind::own,
            .ip = address,
            .notes = {{NoteKind::own}},
            .text = "is this host's own; of others " + probes_text(found.probes)};
  }
  Row row{.kind = RowKind::free, .ip = address, .text = fmt::format("free: {}", probes_text(found.probes))};
  row.fields.push_back({"requests", std::uint64_t{found.probes}});
  return row;
}

void ClaimReport::print_free(bool well) {
  for (const auto& [address, found] : free_) {
    if (!well) {
      fates_.erase(address);
      continue;
    }
    print(free_row(address, found), found.time);
  }
}

std::size_t ClaimReport::count(Fate fate) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(fates_, [fate](const auto& entry) { return entry.second == fate; }));
}

void ClaimReport::print_summary(const RunResult& result) {
  if (context_.quiet) return;
  const std::size_t held = count(Fate::held) + count(Fate::optimistic);
  const std::size_t refused = count(Fate::refused);
  const Duration elapsed = result.ended.instant - result.started.instant;
  if (context_.format == RowFormat::json) {
    Row row{.kind = RowKind::summary};
    const auto add = [&](std::string_view key, FieldValue value) { row.fields.push_back({key, std::move(value)}); };
    add("addresses", std::uint64_t{setting_.addresses});
    add("held", std::uint64_t{held});
    add("free", std::uint64_t{count(Fate::free)});
    add("refused", std::uint64_t{refused});
    add("defended", defended_);
    add("lost", lost_);
    add("frames_sent", frames_sent_);
    add("receive_drops", result.counters.receive_drops);
    add("end", std::string{end_word(result.end)});
    add("elapsed_ms", elapsed);
    return print(std::move(row), result.ended.instant);
  }
  std::string text = fmt::format("{} address{}", setting_.addresses, setting_.addresses == 1 ? "" : "es");
  const auto append = [&](std::uint64_t number, std::string_view words) {
    if (number != 0) text += fmt::format(", {} {}", number, words);
  };
  append(held, "held");
  append(count(Fate::free), "free");
  append(refused, "refused");
  append(count(Fate::lost) + count(Fate::unplugged), "lost");
  if (defended_ != 0) text += fmt::format(", defended {} time{}", defended_, defended_ == 1 ? "" : "s");
  append(result.counters.receive_drops, "frames lost because the receive ring was full");
  const std::string ending =
      result.end == RunEnd::time_limit ? "ended by --timeout after" : fmt::format("{} in", end_word(result.end));
  context_.say(fmt::format("{}; {} {}", text, ending, duration_text(elapsed)));
}

ExitCode ClaimReport::exit_code() const {
  const std::size_t well = count(Fate::held) + count(Fate::free);
  const std::size_t others = count(Fate::refused) + count(Fate::lost);
  if (well >= setting_.addresses) return ExitCode::yes;
  if (others != 0) return ExitCode::conflict;
  return well != 0 ? ExitCode::partial : ExitCode::no;
}

}  // namespace onlink::inline v0::cli
