// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "onlink/wire/ethernet.hpp"

namespace onlink {
namespace {

VlanStack stack_of(std::initializer_list<VlanTag> tags) {
  VlanStack stack;
  for (const VlanTag tag : tags) EXPECT_TRUE(stack.push(tag));
  return stack;
}

constexpr VlanTag q(std::uint16_t id) { return {EtherType::vlan, id}; }
constexpr VlanTag ad(std::uint16_t id) { return {EtherType::service_vlan, id}; }

struct TextRow {
  std::string_view text;
  VlanStack stack;
  std::string_view canonical;
};

TEST(VlanText, EveryForm) {
  const TextRow rows[] = {
      {"100", stack_of({q(100)}), "100"},
      {"0", stack_of({q(0)}), "0"},
      {"4094", stack_of({q(4094)}), "4094"},
      {"200.100", stack_of({ad(200), q(100)}), "200.100"},
      {"ad:200.q:100", stack_of({ad(200), q(100)}), "200.100"},
      {"q:200.q:100", stack_of({q(200), q(100)}), "q:200.100"},
      {"ad:7", stack_of({ad(7)}), "ad:7"},
      {"9100:200.100", stack_of({{EtherType::legacy_vlan_9100, 200}, q(100)}), "9100:200.100"},
      {"9200:1", stack_of({{EtherType::legacy_vlan_9200, 1}}), "9200:1"},
      {"1.2.3.4", stack_of({ad(1), q(2), q(3), q(4)}), "1.2.3.4"},
  };
  for (const TextRow& row : rows) {
    const auto stack = parse_vlan_stack(row.text);
    ASSERT_TRUE(stack) << row.text;
    EXPECT_EQ(*stack, row.stack) << row.text;
    EXPECT_EQ(to_string(*stack), row.canonical);
    EXPECT_EQ(*parse_vlan_stack(row.canonical), row.stack) << row.text;
  }
}

TEST(VlanText, NonsenseIsRefusedAndQuoted) {
  for (const std::string_view text : {"", "4095", "-1", "+1", "01", "0x10", "100 ", "a", "100.", ".100", "1..2", "x:1",
                                      "q:", ":1", "1.2.3.4.5", "100000000000"}) {
    const auto stack = parse_vlan_stack(text);
    ASSERT_FALSE(stack) << text;
    EXPECT_EQ(stack.error().code, ErrorCode::usage);
    EXPECT_NE(stack.error().context.find("'" + std::string{text} + "'"), std::string::npos) << stack.error().context;
  }
}

TEST(VlanStack, RefusesAFifthTag) {
  VlanStack stack = stack_of({q(1), q(2), q(3), q(4)});
  EXPECT_FALSE(stack.push(q(5)));
  EXPECT_EQ(stack.size(), 4U);
}

TEST(VlanStack, SameNetworkLooksAtKindsAndIdentifiersInOrder) {
  const VlanTag urgent{EtherType::vlan, 0xe000 | 5};
  EXPECT_TRUE(VlanStack{}.same_network({}));
  EXPECT_TRUE(stack_of({q(5)}).same_network(stack_of({urgent}))) << "priority is not part of it";
  EXPECT_TRUE(stack_of({ad(1), q(5)}).same_network(stack_of({ad(1), q(5)})));
  EXPECT_FALSE(stack_of({q(5)}).same_network({}));
  EXPECT_FALSE(VlanStack{}.same_network(stack_of({q(5)})));
  EXPECT_FALSE(stack_of({q(5)}).same_network(stack_of({q(6)})));
  EXPECT_FALSE(stack_of({q(5)}).same_network(stack_of({ad(5)})));
  EXPECT_FALSE(stack_of({ad(1), q(5)}).same_network(stack_of({ad(5), q(1)})));
  EXPECT_FALSE(stack_of({ad(1), q(5)}).same_network(stack_of({ad(1)})));
}

TEST(VlanStack, PriorityTagsBelongToTheNetworkBehindThem) {
  EXPECT_TRUE(stack_of({q(0)}).same_network({}));
  EXPECT_TRUE(VlanStack{}.same_network(stack_of({q(0)})));
  EXPECT_TRUE(stack_of({q(0), q(5)}).same_network(stack_of({q(5)})));
  EXPECT_TRUE(stack_of({ad(1), q(0)}).same_network(stack_of({ad(1)})));
}

}  // namespace
}  // namespace onlink
