// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/dns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace onlink {
namespace {

using namespace std::string_literals;

std::vector<std::byte> bytes_of(std::string_view text) {
  const Bytes bytes = std::as_bytes(std::span{text});
  return {bytes.begin(), bytes.end()};
}

DnsName name_of(std::string_view text) { return parse_dns_name(text).value(); }

// A reverse answer with a pointer, as BIND writes it: 10.2.0.192.in-addr.arpa PTR host.example.
const std::string ptr_answer =
    "\x12\x34\x85\x80\0\1\0\1\0\0\0\0"s
    "\00210\0012\0010\003192\007in-addr\004arpa\0\0\x0c\0\1"s
    "\xc0\x0c\0\x0c\0\1\0\0\x0e\x10\0\x0e\4host\7example\0"s;

TEST(DnsMessage, ReverseAnswerDecodes) {
  const auto bytes = bytes_of(ptr_answer);
  const auto message = DnsMessage::decode(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->header(), (DnsHeader{.id = 0x1234,
                                          .response = true,
                                          .authoritative = true,
                                          .recursion_desired = true,
                                          .recursion_available = true}));
  ASSERT_EQ(message->questions().size(), 1U);
  EXPECT_EQ(*message->questions().begin(),
            (DnsQuestion{name_of("10.2.0.192.in-addr.arpa"), DnsType::ptr, DnsClass::internet}));
  ASSERT_EQ(message->answers().size(), 1U);
  const DnsRecord record = *message->answers().begin();
  EXPECT_EQ(record.name, name_of("10.2.0.192.in-addr.arpa"));
  EXPECT_EQ(record.type, DnsType::ptr);
  EXPECT_EQ(record.time_to_live, 3600U);
  EXPECT_EQ(record.data, DnsData{DnsNameData{name_of("host.example")}});
  EXPECT_TRUE(message->authorities().empty());
  EXPECT_TRUE(message->additionals().empty());
}

TEST(DnsMessage, EveryTruncationIsRefused) {
  const auto bytes = bytes_of(ptr_answer);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::vector<std::byte> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(DnsMessage::decode(cut)) << size;
  }
}

TEST(DnsMessage, OctetsBehindTheLastRecordAreRefused) {
  auto bytes = bytes_of(ptr_answer);
  bytes.push_back(std::byte{0});
  EXPECT_EQ(DnsMessage::decode(bytes).error(), DecodeError::bad_length);
}

struct RefusedCase {
  std::string_view what;
  std::string question;  // behind a header that promises one question
  DecodeError error;
};

TEST(DnsMessage, NamesThatLieAreRefusedWithTheReason) {
  const std::string tail = "\0\1\0\1"s;
  std::string long_name;
  for (int i = 0; i < 4; ++i) long_name += "\x3f" + std::string(63, 'a');
  const RefusedCase cases[] = {
      {"pointer to itself", "\xc0\x0c"s + tail, DecodeError::malformed},
      {"pointer forward", "\xc0\x10"s + tail + "\0"s, DecodeError::malformed},
      {"pointer into the header", "\xc0\x00"s + tail, DecodeError::malformed},
      {"pointer to the labels before it", "\1a\xc0\x0c"s + tail, DecodeError::malformed},
      {"label type 01", "\x41"s + std::string(65, 'a') + "\0"s + tail, DecodeError::unsupported},
      {"label type 10", "\x80\0"s + tail, DecodeError::unsupported},
      {"name of 257 octets", long_name + "\0"s + tail, DecodeError::bad_length},
      {"name without end", "\3abc"s, DecodeError::truncated},
      {"half a pointer", "\xc0"s, DecodeError::truncated},
  };
  for (const RefusedCase& c : cases) {
    const auto message = DnsMessage::decode(bytes_of("\0\0\0\0\0\1\0\0\0\0\0\0"s + c.question));
    ASSERT_FALSE(message) << c.what;
    EXPECT_EQ(message.error(), c.error) << c.what;
  }
}

// Pointers that each point at the one before: sound by the letter, and a way to make 64 KiB cost a million steps.
TEST(DnsMessage, ChainOfBarePointersEnds) {
  const auto u16 = [](std::size_t value) {
    return std::string{static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
  };
  const auto with_chain = [&](std::size_t links) {
    // One record of an unknown type holds the root and the pointers behind it; the next record's name is the last of
    // them.
    constexpr std::size_t start = 23;
    std::string chain = "\0"s;
    std::size_t last = start;
    for (std::size_t i = 0; i < links; ++i) {
      const std::size_t here = start + chain.size();
      chain += u16(0xc000 | last);
      last = here;
    }
    return "\0\0\x80\0\0\0\0\2\0\0\0\0"s + "\0\xff\0\0\1\0\0\0\0"s + u16(chain.size()) + chain + u16(0xc000 | last) +
           "\xff\0\0\1\0\0\0\0\0\0"s;
  };
  EXPECT_TRUE(DnsMessage::decode(bytes_of(with_chain(100))));
  EXPECT_EQ(DnsMessage::decode(bytes_of(with_chain(200))).error(), DecodeError::malformed);
}

std::string record_bytes(std::uint16_t type, std::string_view data) {
  return "\1x\0"s + static_cast<char>(type >> 8) + static_cast<char>(type & 0xff) + "\0\1\0\0\0\1"s +
         static_cast<char>(data.size() >> 8) + static_cast<char>(data.size() & 0xff) + std::string{data};
}

TEST(DnsMessage, DataThatDoesNotFillItsLengthIsRefused) {
  struct Case {
    std::uint16_t type;
    std::string data;
  };
  const Case cases[] = {{1, "\1\2\3"s},  {1, "\1\2\3\4\5"s},  {28, std::string(15, 'a')},
                        {12, "\1a\0x"s}, {12, "\1a"s},        {15, "\0"s},
                        {16, "\3ab"s},   {33, "\0\1\0\2\0"s}, {6, "\0\0\0\0\0\1"s}};
  for (const Case& c : cases) {
    const auto message = DnsMessage::decode(bytes_of("\0\0\x80\0\0\0\0\1\0\0\0\0"s + record_bytes(c.type, c.data)));
    ASSERT_FALSE(message) << c.type;
    EXPECT_EQ(message.error(), DecodeError::bad_length) << c.type;
  }
}

TEST(DnsMessage, UnknownTypesAreKeptAsBytes) {
  const auto bytes = bytes_of("\0\0\x80\0\0\0\0\1\0\0\0\0"s + record_bytes(0xff00, "\xc0\xff anything"));
  const auto message = DnsMessage::decode(bytes);
  ASSERT_TRUE(message);
  const DnsRecord record = *message->answers().begin();
  const auto expected = bytes_of("\xc0\xff anything");
  EXPECT_EQ(record.data, DnsData{DnsRawData{expected}});
  EXPECT_EQ(to_string(record.type), "TYPE65280");
}

TEST(DnsMessage, OptBelongsToTheRoot) {
  const std::string header = "\0\0\0\0\0\0\0\0\0\0\0\1"s;
  EXPECT_TRUE(DnsMessage::decode(bytes_of(header + "\0\0\x29\x10\0\0\0\0\0\0\0"s)));
  EXPECT_TRUE(DnsMessage::decode(bytes_of(header + "\0\0\x29\x10\0\0\0\0\0\0\4\0\x0a\0\0"s)));
  EXPECT_EQ(DnsMessage::decode(bytes_of(header + "\0\0\x29\x10\0\0\0\0\0\0\4\0\x0a\0\1"s)).error(),
            DecodeError::bad_length);
  EXPECT_EQ(DnsMessage::decode(bytes_of(header + "\1a\0\0\x29\x10\0\0\0\0\0\0\0"s)).error(), DecodeError::malformed);
}

class DnsRoundTrip : public testing::Test {
 protected:
  std::vector<DnsRecord> records() const {
    static const auto strings = bytes_of("\5hello\0"s);
    static const auto cookie = bytes_of("\0\x0a\0\2ab"s);
    const auto record = [](std::string_view name, DnsType type, DnsData data) {
      return DnsRecord{.name = name_of(name), .type = type, .time_to_live = 120, .data = data};
    };
    DnsRecord opt{.type = DnsType::opt, .record_class = static_cast<DnsClass>(1232), .data = DnsOptData{cookie}};
    return {record("host.example", DnsType::a, DnsIpv4Data{Ipv4Address::of(192, 0, 2, 1)}),
            record("host.example", DnsType::aaaa, DnsIpv6Data{*parse_ipv6("2001:db8::1")}),
            record("example", DnsType::ns, DnsNameData{name_of("ns.example")}),
            record("www.example", DnsType::cname, DnsNameData{name_of("host.example")}),
            record("1.2.0.192.in-addr.arpa", DnsType::ptr, DnsNameData{name_of("host.example")}),
            record("example", DnsType::soa, DnsSoaData{name_of("ns.example"), name_of("admin.example"), 1, 2, 3, 4, 5}),
            record("example", DnsType::mx, DnsMxData{10, name_of("mail.example")}),
            record("example", DnsType::txt, DnsTxtData{strings}),
            record("_http._tcp.local", DnsType::srv, DnsSrvData{1, 2, 80, name_of("host.local")}),
            record("example", static_cast<DnsType>(99), DnsRawData{strings}),
            opt};
  }
};

TEST_F(DnsRoundTrip, EveryRecordTypeComesBack) {
  for (const DnsRecord& record : records()) {
    std::array<std::byte, 512> memory{};
    DnsWriter writer{{.id = 7, .response = true, .response_code = DnsResponseCode::no_such_name}, memory};
    writer.question({record.name, record.type, DnsClass::internet});
    writer.record(DnsSection::additional, record);
    ASSERT_TRUE(writer.ok());
    const auto message = DnsMessage::decode(writer.written());
    ASSERT_TRUE(message) << to_string(record.type);
    EXPECT_EQ(message->header().id, 7);
    EXPECT_EQ(message->header().response_code, DnsResponseCode::no_such_name);
    EXPECT_EQ(message->questions().size(), 1U);
    ASSERT_EQ(message->additionals().size(), 1U);
    EXPECT_EQ(*message->additionals().begin(), record) << to_string(record.type);
  }
}

TEST_F(DnsRoundTrip, AllInOneMessageAndNoRoomIsNoticed) {
  const auto all = records();
  for (std::size_t room = 0; room <= 600; ++room) {
    std::vector<std::byte> memory(room);
    DnsWriter writer{{.response = true}, memory};
    for (const DnsRecord& record : all) writer.record(DnsSection::answer, record);
    if (!writer.ok()) continue;
    const auto message = DnsMessage::decode(writer.written());
    ASSERT_TRUE(message);
    EXPECT_TRUE(std::ranges::equal(message->answers(), all));
    EXPECT_LT(writer.written().size(), 420U);  // compressed
    return;
  }
  FAIL() << "never fitted";
}

TEST(DnsWriter, RepeatedNamesBecomePointers) {
  std::array<std::byte, 512> memory{};
  DnsWriter writer{
      {.id = 0x1234, .response = true, .authoritative = true, .recursion_desired = true, .recursion_available = true},
      memory};
  writer.question({name_of("10.2.0.192.in-addr.arpa"), DnsType::ptr, DnsClass::internet});
  writer.record(DnsSection::answer, {.name = name_of("10.2.0.192.in-addr.arpa"),
                                     .type = DnsType::ptr,
                                     .time_to_live = 3600,
                                     .data = DnsNameData{name_of("host.example")}});
  EXPECT_TRUE(same_bytes(writer.written(), bytes_of(ptr_answer)));
}

TEST(DnsWriter, ServiceTargetsAreNotCompressed) {
  std::array<std::byte, 512> memory{};
  DnsWriter writer{{}, memory};
  writer.record(
      DnsSection::answer,
      {.name = name_of("host.local"), .type = DnsType::srv, .data = DnsSrvData{0, 0, 1, name_of("host.local")}});
  EXPECT_EQ(writer.written().size(), dns_header_size + 12 + 10 + 6 + 12);
}

TEST(DnsText, CodesAndTypesHaveTheirNames) {
  EXPECT_EQ(to_string(DnsType::ptr), "PTR");
  EXPECT_EQ(to_string(DnsResponseCode::no_such_name), "NXDOMAIN");
  EXPECT_EQ(to_string(static_cast<DnsResponseCode>(11)), "RCODE11");
  EXPECT_TRUE(has_mdns_flag(static_cast<DnsClass>(0x8001)));
  EXPECT_EQ(without_mdns_flag(static_cast<DnsClass>(0x8001)), DnsClass::internet);
}

}  // namespace
}  // namespace onlink
