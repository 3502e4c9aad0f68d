// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/names.hpp"

#include <gtest/gtest.h>

#include <array>
#include <sstream>

#include "onlink/cli/hosts_file.hpp"
#include "onlink/cli/ptr_lookup.hpp"
#include "onlink/wire/dns.hpp"

namespace onlink::inline v0::cli {
namespace {

constexpr Ipv4Address host = Ipv4Address::of(192, 0, 2, 10);

TEST(HostsFile, FirstNameOfEachAddressCounts) {
  std::istringstream in{
      "# a comment\n"
      "192.0.2.10  printer printer.example  # upstairs\n"
      "192.0.2.10  other\n"
      "\t2001:db8::1\trouter\n"
      "fe80::1%eth0 gate\n"
      "192.0.2.11\n"
      "not-an-address name\n"};
  const HostsFile hosts = read_hosts_file(in);
  EXPECT_EQ(hosts.size(), 3U);
  EXPECT_EQ(hosts.at(host), "printer");
  EXPECT_EQ(hosts.at(*parse_ip("2001:db8::1")), "router");
  EXPECT_EQ(hosts.at(*parse_ip("fe80::1")), "gate");
}

struct Record {
  std::string_view owner;
  DnsType type;
  std::string_view name;
};

std::optional<NameFound> answer(std::initializer_list<Record> records, bool response = true) {
  std::array<std::byte, 512> memory;
  DnsWriter writer{{.response = response}, memory};
  for (const Record& record : records) {
    writer.record(DnsSection::answer, {.name = *parse_dns_name(record.owner),
                                       .type = record.type,
                                       .record_class = DnsClass::internet,
                                       .data = DnsNameData{*parse_dns_name(record.name)}});
  }
  return ptr_name(host, writer.written());
}

TEST(PtrName, FollowsAliasesOfClasslessDelegation) {  // RFC 2317
  const auto found = answer({{"10.2.0.192.in-addr.arpa", DnsType::cname, "10.8/29.2.0.192.in-addr.arpa"},
                             {"10.8/29.2.0.192.in-addr.arpa", DnsType::ptr, "host.example"}});
  EXPECT_EQ(found, (NameFound{host, "host.example", NameSource::ptr}));
}

TEST(PtrName, RecordsOfOtherNamesAndQuestionsAreNoAnswer) {
  EXPECT_EQ(answer({{"11.2.0.192.in-addr.arpa", DnsType::ptr, "host.example"}}), std::nullopt);
  EXPECT_EQ(answer({{"10.2.0.192.in-addr.arpa", DnsType::ns, "host.example"}}), std::nullopt);
  EXPECT_EQ(answer({{"10.2.0.192.in-addr.arpa", DnsType::ptr, "."}}), std::nullopt);
  EXPECT_EQ(answer({{"10.2.0.192.in-addr.arpa", DnsType::ptr, "host.example"}}, false), std::nullopt);
}

TEST(NameSearchTime, GrowsWithTheAddressesAtThePaceOfTheQuestions) {
  EXPECT_GE(name_search_time(1), PtrLookup::patience * PtrLookup::tries);
  EXPECT_LT(name_search_time(1), std::chrono::seconds{5});
  EXPECT_GE(name_search_time(3000) - name_search_time(0), std::chrono::seconds{20});
}

}  // namespace
}  // namespace onlink::inline v0::cli
