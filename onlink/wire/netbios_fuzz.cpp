// SPDX-License-Identifier: Apache-2.0
// Any bytes as a node status answer and as its request.
#include <cstdint>
#include <cstdlib>

#include "onlink/wire/netbios.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onlink;
  const Bytes bytes = std::as_bytes(std::span{data, size});
  if (const auto status = NodeStatus::decode(bytes)) {
    for (std::size_t i = 0; i < status->size(); ++i) {
      for (const char c : to_string((*status)[i])) {
        if (c < 0x20 || c > 0x7e) std::abort();
      }
    }
    if (const auto name = status->computer_name(); name && name->is_group()) std::abort();
  }
  if (const auto id = decode_node_status_request(bytes)) {
    if (size < node_status_request_size) std::abort();
  }
  return 0;
}
