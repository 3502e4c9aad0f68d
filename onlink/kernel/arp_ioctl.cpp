// SPDX-License-Identifier: Apache-2.0
#include "onlink/kernel/arp_ioctl.hpp"

#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "onlink/kernel/namespaces.hpp"
#include "onlink/kernel/system_error.hpp"

namespace onlink::inline v0::kernel {
namespace {

void put_address(sockaddr& into, Ipv4Address address) noexcept {
  sockaddr_in ipv4{};
  ipv4.sin_family = AF_INET;
  ipv4.sin_addr.s_addr = std::bit_cast<std::uint32_t>(address.octets());
  std::memcpy(&into, &ipv4, sizeof into);
}

int flags_of(const ArpTableEdit& edit) noexcept {
  return (edit.permanent ? ATF_PERM : 0) | (edit.published ? ATF_PUBL : 0) | (edit.dont_publish ? ATF_DONTPUB : 0) |
         (edit.trailers ? ATF_USETRAILERS : 0) | (edit.netmask ? ATF_NETMASK : 0);
}

// A name that is too long is cut, as every program of that time cut it.
template <std::size_t size>
void put_name(char (&into)[size], std::string_view name) noexcept {
  std::ranges::copy(name.substr(0, size - 1), into);
}

arpreq request_of(const ArpTableEdit& edit) noexcept {
  arpreq request{};
  put_address(request.arp_pa, edit.address);
  request.arp_flags = flags_of(edit);
  if (edit.netmask) put_address(request.arp_netmask, *edit.netmask);
  put_name(request.arp_dev, edit.interface);
  return request;
}

std::expected<void, Error> do_ioctl(unsigned long number, void* argument, const std::string& what) {
  const FileDescriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (socket.fd() < 0) return std::unexpected(system_error(errno, what + ": open socket"));
  if (::ioctl(socket.fd(), number, argument) == 0) return {};
  return std::unexpected(system_error(errno, what, "needs CAP_NET_ADMIN"));
}

}  // namespace

std::expected<void, Error> set_arp_entry(const ArpTableEdit& edit) {
  arpreq request = request_of(edit);
  request.arp_flags |= ATF_COM;
  request.arp_ha.sa_family = edit.hardware.type;
  std::memcpy(request.arp_ha.sa_data, edit.hardware.octets.data(), sizeof request.arp_ha.sa_data);
  return do_ioctl(SIOCSARP, &request, "set ARP entry " + to_string(edit.address));
}

std::expected<void, Error> delete_arp_entry(const ArpTableEdit& edit) {
  arpreq request = request_of(edit);
  return do_ioctl(SIOCDARP, &request, "delete ARP entry " + to_string(edit.address));
}

std::expected<ArpHardwareAddress, Error> arp_hardware_address(const std::string& interface) {
  ifreq request{};
  put_name(request.ifr_name, interface);
  if (auto done = do_ioctl(SIOCGIFHWADDR, &request, interface + ": hardware address"); !done) {
    return std::unexpected(std::move(done.error()));
  }
  ArpHardwareAddress address{.type = request.ifr_hwaddr.sa_family};
  std::memcpy(address.octets.data(), request.ifr_hwaddr.sa_data, address.octets.size());
  return address;
}

}  // namespace onlink::inline v0::kernel
