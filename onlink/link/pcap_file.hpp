// SPDX-License-Identifier: Apache-2.0
// Capture files in the classic pcap format (draft-ietf-opsawg-pcap), link type Ethernet: read in either byte order with
// microsecond or nanosecond stamps, written in this machine's order, with nanoseconds unless asked otherwise. Memory is
// constant whatever the file's size. pcapng files are read through libpcap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"
#include "onlink/link/port.hpp"
#include "onlink/link/unique_fd.hpp"

namespace onlink::inline v0 {

// The largest frame that a file may hold: libpcap's MAXIMUM_SNAPLEN.
inline constexpr std::uint32_t max_captured_size = 262144;

// Frames of a file, one after the other.
class FrameReader {
 public:
  FrameReader() = default;
  FrameReader(const FrameReader&) = delete;
  FrameReader& operator=(const FrameReader&) = delete;
  virtual ~FrameReader() = default;

  // The next frame, lent until the next call; nothing at the end of the file. Errors: system, with the file's name and
  // the offset of what is wrong; every call after that gives the same error.
  [[nodiscard]] virtual std::expected<std::optional<ReceivedFrame>, Error> next() = 0;
};

// Opens a pcap or pcapng file; "-" is standard input. Errors: system (cannot be opened), unsupported (neither format, a
// link type other than Ethernet, pcapng without libpcap).
[[nodiscard]] std::expected<std::unique_ptr<FrameReader>, Error> open_capture_file(const std::string& path);

// Reads the bytes of a classic pcap file that lie in memory.
[[nodiscard]] std::expected<std::unique_ptr<FrameReader>, Error> open_capture_bytes(Bytes file);

struct PcapWriterOptions {
  bool nanoseconds = true;                      // old readers know microseconds only
  std::uint32_t snap_size = max_captured_size;  // of a frame, no more octets than this are kept
};

// Writes a classic pcap file. Frames are gathered and written in large pieces; close() tells of the last failure.
class PcapWriter {
 public:
  // "-" is standard output. Errors: system.
  [[nodiscard]] static std::expected<PcapWriter, Error> create(const std::string& path,
                                                               const PcapWriterOptions& options = {});
  PcapWriter(PcapWriter&&) noexcept = default;
  PcapWriter& operator=(PcapWriter&&) = delete;
  ~PcapWriter();

  // `original_size` is the frame's size on the link, 0 when all of it is in `frame`.
  [[nodiscard]] std::expected<void, Error> write(Bytes frame, SystemTime time, std::uint32_t original_size = 0);
  [[nodiscard]] std::expected<void, Error> flush();
  [[nodiscard]] std::expected<void, Error> close();

 private:
  PcapWriter(UniqueFd fd, std::string path, const PcapWriterOptions& options);
  UniqueFd fd_;
  std::string path_;
  PcapWriterOptions options_;
  std::vector<std::byte> buffer_;
};

// A file as a port. It drives the time: frames come at their stamps, which are Instants since the epoch (give the
// driver a VirtualClock). What is sent goes nowhere, and is counted.
class CapturePort final : public Port {
 public:
  [[nodiscard]] static std::expected<std::unique_ptr<CapturePort>, Error> open(const std::string& path);
  explicit CapturePort(std::unique_ptr<FrameReader> reader);

  // The first frame's stamp, where the run's clock starts; the epoch for an empty file.
  [[nodiscard]] Instant start() const noexcept { return start_; }

  [[nodiscard]] std::expected<std::size_t, Error> receive(FrameSink sink) override;
  [[nodiscard]] std::expected<std::size_t, Error> send(const FrameList& frames) override;
  [[nodiscard]] bool exhausted() const noexcept override { return !next_ && !error_; }
  [[nodiscard]] std::optional<Instant> next_arrival() const override;
  void set_now(Instant now, SystemTime wall) override;
  [[nodiscard]] PortCounters counters() override { return counters_; }

 private:
  void advance();

  std::unique_ptr<FrameReader> reader_;
  std::optional<ReceivedFrame> next_;
  std::optional<Error> error_;
  bool error_told_ = false;
  Instant start_;
  Instant now_;
  PortCounters counters_;
};

}  // namespace onlink::inline v0
