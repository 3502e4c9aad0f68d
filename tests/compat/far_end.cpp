// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/far_end.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>

#include "onlink/link/packet_port.hpp"
#include "onlink/run/clock.hpp"
#include "onlink/wire/decode.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/must.hpp"

namespace onlink::compat_diff {
namespace {

using namespace std::chrono_literals;
using test::must;

// Memberships that the kernel reports of its own accord (RFC 2710, RFC 3810).
bool is_of_the_kernel(Bytes frame) {
  const auto packet = decode(frame);
  if (!packet) return false;
  const auto* datagram = std::get_if<Icmpv6Datagram>(&packet->payload);
  if (datagram == nullptr) return false;
  const auto* other = std::get_if<Icmpv6Other>(&datagram->message);
  constexpr std::array<std::uint8_t, 4> of_memberships = {130, 131, 132, 143};
  return other != nullptr && std::ranges::find(of_memberships, other->type) != of_memberships.end();
}

// Whether the process waits for something: what came before has been dealt with.
bool is_asleep(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(')');
  return name_end == std::string::npos || text.size() < name_end + 3 || text[name_end + 2] != 'R';
}

void wait_until_asleep(pid_t process) {
  constexpr int enough = 3;
  const Instant end = monotonic_now() + 2s;
  for (int seen = 0; seen < enough && monotonic_now() < end;) {
    std::this_thread::sleep_for(5ms);
    seen = is_asleep(process) ? seen + 1 : 0;
  }
}

}  // namespace

FarEnd::FarEnd(World& world, std::vector<Happening> happenings) : world_(world), happenings_(std::move(happenings)) {
  for (const char* name : {"eth0", "noip0"}) {
    std::expected<std::unique_ptr<Port>, Error> port;
    world.run_at_far_end([&] {
      port =
          open_packet_port({.interface = name, .filter = {.everything = true}, .promiscuous = true, .ring_bytes = 0});
    });
    wires_.push_back({name, must(std::move(port))});
  }
}

FarEnd::~FarEnd() { ended_ = true; }

void FarEnd::start(pid_t tool) {
  tool_ = tool;
  start_ = monotonic_now();
  thread_ = std::jthread([this] { work(); });
}

void FarEnd::on_output(std::string_view out) { lines_ = static_cast<std::size_t>(std::ranges::count(out, '\n')); }

void FarEnd::work() {
  constexpr Duration nap = 5ms;  // for what no descriptor announces: lines, times, the end
  while (!ended_) {
    const Instant now = monotonic_now();
    const Duration wait = std::clamp<Duration>(world_.responder().next().value_or(now + nap) - now, 0ns, nap);
    std::vector<pollfd> fds;
    fds.reserve(wires_.size());
    for (const Wire& wire : wires_) fds.push_back({wire.port->poll_fd(), POLLIN, 0});
    const timespec time{0, wait.count()};
    ::ppoll(fds.data(), fds.size(), &time, nullptr);
    for (Wire& wire : wires_) listen(wire);
    send(world_.responder().take(monotonic_now()));
    let_happen();
  }
}

void FarEnd::listen(Wire& wire) {
  auto hear = [&](const ReceivedFrame& frame) {
    ++wire.heard;
    if (is_of_the_kernel(frame.bytes)) return;
    frames_.push_back(wire.name + " " + test::to_hex(frame.bytes));
    if (wire.name == "eth0") world_.responder().hear(monotonic_now(), frame.bytes);
  };
  while (wire.port->receive(hear).value_or(0) > 0) {
  }
}

void FarEnd::send(const std::vector<Frame>& frames) {
  if (!frames.empty()) static_cast<void>(wires_.front().port->send(FrameList(frames)));
}

bool FarEnd::is_due(const Happening& happening) const {
  switch (happening.when) {
    case Happening::When::frames:
      return frames_.size() >= happening.count;
    case Happening::When::lines:
      return lines_ >= happening.count;
    case Happening::When::time:
      return monotonic_now() >= start_ + happening.time;
  }
  return false;
}

void FarEnd::let_happen() {
  for (std::size_t i = 0; i < happenings_.size();) {
    if (!is_due(happenings_[i])) {
      ++i;
      continue;
    }
    const Happening happening = std::move(happenings_[i]);
    happenings_.erase(happenings_.begin() + static_cast<std::ptrdiff_t>(i));
    wait_until_asleep(tool_);
    happen(happening);
  }
}

void FarEnd::happen(const Happening& happening) {
  switch (happening.what) {
    case Happening::What::signal:
      ::kill(tool_, happening.signal);
      return;
    case Happening::What::down:
      return world_.set_down();
    case Happening::What::unplug:
      return world_.unplug();
    case Happening::What::send:
      return send({happening.frame});
  }
}

bool FarEnd::all_heard() const {
  return std::ranges::all_of(wires_, [](const Wire& wire) { return wire.heard >= World::sent_by(wire.name); });
}

std::vector<std::string> FarEnd::finish() {
  ended_ = true;
  if (thread_.joinable()) thread_.join();
  // The last frames may still be on their way.
  const Instant end = monotonic_now() + 1s;
  while (true) {
    const bool all = all_heard();
    for (Wire& wire : wires_) listen(wire);
    if (all || monotonic_now() > end) return std::move(frames_);
    std::this_thread::sleep_for(1ms);
  }
}

}  // namespace onlink::compat_diff
