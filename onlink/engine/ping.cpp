// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/ping.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "onlink/wire/icmp.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::size_t echo_header_size = 8;
// Requests that are remembered after they were answered or given up, to tell repeats and late answers.
constexpr std::size_t remembered = 1024;
// An address that is still being checked will be ours soon.
constexpr Duration not_ours_yet = std::chrono::milliseconds{50};
// Resolving gives up after three seconds; the failure it tells is worth more than our own.
constexpr Duration resolution = std::chrono::milliseconds{3500};
constexpr unsigned cookie_shift = 16;
constexpr std::uint8_t last_icmpv6_error = 127;

}  // namespace

Duration PingStatistics::mean() const noexcept {
  return received == 0 ? Duration{} : from_seconds(sum / static_cast<double>(received));
}

Duration PingStatistics::deviation() const noexcept {
  if (received == 0) return {};
  const auto count = static_cast<double>(received);
  return from_seconds(std::sqrt(std::max(0.0, sum_of_squares / count - (sum / count) * (sum / count))));
}

double PingStatistics::loss() const noexcept {
  return sent == 0 ? 0 : static_cast<double>(sent - received) / static_cast<double>(sent);
}

Pinger::Pinger(PingConfig config, Instant start) : config_(std::move(config)) {
  for (const PingTarget& target : config_.targets) {
    targets_.push_back({.at = target, .next = start});
    targets_.back().statistics.target = target.address;
  }
  data_.resize(config_.size);
  for (std::size_t i = 0; i < data_.size(); ++i) data_[i] = static_cast<std::byte>(i);
}

std::vector<PingStatistics> Pinger::statistics() const {
  std::vector<PingStatistics> all;
  for (const Target& target : targets_) all.push_back(target.statistics);
  return all;
}

bool Pinger::has_more(const Target& target) const noexcept { return config_.count == 0 || target.sent < config_.count; }

std::optional<Instant> Pinger::next_deadline() const {
  std::optional<Instant> first;
  const auto offer = [&](Instant time) {
    if (!first || time < *first) first = time;
  };
  for (const Target& target : targets_) {
    if (has_more(target)) offer(target.next);
    for (const Request& request : target.requests) {
      if (request.open) offer(request.until);
    }
  }
  return first;
}

void Pinger::on_deadline(Instant now, VirtualHost& host, Output& output) {
  for (Target& target : targets_) {
    give_up(now, target, output);
    if (has_more(target) && target.next <= now) send(now, target, host, output);
  }
}

void Pinger::give_up(Instant now, Target& target, Output& output) {
  for (Request& request : target.requests) {
    if (!request.open || request.until > now) continue;
    fail(target, request, {.time = now, .reason = PingFailure::no_answer}, output);
  }
}

void Pinger::fail(Target& target, Request& request, PingFailed failure, Output& output) {
  if (!request.open) return;
  request.open = false;
  target.answering = false;
  if (failure.reason != PingFailure::no_answer) ++target.statistics.errors;
  failure.target = target.at.address;
  failure.sequence = request.sequence;
  output.events.emplace_back(failure);
}

void Pinger::send(Instant now, Target& target, VirtualHost& host, Output& output) {
  if (!host.has(target.at.source)) {
    target.next = now + not_ours_yet;
    return;
  }
  target.next = std::max(target.next + config_.interval, now);
  const auto sequence = static_cast<std::uint16_t>(++target.sent);
  if (target.requests.size() == remembered) target.requests.pop_front();
  Request& request =
      target.requests.emplace_back(Request{.sequence = sequence, .sent = now, .until = now + config_.wait});
  const auto next_hop = host.next_hop(target.at.address);
  if (!next_hop) {
    ++target.statistics.no_route;
    return fail(target, request, {.time = now, .reason = PingFailure::no_route}, output);
  }
  ++target.statistics.sent;
  write(target, sequence);
  const auto index = static_cast<std::uint64_t>(&target - targets_.data());
  const SendResult result = host.send(now,
                                      {.next_hop = *next_hop,
                                       .packet = packet_,
                                       .cookie = (index + 1) << cookie_shift | sequence,
                                       .confirms = target.answering},
                                      output);
  if (result == SendResult::queued) request.until = now + std::max(config_.wait, resolution);
}

void Pinger::write(const Target& target, std::uint16_t sequence) {
  const std::size_t size = echo_header_size + data_.size();
  if (target.at.address.is_ipv4()) {
    packet_.resize(ipv4_header_size + size);
    Writer out{packet_};
    encode(Ipv4Header{.dont_fragment = true,
                      .time_to_live = config_.hop_limit,
                      .protocol = IpProtocol::icmp,
                      .source = target.at.source.ipv4(),
                      .destination = target.at.address.ipv4()},
           size, out);
    encode(IcmpMessage{IcmpEcho{.identifier = config_.identifier, .sequence = sequence, .data = data_}}, out);
    return;
  }
  packet_.resize(ipv6_header_size + size);
  Writer out{packet_};
  const Ipv6Address source = target.at.source.ipv6();
  const Ipv6Address destination = target.at.address.ipv6();
  encode(Ipv6Header{.hop_limit = config_.hop_limit, .source = source, .destination = destination}, size, out);
  encode(Icmpv6Message{Icmpv6Echo{.identifier = config_.identifier, .sequence = sequence, .data = data_}}, source,
         destination, out);
}

// --- what comes back ---

void Pinger::on_packet(Instant now, const Packet& packet, Output& output) {
  if (const auto* ipv4 = std::get_if<Ipv4Datagram>(&packet.payload)) return on_ipv4(now, packet, ipv4->ip, output);
  if (const auto* icmpv6 = std::get_if<Icmpv6Datagram>(&packet.payload)) return on_icmpv6(now, packet, *icmpv6, output);
}

void Pinger::on_ipv4(Instant now, const Packet& packet, const Ipv4Packet& ip, Output& output) {
  if (ip.header.protocol != IpProtocol::icmp) return;
  const auto message = decode_icmp(ip);
  if (!message) return;
  if (const auto* echo = std::get_if<IcmpEcho>(&*message); echo != nullptr && echo->reply) {
    return on_answer(now, packet,
                     {.echo = {.source = ip.header.destination,
                               .destination = ip.header.source,
                               .identifier = echo->identifier,
                               .sequence = echo->sequence},
                      .hops_left = ip.header.time_to_live,
                      .data = echo->data},
                     output);
  }
  constexpr auto unreachable_type = std::to_underlying(IcmpType::destination_unreachable);
  constexpr auto exceeded_type = std::to_underlying(IcmpType::time_exceeded);
  std::optional<Echo> quoted;
  Refusal refusal{.echo = {}, .by = ip.header.source};
  if (const auto* unreachable = std::get_if<IcmpUnreachable>(&*message)) {
    quoted = quoted_ipv4(unreachable->original);
    refusal.type = unreachable_type;
    refusal.code = std::to_underlying(unreachable->code);
  } else if (const auto* other = std::get_if<IcmpOther>(&*message); other != nullptr && other->type == exceeded_type) {
    quoted = quoted_ipv4(other->body.subspan(std::min<std::size_t>(4, other->body.size())));
    refusal.type = other->type;
    refusal.code = other->code;
  }
  if (!quoted) return;
  refusal.echo = *quoted;
  on_refusal(now, refusal, output);
}

void Pinger::on_icmpv6(Instant now, const Packet& packet, const Icmpv6Datagram& datagram, Output& output) {
  const Ipv6Header& ip = datagram.ip.header;
  if (const auto* echo = std::get_if<Icmpv6Echo>(&datagram.message); echo != nullptr && echo->reply) {
    return on_answer(now, packet,
                     {.echo = {.source = ip.destination,
                               .destination = ip.source,
                               .identifier = echo->identifier,
                               .sequence = echo->sequence},
                      .hops_left = ip.hop_limit,
                      .data = echo->data},
                     output);
  }
  const auto* error = std::get_if<Icmpv6Other>(&datagram.message);
  if (error == nullptr || error->type > last_icmpv6_error) return;
  const auto quoted = quoted_ipv6(error->body.subspan(std::min<std::size_t>(4, error->body.size())));
  if (quoted) on_refusal(now, {.echo = *quoted, .by = ip.source, .type = error->type, .code = error->code}, output);
}

// Errors quote the beginning of a packet, so that its lengths do not hold.
std::optional<Pinger::Echo> Pinger::quoted_ipv4(Bytes original) noexcept {
  Reader in{original};
  const std::size_t header = std::size_t{in.u8()} % 16 * 4;
  in.skip(8);
  const IpProtocol protocol{in.u8()};
  in.skip(2);
  Echo echo{.source = Ipv4Address{in.u32()}, .destination = Ipv4Address{in.u32()}};
  if (header < ipv4_header_size || protocol != IpProtocol::icmp) return std::nullopt;
  in.skip(header - ipv4_header_size);
  const IcmpType type{in.u8()};
  in.skip(3);
  echo.identifier = in.u16();
  echo.sequence = in.u16();
  return in.ok() && type == IcmpType::echo_request ? std::optional{echo} : std::nullopt;
}

std::optional<Pinger::Echo> Pinger::quoted_ipv6(Bytes original) noexcept {
  Reader in{original};
  in.skip(6);
  const IpProtocol protocol{in.u8()};
  in.skip(1);
  const Ipv6Address source{in.octets<16>()};
  const Ipv6Address destination{in.octets<16>()};
  const Icmpv6Type type{in.u8()};
  in.skip(3);
  Echo echo{.source = source, .destination = destination, .identifier = in.u16()};
  echo.sequence = in.u16();
  const bool ours = in.ok() && protocol == IpProtocol::icmpv6 && type == Icmpv6Type::echo_request;
  return ours ? std::optional{echo} : std::nullopt;
}

Pinger::Request* Pinger::find(Target& target, std::uint16_t sequence) noexcept {
  const auto found = std::find_if(target.requests.rbegin(), target.requests.rend(),
                                  [&](const Request& request) { return request.sequence == sequence; });
  return found == target.requests.rend() ? nullptr : &*found;
}

Pinger::Found Pinger::find(const Echo& echo) noexcept {
  if (echo.identifier != config_.identifier) return {};
  for (Target& target : targets_) {
    if (target.at.address != echo.destination || target.at.source != echo.source) continue;
    if (Request* request = find(target, echo.sequence)) return {&target, request};
  }
  return {};
}

void Pinger::on_answer(Instant now, const Packet& packet, const Answer& answer, Output& output) {
  const auto [target, request] = find(answer.echo);
  if (request == nullptr) return;
  const Duration round_trip = now - request->sent;
  output.events.emplace_back(PingAnswered{.time = now,
                                          .target = target->at.address,
                                          .sequence = request->sequence,
                                          .hops_left = answer.hops_left,
                                          .size = echo_header_size + answer.data.size(),
                                          .mac = packet.ethernet.source,
                                          .round_trip = round_trip,
                                          .duplicate = request->answered,
                                          .late = !request->open && !request->answered,
                                          .damaged = !same_bytes(answer.data, data_)});
  PingStatistics& statistics = target->statistics;
  if (request->answered) {
    ++statistics.duplicates;
    return;
  }
  request->open = false;
  request->answered = target->answering = true;
  statistics.least = statistics.received == 0 ? round_trip : std::min(statistics.least, round_trip);
  statistics.most = std::max(statistics.most, round_trip);
  statistics.sum += to_seconds(round_trip);
  statistics.sum_of_squares += to_seconds(round_trip) * to_seconds(round_trip);
  ++statistics.received;
}

void Pinger::on_refusal(Instant now, const Refusal& refusal, Output& output) {
  const auto [target, request] = find(refusal.echo);
  if (request == nullptr) return;
  fail(*target, *request,
       {.time = now,
        .reason = PingFailure::refused,
        .by = refusal.by,
        .icmp_type = refusal.type,
        .icmp_code = refusal.code},
       output);
}

void Pinger::on_failure(const SendFailed& failure, Output& output) {
  const std::uint64_t index = failure.cookie >> cookie_shift;
  if (index == 0 || index > targets_.size()) return;
  Target& target = targets_[index - 1];
  Request* request = find(target, static_cast<std::uint16_t>(failure.cookie));
  if (request == nullptr) return;
  const bool unreachable = failure.reason == SendFailure::unreachable;
  fail(target, *request,
       {.time = failure.time,
        .reason = unreachable ? PingFailure::unreachable : PingFailure::not_sent,
        .by = failure.next_hop},
       output);
}

// --- both ---

void PingingHost::on_packet(Instant now, const Packet& packet, Output& output) {
  const std::size_t first_event = output.events.size();
  host_.on_packet(now, packet, output);
  if (host_.is_on_our_link(packet)) pinger_.on_packet(now, packet, output);
  hand_over(first_event, output);
}

void PingingHost::on_deadline(Instant now, Output& output) {
  const std::size_t first_event = output.events.size();
  const auto due = host_.next_deadline();
  if (due && *due <= now) host_.on_deadline(now, output);
  pinger_.on_deadline(now, host_, output);
  hand_over(first_event, output);
}

// The pinger adds events itself, so the list grows while it is walked.
void PingingHost::hand_over(std::size_t first_event, Output& output) {
  const std::size_t end = output.events.size();
  for (std::size_t i = first_event; i < end; ++i) {
    const auto* failed = std::get_if<SendFailed>(&output.events[i]);
    if (failed == nullptr) continue;
    const SendFailed copy = *failed;
    pinger_.on_failure(copy, output);
  }
}

std::optional<Instant> PingingHost::next_deadline() const {
  const auto host = host_.next_deadline();
  const auto pinger = pinger_.next_deadline();
  return host && pinger ? std::min(*host, *pinger) : host ? host : pinger;
}

}  // namespace onlink::inline v0
