// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/netbios.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace onlink {
namespace {

using namespace std::string_literals;

std::vector<std::byte> bytes_of(std::string_view text) {
  const Bytes bytes = std::as_bytes(std::span{text});
  return {bytes.begin(), bytes.end()};
}

// What nmblookup -A sends.
const std::string request =
    "\x12\x34\0\0\0\1\0\0\0\0\0\0"s
    "\x20"s
    "CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"s
    "\0\0\x21\0\1"s;

std::string answer(std::string_view names, unsigned count, std::string_view statistics) {
  const std::size_t length = 1 + names.size() + statistics.size();
  return "\x12\x34\x84\0\0\0\0\1\0\0\0\0"s + "\x20"s + "CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"s + "\0\0\x21\0\1\0\0\0\0"s +
         static_cast<char>(length >> 8) + static_cast<char>(length & 0xff) + static_cast<char>(count) +
         std::string{names} + std::string{statistics};
}

const std::string samba_names =
    "WORKGROUP      \0\x84\0"s
    "FILER          \0\4\0"s
    "FILER          \x20\4\0"s;
const std::string statistics = "\x52\x54\0\1\2\3"s + std::string(40, '\0');

TEST(NodeStatusRequest, IsTheFiftyOctetsOfTheRfc) {
  std::array<std::byte, node_status_request_size> out{};
  encode_node_status_request(0x1234, out);
  EXPECT_TRUE(same_bytes(out, bytes_of(request)));
  EXPECT_EQ(decode_node_status_request(out), 0x1234);
}

TEST(NodeStatusRequest, OtherMessagesAreRefused) {
  auto bytes = bytes_of(request);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_node_status_request(Bytes{bytes}.first(size)));
  bytes[2] = std::byte{0x80};
  EXPECT_EQ(decode_node_status_request(bytes).error(), DecodeError::malformed);
  bytes[2] = std::byte{0};
  bytes[47] = std::byte{0x20};  // NB instead of NBSTAT
  EXPECT_EQ(decode_node_status_request(bytes).error(), DecodeError::malformed);
}

TEST(NodeStatus, NamesAndUnitIdentifierAreRead) {
  const auto bytes = bytes_of(answer(samba_names, 3, statistics));
  const auto status = NodeStatus::decode(bytes);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->id(), 0x1234);
  ASSERT_EQ(status->size(), 3U);
  EXPECT_EQ(to_string((*status)[0]), "WORKGROUP");
  EXPECT_TRUE((*status)[0].is_group());
  EXPECT_EQ((*status)[2].suffix, NetbiosSuffix::file_server);
  EXPECT_EQ(to_string(status->computer_name().value()), "FILER");
  EXPECT_EQ(to_string(status->workgroup().value()), "WORKGROUP");
  EXPECT_EQ(status->unit_id(), parse_mac("52:54:00:01:02:03").value());
}

TEST(NodeStatus, ComputerNameIsUniqueActiveAndAWorkstations) {
  const auto computer = [](std::string_view names, unsigned count) {
    const auto bytes = bytes_of(answer(names, count, statistics));
    const auto name = NodeStatus::decode(bytes).value().computer_name();
    return name ? to_string(*name) : "none";
  };
  EXPECT_EQ(computer("WORKGROUP      \0\x84\0"s, 1), "none");
  EXPECT_EQ(computer("GOING          \0\0\0"s, 1), "none");
  EXPECT_EQ(computer("SERVER         \x20\4\0"s, 1), "SERVER");
  EXPECT_EQ(computer("A\x1b[31m\\        \0\4\0"s, 1), "A\\x1b[31m\\x5c");
}

TEST(NodeStatus, ShortStatisticsOnlyLoseTheUnitIdentifier) {
  const auto bytes = bytes_of(answer(samba_names, 3, "\x52\x54"));
  const auto status = NodeStatus::decode(bytes);
  ASSERT_TRUE(status);
  EXPECT_FALSE(status->unit_id());
}

TEST(NodeStatus, TruncationAndOverlongCountsAreRefused) {
  const auto bytes = bytes_of(answer(samba_names, 3, ""));
  ASSERT_TRUE(NodeStatus::decode(bytes));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(NodeStatus::decode(Bytes{bytes}.first(size))) << size;
  EXPECT_EQ(NodeStatus::decode(bytes_of(answer(samba_names, 4, ""))).error(), DecodeError::bad_length);
}

TEST(NodeStatus, OtherMessagesAreRefused) {
  EXPECT_EQ(NodeStatus::decode(bytes_of(request)).error(), DecodeError::malformed);
  auto bytes = bytes_of(answer(samba_names, 3, statistics));
  bytes[3] = std::byte{3};  // negative
  EXPECT_EQ(NodeStatus::decode(bytes).error(), DecodeError::malformed);
}

TEST(NodeStatus, QuestionThatCameBackIsPassedOver) {
  std::string text = answer(samba_names, 3, statistics);
  text[5] = 1;
  text.insert(12, request.substr(12));
  text.replace(50, 34, "\xc0\x0c");
  const auto bytes = bytes_of(text);
  ASSERT_TRUE(NodeStatus::decode(bytes));
  EXPECT_EQ(to_string(NodeStatus::decode(bytes)->computer_name().value()), "FILER");
}

}  // namespace
}  // namespace onlink
