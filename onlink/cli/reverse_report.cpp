// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/reverse_report.hpp"

#include <algorithm>

#include "onlink/print/format.hpp"
#include "onlink/print/hexdump.hpp"
#include "onlink/print/vendor.hpp"
#include "onlink/wire/decode.hpp"

namespace onlink::inline v0::cli {
namespace {

std::string requests(std::uint64_t count) { return fmt::format("{} request{}", count, count == 1 ? "" : "s"); }

// "02:00:00:00:00:01 (Some Maker)".
std::string station(const MacAddress& mac) {
  const std::string_view vendor = vendor_name(mac);
  return vendor.empty() ? to_string(mac) : fmt::format("{} ({})", mac, vendor);
}

// Who says so; by InARP the station itself does.
std::string source_of(const ReverseAnswered& answer) {
  if (answer.protocol == ReverseProtocol::inarp) return "says so itself";
  if (answer.server_address.is_unspecified()) return fmt::format("says {}", answer.server);
  return fmt::format("says {} at {}", answer.server_address, answer.server);
}

std::string_view end_word(RunEnd end) noexcept {
  if (end == RunEnd::interrupted) return "interrupted";
  return end == RunEnd::failed ? "failed" : "finished";
}

}  // namespace

ReverseReport::ReverseReport(Context& context, ReverseReportConfig config, const std::vector<MacAddress>& targets)
    : context_(context),
      config_(std::move(config)),
      rows_(context.out, {.format = context.format,
                          .color = context.color,
                          .csv_fields = {"evidence", "server_ip", "server_mac", "requests", "addresses"}}) {
  for (const MacAddress& target : targets) outcomes_.push_back({.target = target});
}

ReverseReport::Outcome& ReverseReport::outcome_of(const MacAddress& target) {
  return *std::ranges::find(outcomes_, target, &Outcome::target);
}

std::uint64_t ReverseReport::answered() const {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(outcomes_, [](const Outcome& o) { return !o.answers.empty(); }));
}

std::uint64_t ReverseReport::conflicts() const {
  return static_cast<std::uint64_t>(std::ranges::count_if(outcomes_, &Outcome::conflict));
}

void ReverseReport::print(Row row, const Outcome& outcome, std::optional<Instant> time) {
  if (context_.quiet) return;
  row.mac = outcome.target;
  row.vendor = vendor_name(outcome.target);
  row.interface = config_.interface;
  if (time && clock_) row.time = clock_->to_wall(*time);
  rows_.print(row);
  context_.out.flush();
}

void ReverseReport::on_event(const Event& event) {
  if (const auto* answer = std::get_if<ReverseAnswered>(&event)) return on_answer(*answer);
  if (const auto* silent = std::get_if<ReverseSilent>(&event)) return on_silent(*silent);
}

void ReverseReport::on_answer(const ReverseAnswered& answer) {
  Outcome& outcome = outcome_of(answer.mac);
  outcome.answers.push_back(answer);
  const bool conflict = answer.kind == ReverseAnswerKind::conflict;
  outcome.conflict = outcome.conflict || conflict;
  const bool rarp = answer.protocol == ReverseProtocol::rarp;
  Row row{.kind = RowKind::answer, .vlans = answer.vlans, .ip = answer.address, .round_trip = answer.round_trip};
  if (conflict) row.notes.push_back({NoteKind::conflict});
  row.fields.push_back({"evidence", std::string{to_string(answer.protocol)} + "_reply"});
  if (rarp) row.fields.push_back({"server_mac", answer.server});
  if (rarp && !answer.server_address.is_unspecified()) {
    row.fields.push_back({"server_ip", IpAddress{answer.server_address}});
  }
  row.text = fmt::format("{}{}, {}{}{}", conflict ? "conflict: also " : "", station(answer.mac), source_of(answer),
                         answer.kind == ReverseAnswerKind::agrees ? " too" : "",
                         answer.round_trip ? ", " + duration_text(*answer.round_trip) : "");
  print(std::move(row), outcome, answer.time);
}

void ReverseReport::on_silent(const ReverseSilent& silent) {
  Outcome& outcome = outcome_of(silent.mac);
  outcome.silent = true;
  Row row{.kind = RowKind::silent, .text = fmt::format("{}  no answer ({})", silent.mac, requests(silent.tries))};
  row.fields.push_back({"requests", std::uint64_t{silent.tries}});
  print(std::move(row), outcome, silent.time);
}

void ReverseReport::on_frame_sent(Bytes frame) {
  const auto packet = decode(frame);
  const auto* request = packet ? std::get_if<ArpPacket>(&packet->payload) : nullptr;
  if (request != nullptr) ++outcome_of(request->target_hardware_addr).requests;
  if (config_.replay) return;
  ++requests_sent_;
  if (!config_.dump) return;
  TextWriter& to = context_.format == RowFormat::text && !context_.quiet ? context_.out : context_.err;
  to.write(hexdump(frame));
  to.flush();
}

void ReverseReport::print_conflict(const Outcome& outcome) {
  Row row{.kind = RowKind::conflict,
          .text = fmt::format("{}  conflict: it is given different addresses:", outcome.target)};
  std::vector<std::string> addresses;
  for (const ReverseAnswered& answer : outcome.answers) {
    std::string address = to_string(answer.address);
    row.text += fmt::format("{} {} ({})", addresses.empty() ? "" : ",", address, source_of(answer));
    if (std::ranges::find(addresses, address) == addresses.end()) addresses.push_back(std::move(address));
  }
  row.notes.push_back({NoteKind::conflict});
  row.fields.push_back({"addresses", std::move(addresses)});
  print(std::move(row), outcome, std::nullopt);
}

Row ReverseReport::summary_row(const RunResult& result) const {
  Row row{.kind = RowKind::summary, .interface = config_.interface};
  if (clock_) row.time = clock_->wall;
  const auto add = [&](std::string_view key, FieldValue value) { row.fields.push_back({key, std::move(value)}); };
  add("targets", std::uint64_t{outcomes_.size()});
  add("answered", answered());
  add("silent", static_cast<std::uint64_t>(std::ranges::count_if(outcomes_, &Outcome::silent)));
  add("off_link", std::uint64_t{0});
  add("conflicts", conflicts());
  add("requests_sent", requests_sent_);
  add("end", std::string{end_word(result.end)});
  add("elapsed_ms", Duration{result.ended.instant - result.started.instant});
  return row;
}

void ReverseReport::print_summary(const RunResult& result) {
  if (context_.quiet) return;
  if (context_.format == RowFormat::json) return rows_.print(summary_row(result));
  std::string text = fmt::format("{} of {} answered", answered(), outcomes_.size());
  if (conflicts() != 0) text += fmt::format(", {} in conflict", conflicts());
  text += config_.replay        ? "; replayed, nothing sent"
          : requests_sent_ == 0 ? "; nothing sent"
                                : fmt::format("; {} sent", requests(requests_sent_));
  if (result.end == RunEnd::interrupted) text += "; interrupted";
  context_.say(text);
}

void ReverseReport::finish(const RunResult& result) {
  for (const Outcome& outcome : outcomes_) {
    if (outcome.conflict) print_conflict(outcome);
    if (!outcome.answers.empty() || outcome.silent) continue;
    Row row{.kind = RowKind::silent,
            .text = fmt::format("{}  no answer so far ({})", outcome.target, requests(outcome.requests))};
    row.fields.push_back({"requests", outcome.requests});
    print(std::move(row), outcome, result.ended.instant);
  }
  print_summary(result);
}

ExitCode ReverseReport::exit_code() const {
  const ExitCode base = answered() == 0                  ? ExitCode::no
                        : answered() == outcomes_.size() ? ExitCode::yes
                                                         : ExitCode::partial;
  return conflicts() != 0 ? worst(base, ExitCode::conflict) : base;
}

}  // namespace onlink::inline v0::cli
