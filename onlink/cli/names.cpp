// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/names.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <utility>

#include "onlink/cli/hosts_file.hpp"
#include "onlink/cli/ptr_lookup.hpp"
#include "onlink/run/clock.hpp"
#include "onlink/run/name_lookup.hpp"

namespace onlink::inline v0::cli {
namespace {

// After this without a word from any DNS server, the rest is not asked.
constexpr Duration deaf_servers = PtrLookup::patience * PtrLookup::tries;

class Search {
 public:
  Search(std::span<const IpAddress> addresses, const NameSearch& search)
      : search_(search),
        started_(monotonic_now()),
        until_(started_ + limit(addresses.size(), search)),
        ptr_(search.dns_servers) {
    std::ifstream hosts{"/etc/hosts"};
    const HostsFile known = read_hosts_file(hosts);
    open_link();
    if (!ptr_.is_ready()) result_.problems.emplace_back("cannot set up DNS look-ups");
    for (const IpAddress& address : addresses) {
      if (const auto host = known.find(address); host != known.end()) {
        found_.push_back({address, host->second, NameSource::hosts});
      }
      // Link-local addresses mean nothing beyond their link: only mDNS may be asked (RFC 6762 section 4).
      if (!address.is_link_local()) ptr_.ask(address);
      if (link_) link_->ask(started_, address);
    }
  }

  NameSearchResult run() {
    std::vector<pollfd> fds;
    while (true) {
      const Instant now = monotonic_now();
      ptr_.work(fds, found_);
      if (link_) link_->work(now, found_);
      if (is_done(now)) break;
      if (now >= until_ || is_interrupted()) {
        result_.complete = false;
        break;
      }
      wait(now, fds);
    }
    note_deaf_servers();
    collect();
    return std::move(result_);
  }

 private:
  static Duration limit(std::size_t addresses, const NameSearch& search) {
    return search.deadline == Duration{} ? name_search_time(addresses) : search.deadline;
  }

  void open_link() {
    if (search_.interface.empty()) return;
    auto link = NameLookup::open(
        {.interface = search_.interface, .interface_index = search_.interface_index, .seed = search_.seed});
    if (link) {
      link_.emplace(*std::move(link));
    } else {
      result_.problems.push_back(link.error().context);
    }
  }

  [[nodiscard]] bool is_interrupted() const { return search_.interrupt != nullptr && search_.interrupt->requested(); }
  [[nodiscard]] bool servers_are_deaf(Instant now) const {
    return !ptr_.heard_a_server() && now - started_ > deaf_servers;
  }
  [[nodiscard]] bool is_done(Instant now) const {
    return (!link_ || link_->is_done()) && (ptr_.is_done() || servers_are_deaf(now));
  }

  void wait(Instant now, std::vector<pollfd>& fds) const {
    fds.clear();
    ptr_.append_poll_fds(fds);
    if (link_) {
      for (const int fd : link_->poll_fds()) fds.push_back({fd, POLLIN, 0});
    }
    if (search_.interrupt != nullptr) fds.push_back({search_.interrupt->poll_fd(), POLLIN, 0});
    Duration left = until_ - now;
    if (link_) {
      if (const auto due = link_->next_deadline()) left = std::min(left, *due - now);
    }
    left = ptr_.wait_time(std::max(left, Duration{}));
    ::poll(fds.data(), fds.size(), static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count()));
  }

  void note_deaf_servers() {
    if (ptr_.is_ready() && !ptr_.heard_a_server() && !is_interrupted()) {
      result_.problems.emplace_back("no DNS server of /etc/resolv.conf answered");
    }
  }

  void collect() {
    std::ranges::sort(found_, {}, [](const NameFound& name) { return std::pair{name.address, name.source}; });
    for (NameFound& name : found_) {
      result_.names[name.address].push_back({std::move(name.name), to_string(name.source)});
    }
  }

  const NameSearch& search_;
  Instant started_;
  Instant until_;
  PtrLookup ptr_;
  std::optional<NameLookup> link_;
  std::vector<NameFound> found_;
  NameSearchResult result_;
};

}  // namespace

Duration name_search_time(std::size_t addresses) noexcept {
  const NameQueryConfig query;
  return from_seconds(static_cast<double>(addresses) / query.addresses_per_second) +
         std::max<Duration>(query.tries * query.try_interval, deaf_servers) + std::chrono::seconds{1};
}

NameSearchResult find_names(std::span<const IpAddress> addresses, const NameSearch& search) {
  if (addresses.empty()) return {};
  return Search{addresses, search}.run();
}

}  // namespace onlink::inline v0::cli
