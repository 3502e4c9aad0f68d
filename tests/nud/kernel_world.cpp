// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/kernel_world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include "onlink/base/prefix.hpp"
#include "onlink/kernel/link_ready.hpp"
#include "onlink/kernel/link_setup.hpp"
#include "onlink/kernel/neighbor_edit.hpp"
#include "onlink/kernel/neighbor_tables.hpp"
#include "tests/nud/peer_frames.hpp"

namespace onlink::differential {
namespace {

std::int64_t read_clock(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

kernel::AddressScope kernel_scope(AddressScope scope) {
  switch (scope) {
    case AddressScope::global:
      return kernel::AddressScope::global;
    case AddressScope::link:
      return kernel::AddressScope::link;
    case AddressScope::host:
      return kernel::AddressScope::host;
  }
  return kernel::AddressScope::global;
}

std::uint64_t collections_of(kernel::Netlink& netlink) {
  std::uint64_t runs = 0;
  for (const kernel::NeighborTableState& table : must(kernel::neighbor_tables(netlink))) runs += table.periodic_gc_runs;
  return runs;
}

bool is_before_link_up(const Action& action) { return std::holds_alternative<SysctlStep>(action); }

kernel::NeighborVerb verb_of(AdminAction action) {
  if (action == AdminAction::change) return kernel::NeighborVerb::change;
  return action == AdminAction::add ? kernel::NeighborVerb::add : kernel::NeighborVerb::replace;
}

}  // namespace

KernelWorld::KernelWorld(const Scenario& scenario)
    : lan_(scenario), watch_(lan_.netlink(), lan_.index_of(1)), senders_(lan_.index_of(1)), alone_(scenario.alone) {
  set_up(scenario);
}

// Sysctls first: some of them count when the link comes up. A route needs a link that is up, and an IPv6 address is
// usable at once only there.
void KernelWorld::set_up(const Scenario& scenario) {
  for (const Step& step : scenario.setup) {
    if (is_before_link_up(step.action)) execute(step.action);
  }
  lan_.bring_up();
  for (const Step& step : scenario.setup) {
    if (!is_before_link_up(step.action)) execute(step.action);
  }
  if (scenario.reachable && scenario.ipv4) draw_reachable_time(Family::ipv4, *scenario.reachable);
  if (scenario.reachable && scenario.ipv6) draw_reachable_time(Family::ipv6, *scenario.reachable);
}

std::optional<KernelWorld::ReachableTime> KernelWorld::reachable_time(Family family) {
  const auto times = must(kernel::neighbor_times(lan_.netlink(), lan_.index_of(1), family));
  if (!times) return std::nullopt;
  return ReachableTime{.base = times->base_reachable_time, .drawn = times->reachable_time};
}

// One value in as many as the mean has ticks; each write of the mean draws anew.
void KernelWorld::draw_reachable_time(Family family, Duration wanted) {
  constexpr int tries = 200'000;
  const std::string path = family == Family::ipv4 ? "net/ipv4/neigh/IFACE/base_reachable_time_ms"
                                                  : "net/ipv6/neigh/IFACE/base_reachable_time_ms";
  const auto base = std::chrono::duration_cast<std::chrono::milliseconds>(reachable_time(family)->base).count();
  constexpr Duration near = std::chrono::milliseconds{10};
  const auto is_near = [&] { return std::chrono::abs(reachable_time(family)->drawn - wanted) <= near; };
  for (int left = tries; !is_near(); --left) {
    if (left == 0) throw std::runtime_error("the kernel does not draw the reachable time that the scenario wants");
    lan_.write_sysctl(path, std::to_string(base));
  }
}

void KernelWorld::start() {
  records_.clear();
  collections_ = collections_of(lan_.netlink());
  last_look_ = longest_absence_ = {};
  system_time_of_start_ = read_clock(CLOCK_REALTIME);
  start_ = read_clock(CLOCK_MONOTONIC);
}

Duration KernelWorld::now() const { return Duration{read_clock(CLOCK_MONOTONIC) - start_}; }

bool KernelWorld::was_collected_from() {
  const auto tables = must(kernel::neighbor_tables(lan_.netlink()));
  const bool many = std::ranges::any_of(
      tables, [](const kernel::NeighborTableState& table) { return table.entries >= table.gc_thresh1; });
  return many && collections_of(lan_.netlink()) != collections_;
}

void KernelWorld::add(TraceRecord record) { records_.push_back(std::move(record)); }

KernelWatch::Sink KernelWorld::at_this_moment() {
  return [this](TraceRecord record) {
    record.t = now();
    add(std::move(record));
  };
}

void KernelWorld::refused(const char* kind, const IpAddress& key, int sys_errno) {
  add({.t = now(),
       .ev = TraceEvent::err,
       .key = to_string(key),
       .state = {},
       .mac = {},
       .kind = kind,
       .src = {},
       .dst_mac = {},
       .flags = errno_name(sys_errno)});
}

SocketErrorSink KernelWorld::socket_errors() {
  return [this](const SocketError& error) { refused(error.tcp ? "connect" : "send", error.to, error.sys_errno); };
}

void KernelWorld::on_frame(const HeardFrame& frame) {
  TraceRecord record = describe_frame(frame.bytes);
  record.t = Duration{frame.system_time_ns - system_time_of_start_};
  for (const auto& [address, step] : answering_) {
    if (auto answer = answer_to(step, frame.bytes)) answers_.push_back({now() + step.delay, std::move(*answer)});
  }
  if (reflecting_ && record.kind == "ns-dad") lan_.inject(frame.bytes);
  add(std::move(record));
}

void KernelWorld::send_answers() {
  std::erase_if(answers_, [this](const Answer& answer) {
    if (answer.at > now()) return false;
    lan_.inject(answer.frame);
    return true;
  });
}

void KernelWorld::collect() {
  longest_absence_ = std::max(longest_absence_, now() - last_look_);
  lan_.hear([this](const HeardFrame& frame) { on_frame(frame); });
  send_answers();
  watch_.read_notices(at_this_moment());
  senders_.collect(socket_errors());
  last_look_ = now();
}

void KernelWorld::read_table() {
  longest_absence_ = std::max(longest_absence_, now() - last_look_);
  watch_.read_table(at_this_moment());
  last_look_ = now();
}

void KernelWorld::wait(Duration deadline) {
  for (const Answer& answer : answers_) deadline = std::min(deadline, answer.at);
  const std::int64_t left = std::max<std::int64_t>((deadline - now()).count(), 0);
  const timespec patience{.tv_sec = left / 1'000'000'000, .tv_nsec = left % 1'000'000'000};
  std::vector<pollfd> sources{{.fd = lan_.wire(), .events = POLLIN, .revents = 0},
                              {.fd = watch_.fd(), .events = POLLIN, .revents = 0}};
  senders_.add_to(sources);
  ::ppoll(sources.data(), sources.size(), &patience, nullptr);
}

void KernelWorld::finish() {
  collect();
  read_table();
}

// The table overflows for other programs, too; what counts is what a step of ours did.
void KernelWorld::execute(const Action& action) {
  if (alone_) watch_.read_overflows([](const TraceRecord&) {});
  std::visit([this](const auto& step) { run(step); }, action);
  if (alone_) watch_.read_overflows(at_this_moment());
}

void KernelWorld::run(const SysctlStep& step) {
  lan_.write_sysctl(step.path, thresholds_ ? thresholds_->value_for(step.path, step.value) : step.value);
}
void KernelWorld::run(const SendStep& step) { senders_.send(step, socket_errors()); }
void KernelWorld::run(const FrameStep& step) { lan_.inject(step.bytes); }
void KernelWorld::run(const CarrierStep& step) { lan_.set_carrier(step.up); }
void KernelWorld::run(const LinkStep& step) {
  must(kernel::change_link(lan_.netlink(), lan_.index_of(1), {.up = step.up}));
}
void KernelWorld::run(const MacStep& step) {
  must(kernel::change_link(lan_.netlink(), lan_.index_of(1), {.mac = step.mac}));
}
void KernelWorld::run(const ArpStep& step) {
  must(kernel::change_link(lan_.netlink(), lan_.index_of(1), {.arp = step.on}));
}
void KernelWorld::run(const StateStep& step) {
  TraceRecord record = watch_.look_up(step.address);
  record.t = now();
  add(std::move(record));
}
void KernelWorld::run(const EndStep& /*step*/) {}

void KernelWorld::run(const AdminStep& step) {
  for (std::uint32_t i = 0; i < step.count; ++i) {
    const IpAddress address = advance(step.address, i);
    std::expected<void, Error> done;
    if (step.action == AdminAction::remove) {
      done = kernel::delete_neighbor(lan_.netlink(), lan_.index_of(1), address);
    } else {
      kernel::NeighborEdit edit{.interface = lan_.index_of(1),
                                .address = address,
                                .mac = {},
                                .state = step.state.value_or(NudState::permanent),
                                .router = step.router,
                                .externally_learned = step.externally_learned,
                                .use = step.use,
                                .managed = step.managed};
      if (step.mac) edit.mac = HardwareAddress(*step.mac);
      done = kernel::edit_neighbor(lan_.netlink(), verb_of(step.action), edit);
    }
    if (!done) refused("admin", address, done.error().sys_errno);
  }
}

void KernelWorld::run(const AddressStep& step) {
  const int index = lan_.index_of(step.interface);
  if (!step.add) return must(kernel::remove_address(lan_.netlink(), index, step.prefix));
  must(kernel::add_address(lan_.netlink(), index,
                           {.prefix = step.prefix,
                            .without_detection = !step.check && !step.optimistic,
                            .optimistic = step.optimistic,
                            .scope = kernel_scope(step.scope)}));
  if (step.check || step.optimistic) return await_group_of(step.prefix.address);
  must(kernel::await_address(lan_.netlink(), step.prefix.address));
}

// An address under check hears of others' checks from when its group is joined, a moment after it was added.
void KernelWorld::await_group_of(const IpAddress& address) {
  std::string group;
  for (const std::uint8_t octet : solicited_node_address(address.ipv6()).octets) group += fmt::format("{:02x}", octet);
  for (int left = 200; left > 0; --left) {
    std::ifstream groups("/proc/self/net/igmp6");
    const std::string all{std::istreambuf_iterator<char>(groups), {}};
    if (all.find(group) != all.npos) return;
    std::this_thread::sleep_for(std::chrono::microseconds{200});
  }
}

void KernelWorld::run(const RouteStep& step) {
  const kernel::NewRoute route{.destination = step.destination,
                               .gateway = step.gateway,
                               .interface = lan_.index_of(step.interface),
                               .metric = step.metric};
  must(step.add ? kernel::add_route(lan_.netlink(), route) : kernel::remove_route(lan_.netlink(), route));
}

void KernelWorld::run(const ProxyStep& step) {
  const int index = lan_.index_of(1);
  if (!step.add) {
    return must(kernel::delete_neighbor(lan_.netlink(), index, step.address, kernel::NeighborTable::proxies));
  }
  must(kernel::add_neighbor(lan_.netlink(), {.interface = index, .address = step.address, .mac = {}, .proxy = true}));
}

void KernelWorld::run(const AnswerStep& step) {
  if (step.on) {
    answering_.insert_or_assign(step.address, step);
  } else {
    answering_.erase(step.address);
  }
}

}  // namespace onlink::differential
