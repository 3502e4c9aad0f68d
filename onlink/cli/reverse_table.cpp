// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/reverse_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <system_error>
#include <tuple>
#include <utility>

#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

constexpr const char* hosts_path = "/etc/hosts";

class TableMaker {
 public:
  TableMaker(const HostAddresses& hosts, const ServerPlace& place) : hosts_(hosts), place_(place) {}

  void add(const EthersLine& line) {
    if (!line.mac.is_unicast()) return fail(line, fmt::format("{}: no station can have it", line.mac));
    if (!line.interface.empty() && line.interface != place_.interface) return pass_over();
    const std::vector<Ipv4Address> addresses = addresses_of(line);
    if (addresses.empty()) return;
    for (const Ipv4Address& address : addresses) {
      if (const auto entry = entry_for(address)) return enter(line, *entry);
    }
    pass_over();
  }
  void fail(const LineError& error) { out_.errors.push_back(error); }
  ReverseTableReading take() { return std::move(out_); }

 private:
  void fail(const EthersLine& line, std::string text) { out_.errors.push_back({line.number, std::move(text)}); }
  void pass_over() { ++out_.passed_over; }

  // Nothing: an error or IPv6, and noted.
  std::vector<Ipv4Address> addresses_of(const EthersLine& line) {
    std::vector<IpAddress> all;
    if (const auto* address = std::get_if<IpAddress>(&line.who)) {
      all.push_back(*address);
    } else {
      const std::string& name = std::get<std::string>(line.who);
      const auto found = hosts_.find(lower_case(name));
      if (found == hosts_.end()) {
        fail(line, fmt::format("{} is not in {}", printable(name), hosts_path));
        return {};
      }
      all = found->second;
    }
    std::vector<Ipv4Address> usable;
    for (const IpAddress& address : all) {
      if (!address.is_ipv4()) continue;
      const Ipv4Address ipv4 = address.ipv4();
      if (ipv4.octets()[0] == 0 || ipv4.is_loopback() || ipv4.value >> 28 >= 0xe) {
        fail(line, fmt::format("{} is no address of a host", address));
        return {};
      }
      usable.push_back(ipv4);
    }
    if (usable.empty()) pass_over();
    return usable;
  }

  [[nodiscard]] std::optional<ReverseEntry> entry_for(const Ipv4Address& address) const {
    for (const ServedNetwork& served : place_.networks) {
      if (served.network.contains(address)) return ReverseEntry{address, served.server};
    }
    return place_.serves_other_networks ? std::optional{ReverseEntry{.address = address}} : std::nullopt;
  }

  void enter(const EthersLine& line, const ReverseEntry& entry) {
    const auto [place, added] = out_.table.try_emplace(line.mac, entry);
    if (added || place->second == entry) return;
    fail(line, fmt::format("{} has {} already", line.mac, place->second.address));
  }

  const HostAddresses& hosts_;
  const ServerPlace& place_;
  ReverseTableReading out_;
};

}  // namespace

ReverseTableReading make_reverse_table(const EthersFile& file, const HostAddresses& hosts, const ServerPlace& place) {
  TableMaker maker{hosts, place};
  for (const EthersLine& line : file.lines) maker.add(line);
  for (const LineError& error : file.errors) maker.fail(error);
  ReverseTableReading reading = maker.take();
  std::ranges::sort(reading.errors, {}, [](const LineError& error) { return std::tie(error.number, error.text); });
  return reading;
}

ReverseTableFile::ReverseTableFile(std::string path, std::string pairs, ServerPlace place)
    : path_(std::move(path)), pairs_(std::move(pairs)), place_(std::move(place)) {}

std::expected<ReverseTableReading, Error> ReverseTableFile::read() {
  // The stamps first: what changes while it is read is then read again.
  file_stamp_ = stamp_of(path_);
  hosts_stamp_ = stamp_of(hosts_path);
  auto file = path_.empty() ? std::expected<EthersFile, Error>{} : read_ethers_file(path_, printable(path_));
  if (!file) return std::unexpected(file.error());
  std::istringstream pairs{pairs_};
  EthersFile all = read_ethers(pairs);
  for (EthersLine& line : all.lines) line.number = 0;
  for (LineError& error : all.errors) error.number = 0;
  all.lines.insert(all.lines.end(), file->lines.begin(), file->lines.end());
  all.errors.insert(all.errors.end(), file->errors.begin(), file->errors.end());
  std::ifstream hosts{hosts_path};
  return make_reverse_table(all, read_host_addresses(hosts), place_);
}

bool ReverseTableFile::has_changed() const {
  if (path_.empty() || path_ == "-") return false;
  // A file that is gone is being replaced.
  const auto file = stamp_of(path_), hosts = stamp_of(hosts_path);
  return (file && file != file_stamp_) || (hosts && hosts != hosts_stamp_);
}

std::optional<ReverseTableFile::Stamp> ReverseTableFile::stamp_of(const std::string& path) {
  std::error_code time_failed, size_failed;
  const Stamp stamp{std::filesystem::last_write_time(path, time_failed), std::filesystem::file_size(path, size_failed)};
  return time_failed || size_failed ? std::nullopt : std::optional{stamp};
}

}  // namespace onlink::inline v0::cli
