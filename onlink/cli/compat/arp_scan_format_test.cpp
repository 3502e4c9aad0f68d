// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_format.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace onlink::inline v0::cli::compat {
namespace {

struct Written {
  std::string text{};
  std::vector<std::string> missing{};
};

Written write(std::string_view text) {
  ArpScanFields fields;
  fields.set(ArpScanField::ip, "192.0.2.1");
  fields.set(ArpScanField::frame_source, "02:00:00:00:00:cc");
  const auto format = ArpScanFormat::compile(text);
  if (!format) return {.text = format.error()};
  Written written;
  StringWriter out;
  format->write(fields, out, [&](const std::string& name) { written.missing.push_back(name); });
  written.text = out.text();
  return written;
}

TEST(ArpScanFormat, WritesTextEscapesAndFields) {
  EXPECT_EQ(write("${ip}").text, "192.0.2.1");
  EXPECT_EQ(write("<${IP;12}|${Ip;-12}|${ip;3}|${ip;}>").text, "<   192.0.2.1|192.0.2.1   |192.0.2.1|192.0.2.1>");
  EXPECT_EQ(write("${hdrmac}").text, "02:00:00:00:00:cc");
  EXPECT_EQ(write("a\\nb\\tc\\rd\\\\e\\$f\\q\\").text, "a\nb\tc\rd\\e$fq");
  EXPECT_EQ(write("$ip $${ip}} {").text, "$ip $192.0.2.1} {");
  EXPECT_EQ(write("\\${ip}").text, "${ip}");
}

TEST(ArpScanFormat, TellsOfEachFieldWithoutValueAndWritesNothingForIt) {
  const Written written = write("[${vlan;9}${bogus}${ ip}${}]");
  EXPECT_EQ(written.text, "[]");
  EXPECT_EQ(written.missing, (std::vector<std::string>{"vlan", "bogus", " ip", ""}));
}

TEST(ArpScanFormat, SaysWhatIsWrongInTheOriginalsWords) {
  EXPECT_EQ(write("").text, "ERROR: output format may not be empty string");
  EXPECT_EQ(write("${ip").text, "ERROR: incorrect show format: missing closing brace");
  EXPECT_EQ(write("${ip;5x}").text, "ERROR: incorrect show format: invalid character 'x' in field width");
  EXPECT_EQ(write("${ip;2147483648}").text, "ERROR: incorrect show format: field width is out of range");
}

class CountingWriter final : public TextWriter {
 public:
  void write(std::string_view text) override {
    total += text.size();
    largest = std::max(largest, text.size());
  }
  std::size_t total = 0, largest = 0;
};

TEST(ArpScanFormat, AHugeWidthIsNeverInMemoryAsAWhole) {
  ArpScanFields fields;
  fields.set(ArpScanField::ip, "192.0.2.1");
  CountingWriter out;
  ArpScanFormat::compile("${ip;100000000}")->write(fields, out, [](const std::string&) {});
  EXPECT_EQ(out.total, 100'000'000U);
  EXPECT_LE(out.largest, 65536U);
}

}  // namespace
}  // namespace onlink::inline v0::cli::compat
