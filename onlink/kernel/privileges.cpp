// SPDX-License-Identifier: Apache-2.0
#include "onlink/kernel/privileges.hpp"

#include <cap-ng.h>
#include <sys/prctl.h>

#include <cerrno>

#include "onlink/kernel/system_error.hpp"

namespace onlink::inline v0::kernel {
namespace {

unsigned number_of(Capability capability) noexcept {
  switch (capability) {
    case Capability::net_raw:
      return CAP_NET_RAW;
    case Capability::net_admin:
      return CAP_NET_ADMIN;
    case Capability::net_bind_service:
      return CAP_NET_BIND_SERVICE;
    case Capability::sys_admin:
      return CAP_SYS_ADMIN;
  }
  return 0;
}

constexpr auto permitted_and_effective = static_cast<capng_type_t>(CAPNG_PERMITTED | CAPNG_EFFECTIVE);

}  // namespace

bool has_capability(Capability capability) noexcept {
  capng_get_caps_process();
  return capng_have_capability(CAPNG_EFFECTIVE, number_of(capability)) != 0;
}

std::expected<void, Error> drop_privileges(std::initializer_list<Capability> keep) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return std::unexpected(system_error(errno, "set no_new_privs"));
  capng_get_caps_process();
  const bool may_bound = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) != 0;
  std::uint64_t kept = 0;
  for (const Capability capability : keep) {
    const unsigned number = number_of(capability);
    if (capng_have_capability(CAPNG_PERMITTED, number) != 0) kept |= std::uint64_t{1} << number;
  }
  capng_clear(CAPNG_SELECT_ALL);
  for (const Capability capability : keep) {
    const unsigned number = number_of(capability);
    if ((kept >> number & 1) == 0) continue;
    capng_update(CAPNG_ADD, permitted_and_effective, number);
  }
  const auto sets =
      may_bound ? CAPNG_SELECT_ALL : static_cast<capng_select_t>(CAPNG_SELECT_CAPS | CAPNG_SELECT_AMBIENT);
  if (const int failed = capng_apply(sets); failed != 0) {
    return std::unexpected(system_error(errno, "drop capabilities (libcap-ng step " + std::to_string(failed) + ")"));
  }
  return {};
}

}  // namespace onlink::inline v0::kernel
