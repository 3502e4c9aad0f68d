// SPDX-License-Identifier: Apache-2.0
// A frame behind a target's 16 octets: whatever it is, what ndisc6 takes for an answer is a piece of that frame, and
// one whose source is the target is not a proxy's. The words of arp -f are read from the same octets.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "onlink/cli/compat/ndisc6_answer.hpp"
#include "onlink/cli/compat/net_arp_edit.hpp"
#include "onlink/cli/compat/net_arp_hardware.hpp"

using namespace onlink;

namespace {

void check(bool holds) {
  if (!holds) __builtin_trap();
}

void read_answer(Bytes octets) {
  if (octets.size() < 16) return;
  Ipv6Address target;
  std::ranges::copy(octets.first<16>(), std::as_writable_bytes(std::span{target.octets}).begin());
  const Bytes frame = octets.subspan(16);
  const auto packet = decode(frame);
  if (!packet) return;
  const auto answer = cli::compat::ndisc6_answer(*packet, target);
  if (!answer) return;
  check(answer->proxied == (answer->source != target));
  const Bytes address = answer->link_layer_address;
  check(address.size() % 8 == 6 && address.data() >= frame.data());
  check(address.data() + address.size() <= frame.data() + frame.size());
  check(cli::compat::ndisc6_text(address).size() == address.size() * 3 - 1);
}

void read_words(std::string_view line) {
  for (const std::string& word : cli::compat::split_ethers_line(line)) {
    check(word.size() <= line.size());
    const auto address = cli::compat::read_net_arp_address(word, cli::compat::ethernet_hardware, {});
    if (address) check(address->given <= 6 && (address->given == 6 || !address->surplus));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_answer(std::as_bytes(std::span{data, size}));
  read_words({reinterpret_cast<const char*>(data), size});
  return 0;
}
