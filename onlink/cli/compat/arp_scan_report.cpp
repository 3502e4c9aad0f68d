// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace onlink::inline v0::cli::compat {
namespace {

constexpr std::uint16_t ipv4_type = 0x0800;

long long microseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

std::string in_hex(Bytes bytes) {
  std::string text;
  for (const std::byte octet : bytes) text += fmt::format("{:02x}", std::to_integer<unsigned>(octet));
  return text;
}

std::string vlan_words(std::optional<std::uint16_t> vlan) {
  return vlan ? fmt::format("in VLAN {}", *vlan) : std::string{"untagged"};
}

}  // namespace

void ArpScanReport::sending(Ipv4Address target, std::uint64_t number, Duration timeout) {
  if (!tells_packets() || options_.read_file) return;
  const long long told = options_.timeout < 0 ? options_.timeout * 1000LL : microseconds(timeout);
  err_.print("---\tSending packet #{} to host {} tmo {}\n", number, to_string(target), told);
}

void ArpScanReport::pass_complete(std::uint64_t number) {
  if (options_.verbose > 0) err_.print("---\tPass {} complete\n", number);
}

void ArpScanReport::gave_up(Ipv4Address target, ArpScanRemoval why) {
  if (!tells_packets()) return;
  err_.print("---\tRemoving host {} - {}\n", to_string(target),
             why == ArpScanRemoval::timeout ? "Timeout" : "Catch-Up Timeout");
}

void ArpScanReport::ignored(Ipv4Address stranger, std::size_t octets) {
  if (options_.verbose > 0) err_.print("---\tIgnoring {} bytes from unknown host {}\n", octets, to_string(stranger));
}

void ArpScanReport::too_short(std::size_t octets) {
  out_.print("{} byte packet too short to decode\n", octets);
  out_.flush();
}

void ArpScanReport::answered(const ArpScanAnswer& answer, const ArpScanHearing& hearing) {
  const std::string host = to_string(answer.sender_protocol_addr);
  if (tells_packets()) err_.print("---\tReceived packet #{} from {}\n", hearing.number, host);
  if (hearing.number == 1 || !options_.ignore_duplicates) write_row(fields_of(answer, hearing));
  save(hearing);
  warn_of(answer, hearing);
  if (tells_packets()) err_.print("---\tRemoving host {} - Received {} bytes\n", host, hearing.frame.size());
}

ArpScanFields ArpScanReport::fields_of(const ArpScanAnswer& answer, const ArpScanHearing& hearing) {
  ArpScanFields fields;
  fields.set(ArpScanField::ip, to_string(answer.sender_protocol_addr));
  if (options_.resolve) {
    if (auto name = name_of(answer.sender_protocol_addr)) fields.set(ArpScanField::name, *std::move(name));
  }
  fields.set(ArpScanField::mac, to_string(answer.sender_hardware_addr));
  if (answer.frame_source != answer.sender_hardware_addr) {
    fields.set(ArpScanField::frame_source, to_string(answer.frame_source));
  }
  if (!options_.quiet) add_details(answer, hearing, fields);
  return fields;
}

void ArpScanReport::add_details(const ArpScanAnswer& answer, const ArpScanHearing& hearing,
                                ArpScanFields& fields) const {
  fields.set(ArpScanField::vendor, std::string{vendors_.name(answer.sender_hardware_addr)});
  if (std::ranges::any_of(answer.padding, [](std::byte octet) { return octet != std::byte{0}; })) {
    fields.set(ArpScanField::padding, in_hex(answer.padding));
  }
  if (answer.llc_snap) fields.set(ArpScanField::framing, "802.2 LLC/SNAP");
  if (answer.vlan) fields.set(ArpScanField::vlan, std::to_string(*answer.vlan));
  if (answer.protocol_type != ipv4_type) {
    fields.set(ArpScanField::protocol, fmt::format("0x{:04x}", answer.protocol_type));
  }
  if (hearing.number > 1) fields.set(ArpScanField::duplicate, std::to_string(hearing.number));
  if (options_.rtt) {
    const long long rtt = microseconds(hearing.rtt);
    fields.set(ArpScanField::rtt, fmt::format("{}.{:03}", rtt / 1000, std::max(rtt, 0LL) % 1000));
  }
}

std::optional<std::string> ArpScanReport::name_of(Ipv4Address address) {
  if (auto name = names_.name_of(address)) return name;
  if (names_.has_server()) return to_string(address);
  err_.print("WARNING: getnameinfo() failed for \"{}\": Temporary failure in name resolution\n", to_string(address));
  return std::nullopt;
}

void ArpScanReport::write_row(const ArpScanFields& fields) {
  if (options_.format) {
    options_.format->write(fields, out_, [this](const std::string& name) {
      err_.print("WARNING: Field ${{{}}} unknown or not available\n", name);
    });
  } else {
    write_usual_row(fields);
  }
  out_.write("\n");
  out_.flush();
}

void ArpScanReport::write_usual_row(const ArpScanFields& fields) {
  const auto write = [&](ArpScanField field, std::string_view before, std::string_view behind) {
    const auto& value = fields[field];
    if (value) out_.print("{}{}{}", before, *value, behind);
  };
  write(fields[ArpScanField::name] ? ArpScanField::name : ArpScanField::ip, "", "\t");
  write(ArpScanField::mac, "", "");
  write(ArpScanField::frame_source, " (", ")");
  write(ArpScanField::vendor, "\t", "");
  if (options_.verbose > 0) write(ArpScanField::padding, "\tPadding=", "");
  write(ArpScanField::framing, " (", ")");
  write(ArpScanField::vlan, " (802.1Q VLAN=", ")");
  write(ArpScanField::protocol, " (ARP Proto=", ")");
  write(ArpScanField::duplicate, " (DUP: ", ")");
  write(ArpScanField::rtt, "\tRTT=", " ms");
}

void ArpScanReport::warn(const std::string& text) { err_.print("arp-scan: warning: {}\n", text); }

void ArpScanReport::warn_of(const ArpScanAnswer& answer, const ArpScanHearing& hearing) {
  const std::string host = to_string(answer.sender_protocol_addr);
  const auto asked =
      options_.request.vlan ? std::optional{static_cast<std::uint16_t>(*options_.request.vlan & 0x0fff)} : std::nullopt;
  if (!options_.read_file && answer.vlan != asked && !std::exchange(warned_of_vlan_, true)) {
    warn(fmt::format("{} was asked {} and the answer came {}: it is from another network", host, vlan_words(asked),
                     vlan_words(answer.vlan)));
  }
  if (answer.sender_hardware_addr != hearing.first_owner && !std::exchange(warned_of_owners_, true)) {
    warn(fmt::format("{} and {} both say that they have {}", to_string(hearing.first_owner),
                     to_string(answer.sender_hardware_addr), host));
  }
}

void ArpScanReport::save(const ArpScanHearing& hearing) {
  if (writer_ == nullptr) return;
  const auto saved =
      writer_->write(hearing.frame, clock_.to_wall(hearing.arrival), static_cast<std::uint32_t>(hearing.size_on_link));
  if (saved) return;
  warn(saved.error().context);
  writer_ = nullptr;
}

}  // namespace onlink::inline v0::cli::compat
