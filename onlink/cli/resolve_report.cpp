// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/resolve_report.hpp"

#include <algorithm>
#include <numeric>

#include "onlink/print/event_words.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/hexdump.hpp"
#include "onlink/print/vendor.hpp"

namespace onlink::inline v0::cli {
namespace {

std::string requests(std::uint64_t count, std::string_view word = "request") {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

std::string_view end_word(const RunResult* result) {
  if (result == nullptr) return "finished";
  switch (result->end) {
    case RunEnd::finished:
    case RunEnd::exhausted:
    case RunEnd::time_limit:
      return "finished";
    case RunEnd::interrupted:
      return "interrupted";
    case RunEnd::failed:
      return "failed";
  }
  return "finished";
}

}  // namespace

ResolveReport::ResolveReport(Context& context, ResolveReportConfig config, const std::vector<ResolveTarget>& targets)
    : context_(context),
      config_(std::move(config)),
      rows_(context.out, {.format = context.format,
                          .color = context.color,
                          .names = config_.names,
                          .csv_fields = {"evidence", "requests", "next_hop", "next_hop_mac", "next_hop_state"}}) {
  for (const ResolveTarget& target : targets) {
    outcomes_.push_back({.target = target});
    rows_.measure({.ip = target.address});
  }
}

ResolveReport::Outcome& ResolveReport::outcome_of(const IpAddress& address) {
  return *std::ranges::find(outcomes_, address, [](const Outcome& o) { return o.target.address; });
}

template <class Predicate>
std::uint64_t ResolveReport::count(Predicate predicate) const {
  return static_cast<std::uint64_t>(std::ranges::count_if(outcomes_, predicate));
}

void ResolveReport::print(Row row, const Outcome& outcome, std::optional<Instant> time) {
  if (context_.quiet) return;
  row.ip = outcome.target.address;
  if (row.interface.empty()) row.interface = config_.interface;
  if (time && clock_) row.time = clock_->to_wall(*time);
  if (!outcome.target.name.empty()) row.names.push_back({outcome.target.name, "argument"});
  rows_.print(row);
  context_.out.flush();
}

void ResolveReport::on_verdict(const RouteVerdict& verdict) {
  Outcome& outcome = outcome_of(verdict.target);
  (verdict.reach == Reach::own ? outcome.own : outcome.off_link) = true;
  print(verdict_row(verdict), outcome, std::nullopt);
}

void ResolveReport::on_event(const Event& event) {
  if (const auto* answer = std::get_if<Answered>(&event)) return on_answer(*answer);
  if (const auto* silent = std::get_if<Silent>(&event)) return on_silent(*silent);
  const auto* asked = std::get_if<Asked>(&event);
  if (asked == nullptr) return;
  ++requests_asked_;
  ++outcome_of(asked->address).asked;
  if (context_.verbose > 1) context_.say(fmt::format("request {} for {}", asked->attempt, asked->address));
}

void ResolveReport::on_answer(const Answered& answer) {
  Outcome& outcome = outcome_of(answer.address);
  Row row = answer_row(answer);
  const bool contender = answer.evidence == Evidence::arp_probe || answer.evidence == Evidence::neighbor_probe;
  if (answer.round_trip) round_trips_.push_back(*answer.round_trip);
  if (answer.kind == AnswerKind::late) outcome.late = true;
  if (contender) {
    outcome.contended = true;
  } else if (std::ranges::find(outcome.owners, answer.mac, &Owner::mac) == outcome.owners.end()) {
    outcome.owners.push_back({answer.mac, answer.round_trip});
  }
  // The first owner's line is out already: the second names it.
  const auto conflict = std::ranges::find(row.notes, NoteKind::conflict, &Note::kind);
  if (conflict != row.notes.end() && outcome.owners.size() > 1) {
    const auto& other = outcome.owners.front().mac == answer.mac ? outcome.owners.back() : outcome.owners.front();
    conflict->detail = fmt::format("with {}", other.mac);
  }
  print(std::move(row), outcome, answer.time);
}

void ResolveReport::on_silent(const Silent& silent) {
  Outcome& outcome = outcome_of(silent.address);
  outcome.silent = true;
  // Whether an address is free can be said only once the run has ended well: the link may yet turn out to be gone.
  if (config_.probe || outcome.contended) return;
  Row row{.kind = RowKind::silent, .text = fmt::format("no answer ({})", requests(silent.tries))};
  row.fields.push_back({"requests", std::uint64_t{silent.tries}});
  print(std::move(row), outcome, silent.time);
}

void ResolveReport::on_frame_sent(Bytes frame) {
  if (config_.replay) return;
  ++requests_sent_;
  if (!config_.dump) return;
  TextWriter& to = context_.format == RowFormat::text && !context_.quiet ? context_.out : context_.err;
  to.write(hexdump(frame));
  to.flush();
}

void ResolveReport::print_undecided(const RunResult& result) {
  const bool well = result.end == RunEnd::finished && !config_.replay && requests_sent_ == requests_asked_;
  for (const Outcome& outcome : outcomes_) {
    if (outcome.answered() || outcome.off_link || outcome.contended) continue;
    if (outcome.silent && !config_.probe) continue;
    Row row{.kind = RowKind::silent};
    if (well && outcome.silent && outcome.asked > 0) {
      row.kind = RowKind::free;
      row.text = fmt::format("free: nobody answered {}", requests(outcome.asked, "probe"));
    } else {
      row.text = fmt::format("no answer{} ({})", outcome.silent ? "" : " so far",
                             requests(outcome.asked, config_.probe ? "probe" : "request"));
    }
    row.fields.push_back({"requests", std::uint64_t{outcome.asked}});
    print(std::move(row), outcome, result.ended.instant);
  }
}

void ResolveReport::print_conflicts() {
  for (const Outcome& outcome : outcomes_) {
    if (outcome.owners.size() < 2) continue;
    Row row{.kind = RowKind::conflict,
            .text = fmt::format("conflict: {} stations have this address:", outcome.owners.size())};
    std::vector<std::string> macs;
    for (const Owner& owner : outcome.owners) {
      macs.push_back(to_string(owner.mac));
      const std::string_view vendor = vendor_name(owner.mac);
      row.text += fmt::format("{} {}{}", macs.size() == 1 ? "" : ",", owner.mac,
                              vendor.empty() ? "" : fmt::format(" ({})", vendor));
    }
    row.notes.push_back({NoteKind::conflict});
    row.fields.push_back({"macs", std::move(macs)});
    print(std::move(row), outcome, std::nullopt);
  }
}

Row ResolveReport::summary_row(const RunResult* result) const {
  Row row{.kind = RowKind::summary, .interface = config_.interface};
  if (clock_) row.time = clock_->wall;
  const auto add = [&](std::string_view key, FieldValue value) { row.fields.push_back({key, std::move(value)}); };
  add("targets", std::uint64_t{outcomes_.size()});
  add("answered", count([](const Outcome& o) { return o.answered(); }));
  add("silent", count([](const Outcome& o) { return o.silent && !o.answered(); }));
  add("off_link", count([](const Outcome& o) { return o.off_link; }));
  add("conflicts", count([](const Outcome& o) { return o.conflict(); }));
  add("requests_sent", requests_sent_);
  add("end", std::string{end_word(result)});
  if (result != nullptr) add("elapsed_ms", Duration{result->ended.instant - result->started.instant});
  if (!round_trips_.empty()) {
    const auto [low, high] = std::ranges::minmax(round_trips_);
    const Duration sum = std::accumulate(round_trips_.begin(), round_trips_.end(), Duration{});
    add("rtt_min_ms", low);
    add("rtt_avg_ms", sum / static_cast<Duration::rep>(round_trips_.size()));
    add("rtt_max_ms", high);
  }
  return row;
}

void ResolveReport::print_summary(const RunResult* result) {
  if (context_.quiet) return;
  if (context_.format == RowFormat::json) return rows_.print(summary_row(result));
  std::string text =
      fmt::format("{} of {} answered", count([](const Outcome& o) { return o.answered(); }), outcomes_.size());
  const auto append = [&](std::uint64_t number, std::string_view words) {
    if (number != 0) text += fmt::format(", {} {}", number, words);
  };
  append(count([](const Outcome& o) { return o.off_link; }), "off-link");
  append(count([](const Outcome& o) { return o.conflict(); }), "in conflict");
  append(count([](const Outcome& o) { return o.late; }), "late");
  text += config_.replay ? "; replayed, nothing sent"
          : requests_sent_ == 0
              ? "; nothing sent"
              : fmt::format("; {} sent", requests(requests_sent_, config_.probe ? "probe" : "request"));
  if (round_trips_.size() > 1) {
    const auto [low, high] = std::ranges::minmax(round_trips_);
    const Duration sum = std::accumulate(round_trips_.begin(), round_trips_.end(), Duration{});
    text += fmt::format("; round trip {} to {}, average {}", duration_text(low), duration_text(high),
                        duration_text(sum / static_cast<Duration::rep>(round_trips_.size())));
  }
  if (end_word(result) == "interrupted") text += "; interrupted";
  context_.say(text);
}

void ResolveReport::finish(const RunResult* result) {
  if (result != nullptr) print_undecided(*result);
  print_conflicts();
  print_summary(result);
}

ExitCode ResolveReport::exit_code() const {
  const std::uint64_t answered = count([](const Outcome& o) { return o.answered(); });
  const bool all_off_link = std::ranges::all_of(outcomes_, &Outcome::off_link);
  const ExitCode base = answered == outcomes_.size() ? ExitCode::yes
                        : answered != 0              ? ExitCode::partial
                        : all_off_link               ? ExitCode::off_link
                                                     : ExitCode::no;
  return std::ranges::any_of(outcomes_, &Outcome::conflict) ? worst(base, ExitCode::conflict) : base;
}

}  // namespace onlink::inline v0::cli
