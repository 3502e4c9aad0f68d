// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/row.hpp"

#include <gtest/gtest.h>

namespace onlink::inline v0 {
namespace {

using namespace std::chrono_literals;

const MacAddress kongming{{0x08, 0x00, 0x27, 0x53, 0x10, 0x67}};
const IpAddress address = Ipv4Address::of(192, 168, 1, 109);

Row kongming_row() {
  Row row{.kind = RowKind::answer, .time = SystemTime{1795365933s + 123456us}, .interface = "eth0"};
  row.ip = address;
  row.mac = kongming;
  row.vendor = "PCS Systemtechnik GmbH";
  row.round_trip = 312us;
  return row;
}

std::string printed(const Row& row, const RowStyle& style = {}) {
  StringWriter out;
  RowPrinter{out, style}.print(row);
  return out.text();
}

TEST(RowText, IsOneAlignedLine) {
  EXPECT_EQ(printed(kongming_row()), "192.168.1.109    08:00:27:53:10:67  PCS Systemtechnik GmbH  0.312 ms\n");
}

TEST(RowText, ColumnsWidenAndNeverShrink) {
  Row wide = kongming_row();
  wide.ip = parse_ip("2001:db8::8888:7777:6666:5555").value();
  StringWriter out;
  RowPrinter printer{out};
  printer.measure(wide);
  printer.print(kongming_row());
  EXPECT_EQ(out.text().find("08:00"), std::string_view{"2001:db8::8888:7777:6666:5555"}.size() + 2);
}

TEST(RowText, MissingVendorIsSaidForWhatItIs) {
  Row row = kongming_row();
  row.vendor.clear();
  EXPECT_NE(printed(row).find("  -  0.312 ms"), std::string::npos);
  row.mac = MacAddress{{0x02, 0, 0, 0, 0, 1}};
  EXPECT_NE(printed(row).find("(locally administered)"), std::string::npos);
}

TEST(RowText, NotesAndTagsStandAtTheEnd) {
  Row row = kongming_row();
  row.vlans.push({EtherType::vlan, 100});
  row.notes = {{NoteKind::conflict, "with 02:00:00:00:00:04"}, {NoteKind::late}};
  EXPECT_TRUE(printed(row).ends_with("ms  vlan 100, conflict with 02:00:00:00:00:04, late\n")) << printed(row);
}

TEST(RowText, OnlyNotesAreColoured) {
  Row row = kongming_row();
  row.notes = {{NoteKind::conflict}};
  EXPECT_TRUE(printed(row, {.color = true}).ends_with("0.312 ms  \x1b[1;31mconflict\x1b[0m\n"));
}

TEST(RowText, WordsTakeTheRestOfTheLine) {
  Row row{.kind = RowKind::silent, .text = "no answer (3 requests)"};
  row.ip = address;
  row.notes = {{NoteKind::own}};
  EXPECT_EQ(printed(row), "192.168.1.109    no answer (3 requests)\n");
}

TEST(RowText, ANameCannotForgeALine) {
  Row row = kongming_row();
  row.names = {{"evil\n10.0.0.1  00:00:00:00:00:01", "mdns"}};
  EXPECT_EQ(std::ranges::count(printed(row, {.names = true}), '\n'), 1);
}

TEST(RowJson, CarriesEveryCommonField) {
  Row row = kongming_row();
  row.vlans.push({EtherType::service_vlan, 0x20c8});
  row.names = {{"kongming20", "ptr"}};
  row.notes = {{NoteKind::random_mac}};
  row.fields = {{"evidence", std::string{"arp_reply"}},
                {"tries", std::uint64_t{2}},
                {"wait_ms", Duration{1500ms}},
                {"on", true},
                {"macs", std::vector<std::string>{"a", "b"}}};
  EXPECT_EQ(
      to_json(row),
      R"({"kind":"answer","time":"2026-11-22T16:45:33.123456Z","interface":"eth0",)"
      R"("vlan":[{"tpid":"0x88a8","id":200,"priority":1,"drop_eligible":false}],"family":"ipv4","ip":"192.168.1.109",)"
      R"("mac":"08:00:27:53:10:67","vendor":"PCS Systemtechnik GmbH","rtt_ms":0.312,"names":[{"name":"kongming20","source":"ptr"}],)"
      R"("notes":["random-mac"],"evidence":"arp_reply","tries":2,"wait_ms":1500,"on":true,"macs":["a","b"]})");
}

TEST(RowJson, ReadsBackWhatItWrote) {
  Row row = kongming_row();
  row.vlans.push({EtherType::service_vlan, 0x30c8});
  row.vlans.push({EtherType::vlan, 100});
  row.names = {{"k\"20\x1b", "mdns"}};
  row.notes = {{NoteKind::gateway}, {NoteKind::router}};
  const auto read = parse_row(to_json(row));
  ASSERT_TRUE(read) << read.error().context;
  EXPECT_EQ(to_json(*read), to_json(row));
  EXPECT_EQ(read->names, row.names);
}

TEST(RowJson, EveryKindAndNoteReadsBack) {
  for (const RowKind kind : all_row_kinds) {
    Row row{.kind = kind};
    for (const NoteKind note : all_note_kinds) row.notes.push_back({note});
    const auto read = parse_row(to_json(row));
    ASSERT_TRUE(read) << to_string(kind);
    EXPECT_EQ(read->kind, kind);
    EXPECT_EQ(read->notes, row.notes);
  }
}

TEST(RowJson, RefusesWhatIsNoRow) {
  for (const std::string_view text :
       {"", "[]", "{}", R"({"kind":"nonsense"})", R"({"kind":"host","ip":"1.2.3"})", R"({"kind":"host","mac":"x"})",
        R"({"kind":"host","time":"yesterday"})", R"({"kind":"host","time":"2026-13-41T00:00:00.000000Z"})",
        R"({"kind":"host","vlan":[{"id":1}]})", R"({"kind":"host")"}) {
    EXPECT_FALSE(parse_row(text)) << text;
  }
}

TEST(RowCsv, QuotesAsRfc4180Says) {
  Row row = kongming_row();
  row.vendor = R"(Acme, "The" Inc.)";
  EXPECT_EQ(printed(row, {.format = RowFormat::csv}),
            "kind,time,interface,vlan,family,ip,mac,vendor,rtt_ms,names,notes\r\n"
            "answer,2026-11-22T16:45:33.123456Z,eth0,,ipv4,192.168.1.109,08:00:27:53:10:67,\"Acme, \"\"The\"\" "
            "Inc.\",0.312,,\r\n");
}

TEST(RowCsv, ANameCannotStartARecord) {
  Row row = kongming_row();
  row.names = {{"a\r\nanswer,x", "mdns"}};
  const std::string text = printed(row, {.format = RowFormat::csv});
  EXPECT_EQ(std::ranges::count(text, '\n'), 2);
}

TEST(RowCsv, FieldsGetTheColumnsThatWereAskedFor) {
  Row row = kongming_row();
  row.fields = {{"tries", std::uint64_t{2}}};
  const std::string text = printed(row, {.format = RowFormat::csv, .csv_fields = {"evidence", "tries"}});
  EXPECT_NE(text.find("notes,evidence,tries\r\n"), std::string::npos);
  EXPECT_TRUE(text.ends_with(",,2\r\n")) << text;
}

TEST(DurationText, ChangesItsUnitAtASecondOnly) {
  EXPECT_EQ(duration_text(9us), "0.009 ms");
  EXPECT_EQ(duration_text(999ms), "999.000 ms");
  EXPECT_EQ(duration_text(1204ms), "1.204 s");
}

TEST(Rfc3339, HoldsBeforeTheEpochToo) { EXPECT_EQ(to_rfc3339(SystemTime{-1us}), "1969-12-31T23:59:59.999999Z"); }

}  // namespace
}  // namespace onlink::inline v0
