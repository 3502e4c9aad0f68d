// SPDX-License-Identifier: Apache-2.0
// Any bytes as a capture file: no crash, no endless reading, and what was read can be written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "onlink/link/pcap_file.hpp"
#include "onlink/link/pcap_format.hpp"

using namespace onlink;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes file = std::as_bytes(std::span{data, size});
  const auto reader = open_capture_bytes(file);
  if (!reader) return 0;
  std::size_t octets = pcap_file_header_size;
  for (;;) {
    const auto frame = (*reader)->next();
    if (!frame) {
      if (frame.error().context.empty()) std::abort();
      break;
    }
    if (!*frame) break;
    octets += pcap_record_header_size + (*frame)->bytes.size();
    if ((*frame)->time.time_since_epoch() < Duration::zero()) std::abort();
  }
  if (octets > size) std::abort();
  return 0;
}
