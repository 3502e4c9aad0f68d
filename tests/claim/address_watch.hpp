// SPDX-License-Identifier: Apache-2.0
// Which hosts' kernels had which address when: the kernels' own notices of addresses, as they come.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "onlink/base/time.hpp"
#include "tests/netns/small_lan.hpp"

struct nlmsghdr;

namespace onlink::inline v0::test {

class AddressWatch {
 public:
  struct Host {
    std::string name{};
    const KernelHost* host = nullptr;
  };
  // A time in which a host could use an address: it had it, and it was not tentative (RFC 4862), nor found a duplicate.
  struct Holding {
    std::string host{};
    IpAddress address{};
    Instant from{};
    std::optional<Instant> to{};  // nothing: to this day
  };
  // Hosts that have no addresses yet.
  explicit AddressWatch(const std::vector<Host>& hosts);
  AddressWatch(const AddressWatch&) = delete;
  AddressWatch& operator=(const AddressWatch&) = delete;
  ~AddressWatch();

  [[nodiscard]] std::vector<Holding> holdings(const IpAddress& address) const;
  [[nodiscard]] bool holds(const std::string& host, const IpAddress& address) const;
  // The kernel found, when it wanted the address, that somebody has it (IFA_F_DADFAILED).
  [[nodiscard]] bool found_duplicate(const std::string& host, const IpAddress& address) const;
  // The most hosts that held it at one instant.
  [[nodiscard]] std::size_t most_holders(const IpAddress& address) const;

 private:
  struct Socket;
  struct Notice {
    std::string host{};
    IpAddress address{};
    bool usable = false;
    bool duplicate = false;
  };
  void watch();
  void read(const std::string& host, const nlmsghdr& message);
  void take(const Notice& notice);

  std::vector<Socket> sockets_;
  mutable std::mutex mutex_;
  std::vector<Holding> holdings_;
  std::vector<std::pair<std::string, IpAddress>> duplicates_;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

}  // namespace onlink::inline v0::test
