// SPDX-License-Identifier: Apache-2.0
// RFC 4862 section 5.4 and RFC 7527, without frames.
#include "onlink/engine/dad.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace onlink {
namespace {

using namespace std::chrono_literals;

constexpr Instant start{100s};
constexpr MacAddress mac_b{{2, 0, 0, 0, 0, 0x0b}};
constexpr ProbeNonce nonce{1, 2, 3, 4, 5, 6};
constexpr ProbeNonce other_nonce{1, 2, 3, 4, 5, 7};
const Ipv6Address address = parse_ipv6("2001:db8::1").value();

DadConfig config() { return {.address = address, .delay = 400ms, .nonce = nonce}; }

// Met deadlines until it wants no more; the times of the probes.
std::vector<Duration> probes_of(DuplicateCheck& check) {
  std::vector<Duration> times;
  while (const auto due = check.next_deadline()) {
    if (check.on_deadline(*due)) times.push_back(*due - start);
  }
  return times;
}

TEST(DuplicateCheck, ProbesAfterTheDelayAndIsVerifiedOneIntervalAfterTheLast) {
  DuplicateCheck check{config(), start};
  EXPECT_FALSE(check.on_deadline(start));
  EXPECT_TRUE(check.on_deadline(start + 400ms));
  EXPECT_EQ(check.state(), DadState::probing);
  EXPECT_EQ(check.next_deadline(), start + 1400ms);
  EXPECT_FALSE(check.on_deadline(start + 1400ms));
  EXPECT_EQ(check.state(), DadState::verified);
  EXPECT_EQ(check.next_deadline(), std::nullopt);
}

TEST(DuplicateCheck, AsOftenAsItIsTold) {
  DadConfig three = config();
  three.transmits = 3;
  three.retrans_time = 300ms;
  DuplicateCheck check{three, start};
  EXPECT_EQ(probes_of(check), (std::vector<Duration>{400ms, 700ms, 1s}));
  EXPECT_EQ(check.state(), DadState::verified);
  EXPECT_EQ(check.sent(), 3U);
}

TEST(DuplicateCheck, NoneIsVerifiedAtOnce) {
  DadConfig none = config();
  none.transmits = 0;
  const DuplicateCheck check{none, start};
  EXPECT_EQ(check.state(), DadState::verified);
  EXPECT_EQ(check.next_deadline(), std::nullopt);
}

TEST(DuplicateCheck, IntervalsAreTenMillisecondsAtLeast) {
  DadConfig quick = config();
  quick.transmits = 2;
  quick.retrans_time = 1ms;
  DuplicateCheck check{quick, start};
  EXPECT_EQ(probes_of(check), (std::vector<Duration>{400ms, 410ms}));
}

TEST(DuplicateCheck, AnAdvertisementIsTheEnd) {
  DuplicateCheck check{config(), start};
  EXPECT_TRUE(check.on_deadline(start + 400ms));
  check.on_advertisement(mac_b);
  EXPECT_EQ(check.state(), DadState::duplicate);
  EXPECT_EQ(check.owner(), mac_b);
  EXPECT_EQ(check.next_deadline(), std::nullopt);
}

TEST(DuplicateCheck, SomebodyElsesProbeIsTheEndEvenBeforeOurFirst) {
  for (const auto& heard : {std::optional<ProbeNonce>{}, std::optional{other_nonce}}) {
    DuplicateCheck check{config(), start};
    check.on_solicitation(true, heard, mac_b);
    EXPECT_EQ(check.state(), DadState::duplicate);
    EXPECT_EQ(check.sent(), 0U);
  }
}

TEST(DuplicateCheck, OurOwnProbeComeBackIsNot) {
  DuplicateCheck check{config(), start};
  EXPECT_TRUE(check.on_deadline(start + 400ms));
  check.on_solicitation(true, nonce, mac_b);
  EXPECT_EQ(check.state(), DadState::probing);
}

TEST(DuplicateCheck, WithoutANonceEveryProbeIsSomebodyElses) {
  DadConfig plain = config();
  plain.nonce.reset();
  DuplicateCheck check{plain, start};
  check.on_solicitation(true, std::nullopt, mac_b);
  EXPECT_EQ(check.state(), DadState::duplicate);
}

TEST(DuplicateCheck, WhoResolvesTheAddressDoesNotClaimIt) {
  DuplicateCheck check{config(), start};
  check.on_solicitation(false, std::nullopt, mac_b);
  EXPECT_EQ(check.state(), DadState::probing);
}

TEST(DuplicateCheck, WhatIsOverStaysAsItIs) {
  DuplicateCheck check{config(), start};
  probes_of(check);
  check.on_advertisement(mac_b);
  EXPECT_EQ(check.state(), DadState::verified);
  EXPECT_EQ(check.owner(), std::nullopt);
}

}  // namespace
}  // namespace onlink
