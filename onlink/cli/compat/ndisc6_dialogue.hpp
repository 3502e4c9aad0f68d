// SPDX-License-Identifier: Apache-2.0
// What ndisc6 does and says between its first solicitation and its last line: an engine that prints.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "onlink/cli/compat/ndisc6_answer.hpp"
#include "onlink/engine/engine.hpp"
#include "onlink/print/text_writer.hpp"

namespace onlink::inline v0::cli::compat {

struct Ndisc6Status {
  static constexpr int answered = 0, error = 1, silent = 2, usage = 2;
};

struct Ndisc6Plan {
  Ipv6Address target{};
  MacAddress mac{};                         // ours
  Ipv6Address source{};                     // what we ask from
  std::vector<Ipv6Address> own{};           // this host's addresses: what comes to others, a socket is not given
  std::optional<Ipv6Address> bound{};       // -s: nor what comes to another than this one
  std::uint32_t tries = 3;                  // -r
  Duration wait = std::chrono::seconds{1};  // -w
  bool verbose = true;                      // not -q
  bool all_answers = false;                 // -m: until the wait is over
  bool solicit = true;                      // not -d: listens only
};

class Ndisc6Dialogue {
 public:
  Ndisc6Dialogue(Ndisc6Plan plan, Instant start, TextWriter& out, TextWriter& err);

  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const { return deadline_; }

  // The last solicitation has left.
  void note_sent() noexcept { ++sent_; }
  // The interface can send no more: what the original says at its next attempt, now. `reason` is the system's.
  void fail(std::string_view reason);
  [[nodiscard]] int status() const noexcept;

 private:
  [[nodiscard]] bool is_for_us(const Ipv6Address& destination) const;
  void solicit(Output& output) const;
  void end_wait();
  void give_up();
  void warn(const Ndisc6Answer& answer);

  Ndisc6Plan plan_;
  TextWriter& out_;
  TextWriter& err_;
  std::optional<Instant> deadline_;
  std::uint32_t begun_ = 0;  // waits
  std::uint32_t sent_ = 0;
  std::uint32_t answers_ = 0;
  bool failed_ = false;
  bool warned_ = false;
};

static_assert(Engine<Ndisc6Dialogue>);

}  // namespace onlink::inline v0::cli::compat
