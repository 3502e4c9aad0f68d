// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "onlink/base/text.hpp"
#include "tests/nud/sort_by.hpp"

namespace onlink::differential {
namespace {

// Nonces are random: N1, N2, ... in the order in which they first come.
void number_nonces(Trace& trace) {
  constexpr std::string_view prefix = "nonce=";
  std::map<std::string, std::string> numbers;
  for (TraceRecord& record : trace.records) {
    const std::size_t at = record.flags.find(prefix);
    if (at == std::string::npos) continue;
    const std::size_t start = at + prefix.size();
    const std::size_t end = std::min(record.flags.find(' ', start), record.flags.size());
    const auto [number, fresh] =
        numbers.try_emplace(record.flags.substr(start, end - start), fmt::format("N{}", numbers.size() + 1));
    record.flags.replace(start, end - start, number->second);
  }
}

bool has_no_address(std::string_view state) {
  return state == "none" || state == "incomplete" || state == "failed" || state == "absent";
}

void normalise(Trace& trace) {
  std::erase_if(trace.records, is_chatter);
  number_nonces(trace);
  for (TraceRecord& record : trace.records) {
    if (has_no_address(record.state)) record.mac.clear();
    if (record.ev == TraceEvent::miss) record.state = record.mac = {};
    if (record.ev == TraceEvent::full) record.key.clear();
    if (record.ev == TraceEvent::del) record.flags.clear();  // its last state has told
  }
  sort_by(trace.records, &TraceRecord::t);
}

// What must be equal, whatever the time.
auto content(const TraceRecord& r) { return std::tie(r.ev, r.key, r.state, r.mac, r.kind, r.src, r.dst_mac, r.flags); }

struct Window {
  Duration from;
  Duration to;
  [[nodiscard]] bool contains(Duration t) const noexcept { return from <= t && t <= to; }
};

// When the kernel may have what the engine has.
Window window_of(const TraceRecord& engine, bool polled) {
  const Duration looking = polled || engine.silent ? poll_period : Duration{};
  return {engine.earliest.value_or(engine.t) - early_tolerance,
          engine.latest.value_or(engine.t) + std::max(late_tolerance, engine.slack) + looking};
}

// Records that must keep their order: what one neighbour's entry went through; the frames that concern it; ...
using Lane = std::pair<int, std::string>;
Lane lane_of(const TraceRecord& record) {
  return {static_cast<int>(record.ev == TraceEvent::del ? TraceEvent::state : record.ev), record.key};
}

class Aligner {
 public:
  Aligner(Comparison& result, Duration end) : result_(result), end_(end) {}

  void run() {
    std::map<Lane, std::pair<std::vector<std::size_t>, std::vector<std::size_t>>> lanes;
    const auto sort_in = [&](const Trace& trace, auto side) {
      for (std::size_t i = 0; i < trace.records.size(); ++i) {
        if (trace.records[i].ev != TraceEvent::step) (lanes[lane_of(trace.records[i])].*side).push_back(i);
      }
    };
    using Sides = std::pair<std::vector<std::size_t>, std::vector<std::size_t>>;
    sort_in(result_.kernel, &Sides::first);
    sort_in(result_.engine, &Sides::second);
    add_steps();
    for (const auto& [lane, sides] : lanes) align(sides.first, sides.second);
    sort_by(result_.rows, [this](const AlignedRow& row) { return time_of(row); });
    const auto first = std::ranges::find(result_.rows, true, &AlignedRow::differs);
    if (first == result_.rows.end()) return;
    result_.first = static_cast<std::size_t>(first - result_.rows.begin());
    result_.why = explain(*first);
  }

 private:
  using Indices = std::vector<std::size_t>;

  [[nodiscard]] const TraceRecord& kernel(std::size_t i) const { return result_.kernel.records[i]; }
  [[nodiscard]] const TraceRecord& engine(std::size_t i) const { return result_.engine.records[i]; }
  [[nodiscard]] Duration time_of(const AlignedRow& row) const {
    return row.engine ? engine(*row.engine).t : kernel(*row.kernel).t;
  }
  [[nodiscard]] bool match(std::size_t k, std::size_t e) const {
    return content(kernel(k)) == content(engine(e)) && window_of(engine(e), kernel(k).silent).contains(kernel(k).t);
  }

  // The lane's records one after the other: equal ones match, those that may be missing are passed over, and from the
  // first that does neither the rest of the lane differs.
  void align(const Indices& kernels, const Indices& engines) {
    std::size_t k = 0;
    std::size_t e = 0;
    while (k < kernels.size() || e < engines.size()) {
      if (k < kernels.size() && e < engines.size() && match(kernels[k], engines[e])) {
        result_.rows.push_back({kernels[k++], engines[e++], false});
      } else if (e < engines.size() && may_lack(engines, e)) {
        result_.rows.push_back({std::nullopt, engines[e++], false});
      } else if (k < kernels.size() && may_exceed(kernels, k)) {
        result_.rows.push_back({kernels[k++], std::nullopt, false});
      } else {
        break;
      }
    }
    bool first = true;
    while (k < kernels.size() || e < engines.size()) {
      AlignedRow row{std::nullopt, std::nullopt, std::exchange(first, false)};
      const bool both = k < kernels.size() && e < engines.size();
      if (both && content(kernel(kernels[k])) == content(engine(engines[e]))) {
        row = {kernels[k++], engines[e++], row.differs};
      } else if (e == engines.size() || (both && kernel(kernels[k]).t <= engine(engines[e]).t)) {
        row.kernel = kernels[k++];
      } else {
        row.engine = engines[e++];
      }
      result_.rows.push_back(row);
    }
  }

  // STALE on the way to DELAY.
  [[nodiscard]] static bool is_passing(const TraceRecord& record, const TraceRecord& next) {
    return record.state == "stale" && next.state == "delay" && next.t - record.t <= coalescing_time;
  }

  // Whether the kernel's trace may lack this record of the engine's.
  [[nodiscard]] bool may_lack(const Indices& lane, std::size_t at) const {
    const TraceRecord& record = engine(lane[at]);
    if (window_of(record, false).to >= end_) return true;
    if (record.ev != TraceEvent::state || at + 1 == lane.size()) return false;
    const TraceRecord& next = engine(lane[at + 1]);
    // A new entry's INCOMPLETE, and all that Linux tells nobody of, is seen only if it lasts until somebody looks.
    const bool unseen = (record.silent || record.state == "incomplete" || record.state == "none") &&
                        next.t - record.t <= poll_period + early_tolerance;
    return unseen || is_passing(record, next);
  }

  // Whether the engine's may lack this one of the kernel's.
  [[nodiscard]] bool may_exceed(const Indices& lane, std::size_t at) const {
    const TraceRecord& record = kernel(lane[at]);
    if (record.t + early_tolerance >= end_) return true;
    if (record.ev != TraceEvent::state) return false;
    // Linux says again what is known already.
    if (at > 0 && content(kernel(lane[at - 1])) == content(record)) return true;
    return at + 1 < lane.size() && is_passing(record, kernel(lane[at + 1]));
  }

  void add_steps() {
    const auto side = [](const Trace& trace) {
      Indices steps;
      for (std::size_t i = 0; i < trace.records.size(); ++i) {
        if (trace.records[i].ev == TraceEvent::step) steps.push_back(i);
      }
      return steps;
    };
    const Indices kernels = side(result_.kernel);
    const Indices engines = side(result_.engine);
    for (std::size_t i = 0; i < std::max(kernels.size(), engines.size()); ++i) {
      AlignedRow row;
      if (i < kernels.size()) row.kernel = kernels[i];
      if (i < engines.size()) row.engine = engines[i];
      result_.rows.push_back(row);
    }
  }

  [[nodiscard]] std::string explain(const AlignedRow& row) const;

  Comparison& result_;
  Duration end_;
};

double ms(Duration time) { return static_cast<double>(time.count()) / 1e6; }

std::string describe(const TraceRecord& record) {
  std::string text{to_string(record.ev)};
  const auto add = [&](std::string_view before, std::string_view value) {
    if (!value.empty()) text += fmt::format(" {}{}", before, value);
  };
  if (record.ev == TraceEvent::step) return "-- " + record.kind;
  add("", record.kind);
  add("", record.key);
  add("", record.state);
  add(record.ev == TraceEvent::tx ? "says " : "", record.mac);
  add("from ", record.src);
  add("to ", record.dst_mac);
  if (!record.flags.empty()) text += fmt::format(" [{}]", record.flags);
  return text;
}

std::string Aligner::explain(const AlignedRow& row) const {
  if (row.kernel && row.engine) {
    const Window window = window_of(engine(*row.engine), kernel(*row.kernel).silent);
    return fmt::format("{}: the kernel at {:.1f} ms, the engine at {:.1f} ms, which allows {:.1f} to {:.1f} ms",
                       describe(kernel(*row.kernel)), ms(kernel(*row.kernel).t), ms(engine(*row.engine).t),
                       ms(window.from), ms(window.to));
  }
  const bool only_kernel = row.kernel.has_value();
  const TraceRecord& record = only_kernel ? kernel(*row.kernel) : engine(*row.engine);
  return fmt::format("{}: at {:.1f} ms only the {} has it", describe(record), ms(record.t),
                     only_kernel ? "kernel" : "engine");
}

std::string cell(const Trace& trace, std::optional<std::size_t> index) {
  if (!index) return {};
  const TraceRecord& record = trace.records[*index];
  return fmt::format("{:>9.1f} {}", ms(record.t), describe(record));
}

}  // namespace

Comparison compare(Trace kernel, Trace engine, Duration end) {
  Comparison result{.kernel = std::move(kernel), .engine = std::move(engine), .rows = {}, .first = {}, .why = {}};
  normalise(result.kernel);
  normalise(result.engine);
  Aligner{result, end}.run();
  return result;
}

std::string render(const Comparison& comparison, std::size_t context) {
  if (comparison.same()) return {};
  const std::size_t from = *comparison.first - std::min(*comparison.first, context);
  const std::size_t to = std::min(*comparison.first + context + 1, comparison.rows.size());
  std::vector<std::pair<std::string, std::string>> cells;
  std::size_t width = std::string_view{"kernel"}.size();
  for (std::size_t i = from; i < to; ++i) {
    const AlignedRow& row = comparison.rows[i];
    cells.emplace_back(cell(comparison.kernel, row.kernel), cell(comparison.engine, row.engine));
    width = std::max(width, cells.back().first.size());
  }
  std::string text = fmt::format("  {}\n     {:<{}} | {}\n", comparison.why, "kernel", width, "engine");
  for (std::size_t i = from; i < to; ++i) {
    const auto& [left, right] = cells[i - from];
    text += fmt::format("  {} {:<{}} | {}", comparison.rows[i].differs ? ">>" : "  ", left, width, right);
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

}  // namespace onlink::differential
