// SPDX-License-Identifier: Apache-2.0
// Echo requests (RFC 792, RFC 4443) out of a virtual host, through its neighbour table, with the times that they took.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "onlink/engine/engine.hpp"
#include "onlink/engine/virtual_host.hpp"

namespace onlink::inline v0 {

struct PingTarget {
  IpAddress address;
  IpAddress source;  // an address of the host, of the same family
};

struct PingConfig {
  std::vector<PingTarget> targets{};
  std::uint32_t count = 4;  // for each target; 0: without end
  Duration interval = std::chrono::seconds{1};
  Duration wait = std::chrono::seconds{1};  // for an answer, from when the request left
  std::size_t size = 56;                    // octets of data
  std::uint8_t hop_limit = 64;
  std::uint16_t identifier = 0;
};

struct PingStatistics {
  IpAddress target;
  std::uint64_t sent = 0;
  std::uint64_t received = 0;  // requests that were answered, late ones too
  std::uint64_t duplicates = 0;
  std::uint64_t errors = 0;    // requests that somebody said will not be answered
  std::uint64_t no_route = 0;  // requests that could not be sent for want of a route
  Duration least{};
  Duration most{};
  double sum = 0;  // of the round trips in seconds, and of their squares
  double sum_of_squares = 0;

  [[nodiscard]] Duration mean() const noexcept;
  [[nodiscard]] Duration deviation() const noexcept;  // as ping's mdev: of all, not of a sample
  // Of the requests sent, 0 to 1.
  [[nodiscard]] double loss() const noexcept;
};

// The host is lent to each call. A request that waits for its next hop's MAC address is timed from send() on.
class Pinger {
 public:
  // The first requests are due at `start`.
  Pinger(PingConfig config, Instant start);

  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, VirtualHost& host, Output& output);
  // None: all requests are answered or given up.
  [[nodiscard]] std::optional<Instant> next_deadline() const;
  // What the host made of requests; others' failures are left alone.
  void on_failure(const SendFailed& failure, Output& output);

  [[nodiscard]] std::vector<PingStatistics> statistics() const;

 private:
  struct Request {
    std::uint16_t sequence = 0;
    Instant sent;
    Instant until;  // then it is given up
    bool open = true;
    bool answered = false;
  };
  struct Target {
    PingTarget at;
    std::uint32_t sent = 0;
    Instant next;
    bool answering = false;  // the last word from it was an answer
    std::deque<Request> requests{};
    PingStatistics statistics{};
  };
  // An echo that was quoted or answered.
  struct Echo {
    IpAddress source;
    IpAddress destination;
    std::uint16_t identifier = 0;
    std::uint16_t sequence = 0;
  };
  struct Answer {
    Echo echo;
    std::uint8_t hops_left = 0;
    Bytes data{};
  };
  struct Refusal {
    Echo echo;
    IpAddress by;
    std::uint8_t type = 0;
    std::uint8_t code = 0;
  };

  void on_ipv4(Instant now, const Packet& packet, const Ipv4Packet& ip, Output& output);
  void on_icmpv6(Instant now, const Packet& packet, const Icmpv6Datagram& datagram, Output& output);
  void on_answer(Instant now, const Packet& packet, const Answer& answer, Output& output);
  void on_refusal(Instant now, const Refusal& refusal, Output& output);
  [[nodiscard]] static std::optional<Echo> quoted_ipv4(Bytes original) noexcept;
  [[nodiscard]] static std::optional<Echo> quoted_ipv6(Bytes original) noexcept;
  void send(Instant now, Target& target, VirtualHost& host, Output& output);
  void write(const Target& target, std::uint16_t sequence);
  void give_up(Instant now, Target& target, Output& output);
  void fail(Target& target, Request& request, PingFailed failure, Output& output);
  [[nodiscard]] bool has_more(const Target& target) const noexcept;
  // The request that an echo belongs to, and its target; nulls: none of ours.
  struct Found {
    Target* target = nullptr;
    Request* request = nullptr;
  };
  [[nodiscard]] Found find(const Echo& echo) noexcept;
  [[nodiscard]] static Request* find(Target& target, std::uint16_t sequence) noexcept;

  PingConfig config_;
  std::vector<Target> targets_;
  std::vector<std::byte> data_;
  std::vector<std::byte> packet_;
};

// The two as one engine.
class PingingHost {
 public:
  // Both outlive this.
  PingingHost(VirtualHost& host, Pinger& pinger) noexcept : host_(host), pinger_(pinger) {}

  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const;

 private:
  void hand_over(std::size_t first_event, Output& output);

  VirtualHost& host_;
  Pinger& pinger_;
};

static_assert(Engine<PingingHost>);

}  // namespace onlink::inline v0
