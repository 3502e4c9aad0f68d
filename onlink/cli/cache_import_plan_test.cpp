// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_import_plan.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace onlink::inline v0::cli {
namespace {

// eth0 with 192.0.2.1/24 and 2001:db8::1/64, eth1 with 198.51.100.1/24, and both with a link-local address.
ImportPlace two_interfaces() {
  const auto address = [](int interface, std::string_view prefix) {
    return kernel::InterfaceAddress{.interface = interface, .prefix = parse_prefix(prefix).value()};
  };
  return {.links = {{.index = 2, .name = "eth0"}, {.index = 3, .name = "eth1"}},
          .addresses = {address(2, "192.0.2.1/24"), address(2, "2001:db8::1/64"), address(2, "fe80::1/64"),
                        address(3, "198.51.100.1/24"), address(3, "fe80::2/64")}};
}

std::expected<std::vector<IpAddress>, std::string> find_host(const std::string& name) {
  if (name != "nas") return std::unexpected(name + " is nowhere");
  return std::vector{parse_ip("192.0.2.7").value(), parse_ip("2001:db8::7").value()};
}

ImportPlan plan(const std::string& text, const ImportPlace& place = two_interfaces(),
                std::optional<Family> family = {}) {
  std::istringstream in{text};
  return plan_import(read_ethers(in), place, family, find_host);
}

std::string only_error(const std::string& text, const ImportPlace& place = two_interfaces()) {
  const ImportPlan made = plan(text, place);
  EXPECT_EQ(made.errors.size(), 1U) << text;
  return made.errors.empty() ? "" : std::to_string(made.errors[0].number) + ": " + made.errors[0].text;
}

TEST(ImportPlan, AnEntryGoesToItsOwnInterfaceOrTheOneWhoseNetworkHoldsIt) {
  const ImportPlan made =
      plan("02:00:00:00:00:05 192.0.2.5\n02:00:00:00:00:06 198.51.100.6\n02:00:00:00:00:07 203.0.113.7%eth1\n");
  ASSERT_EQ(made.edits.size(), 3U);
  EXPECT_EQ(made.edits[0].edit.interface, 2);
  EXPECT_EQ(made.edits[1].edit.interface, 3);
  EXPECT_EQ(made.edits[2].edit.interface, 3);
  EXPECT_EQ(made.edits[0].edit.state, NudState::permanent);
  EXPECT_TRUE(made.errors.empty());
}

TEST(ImportPlan, WithAnInterfaceChosenAllGoThere) {
  ImportPlace place = two_interfaces();
  place.chosen = place.links[1];
  EXPECT_EQ(plan("02:00:00:00:00:05 192.0.2.5\n", place).edits[0].edit.interface, 3);
  EXPECT_EQ(only_error("02:00:00:00:00:05 192.0.2.5%eth0\n", place), "1: eth0 is not eth1, which -i names");
}

TEST(ImportPlan, WhereNoOrSeveralInterfacesCouldBeMeantTheLineIsWrong) {
  EXPECT_EQ(only_error("02:00:00:00:00:05 203.0.113.5\n"),
            "1: 203.0.113.5: no interface has a network that holds it; name one with -i or as 203.0.113.5%IFACE");
  EXPECT_EQ(only_error("02:00:00:00:00:05 fe80::5\n"),
            "1: fe80::5: several interfaces have a network that holds it; name one with -i or as fe80::5%IFACE");
  EXPECT_EQ(only_error("02:00:00:00:00:05 192.0.2.5%eth7\n"), "1: there is no interface eth7");
}

TEST(ImportPlan, ANameMeansAllOfItsAddresses) {
  const ImportPlan made = plan("nas 02:00:00:00:00:07\n");
  ASSERT_EQ(made.edits.size(), 2U);
  EXPECT_EQ(made.edits[1].edit.address, parse_ip("2001:db8::7").value());
  EXPECT_EQ(plan("nas 02:00:00:00:00:07\n", two_interfaces(), Family::ipv4).edits.size(), 1U);
  EXPECT_EQ(plan("nas 02:00:00:00:00:07\n", two_interfaces(), Family::ipv4).left_out, 1U);
  EXPECT_EQ(only_error("02:00:00:00:00:07 printer\n"), "1: printer is nowhere");
}

TEST(ImportPlan, TheSameLineTwiceIsOneEntryAndAContradictionAnError) {
  EXPECT_EQ(plan("02:00:00:00:00:05 192.0.2.5\n192.0.2.5 02:00:00:00:00:05\n").edits.size(), 1U);
  EXPECT_EQ(only_error("02:00:00:00:00:05 192.0.2.5\n\n02:00:00:00:00:06 192.0.2.5\n"),
            "3: 192.0.2.5 has 02:00:00:00:00:05 in line 1");
  EXPECT_EQ(only_error("02:00:00:00:00:05 2001:db8::5\n02:00:00:00:00:05 2001:db8::5 router\n"),
            "2: 2001:db8::5 stands in line 1 with other words");
  EXPECT_EQ(plan("02:00:00:00:00:05 fe80::5%eth0\n02:00:00:00:00:06 fe80::5%eth1\n").edits.size(), 2U);
}

TEST(ImportPlan, ErrorsOfEveryKindAreInTheOrderOfTheFile) {
  const ImportPlan made = plan("02:00:00:00:00:05 203.0.113.5\nnonsense\n02:00:00:00:00:07 printer\n");
  ASSERT_EQ(made.errors.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(made.errors[i].number, i + 1);
}

}  // namespace
}  // namespace onlink::inline v0::cli
