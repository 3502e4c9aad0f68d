// SPDX-License-Identifier: Apache-2.0
// Feeds the name query a script of (time step, address, datagram), hostile in all, and holds it to what must be true
// whatever it hears: questions decode and are for addresses that were asked for, each address has one name a method at
// most, names are printable, deadlines lie ahead once met, and what is finite ends.
//
// Script: one octet of options, then steps: one octet of command. 0..0x7f: that many times 4 ms pass. 0x80..0x9f: the
// address of that number is asked for. 0xa0..0xbf: the datagram that follows (one octet of length) is heard from the
// next port of the three. 0xc0..0xff: the last question of a port is heard as its answer from where it went: with the
// response flag set, a record behind it, and the octet at the position that follows replaced by the one after that.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "onlink/engine/name_query.hpp"
#include "onlink/wire/dns.hpp"
#include "onlink/wire/netbios.hpp"

namespace onlink {
namespace {

using namespace std::chrono_literals;

constexpr std::array ports{mdns_port, llmnr_port, netbios_name_port};

void require(bool holds) {
  if (!holds) std::abort();
}

NameQueryConfig query_config(std::uint8_t options) {
  return {.mdns = (options & 1) == 0,
          .llmnr = (options & 2) == 0,
          .netbios = (options & 4) == 0,
          .tries = options >> 3 & 3U,
          .try_interval = (options & 32) != 0 ? 0ms : 100ms};
}

// Half of them IPv4.
IpAddress address_of(unsigned number) {
  if (number % 2 == 0) return Ipv4Address{0xc0000200 + number};
  Ipv6Address address{{0x20, 0x01, 0x0d, 0xb8}};
  address.octets[15] = static_cast<std::uint8_t>(number);
  return address;
}

std::vector<std::byte> reverse_answer(const DnsMessage& question) {
  std::vector<std::byte> memory(512);
  const DnsQuestion asked = *question.questions().begin();
  DnsWriter writer{{.id = question.header().id, .response = true}, memory};
  writer.question(asked);
  writer.record(
      DnsSection::answer,
      {.name = asked.name, .type = DnsType::ptr, .data = DnsNameData{parse_dns_name("box\\233\\027.local").value()}});
  memory.resize(writer.written().size());
  return memory;
}

std::vector<std::byte> node_status_answer(std::uint16_t id) {
  std::vector<std::byte> memory(42);
  Writer out{memory};
  out.u16(id);
  for (const std::uint16_t value : std::array<std::uint16_t, 5>{0x8400, 0, 1, 0, 0}) out.u16(value);
  out.u8(0);
  for (const std::uint16_t value : std::array<std::uint16_t, 5>{0x21, 1, 0, 0, 19}) out.u16(value);
  out.u8(1);
  out.octets(std::array<std::uint8_t, 15>{'B', 'O', 'X', 0x1b, ' '});
  out.u8(0);
  out.u16(0x0400);
  return memory;
}

class Script {
 public:
  Script(std::uint8_t options, Bytes steps) : steps_(steps), config_(query_config(options)), query_(config_, options) {}

  void run() {
    while (steps_.remaining() > 0) step();
    // Whatever was heard, what is finite ends.
    now_ += 1h;
    for (int calls = 0; query_.next_deadline(); ++calls) {
      require(calls < 100);
      now_ = std::max(now_, *query_.next_deadline());
      meet_deadline();
    }
    require(query_.outstanding() == 0);
  }

 private:
  void step() {
    const std::uint8_t command = steps_.u8();
    if (command < 0x80) {
      now_ += command * 4ms;
      meet_deadline();
    } else if (command < 0xa0) {
      query_.ask(now_, address_of(command & 0x1fU));
      asked_.insert(address_of(command & 0x1fU));
    } else if (command < 0xc0) {
      const Bytes datagram = steps_.bytes(std::min<std::size_t>(steps_.u8(), steps_.remaining()));
      hear(address_of(command & 0x1fU), ports[command % ports.size()], datagram);
    } else {
      answer_last(command % ports.size());
    }
  }

  void answer_last(std::size_t method) {
    const std::size_t at = steps_.u8();
    const std::uint8_t octet = steps_.u8();
    const NameDatagram& last = last_[method];
    if (last.payload.empty()) return;
    auto answer = method == 2 ? node_status_answer(decode_node_status_request(last.payload).value())
                              : reverse_answer(DnsMessage::decode(last.payload).value());
    if (at < answer.size()) answer[at] = std::byte{octet};
    hear(last.destination, ports[method], answer);
  }

  void hear(const IpAddress& from, std::uint16_t port, Bytes datagram) {
    query_.on_datagram(now_, from, port, datagram, output_);
    require(output_.datagrams.empty());
    take();
  }

  void meet_deadline() {
    query_.on_deadline(now_, output_);
    const auto next = query_.next_deadline();
    require(!next || *next > now_ || config_.try_interval == Duration{});
    take();
  }

  void take() {
    for (NameDatagram& datagram : output_.datagrams) {
      check(datagram);
      last_[static_cast<std::size_t>(std::ranges::find(ports, datagram.port) - ports.begin())] = std::move(datagram);
    }
    for (const NameFound& found : output_.names) check(found);
    output_.clear();
  }

  void check(const NameDatagram& datagram) const {
    if (datagram.port == netbios_name_port) {
      require(datagram.destination.is_ipv4() && asked_.contains(datagram.destination));
      require(decode_node_status_request(datagram.payload).has_value());
      return;
    }
    const auto message = DnsMessage::decode(datagram.payload);
    require(message && !message->header().response && message->questions().size() == 1);
    const DnsQuestion question = *message->questions().begin();
    const auto address = reversed_address(question.name);
    require(address && asked_.contains(*address) && question.type == DnsType::ptr);
    require(datagram.destination == *address || datagram.destination.is_multicast());
    require(datagram.destination.family() == address->family());
  }

  void check(const NameFound& found) {
    require(asked_.contains(found.address));
    require(found_.emplace(found.address, found.source).second);
    require(std::ranges::none_of(found.name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
  }

  Reader steps_;
  NameQueryConfig config_;
  NameQuery query_;
  Instant now_{1h};
  NameOutput output_;
  std::set<IpAddress> asked_;
  std::set<std::pair<IpAddress, NameSource>> found_;
  std::array<NameDatagram, ports.size()> last_;
};

}  // namespace
}  // namespace onlink

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  onlink::Script{data[0], std::as_bytes(std::span{data + 1, size - 1})}.run();
  return 0;
}
