// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/capture_past.hpp"

#include "onlink/link/pcap_file.hpp"

namespace onlink::inline v0::cli {

std::expected<void, Error> for_each_packet(const std::string& path, const VlanStack& vlans,
                                           const std::function<void(const Packet&, Instant)>& take) {
  if (path == "-") return {};
  auto reader = open_capture_file(path);
  if (!reader) return std::unexpected(reader.error());
  while (true) {
    const auto frame = (*reader)->next();
    if (!frame) return std::unexpected(frame.error());
    if (!*frame) return {};
    const auto packet = decode((*frame)->bytes);
    if (packet && packet->ethernet.vlans.same_network(vlans)) {
      take(*packet, Instant{(*frame)->time.time_since_epoch()});
    }
  }
}

}  // namespace onlink::inline v0::cli
