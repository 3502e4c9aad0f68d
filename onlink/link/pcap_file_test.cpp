// SPDX-License-Identifier: Apache-2.0
#include "onlink/link/pcap_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace onlink::inline v0 {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;
using testing::HasSubstr;

// Octets by hand, from draft-ietf-opsawg-pcap: file header, then one record of five octets cut from sixty.
constexpr auto big_endian_microseconds =
    "a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001"
    "5f5e1000 000f423f 00000005 0000003c 0102030405";
constexpr auto little_endian_microseconds =
    "d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000"
    "00105e5f 3f420f00 05000000 3c000000 0102030405";
constexpr auto big_endian_nanoseconds =
    "a1b23c4d 0002 0004 00000000 00000000 00040000 00000001"
    "5f5e1000 3b9ac9ff 00000005 0000003c 0102030405";
constexpr auto little_endian_nanoseconds =
    "4d3cb2a1 0200 0400 00000000 00000000 00000400 01000000"
    "00105e5f ffc99a3b 05000000 3c000000 0102030405";

std::vector<std::byte> octets(std::string text) {
  std::erase(text, ' ');
  std::vector<std::byte> out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    out.push_back(static_cast<std::byte>(std::stoi(text.substr(i, 2), nullptr, 16)));
  }
  return out;
}

struct Kept {
  std::vector<std::byte> bytes;
  SystemTime time;
  std::uint32_t original_size = 0;
};

struct Contents {
  std::vector<Kept> frames;
  std::optional<Error> error;
};

Contents read_all(std::expected<std::unique_ptr<FrameReader>, Error> reader) {
  Contents out;
  if (!reader) {
    out.error = reader.error();
    return out;
  }
  for (;;) {
    const auto frame = (*reader)->next();
    if (!frame) {
      out.error = frame.error();
      EXPECT_EQ((*reader)->next().error(), *out.error);  // for good
      return out;
    }
    if (!*frame) return out;
    out.frames.push_back({{(*frame)->bytes.begin(), (*frame)->bytes.end()}, (*frame)->time, (*frame)->original_size});
  }
}

class TemporaryFile {
 public:
  TemporaryFile() {
    const int fd = ::mkstemp(path_.data());
    EXPECT_GE(fd, 0);
    ::close(fd);
  }
  explicit TemporaryFile(const std::vector<std::byte>& bytes) : TemporaryFile() {
    std::ofstream{path_, std::ios::binary}.write(reinterpret_cast<const char*>(bytes.data()),
                                                 static_cast<std::streamsize>(bytes.size()));
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::vector<std::byte> bytes() const {
    std::ifstream in{path_, std::ios::binary};
    const std::vector<char> all{std::istreambuf_iterator<char>{in}, {}};
    const Bytes view = std::as_bytes(std::span{all});
    return {view.begin(), view.end()};
  }

 private:
  std::string path_ = std::filesystem::temp_directory_path() / "onlink_pcap_XXXXXX";
};

TEST(PcapFile, ReadsBothByteOrdersAndBothPrecisions) {
  struct Case {
    const char* text;
    nanoseconds fraction;
  };
  for (const Case& of : {Case{big_endian_microseconds, nanoseconds{999'999'000}},
                         Case{little_endian_microseconds, nanoseconds{999'999'000}},
                         Case{big_endian_nanoseconds, nanoseconds{999'999'999}},
                         Case{little_endian_nanoseconds, nanoseconds{999'999'999}}}) {
    SCOPED_TRACE(of.text);
    const Contents contents = read_all(open_capture_bytes(octets(of.text)));
    EXPECT_FALSE(contents.error);
    ASSERT_EQ(contents.frames.size(), 1U);
    EXPECT_EQ(contents.frames[0].bytes, octets("0102030405"));
    EXPECT_EQ(contents.frames[0].time, SystemTime{seconds{1'600'000'000} + of.fraction});
    EXPECT_EQ(contents.frames[0].original_size, 60U);
  }
}

TEST(PcapFile, WritesThisMachinesOrderWithNanoseconds) {
  const TemporaryFile file;
  auto writer = PcapWriter::create(file.path());
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->write(octets("0102030405"), SystemTime{seconds{1'600'000'000} + nanoseconds{999'999'999}}, 60));
  ASSERT_TRUE(writer->close());
  const bool little = std::endian::native == std::endian::little;
  EXPECT_EQ(file.bytes(), octets(little ? little_endian_nanoseconds : big_endian_nanoseconds));
}

TEST(PcapFile, EveryTruncationGivesTheFramesBeforeAndSaysWhereItIsCut) {
  const auto whole = octets(std::string{big_endian_microseconds} + "5f5e1001 00000000 00000002 00000002 ffff");
  const std::size_t first_end = 24 + 16 + 5;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    const std::vector<std::byte> cut{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)};
    const Contents contents = read_all(open_capture_bytes(cut));
    EXPECT_EQ(contents.frames.size(), size >= first_end ? 1U : 0U);
    const bool ends_well = size == 24 || size == first_end;
    EXPECT_EQ(!contents.error, ends_well);
    if (size > first_end) {
      EXPECT_THAT(contents.error->context, HasSubstr("octet 45: cut within a frame"));
    }
  }
}

struct BadFile {
  const char* text;
  ErrorCode code;
  const char* reason;
};

TEST(PcapFile, SaysWhatIsWrongWithAFile) {
  for (const BadFile& of : {
           BadFile{"", ErrorCode::system, "the file is empty"},
           BadFile{"00", ErrorCode::unsupported, "not a capture file"},
           BadFile{"7f454c46 02010100", ErrorCode::unsupported, "not a capture file"},
           BadFile{"a1b2c3d4 0002", ErrorCode::system, "cut within the file's header"},
           BadFile{"a1b2c3d4 0002 0004 00000000 00000000 00040000 00000069", ErrorCode::unsupported,
                   "link type 105 is not Ethernet"},
           BadFile{"a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001 00000000 00000000 7fffffff 7fffffff",
                   ErrorCode::system, "octet 24: a frame of 2147483647 octets cannot be"},
           BadFile{"a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001 00000000 000f4240 00000000 00000000",
                   ErrorCode::system, "octet 24: a time stamp past the end of its second"},
       }) {
    const Contents contents = read_all(open_capture_bytes(octets(of.text)));
    ASSERT_TRUE(contents.error) << of.text;
    EXPECT_EQ(contents.error->code, of.code) << of.text;
    EXPECT_THAT(contents.error->context, HasSubstr(of.reason));
  }
}

TEST(PcapFile, NamesAFileThatIsNotThere) {
  const auto reader = open_capture_file("/nonexistent/file.pcap");
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error(),
            (Error{ErrorCode::system, ENOENT, "/nonexistent/file.pcap: open: No such file or directory"}));
  const auto writer = PcapWriter::create("/nonexistent/file.pcap");
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().context, "/nonexistent/file.pcap: create: No such file or directory");
}

TEST(PcapFile, TellsAFullDisk) {
  auto writer = PcapWriter::create("/dev/full");
  if (!writer) GTEST_SKIP() << "no /dev/full here";
  const std::vector<std::byte> frame(1500);
  std::expected<void, Error> written;
  for (int i = 0; written && i < 1000; ++i) written = writer->write(frame, {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().context, "/dev/full: write: No space left on device");
}

// More than the reader's buffer, frames of all sizes across its refills, through a file and through a pipe.
TEST(PcapFile, WhatIsWrittenIsRead) {
  const TemporaryFile file;
  auto writer = PcapWriter::create(file.path());
  ASSERT_TRUE(writer);
  std::vector<Kept> expected;
  for (std::uint32_t size = 0; expected.size() < 3000; size = (size * 7 + 13) % 2000) {
    const auto mark = static_cast<std::byte>(expected.size());
    const SystemTime time{seconds{expected.size()} + nanoseconds{size}};
    expected.push_back({std::vector<std::byte>(size, mark), time, size});
    ASSERT_TRUE(writer->write(expected.back().bytes, time));
  }
  expected.push_back({std::vector<std::byte>(max_captured_size, std::byte{7}), {}, max_captured_size});
  ASSERT_TRUE(writer->write(expected.back().bytes, {}));
  ASSERT_TRUE(writer->close());

  const auto compare = [&](const Contents& contents) {
    EXPECT_FALSE(contents.error);
    ASSERT_EQ(contents.frames.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(contents.frames[i].bytes, expected[i].bytes) << i;
      ASSERT_EQ(contents.frames[i].time, expected[i].time) << i;
      ASSERT_EQ(contents.frames[i].original_size, expected[i].original_size) << i;
    }
  };
  compare(read_all(open_capture_file(file.path())));

  const TemporaryFile fifo;
  std::filesystem::remove(fifo.path());
  ASSERT_EQ(::mkfifo(fifo.path().c_str(), 0600), 0);
  std::thread feeder{[&] {
    const auto bytes = file.bytes();
    std::ofstream{fifo.path(), std::ios::binary}.write(reinterpret_cast<const char*>(bytes.data()),
                                                       static_cast<std::streamsize>(bytes.size()));
  }};
  compare(read_all(open_capture_file(fifo.path())));
  feeder.join();
}

// Section header, interface description (Ethernet, nanoseconds), one enhanced packet block (draft-ietf-opsawg-pcapng).
constexpr auto pcapng =
    "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"
    "00000001 00000020 0001 0000 00040000 0009 0001 09000000 0000 0000 00000020"
    "00000006 00000028 00000000 16345785 d8a00001 00000005 0000003c 0102030405000000 00000028";

TEST(PcapFile, ReadsPcapngThroughLibpcap) {
  const TemporaryFile file{octets(pcapng)};
  const Contents contents = read_all(open_capture_file(file.path()));
  ASSERT_FALSE(contents.error) << contents.error->context;
  ASSERT_EQ(contents.frames.size(), 1U);
  EXPECT_EQ(contents.frames[0].bytes, octets("0102030405"));
  EXPECT_EQ(contents.frames[0].original_size, 60U);
  EXPECT_EQ(contents.frames[0].time, SystemTime{nanoseconds{0x16345785d8a00001}});
}

TEST(PcapFile, ATruncatedPcapngSaysSo) {
  auto cut = octets(pcapng);
  cut.resize(cut.size() - 6);
  const TemporaryFile file{cut};
  const Contents contents = read_all(open_capture_file(file.path()));
  ASSERT_TRUE(contents.error);
  EXPECT_THAT(contents.error->context, HasSubstr("truncated"));
}

TEST(CapturePort, GivesFramesAtTheirTimeAndThenTheDamage) {
  const auto bytes = octets(std::string{big_endian_microseconds} + "5f5e1002 00000000 00000001 00000001 aa" + "5f5e");
  CapturePort port{std::move(*open_capture_bytes(bytes))};
  EXPECT_EQ(port.start(), Instant{seconds{1'600'000'000} + nanoseconds{999'999'000}});
  EXPECT_EQ(port.next_arrival(), port.start());
  std::size_t count = 0;
  auto sink = [&](const ReceivedFrame&) { ++count; };
  EXPECT_EQ(port.receive(sink), 1U);
  EXPECT_EQ(port.receive(sink), 0U);  // the next is not due yet
  EXPECT_EQ(port.next_arrival(), Instant{seconds{1'600'000'002}});
  port.set_now(*port.next_arrival(), {});
  EXPECT_EQ(port.receive(sink), 1U);
  EXPECT_FALSE(port.exhausted());
  EXPECT_FALSE(port.receive(sink).has_value());
  EXPECT_EQ(count, 2U);
  EXPECT_EQ(port.counters().received, 2U);
}

TEST(CapturePort, AFrameFromBeforeTheOneBeforeIsDueAtOnce) {
  const auto bytes = octets(std::string{big_endian_microseconds} + "5f5e0000 00000000 00000001 00000001 aa");
  CapturePort port{std::move(*open_capture_bytes(bytes))};
  auto sink = [](const ReceivedFrame&) {};
  EXPECT_EQ(port.receive(sink), 1U);
  EXPECT_EQ(port.next_arrival(), port.start());
  EXPECT_EQ(port.receive(sink), 1U);
  EXPECT_TRUE(port.exhausted());
  EXPECT_EQ(port.next_arrival(), std::nullopt);
}

TEST(PcapWriter, WritesMicrosecondsAndCutsFramesWhenAskedTo) {
  const TemporaryFile file;
  auto writer = PcapWriter::create(file.path(), {.nanoseconds = false, .snap_size = 4});
  ASSERT_TRUE(writer);
  const std::array<std::byte, 6> frame{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}, std::byte{5}};
  ASSERT_TRUE(writer->write(frame, SystemTime{std::chrono::seconds{5} + std::chrono::nanoseconds{7999}}));
  ASSERT_TRUE(writer->close());
  auto reader = open_capture_file(file.path());
  ASSERT_TRUE(reader);
  const auto read = (*reader)->next();
  ASSERT_TRUE(read && *read);
  EXPECT_EQ((*read)->bytes.size(), 4U);
  EXPECT_EQ((*read)->original_size, 6U);
  EXPECT_EQ((*read)->time, SystemTime{std::chrono::seconds{5} + std::chrono::microseconds{7}});
}

}  // namespace
}  // namespace onlink::inline v0
