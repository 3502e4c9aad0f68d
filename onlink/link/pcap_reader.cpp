// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "onlink/link/byte_source.hpp"
#include "onlink/link/pcap_file.hpp"
#include "onlink/link/pcap_format.hpp"
#include "onlink/link/pcapng.hpp"

namespace onlink::inline v0 {
namespace {

Error damaged(const ByteSource& source, std::string_view what) {
  return {ErrorCode::system, 0,
          source.name() + ": octet " + std::to_string(source.offset()) + ": " + std::string{what}};
}

class PcapReader final : public FrameReader {
 public:
  PcapReader(ByteSource source, PcapFormat format) noexcept : source_(std::move(source)), format_(format) {}

  std::expected<std::optional<ReceivedFrame>, Error> next() override {
    if (!error_) {
      auto frame = read();
      if (frame) return frame;
      error_ = frame.error();
    }
    return std::unexpected{*error_};
  }

 private:
  struct RecordHeader {
    std::uint32_t seconds, fraction, captured, original;
  };

  [[nodiscard]] RecordHeader decode_header(std::span<const std::byte, pcap_record_header_size> bytes) const noexcept {
    return {.seconds = format_.load(bytes.subspan<0, 4>()),
            .fraction = format_.load(bytes.subspan<4, 4>()),
            .captured = format_.load(bytes.subspan<8, 4>()),
            .original = format_.load(bytes.subspan<12, 4>())};
  }

  [[nodiscard]] std::expected<std::optional<ReceivedFrame>, Error> read() {
    const auto start = source_.peek(pcap_record_header_size);
    if (!start) return std::unexpected{start.error()};
    if (start->empty()) return std::nullopt;
    if (start->size() < pcap_record_header_size)
      return std::unexpected{damaged(source_, "cut within a frame's header")};
    const RecordHeader header = decode_header(start->first<pcap_record_header_size>());
    if (auto sound = check(header); !sound) return std::unexpected{sound.error()};
    const auto record = source_.peek(pcap_record_header_size + header.captured);
    if (!record) return std::unexpected{record.error()};
    if (record->size() < pcap_record_header_size + header.captured) {
      return std::unexpected{damaged(source_, "cut within a frame")};
    }
    source_.take(record->size());
    return frame_of(header, record->subspan(pcap_record_header_size));
  }

  [[nodiscard]] std::expected<void, Error> check(const RecordHeader& header) const {
    if (header.captured > max_captured_size) {
      return std::unexpected{damaged(source_, "a frame of " + std::to_string(header.captured) + " octets cannot be")};
    }
    const std::uint32_t limit = format_.nanoseconds ? 1'000'000'000 : 1'000'000;
    if (header.fraction >= limit) return std::unexpected{damaged(source_, "a time stamp past the end of its second")};
    return {};
  }

  [[nodiscard]] ReceivedFrame frame_of(const RecordHeader& header, Bytes bytes) const {
    const Duration fraction = format_.nanoseconds ? Duration{std::chrono::nanoseconds{header.fraction}}
                                                  : Duration{std::chrono::microseconds{header.fraction}};
    return {.bytes = bytes,
            .time = SystemTime{std::chrono::seconds{header.seconds} + fraction},
            .original_size = header.original,
            .outgoing = false};
  }

  ByteSource source_;
  PcapFormat format_;
  std::optional<Error> error_;
};

Error not_a_capture(const ByteSource& source) {
  return {ErrorCode::unsupported, 0, source.name() + ": not a capture file (neither pcap nor pcapng)"};
}

// `header`: the file's first octets, fewer than 24 if it has no more.
std::expected<PcapFormat, Error> check_file_header(const ByteSource& source, Bytes header) {
  if (header.empty()) return std::unexpected{damaged(source, "the file is empty")};
  if (header.size() < 4) return std::unexpected{not_a_capture(source)};
  const auto format = pcap_format_of(header.first<4>());
  if (!format) return std::unexpected{not_a_capture(source)};
  if (header.size() < pcap_file_header_size) return std::unexpected{damaged(source, "cut within the file's header")};
  // The upper half says whether and how long a frame check sequence follows, the lower which headers frames begin with.
  const std::uint32_t link_type = format->load(header.subspan<20, 4>()) & 0xffff;
  if (link_type != link_type_ethernet) {
    return std::unexpected{Error{ErrorCode::unsupported, 0,
                                 source.name() + ": link type " + std::to_string(link_type) + " is not Ethernet (1)"}};
  }
  return *format;
}

bool is_pcapng(Bytes header) {
  return header.size() >= 4 && load_be<std::uint32_t>(header.first<4>()) == pcapng_block_type;
}

std::expected<std::unique_ptr<FrameReader>, Error> open_pcap(ByteSource source, Bytes header) {
  const auto format = check_file_header(source, header);
  if (!format) return std::unexpected{format.error()};
  source.take(pcap_file_header_size);
  return std::make_unique<PcapReader>(std::move(source), *format);
}

}  // namespace

std::expected<std::unique_ptr<FrameReader>, Error> open_capture_file(const std::string& path) {
  auto source = open_byte_source(path);
  if (!source) return std::unexpected{source.error()};
  const auto header = source->peek(pcap_file_header_size);
  if (!header) return std::unexpected{header.error()};
  if (is_pcapng(*header)) return open_pcapng(std::move(*source));
  return open_pcap(std::move(*source), *header);
}

std::expected<std::unique_ptr<FrameReader>, Error> open_capture_bytes(Bytes file) {
  return open_pcap(ByteSource{file}, file.first(std::min(file.size(), pcap_file_header_size)));
}

}  // namespace onlink::inline v0
