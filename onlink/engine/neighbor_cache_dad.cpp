// SPDX-License-Identifier: Apache-2.0
// How a NeighborCache checks its own IPv6 addresses (RFC 4862 section 5.4), each by a DuplicateCheck.
#include <algorithm>
#include <bit>

#include "onlink/engine/neighbor_cache_state.hpp"
#include "onlink/engine/neighbor_frame.hpp"

namespace onlink::inline v0 {
namespace {

// MAX_RTR_SOLICITATION_DELAY (RFC 4861 section 10): many hosts may have started at once.
constexpr Duration longest_start_delay = std::chrono::seconds{1};
constexpr std::uint8_t and_disable_ipv6 = 2;  // accept_dad

bool is_being_checked(const HostAddress& own) noexcept {
  return own.prefix.address.is_ipv6() &&
         (own.state == HostAddressState::tentative || own.state == HostAddressState::optimistic);
}

ProbeNonce draw_nonce(Rng& rng) noexcept {
  const auto drawn = std::bit_cast<std::array<std::uint8_t, 8>>(rng.next());
  ProbeNonce nonce{};
  std::copy_n(drawn.begin(), nonce.size(), nonce.begin());
  return nonce;
}

}  // namespace

HostAddress* NeighborCache::State::find_own(const IpAddress& address) noexcept {
  const auto found =
      std::ranges::find(host.addresses, address, [](const HostAddress& own) { return own.prefix.address; });
  return found == host.addresses.end() ? nullptr : &*found;
}

void NeighborCache::State::forget_check(const IpAddress& address) {
  if (address.is_ipv4()) return;
  std::erase_if(checks, [&](const DuplicateCheck& check) { return check.address() == address.ipv6(); });
  std::erase(checked, address.ipv6());
}

void NeighborCache::State::begin_check(Instant now, HostAddress& own, Output& output) {
  if (!is_being_checked(own)) return;
  const LinkParameters& parameters = table.parameters();
  const NdpParameters& ndp = parameters.ndp;
  if (!ndp.optimistic_dad || ndp.forwarding) own.state = HostAddressState::tentative;
  const bool optimistic = own.state == HostAddressState::optimistic;
  const DadConfig dad{.address = own.prefix.address.ipv6(),
                      .transmits = ndp.accept_dad == 0 || own.anycast ? 0 : ndp.dad_transmits,  // RFC 4862 section 5.4
                      .retrans_time = parameters.ipv6.retrans_time,
                      .delay = optimistic ? Duration{} : rng.between(Duration{}, longest_start_delay),
                      .nonce = ndp.enhanced_dad ? std::optional{draw_nonce(rng)} : std::nullopt};
  checks.emplace_back(dad, now);
  end_checks(now, output);
}

void NeighborCache::State::begin_checks(Instant now, Output& output) {
  // By place: what a check ends with may change the addresses, never their number.
  for (std::size_t i = 0; i < host.addresses.size(); ++i) begin_check(now, host.addresses[i], output);
}

void NeighborCache::State::hear_of(Instant now, const DadHeard& heard, Output& output) {
  const auto check = std::ranges::find(checks, heard.address, &DuplicateCheck::address);
  if (check == checks.end()) return;
  if (heard.advertised) {
    check->on_advertisement(heard.mac);
  } else {
    check->on_solicitation(true, heard.nonce, heard.mac);
  }
  end_checks(now, output);
}

void NeighborCache::State::run_checks(Instant now, Output& output) {
  for (DuplicateCheck& check : checks) {
    if (check.next_deadline() && *check.next_deadline() <= now && check.on_deadline(now)) {
      add_probe(host, check.address(), check.nonce(), output.frames);
    }
  }
  end_checks(now, output);
}

void NeighborCache::State::end_checks(Instant now, Output& output) {
  const auto is_over = [](const DuplicateCheck& check) { return check.state() != DadState::probing; };
  for (auto check = std::ranges::find_if(checks, is_over); check != checks.end();
       check = std::ranges::find_if(checks, is_over)) {
    const DuplicateCheck over = *check;
    checks.erase(check);
    conclude(now, over, output);
  }
}

void NeighborCache::State::conclude(Instant now, const DuplicateCheck& check, Output& output) {
  HostAddress* own = find_own(check.address());
  if (own == nullptr) return;
  const bool duplicate = check.state() == DadState::duplicate;
  const bool was_usable = own->state == HostAddressState::optimistic;
  own->state = duplicate ? HostAddressState::duplicate : HostAddressState::preferred;
  output.events.emplace_back(
      AddressVerified{.time = now, .address = check.address(), .duplicate = duplicate, .owner = check.owner()});
  if (!duplicate) {
    checked.push_back(check.address());
    if (!was_usable) notify_of(now, *own, output);
    return;
  }
  // RFC 4862 section 5.4.5: then the MAC itself is not ours alone.
  const bool of_mac = check.address() == link_local_address(host.mac);
  if (!of_mac || table.parameters().ndp.accept_dad != and_disable_ipv6) return;
  ipv6_off = true;
  checks.clear();
  watched(output, [&] { table.flush(now, Family::ipv6, NeighborCause::link_down, output); });
}

}  // namespace onlink::inline v0
