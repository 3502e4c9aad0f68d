// SPDX-License-Identifier: Apache-2.0
// From the first request to the status.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "onlink/cli/compat/arp_scan_port.hpp"
#include "onlink/cli/compat/arp_scan_session.hpp"
#include "onlink/run/interrupt.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

// Of so many runs of addresses it is asked whether they are on this link.
constexpr std::size_t most_routes_asked = 64;

// How long its requests take.
Duration first_round(const ArpScanPlan& plan) {
  return plan.interval < Duration{} ? Duration{} : plan.interval * static_cast<std::int64_t>(plan.targets.size());
}

}  // namespace

int ArpScanSession::scan() {
  ArpScanPlan plan = make_plan();
  introduce_scan(plan);
  out_.flush();
  if (!files_) warn_of_routes(plan.targets);
  ArpScanEngine engine(std::move(plan), files_ ? Instant{} : monotonic_now(), report_);
  if (!(files_ ? cross_files(engine) : cross_interface(engine))) return 1;
  conclude(engine);
  return options_.limit != 0 && engine.responders() < options_.limit ? 1 : 0;
}

bool ArpScanSession::cross_files(ArpScanEngine& engine) {
  took_ = files_->run(engine, report_);
  return true;
}

bool ArpScanSession::cross_interface(ArpScanEngine& engine) {
  report_.set_clock(clock_pair_now());
  ArpScanPort port(*interface_->port, options_.send_tries, std::chrono::microseconds{options_.send_interval});
  const Interrupt interrupt;
  RunOptions run_options{.interrupt = &interrupt};
  // To wait for a negative time is what the original then fails to do: before the second request, or the second round.
  const bool cannot_wait = interval_ < 0 || options_.timeout < 0;
  if (cannot_wait) run_options.until = monotonic_now() + first_round(engine.plan());
  const RunResult result = onlink::run(engine, port, run_options);
  out_.flush();
  if (interrupt.requested()) die_by_signal(interrupt.signal());
  if (result.error)
    return fail(fmt::format("ERROR: failed to send packet: {}", std::strerror(result.error->sys_errno)));
  if (result.end == RunEnd::time_limit) return fail(fmt::format("select: {}", std::strerror(EINVAL)));
  took_ = monotonic_now() - started_;
  drops_ = result.counters.receive_drops;
  return true;
}

void ArpScanSession::conclude(const ArpScanEngine& engine) {
  if (!options_.plain) {
    out_.write("\n");
    if (!files_) {
      out_.print("{} packets received by filter, {} packets dropped by kernel\n", engine.received(), drops_);
    }
    const auto hosts = engine.plan().targets.size();
    const double seconds = std::max(to_seconds(took_), 0.001);
    out_.print("Ending arp-scan 1.10.0: {} hosts scanned in {:.3f} seconds ({:.2f} hosts/sec). {} responded\n", hosts,
               seconds, static_cast<double>(hosts) / seconds, engine.responders());
  }
  out_.flush();
  if (const auto error = out_.error()) report_.warn(error->context);
  if (save_file_) {
    if (const auto closed = save_file_->close(); !closed) report_.warn(closed.error().context);
  }
  if (!files_ && engine.responders() == 0 && options_.limit == 0) {
    report_.warn("nobody answered; the status does not say so (--limit=1 makes it)");
  }
}

// The original asks all the same, and is silent about it.
void ArpScanSession::warn_of_routes(const ArpScanTargets& targets) {
  std::vector<Ipv4Address> asked = targets.starts();
  asked.resize(std::min(asked.size(), most_routes_asked));
  for (const Ipv4Address target : asked) {
    const auto route = netlink_->route_get(target);
    if (!route || route->kind != kernel::RouteKind::gateway) continue;
    return report_.warn(fmt::format("{} is behind the router {}: silence says nothing about it", to_string(target),
                                    route->gateway ? to_string(*route->gateway) : ""));
  }
}

}  // namespace onlink::inline v0::cli::compat
