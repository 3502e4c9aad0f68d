// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/name_query.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "onlink/wire/dns.hpp"
#include "onlink/wire/netbios.hpp"

namespace onlink::inline v0 {
namespace {

std::vector<std::byte> reverse_question(const IpAddress& address, std::uint16_t id) {
  std::array<std::byte, 128> memory;  // a reverse name has at most 74 octets
  DnsWriter writer{{.id = id}, memory};
  writer.question({reverse_name(address), DnsType::ptr, DnsClass::internet});
  return {writer.written().begin(), writer.written().end()};
}

std::vector<std::byte> node_status_question(std::uint16_t id) {
  std::array<std::byte, node_status_request_size> memory;
  encode_node_status_request(id, memory);
  return {memory.begin(), memory.end()};
}

// The first record that says which name the address has.
struct ReverseAnswer {
  IpAddress address;
  DnsName name;
};
std::optional<ReverseAnswer> find_reverse_answer(const DnsMessage& message) {
  for (const DnsRecord record : message.answers()) {
    const auto* data = std::get_if<DnsNameData>(&record.data);
    if (data == nullptr || record.type != DnsType::ptr || data->name.is_root()) continue;
    if (without_mdns_flag(record.record_class) != DnsClass::internet) continue;
    if (const auto address = reversed_address(record.name)) return ReverseAnswer{*address, data->name};
  }
  return std::nullopt;
}

// Whether these words can answer us at all. Other operations than a query are to be ignored (RFC 6762 section 18.3),
// and so is an LLMNR answer of a host that does not know yet whether the name is its own (RFC 4795 section 2.1.1, bit
// T).
bool is_answer(const DnsHeader& header, NameSource source) {
  const bool tentative = source == NameSource::llmnr && header.recursion_desired;
  return header.response && header.opcode == DnsOpcode::query && !tentative &&
         header.response_code == DnsResponseCode::no_error;
}

// The question must come back with the answer (RFC 6762 section 6.7); some leave it out, but none may tell another.
bool repeats_question(const DnsMessage& message, const IpAddress& address) {
  const DnsName asked = reverse_name(address);
  return std::ranges::all_of(message.questions(), [&](const DnsQuestion& question) {
    return question.name == asked && question.type == DnsType::ptr;
  });
}

}  // namespace

std::string_view to_string(NameSource source) noexcept {
  switch (source) {
    case NameSource::hosts:
      return "hosts";
    case NameSource::ptr:
      return "ptr";
    case NameSource::mdns:
      return "mdns";
    case NameSource::llmnr:
      return "llmnr";
    case NameSource::netbios:
      return "netbios";
  }
  return "unknown";
}

NameQuery::NameQuery(const NameQueryConfig& config, std::uint64_t seed)
    : config_(config), rng_(seed), start_interval_(from_seconds(1 / std::max(config.addresses_per_second, 0.001))) {}

void NameQuery::ask(Instant now, const IpAddress& address) {
  const bool any_method = config_.mdns || config_.llmnr || (config_.netbios && address.is_ipv4());
  if (!any_method || config_.tries == 0 || !known_.insert(address).second) return;
  queue_.push_back(address);
  if (!next_start_) next_start_ = now;
}

void NameQuery::start(Instant now, const IpAddress& address, NameOutput& output) {
  Pending& pending = pending_[address];
  pending.id = static_cast<std::uint16_t>(rng_.next());
  pending.mdns = config_.mdns;
  pending.llmnr = config_.llmnr;
  pending.netbios = config_.netbios && address.is_ipv4();
  send_try(now, address, pending, output);
}

void NameQuery::send_try(Instant now, const IpAddress& address, Pending& pending, NameOutput& output) {
  const bool v4 = address.is_ipv4();
  const auto send = [&](const IpAddress& to, std::uint16_t port, std::vector<std::byte> payload) {
    output.datagrams.push_back({to, port, std::move(payload)});
  };
  if (pending.mdns) {
    const IpAddress group = v4 ? IpAddress{mdns_group_ipv4} : IpAddress{mdns_group_ipv6};
    send(address, mdns_port, reverse_question(address, pending.id));
    if (pending.tries > 0) send(group, mdns_port, reverse_question(address, pending.id));
  }
  if (pending.llmnr) {
    const IpAddress group = v4 ? IpAddress{llmnr_group_ipv4} : IpAddress{llmnr_group_ipv6};
    send(group, llmnr_port, reverse_question(address, pending.id));
    if (pending.tries == 0) send(address, llmnr_port, reverse_question(address, pending.id));
  }
  if (pending.netbios) send(address, netbios_name_port, node_status_question(pending.id));
  ++pending.tries;
  tries_.emplace_back(now + config_.try_interval, address);
}

void NameQuery::on_datagram(Instant /*now*/, const IpAddress& from, std::uint16_t port, Bytes payload,
                            NameOutput& output) {
  if (port == mdns_port) on_reverse_answer(NameSource::mdns, from, payload, output);
  if (port == llmnr_port) on_reverse_answer(NameSource::llmnr, from, payload, output);
  if (port == netbios_name_port) on_node_status(from, payload, output);
}

// A host may answer from another of its addresses than the one asked for, so the question's own words and number
// decide, not the sender. Those who answer to a number of their own choosing are not heard.
void NameQuery::on_reverse_answer(NameSource source, const IpAddress& from, Bytes payload, NameOutput& output) {
  const auto message = DnsMessage::decode(payload);
  if (!message || !is_answer(message->header(), source)) return;
  const auto answer = find_reverse_answer(*message);
  if (!answer || answer->address.family() != from.family() || !repeats_question(*message, answer->address)) return;
  const auto entry = pending_.find(answer->address);
  if (entry == pending_.end() || entry->second.id != message->header().id) return;
  bool& wanted = source == NameSource::mdns ? entry->second.mdns : entry->second.llmnr;
  if (!std::exchange(wanted, false)) return;
  output.names.push_back({answer->address, to_string(answer->name, DnsNameText::utf8), source});
  settle(entry);
}

void NameQuery::on_node_status(const IpAddress& from, Bytes payload, NameOutput& output) {
  const auto status = NodeStatus::decode(payload);
  const auto entry = pending_.find(from);
  if (!status || entry == pending_.end() || entry->second.id != status->id()) return;
  if (!std::exchange(entry->second.netbios, false)) return;
  const auto name = status->computer_name();
  if (std::string text = name ? to_string(*name) : std::string{}; !text.empty())
    output.names.push_back({from, std::move(text), NameSource::netbios});
  settle(entry);
}

void NameQuery::settle(PendingMap::iterator entry) {
  if (entry->second.done()) pending_.erase(entry);
}

void NameQuery::on_deadline(Instant now, NameOutput& output) {
  while (!tries_.empty() && tries_.front().first <= now) {
    const IpAddress address = tries_.front().second;
    tries_.pop_front();
    const auto entry = pending_.find(address);
    if (entry == pending_.end()) continue;
    if (entry->second.tries < config_.tries) {
      send_try(now, address, entry->second, output);
    } else {
      pending_.erase(entry);
    }
  }
  while (next_start_ && *next_start_ <= now) {
    start(now, queue_.front(), output);
    queue_.pop_front();
    *next_start_ += start_interval_;
    if (queue_.empty()) next_start_.reset();
  }
}

std::optional<Instant> NameQuery::next_deadline() const {
  std::optional<Instant> next = next_start_;
  // Tries of addresses that are answered stay in the list; waiting for them would only make the last lookup slow.
  if (!pending_.empty()) next = std::min(next.value_or(tries_.front().first), tries_.front().first);
  return next;
}

}  // namespace onlink::inline v0
