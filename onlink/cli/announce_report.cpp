// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/announce_report.hpp"

#include <algorithm>

#include "onlink/print/event_words.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/hexdump.hpp"
#include "onlink/print/vendor.hpp"

namespace onlink::inline v0::cli {
namespace {

std::string counted(std::uint64_t count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : word.ends_with('s') ? "es" : "s");
}

std::string_view words_for(AnnounceForm form) noexcept {
  switch (form) {
    case AnnounceForm::request:
      return "by ARP request";
    case AnnounceForm::reply_own:
      return "by ARP reply (to itself)";
    case AnnounceForm::reply_zero:
      return "by ARP reply (to nobody)";
    case AnnounceForm::reply_broadcast:
      return "by ARP reply (to everybody)";
    case AnnounceForm::advertisement:
      return "by neighbor advertisement";
    case AnnounceForm::rarp:
      return "by RARP, for switches";
  }
  return "";
}

std::string flags_of(const Announcement& announcement) {
  if (announcement.form != AnnounceForm::advertisement) return {};
  std::string text;
  if (announcement.router) text += ", router";
  if (!announcement.override_flag) text += ", without override";
  return text;
}

std::string_view end_word(const RunResult* result) noexcept {
  if (result == nullptr) return "finished";
  if (result->end == RunEnd::interrupted) return "interrupted";
  return result->end == RunEnd::failed ? "failed" : "finished";
}

}  // namespace

AnnounceReport::AnnounceReport(Context& context, AnnounceReportConfig config, const AnnouncePlan& plan)
    : context_(context),
      config_(std::move(config)),
      plan_(plan),
      rows_(context.out,
            {.format = context.format,
             .color = context.color,
             .csv_fields = {"form", "round", "source_mac", "router", "override", "evidence", "requests", "macs"}}) {
  for (const AnnouncedAddress& announced : plan.addresses) {
    index_.emplace(announced.address, outcomes_.size());
    outcomes_.push_back({.announced = announced});
    rows_.measure({.ip = announced.address});
  }
}

AnnounceReport::Outcome* AnnounceReport::outcome_of(const IpAddress& address, const VlanStack& vlans) {
  const auto [first, last] = index_.equal_range(address);
  const auto place = std::find_if(
      first, last, [&](const auto& entry) { return outcomes_[entry.second].announced.vlans.same_network(vlans); });
  return place == last ? nullptr : &outcomes_[place->second];
}

template <class Predicate>
std::uint64_t AnnounceReport::count(Predicate predicate) const {
  return static_cast<std::uint64_t>(std::ranges::count_if(outcomes_, predicate));
}

void AnnounceReport::print(Row row, std::optional<Instant> time) {
  if (context_.quiet) return;
  if (row.interface.empty()) row.interface = config_.interface;
  if (time && clock_) row.time = clock_->to_wall(*time);
  rows_.print(row);
  context_.out.flush();
}

void AnnounceReport::on_off_link(const RouteVerdict& verdict) {
  ++off_link_;
  print(verdict_row(verdict), std::nullopt);
}

void AnnounceReport::on_event(const Event& event) {
  if (const auto* announced = std::get_if<Announced>(&event)) return on_announced(*announced);
  if (const auto* answer = std::get_if<Answered>(&event)) return on_answer(*answer);
}

void AnnounceReport::on_announced(const Announced& announced) {
  const Announcement& said = plan_.announcer.announcements[next_];
  next_ = (next_ + 1) % plan_.announcer.announcements.size();
  Row row{.kind = RowKind::announced, .vlans = announced.vlans, .ip = announced.address, .mac = announced.mac};
  row.vendor = vendor_name(announced.mac);
  row.fields.push_back({"form", std::string{to_string(announced.form)}});
  row.fields.push_back({"round", std::uint64_t{announced.round}});
  if (said.source && *said.source != said.mac) row.fields.push_back({"source_mac", *said.source});
  if (said.form == AnnounceForm::advertisement) {
    row.fields.push_back({"router", said.router});
    row.fields.push_back({"override", said.override_flag});
  }
  const std::uint32_t rounds = plan_.announcer.count;
  const std::string round =
      rounds == 0 ? fmt::format("round {}", announced.round) : fmt::format("{} of {}", announced.round, rounds);
  const std::string network = announced.vlans.empty() ? "" : fmt::format(" in VLAN {}", announced.vlans);
  const std::string how = fmt::format("{}{}{}, {}", words_for(announced.form), flags_of(said), network, round);
  row.text = announced.address ? fmt::format("announced at {} {}", announced.mac, how)
                               : fmt::format("{}  announced {}", announced.mac, how);
  print(std::move(row), announced.time);
}

void AnnounceReport::on_verify_event(const Event& event, const VlanStack& vlans) {
  if (const auto* answer = std::get_if<Answered>(&event)) return on_answer(*answer);
  if (const auto* silent = std::get_if<Silent>(&event)) return on_silent(*silent, vlans);
}

// Whoever has the address, or wants it, and is not where it was announced, contradicts.
void AnnounceReport::on_answer(const Answered& answer) {
  Outcome* outcome = outcome_of(answer.address, answer.vlans);
  if (outcome == nullptr) return;
  const AnnouncedAddress& announced = outcome->announced;
  const bool own =
      announced.ours && std::ranges::find(plan_.announcer.own_macs, answer.mac) != plan_.announcer.own_macs.end();
  const bool expected = answer.mac == announced.mac || own;
  Row row = answer_row(answer);
  if (expected) {
    outcome->answered = true;
    if (own) row.notes.push_back({NoteKind::own});
  } else {
    std::erase_if(row.notes, [](const Note& note) { return note.kind == NoteKind::conflict; });
    row.notes.insert(row.notes.begin(), {NoteKind::conflict, fmt::format("with {}", announced.mac)});
    if (std::ranges::find(outcome->rivals, answer.mac) == outcome->rivals.end()) {
      outcome->rivals.push_back(answer.mac);
    }
  }
  print(std::move(row), answer.time);
}

void AnnounceReport::on_silent(const Silent& silent, const VlanStack& vlans) {
  Outcome* outcome = outcome_of(silent.address, vlans);
  if (outcome == nullptr) return;
  outcome->silent = true;
  const bool ours = outcome->announced.ours;
  Row row{.kind = RowKind::silent, .vlans = vlans, .ip = silent.address};
  row.text = fmt::format("{} ({})", ours ? "nobody else answers for it" : "nobody answers for it",
                         counted(silent.tries, "probe"));
  row.fields.push_back({"requests", std::uint64_t{silent.tries}});
  print(std::move(row), silent.time);
}

void AnnounceReport::on_frame_sent(Bytes frame) {
  ++announced_;
  if (!config_.dump) return;
  TextWriter& to = context_.format == RowFormat::text && !context_.quiet ? context_.out : context_.err;
  to.write(hexdump(frame));
  to.flush();
}

void AnnounceReport::print_conflicts() {
  for (const Outcome& outcome : outcomes_) {
    if (outcome.rivals.empty()) continue;
    const AnnouncedAddress& announced = outcome.announced;
    Row row{.kind = RowKind::conflict, .vlans = announced.vlans, .ip = announced.address};
    row.text = fmt::format("conflict: announced at {}, and in use at", announced.mac);
    std::vector<std::string> macs{to_string(announced.mac)};
    for (const MacAddress& rival : outcome.rivals) {
      const std::string_view vendor = vendor_name(rival);
      row.text += fmt::format("{} {}{}", macs.size() == 1 ? "" : ",", rival,
                              vendor.empty() ? "" : fmt::format(" ({})", vendor));
      macs.push_back(to_string(rival));
    }
    row.notes.push_back({NoteKind::conflict});
    row.fields.push_back({"macs", std::move(macs)});
    print(std::move(row), std::nullopt);
  }
}

Row AnnounceReport::summary_row(const RunResult* result) const {
  Row row{.kind = RowKind::summary, .interface = config_.interface};
  if (clock_) row.time = clock_->wall;
  const auto add = [&](std::string_view key, FieldValue value) { row.fields.push_back({key, std::move(value)}); };
  add("announcements", std::uint64_t{plan_.announcer.announcements.size()});
  add("frames_sent", announced_);
  add("off_link", off_link_);
  add("conflicts", count([](const Outcome& o) { return !o.rivals.empty(); }));
  if (config_.verify) {
    add("verified", count(&Outcome::is_well));
    add("unverified", count([](const Outcome& o) { return !o.is_well(); }));
  }
  add("end", std::string{end_word(result)});
  const Instant start = clock_ ? clock_->instant : Instant{};
  add("elapsed_ms", result == nullptr ? Duration{} : Duration{result->ended.instant - start});
  return row;
}

void AnnounceReport::print_summary(const RunResult* result) {
  if (context_.quiet) return;
  if (context_.format == RowFormat::json) return rows_.print(summary_row(result));
  std::string text = result == nullptr ? "nothing sent" : fmt::format("{} sent", counted(announced_, "announcement"));
  if (off_link_ != 0) text += fmt::format(", {} off-link", off_link_);
  if (const auto rivals = count([](const Outcome& o) { return !o.rivals.empty(); }); rivals != 0) {
    text += fmt::format(", {} in conflict", rivals);
  }
  if (config_.verify && result != nullptr) {
    text += fmt::format("; {} of {} as announced", count(&Outcome::is_well), counted(outcomes_.size(), "address"));
  }
  if (end_word(result) == "interrupted") text += "; interrupted";
  context_.say(text);
}

void AnnounceReport::finish(const RunResult* result) {
  print_conflicts();
  print_summary(result);
}

ExitCode AnnounceReport::exit_code() const {
  if (plan_.announcer.announcements.empty()) return off_link_ != 0 ? ExitCode::off_link : ExitCode::no;
  const std::uint64_t well = count(&Outcome::is_well);
  ExitCode code = off_link_ != 0 ? ExitCode::partial : ExitCode::yes;
  if (config_.verify && !outcomes_.empty()) {
    if (well == 0) code = worst(code, ExitCode::no);
    if (well != 0 && well != outcomes_.size()) code = ExitCode::partial;
  }
  const bool contradicted = std::ranges::any_of(outcomes_, [](const Outcome& o) { return !o.rivals.empty(); });
  return contradicted ? worst(code, ExitCode::conflict) : code;
}

}  // namespace onlink::inline v0::cli
