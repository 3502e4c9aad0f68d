// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/text_writer.hpp"

#include <iterator>

namespace onlink::inline v0 {

void TextWriter::vprint(fmt::string_view format, fmt::format_args arguments) {
  fmt::memory_buffer text;
  fmt::vformat_to(std::back_inserter(text), format, arguments);
  write({text.data(), text.size()});
}

}  // namespace onlink::inline v0
