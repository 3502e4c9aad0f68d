// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace onlink::inline v0::cli::compat {
namespace {

// libpcap's words.
std::string not_opened(const std::string& path, const Error& error) {
  if (error.sys_errno != 0) return fmt::format("pcap_open_offline: {}: {}", path, std::strerror(error.sys_errno));
  if (error.code == ErrorCode::unsupported) return "pcap_open_offline: unknown file format";
  return "pcap_open_offline: truncated dump file; tried to read 4 file header bytes, only got 0";
}

bool is_other_link_type(const Error& error) {
  return error.code == ErrorCode::unsupported && error.context.find(": link type ") != std::string::npos;
}

}  // namespace

std::expected<ArpScanFiles, std::string> ArpScanFiles::open(const std::optional<std::string>& read_file,
                                                            const std::optional<std::string>& write_file) {
  ArpScanFiles files;
  if (read_file) {
    auto reader = open_capture_file(*read_file);
    files.other_link_type_ = !reader && is_other_link_type(reader.error());
    if (!reader && !files.other_link_type_) return std::unexpected(not_opened(*read_file, reader.error()));
    if (reader) files.reader_ = *std::move(reader);
  }
  if (write_file) {
    files.out_ = UniqueFd{::open(write_file->c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
    if (!files.out_) return std::unexpected(fmt::format("open {}: {}", *write_file, std::strerror(errno)));
  }
  return files;
}

Duration ArpScanFiles::run(ArpScanEngine& engine, ArpScanReport& report) {
  Instant now{};
  Output output;
  while (const auto deadline = engine.next_deadline()) {
    now = std::max(now, *deadline);
    engine.on_deadline(now, output);
    write(output.frames, report);
    output.clear();
    if (reader_) hear_all(now, engine, report);
  }
  return now - Instant{};
}

void ArpScanFiles::hear_all(Instant now, ArpScanEngine& engine, ArpScanReport& report) {
  const auto reader = std::exchange(reader_, nullptr);
  for (;;) {
    const auto frame = reader->next();
    if (!frame) return report.warn(frame.error().context);
    if (!*frame) return;
    report.set_clock({now, (*frame)->time});
    engine.hear(now, (*frame)->bytes);
  }
}

void ArpScanFiles::write(const FrameBatch& frames, ArpScanReport& report) {
  for (std::size_t i = 0; out_ && i < frames.size(); ++i) {
    const Bytes frame = frames[i];
    if (::write(out_.value(), frame.data(), frame.size()) == static_cast<ssize_t>(frame.size())) continue;
    report.warn(std::string{"write: "} + std::strerror(errno));
    out_.reset();
  }
}

}  // namespace onlink::inline v0::cli::compat
