// SPDX-License-Identifier: Apache-2.0
// Any bytes: decode, and what was accepted must come back the same after encoding.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "onlink/wire/dns.hpp"

namespace {

using namespace onlink;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_name(const DnsName& name) {
  require(parse_dns_name(to_string(name)) == name);
  require(parse_dns_name(to_string(name, DnsNameText::utf8)) == name);
  if (const auto address = reversed_address(name)) require(reverse_name(*address) == name);
}

void copy_records(DnsWriter& writer, DnsSection section, const DnsItems<DnsRecord>& records) {
  for (const DnsRecord record : records) {
    check_name(record.name);
    writer.record(section, record);
  }
}

void require_same(const DnsItems<DnsRecord>& a, const DnsItems<DnsRecord>& b) { require(std::ranges::equal(a, b)); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = std::as_bytes(std::span{data, size});
  const auto message = DnsMessage::decode(bytes);
  if (!message) return 0;
  std::vector<std::byte> memory(1 << 22);
  DnsWriter writer{message->header(), memory};
  for (const DnsQuestion question : message->questions()) writer.question(question);
  copy_records(writer, DnsSection::answer, message->answers());
  copy_records(writer, DnsSection::authority, message->authorities());
  copy_records(writer, DnsSection::additional, message->additionals());
  if (!writer.ok()) return 0;
  const auto again = DnsMessage::decode(writer.written());
  require(again.has_value());
  require(again->header() == message->header());
  require(std::ranges::equal(again->questions(), message->questions()));
  require_same(again->answers(), message->answers());
  require_same(again->authorities(), message->authorities());
  require_same(again->additionals(), message->additionals());
  return 0;
}
