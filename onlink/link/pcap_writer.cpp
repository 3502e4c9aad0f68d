// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>
#include <utility>

#include "onlink/link/pcap_file.hpp"
#include "onlink/link/pcap_format.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::size_t flush_size = 65536;

template <class T>
void append(std::vector<std::byte>& out, T value) {
  const auto bytes = std::bit_cast<std::array<std::byte, sizeof value>>(value);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void append_file_header(std::vector<std::byte>& out, const PcapWriterOptions& options) {
  append(out, options.nanoseconds ? pcap_magic_nanoseconds : pcap_magic_microseconds);
  append(out, std::uint16_t{2});
  append(out, std::uint16_t{4});
  append(out, std::uint32_t{0});
  append(out, std::uint32_t{0});
  append(out, options.snap_size);
  append(out, link_type_ethernet);
}

}  // namespace

PcapWriter::PcapWriter(UniqueFd fd, std::string path, const PcapWriterOptions& options)
    : fd_(std::move(fd)), path_(std::move(path)), options_(options) {
  append_file_header(buffer_, options_);
}

PcapWriter::~PcapWriter() { static_cast<void>(close()); }

std::expected<PcapWriter, Error> PcapWriter::create(const std::string& path, const PcapWriterOptions& options) {
  const bool is_stdout = path == "-";
  std::string name = is_stdout ? "standard output" : path;
  UniqueFd fd{is_stdout ? ::dup(STDOUT_FILENO) : ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
  if (!fd) {
    std::string text = name + ": create: " + std::generic_category().message(errno);
    return std::unexpected{Error{ErrorCode::system, errno, std::move(text)}};
  }
  return PcapWriter{std::move(fd), std::move(name), options};
}

std::expected<void, Error> PcapWriter::write(Bytes frame, SystemTime time, std::uint32_t original_size) {
  const Bytes kept = frame.first(std::min<std::size_t>(frame.size(), options_.snap_size));
  const auto since_epoch = time.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  append(buffer_, static_cast<std::uint32_t>(seconds.count()));
  append(buffer_, static_cast<std::uint32_t>((since_epoch - seconds).count() / (options_.nanoseconds ? 1 : 1000)));
  append(buffer_, static_cast<std::uint32_t>(kept.size()));
  append(buffer_, original_size != 0 ? original_size : static_cast<std::uint32_t>(frame.size()));
  buffer_.insert(buffer_.end(), kept.begin(), kept.end());
  if (buffer_.size() < flush_size) return {};
  return flush();
}

std::expected<void, Error> PcapWriter::flush() {
  Bytes rest{buffer_};
  while (!rest.empty()) {
    const ssize_t written = ::write(fd_.value(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int sys_errno = errno;
      buffer_.clear();
      return std::unexpected{
          Error{ErrorCode::system, sys_errno, path_ + ": write: " + std::generic_category().message(sys_errno)}};
    }
    rest = rest.subspan(static_cast<std::size_t>(written));
  }
  buffer_.clear();
  return {};
}

std::expected<void, Error> PcapWriter::close() {
  if (!fd_) return {};
  auto flushed = flush();
  if (::close(fd_.release()) != 0 && flushed) {
    return std::unexpected{
        Error{ErrorCode::system, errno, path_ + ": close: " + std::generic_category().message(errno)}};
  }
  return flushed;
}

}  // namespace onlink::inline v0
