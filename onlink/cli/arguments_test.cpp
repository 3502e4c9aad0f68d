// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/arguments.hpp"

#include <gtest/gtest.h>

namespace onlink::inline v0::cli {
namespace {

using namespace std::chrono_literals;

Arguments with(std::string_view name, std::string value) {
  Arguments arguments;
  arguments.add(name, std::move(value));
  return arguments;
}

std::string integer_error(std::string value, std::uint64_t low, std::uint64_t high) {
  const Arguments arguments = with("count", std::move(value));
  OptionReader read{arguments};
  EXPECT_FALSE(read.integer("count", low, high));
  return read.error() ? read.error()->context : "";
}

TEST(Arguments, KeepValuesInTheirOrder) {
  Arguments arguments;
  arguments.add("TARGET", "b");
  arguments.add("TARGET", "a");
  arguments.add_switch("verbose", 2);
  EXPECT_EQ(arguments.values("TARGET").size(), 2U);
  EXPECT_EQ(arguments.values("TARGET")[0], "b");
  EXPECT_EQ(arguments.count("verbose"), 2U);
  EXPECT_FALSE(arguments.given("quiet"));
  EXPECT_FALSE(arguments.text("quiet"));
}

TEST(OptionReader, GivesNothingForWhatWasNotGiven) {
  const Arguments arguments;
  OptionReader read{arguments};
  EXPECT_FALSE(read.integer("count"));
  EXPECT_FALSE(read.duration("wait", 0s));
  EXPECT_FALSE(read.mac("unicast"));
  EXPECT_FALSE(read.error());
}

TEST(OptionReader, SaysWhatIsWrongWithANumber) {
  EXPECT_EQ(integer_error("abc", 0, 10), "--count: 'abc' is not a number");
  EXPECT_EQ(integer_error("", 0, 10), "--count: '' is not a number");
  EXPECT_EQ(integer_error("3x", 0, 10), "--count: '3x' is not a number");
  EXPECT_EQ(integer_error("1.5", 0, 10), "--count: '1.5' is not a whole number of 0 or more");
  EXPECT_EQ(integer_error("-1", 0, 10), "--count: '-1' is not a whole number of 0 or more");
  EXPECT_EQ(integer_error("11", 0, 10), "--count: 11 is out of range; 0 to 10");
  EXPECT_EQ(integer_error("99999999999999999999", 0, 10), "--count: 99999999999999999999 is out of range; 0 to 10");
}

TEST(OptionReader, ReadsTimesWithAndWithoutUnit) {
  const auto read_time = [](std::string text) {
    const Arguments arguments = with("wait", std::move(text));
    return OptionReader{arguments}.duration("wait", 0s);
  };
  EXPECT_EQ(read_time("0.5"), 500ms);
  EXPECT_EQ(read_time("2s"), 2s);
  EXPECT_EQ(read_time("250ms"), 250ms);
  EXPECT_EQ(read_time("80us"), 80us);
  EXPECT_EQ(read_time("1m"), 60s);
  EXPECT_EQ(read_time("1h"), 3600s);
  for (const char* wrong : {"", "s", "1x", "nan", "inf", "-1", "1 s", "1e99"}) EXPECT_FALSE(read_time(wrong)) << wrong;
}

TEST(OptionReader, ReadsFractionsAndPercentages) {
  const auto read_fraction = [](std::string text) {
    const Arguments arguments = with("loss", std::move(text));
    return OptionReader{arguments}.fraction("loss");
  };
  EXPECT_EQ(read_fraction("0.3"), 0.3);
  EXPECT_EQ(read_fraction("30%"), 0.3);
  EXPECT_EQ(read_fraction("1"), 1);
  EXPECT_EQ(read_fraction("100%"), 1);
  EXPECT_EQ(read_fraction("0"), 0);
  for (const char* wrong : {"", "%", "30 %", "101%", "1.1", "-1%", "nan", "x"})
    EXPECT_FALSE(read_fraction(wrong)) << wrong;
  Arguments arguments = with("loss", "30");
  OptionReader read{arguments};
  EXPECT_FALSE(read.fraction("loss"));
  EXPECT_EQ(read.error()->context, "--loss: '30' is no fraction, such as 0.1 or 10%");
}

TEST(OptionReader, KeepsTheFirstError) {
  Arguments arguments = with("count", "x");
  arguments.add("unicast", "y");
  OptionReader read{arguments};
  EXPECT_FALSE(read.integer("count"));
  EXPECT_FALSE(read.mac("unicast"));
  ASSERT_TRUE(read.error());
  EXPECT_EQ(read.error()->context, "--count: 'x' is not a number");
  EXPECT_EQ(read.error()->code, ErrorCode::usage);
}

TEST(OptionReader, ReadsAddressesInTheirNotations) {
  Arguments arguments = with("unicast", "0800.2753.1067");
  arguments.add("source", "192.0.2.1");
  arguments.add("vlan", "200.100");
  OptionReader read{arguments};
  EXPECT_EQ(read.mac("unicast"), (MacAddress{{0x08, 0x00, 0x27, 0x53, 0x10, 0x67}}));
  EXPECT_EQ(read.ip("source"), IpAddress{Ipv4Address::of(192, 0, 2, 1)});
  ASSERT_TRUE(read.vlans("vlan"));
  EXPECT_FALSE(read.error());
}

}  // namespace
}  // namespace onlink::inline v0::cli
