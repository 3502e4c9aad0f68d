// SPDX-License-Identifier: Apache-2.0
// Up to the first request. The order of the steps is the order in which the original meets its errors.
#include "onlink/cli/compat/arp_scan_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "onlink/cli/compat/arp_scan_setup.hpp"
#include "onlink/kernel/privileges.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

constexpr std::uint32_t usual_bandwidth = 256000;  // bits per second
// At a faster pace than this, in microseconds, answers come too close to be taken singly.
constexpr std::int32_t fast_interval = 500;

std::int32_t interval_of(const ArpScanOptions& options) {
  if (options.interval != 0) return options.interval;
  const std::uint64_t bandwidth = std::max(options.bandwidth.value_or(usual_bandwidth), std::uint32_t{1});
  return static_cast<std::int32_t>(octets_on_wire(options.request) * 8 * 1'000'000 / bandwidth);
}

std::string filter_text(const MacAddress& own) {
  return fmt::format(
      "ether dst {} and (arp or (ether[14:4]=0xaaaa0300 and ether[20:2]=0x0806) or (ether[12:2]=0x8100 and "
      "ether[16:2]=0x0806) or (ether[12:2]=0x8100 and ether[18:4]=0xaaaa0300 and ether[24:2]=0x0806))",
      to_string(own));
}

std::uint32_t save_size(int snap_size) {
  const bool all = snap_size <= 0 || static_cast<std::uint32_t>(snap_size) > max_captured_size;
  return all ? max_captured_size : static_cast<std::uint32_t>(snap_size);
}

}  // namespace

ArpScanSession::ArpScanSession(ArpScanOptions options, TextWriter& out, TextWriter& err)
    : options_(std::move(options)),
      out_(out),
      err_(err),
      interval_(interval_of(options_)),
      started_(monotonic_now()),
      report_(options_, vendors_, names_, out, err) {}

int ArpScanSession::run() {
  const bool opened = options_.read_file || options_.write_file ? open_files() : open_interface();
  if (!opened || !open_save_file() || !check_options()) return 1;
  // What root may read and the stripped process perhaps not comes before the privileges go.
  vendors_ = load_scan_vendors(options_, err_);
  if (!read_targets()) return 1;
  return scan();
}

bool ArpScanSession::fail(std::string_view line) {
  err_.print("{}\n", line);
  return false;
}

bool ArpScanSession::open_files() {
  auto files = ArpScanFiles::open(options_.read_file, options_.write_file);
  if (!files) return fail(files.error());
  files_ = *std::move(files);
  if (files_->has_other_link_type()) err_.print("WARNING: Unsupported datalink type\n");
  if (options_.read_file && !options_.plain) out_.print("Interface: pcap file\n");
  return true;
}

bool ArpScanSession::open_interface() {
  auto netlink = kernel::Netlink::open();
  if (!netlink) return fail(netlink.error().context);
  netlink_ = *std::move(netlink);
  auto interface = open_scan_interface(*netlink_, options_.interface, interval_ < fast_interval);
  if (!interface) return fail(interface.error());
  interface_ = *std::move(interface);
  introduce_interface();
  return true;
}

void ArpScanSession::introduce_interface() {
  const std::string& name = interface_->name;
  if (!options_.plain) {
    out_.print("Interface: {}, type: EN10MB, MAC: {}, IPv4: {}\n", name, to_string(interface_->mac),
               interface_->address ? to_string(interface_->address->address) : "(none)");
  }
  const ArpScanOverrides& given = options_.overrides;
  if (!interface_->address && !given.sender_address && !given.sender_is_target) {
    err_.print(
        "WARNING: Could not obtain IP address for interface {0}. Using 0.0.0.0 for\n"
        "the source address, which may not be what you want.\n"
        "Either configure {0} with an IP address, or manually specify the address\n"
        "with the --arpspa option.\n",
        name);
    report_.warn("a request from 0.0.0.0 is the probe of an address (RFC 5227): not every host answers it");
  }
  if (!interface_->has_carrier) report_.warn(name + " has no carrier: nobody can answer");
  if (options_.verbose > 1) {
    err_.print("DEBUG: pcap filter string: \"{}\"\n", filter_text(request().sender_hardware_addr));
  }
}

bool ArpScanSession::open_save_file() {
  if (!options_.save_file) return true;
  auto writer =
      PcapWriter::create(*options_.save_file, {.nanoseconds = false, .snap_size = save_size(options_.snap_size)});
  if (!writer) {
    return fail(fmt::format("pcap_dump_open: {}: {}", *options_.save_file, std::strerror(writer.error().sys_errno)));
  }
  save_file_.emplace(*std::move(writer));
  report_.save_to(*save_file_);
  return true;
}

bool ArpScanSession::check_options() {
  if (options_.localnet && !options_.targets.empty()) {
    return fail("ERROR: You can not specify targets with the --localnet option");
  }
  if (options_.localnet && options_.target_file) {
    return fail("ERROR: You can not specify both --file and --localnet options");
  }
  if (options_.interval != 0 && options_.bandwidth.value_or(0) != 0) {
    return fail("ERROR: You cannot specify both --bandwidth and --interval.");
  }
  // The original dies of a division by zero.
  if (options_.interval == 0 && options_.bandwidth == 0U) return fail("ERROR: A bandwidth of 0 sends nothing.");
  return true;
}

bool ArpScanSession::read_targets() {
  const auto network = interface_ ? interface_->address : std::nullopt;
  if (options_.localnet && !network) {
    fail("ERROR: Could not obtain interface IP address and netmask");
    return fail(fmt::format("ERROR: pcap_lookupnet: {}: no IPv4 address assigned",
                            interface_ ? interface_->name : std::string{"pcap file"}));
  }
  std::optional<std::string> lines;
  if (options_.target_file) {
    auto read = read_scan_target_file(*options_.target_file);
    if (!read) return fail(read.error());
    lines = *std::move(read);
  }
  if (const auto dropped = kernel::drop_privileges(); !dropped) return fail(dropped.error().context);
  const ScanTargetSource source{options_.targets, lines, options_.localnet ? network : std::nullopt};
  auto targets = read_scan_targets(source, options_, names_, err_);
  if (!targets) return false;
  targets_ = *std::move(targets);
  return true;
}

ArpScanRequest ArpScanSession::request() const {
  const ArpScanOverrides& given = options_.overrides;
  const MacAddress own = interface_ ? interface_->mac : MacAddress{};
  const auto network = interface_ ? interface_->address : std::nullopt;
  ArpScanRequest request = options_.request;
  request.source = given.frame_source.value_or(own);
  request.sender_hardware_addr = given.sender_mac.value_or(own);
  request.sender_protocol_addr = given.sender_address.value_or(network ? network->address.ipv4() : Ipv4Address{});
  if (given.sender_is_target) request.sender_protocol_addr.reset();
  return request;
}

ArpScanPlan ArpScanSession::make_plan() {
  if (options_.random) {
    targets_ =
        targets_.shuffled(options_.seed.value_or(static_cast<std::uint32_t>(started_.time_since_epoch().count())));
  }
  targets_.make_index();
  // A capture file's frames are as long as they are.
  const int snap_size = options_.read_file ? 0 : options_.snap_size;
  return {.targets = std::move(targets_),
          .request = request(),
          .tries = options_.tries,
          .timeout = options_.timeout < 0 ? longest_duration : std::chrono::milliseconds{options_.timeout},
          .backoff = options_.backoff,
          .interval = std::chrono::microseconds{interval_},
          .limit = options_.limit,
          .snap_size = save_size(snap_size)};
}

void ArpScanSession::introduce_scan(const ArpScanPlan& plan) {
  if (options_.verbose > 1 && options_.interval == 0) {
    err_.print("DEBUG: pkt len={} bytes, bandwidth={} bps, interval={} us\n", octets_on_wire(plan.request),
               options_.bandwidth.value_or(usual_bandwidth), interval_);
  }
  const ArpScanTargets& targets = plan.targets;
  if (!options_.plain) {
    out_.print("Starting arp-scan 1.10.0 with {} hosts (https://github.com/royhills/arp-scan)\n", targets.size());
  }
  if (options_.verbose <= 2) return;
  out_.write("Host List:\n\nEntry\tIP Address\n");
  for (std::uint64_t i = 0; i < targets.size(); ++i) out_.print("{}\t{}\n", i + 1, to_string(targets[i]));
  out_.print("\nTotal of {} host entries.\n\n", targets.size());
}

}  // namespace onlink::inline v0::cli::compat
