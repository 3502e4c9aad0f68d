// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_watch_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "onlink/cli/cache_explain.hpp"
#include "onlink/print/printable.hpp"
#include "onlink/run/clock.hpp"

namespace onlink::inline v0::cli {
namespace {

using kernel::NeighborChange;
using kernel::NeighborEntry;
using kernel::NeighborNotice;

// An interface that is watched by name may go without any entry to tell of it.
constexpr Duration interface_check = std::chrono::seconds{1};

// A program's first netlink socket has its process number as port, unless it chose another.
std::string program_of(std::uint32_t port) {
  std::string name;
  if (port != 0) std::getline(std::ifstream(fmt::format("/proc/{}/comm", port)), name);
  return name;
}

}  // namespace

CacheWatch::CacheWatch(kernel::Netlink& netlink, const WatchOptions& options, Context& context,
                       kernel::NeighborMonitor monitor)
    : netlink_(netlink),
      options_(options),
      context_(context),
      monitor_(std::move(monitor)),
      names_(netlink),
      printer_(context, names_, true) {}

bool CacheWatch::in_scope(const NeighborEntry& entry) const noexcept {
  const kernel::NeighborQuery& query = options_.filter.query;
  return (query.interface == 0 || entry.interface == query.interface) &&
         (!query.family || entry.address.family() == *query.family);
}

bool CacheWatch::finished() const noexcept {
  return context_.out.closed() || (options_.count && shown_ >= *options_.count);
}

// Notices that came while the table was read may be older than its rows: the table is read again, and they are not
// looked at. On a link where that never ends, the third reading counts.
std::expected<void, Error> CacheWatch::start() {
  kernel::NeighborQuery query = options_.filter.query;
  query.states = kernel::NudStateSet::all();
  for (int left = 3; left > 0; --left) {
    const auto entries = netlink_.neighbors(query);
    if (!entries) return std::unexpected(entries.error());
    mirror_.start(*entries);
    const auto late = monitor_.read([](const NeighborNotice&) {});
    if (!late) return std::unexpected(late.error());
    if (late->notices == 0 && !late->overrun) break;
  }
  return refresh_times();
}

std::expected<void, Error> CacheWatch::refresh_times() {
  auto times = kernel::neighbor_times(netlink_);
  if (!times) return std::unexpected(times.error());
  auto tables = kernel::neighbor_tables(netlink_);
  if (!tables) return std::unexpected(tables.error());
  times_ = *std::move(times);
  tables_ = *std::move(tables);
  links_.clear();
  return {};
}

ChangeSurroundings CacheWatch::surroundings(const NeighborChange& change, const std::string& program) {
  const NeighborEntry& entry = change.entry();
  ChangeSurroundings around{.program = program};
  const auto times = std::ranges::find_if(times_, [&](const kernel::NeighborTimes& t) {
    return t.interface == entry.interface && t.family == entry.address.family();
  });
  if (times != times_.end()) around.times = *times;
  if (change.kind != kernel::NoticeKind::removed) return around;
  const auto [condition, is_new] = links_.try_emplace(entry.interface, LinkCondition::running);
  if (is_new) {
    const auto link = netlink_.find_link(entry.interface);
    condition->second = !link            ? LinkCondition::gone
                        : !link->up      ? LinkCondition::down
                        : !link->running ? LinkCondition::no_carrier
                                         : LinkCondition::running;
  }
  around.link = condition->second;
  return around;
}

void CacheWatch::show(const NeighborChange& change) {
  const bool taken = (change.before && options_.filter.takes_any(*change.before)) ||
                     (change.after && options_.filter.takes_any(*change.after));
  if (!taken || finished()) return;
  ++shown_;
  ChangeWords words{.program = program_of(change.sender)};
  const ChangeSurroundings around = surroundings(change, words.program);
  words.reason = reason(change, around, context_.language);
  words.english = reason(change, around, Language::english);
  if (options_.explain && change.after) {
    const Language language = context_.format == RowFormat::text ? context_.language : Language::english;
    words.meaning = Explainer(times_, tables_).explain(*change.after, language);
  }
  printer_.print(change, words);
}

std::expected<void, Error> CacheWatch::reread() {
  kernel::NeighborQuery query = options_.filter.query;
  query.states = kernel::NudStateSet::all();
  const auto entries = netlink_.neighbors(query);
  if (!entries) return std::unexpected(entries.error());
  for (const NeighborChange& change : mirror_.reread(*entries)) show(change);
  return {};
}

std::expected<void, Error> CacheWatch::read_notices() {
  bool refreshed = false;
  const auto take = [&](const NeighborNotice& notice) {
    if (!in_scope(notice.entry)) return;
    const auto change = mirror_.apply(notice);
    if (!change) return;
    // Old parameters are better than no reason.
    if (!refreshed) (void)refresh_times();
    refreshed = true;
    show(*change);
  };
  const auto reading = monitor_.read(take);
  if (!reading) return std::unexpected(reading.error());
  if (!reading->overrun) return {};
  context_.say("the kernel's notices came too fast and some are lost; reading the table instead");
  // Those behind the gap are older than the table that is read now.
  if (const auto rest = monitor_.read([](const NeighborNotice&) {}); !rest) return std::unexpected(rest.error());
  return reread();
}

std::expected<void, Error> CacheWatch::check_interface() {
  if (options_.filter.query.interface == 0 || netlink_.find_link(options_.filter.query.interface)) return {};
  return std::unexpected(
      Error{ErrorCode::no_interface, 0, fmt::format("{}: the interface is gone", printable(*context_.interface))});
}

std::expected<void, Error> CacheWatch::run(const Interrupt& interrupt) {
  if (auto started = start(); !started) return started;
  MonotonicClock clock;
  const Instant begin = clock.now().instant;
  const std::optional<Instant> end = options_.timeout ? std::optional(begin + *options_.timeout) : std::nullopt;
  std::optional<Instant> next_poll = options_.poll ? std::optional(begin + *options_.poll) : std::nullopt;
  while (!finished() && !interrupt.requested()) {
    Instant until = clock.now().instant + interface_check;
    if (end) until = std::min(until, *end);
    if (next_poll) until = std::min(until, *next_poll);
    (void)clock.wait({.fd = monitor_.fd(), .interrupt_fd = interrupt.poll_fd(), .until = until});
    if (auto read = read_notices(); !read) return read;
    const Instant now = clock.now().instant;
    if (next_poll && now >= *next_poll) {
      if (auto read = reread(); !read) return read;
      next_poll = now + *options_.poll;
    }
    context_.out.flush();
    if (auto there = check_interface(); !there) return there;
    if (end && now >= *end) break;
  }
  return {};
}

}  // namespace onlink::inline v0::cli
