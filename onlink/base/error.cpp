// SPDX-License-Identifier: Apache-2.0
#include "onlink/base/error.hpp"

namespace onlink::inline v0 {

std::string_view to_string(DecodeError error) noexcept {
  switch (error) {
    case DecodeError::truncated:
      return "truncated";
    case DecodeError::bad_length:
      return "bad length";
    case DecodeError::bad_version:
      return "bad version";
    case DecodeError::bad_checksum:
      return "bad checksum";
    case DecodeError::bad_hop_limit:
      return "hop limit is not 255";
    case DecodeError::bad_code:
      return "code is not 0";
    case DecodeError::bad_option_length:
      return "bad option length";
    case DecodeError::bad_source:
      return "bad source address";
    case DecodeError::bad_destination:
      return "bad destination address";
    case DecodeError::bad_target:
      return "bad target address";
    case DecodeError::bad_flags:
      return "bad flags";
    case DecodeError::unexpected_option:
      return "unexpected option";
    case DecodeError::fragmented:
      return "fragmented";
    case DecodeError::malformed:
      return "malformed";
    case DecodeError::unsupported:
      return "unsupported";
  }
  return "unknown";
}

}  // namespace onlink::inline v0
