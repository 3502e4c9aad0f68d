// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/wire_access.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

namespace onlink::inline v0::cli {

namespace {

// Writing begins by emptying the file.
bool would_write_over(const Context& context) {
  std::error_code ignored;
  return context.read_file && context.write_file &&
         std::filesystem::equivalent(*context.read_file, *context.write_file, ignored);
}

}  // namespace

std::expected<WireAccess, Error> WireAccess::open(const Context& context, const PacketPortOptions& options,
                                                  std::initializer_list<kernel::Capability> keep,
                                                  const std::optional<PacketPortOptions>& second) {
  WireAccess access;
  if (would_write_over(context)) return std::unexpected(usage_error("--read and --write name the same file"));
  if (context.read_file) {
    auto capture = CapturePort::open(*context.read_file);
    if (!capture) return std::unexpected(capture.error());
    auto clock = std::make_unique<VirtualClock>((*capture)->start());
    access.start_ = clock->now();
    access.port_ = *std::move(capture);
    access.clock_ = std::move(clock);
    access.replay_ = true;
  } else {
    auto port = open_packet_port(options);
    if (!port) return std::unexpected(port.error());
    access.port_ = *std::move(port);
    if (second) {
      auto other = open_packet_port(*second);
      if (!other) return std::unexpected(other.error());
      access.second_port_ = *std::move(other);
    }
    access.clock_ = std::make_unique<MonotonicClock>();
    access.start_ = access.clock_->now();
  }
  // Before privileges go: root may write where the stripped process may not.
  if (auto opened = access.open_writer(context); !opened) return std::unexpected(opened.error());
  if (auto dropped = kernel::drop_privileges(keep); !dropped) return std::unexpected(dropped.error());
  return access;
}

std::expected<void, Error> WireAccess::open_writer(const Context& context) {
  if (!context.write_file) return {};
  auto writer = PcapWriter::create(*context.write_file);
  if (!writer) return std::unexpected(writer.error());
  writer_ = std::make_unique<PcapWriter>(*std::move(writer));
  recorder_ = std::make_unique<Recorder>(*port_, *writer_);
  if (second_port_) second_recorder_ = std::make_unique<Recorder>(*second_port_, *writer_);
  return {};
}

std::expected<void, Error> WireAccess::close() {
  if (!writer_) return {};
  return writer_->close();
}

}  // namespace onlink::inline v0::cli
