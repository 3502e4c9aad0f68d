// SPDX-License-Identifier: Apache-2.0
// Any text as a format string: it is refused with a reason, or what it writes has all the values it asks for.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "onlink/cli/compat/arp_scan_format.hpp"

namespace {

// A width may be of any size: only counts.
class Counter final : public onlink::TextWriter {
 public:
  void write(std::string_view text) override { total_ += text.size(); }
  [[nodiscard]] bool closed() const noexcept override { return total_ > (1U << 20); }
  [[nodiscard]] std::size_t total() const { return total_; }

 private:
  std::size_t total_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onlink::cli::compat;
  const auto format = ArpScanFormat::compile({reinterpret_cast<const char*>(data), size});
  if (!format) {
    if (!format.error().starts_with("ERROR: ")) std::abort();
    return 0;
  }
  Counter all, none;
  ArpScanFields fields;
  format->write(fields, none, [](const std::string&) {});
  for (std::size_t i = 0; i < arp_scan_field_count; ++i) fields.set(static_cast<ArpScanField>(i), "value");
  format->write(fields, all, [](const std::string&) {});
  if (none.total() > size || (all.total() < none.total() && !all.closed())) std::abort();
  return 0;
}
