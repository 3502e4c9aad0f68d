// SPDX-License-Identifier: Apache-2.0
// Build step: packs registry files into one image (oui_image.hpp).  onlink_oui_pack IMAGE FILE...
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "onlink/print/oui_image.hpp"
#include "onlink/print/oui_text.hpp"

namespace {

bool write_image(const char* path, const std::vector<std::byte>& image) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(image.data()), static_cast<std::streamsize>(image.size()));
  out.close();
  return out.good();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: onlink_oui_pack IMAGE FILE...\n");
    return 2;
  }
  std::vector<onlink::OuiEntry> all;
  for (int i = 2; i < argc; ++i) {
    std::ifstream in(argv[i], std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    auto entries = onlink::parse_oui_text(text, argv[i]);
    if (!in.good() && !in.eof())
      entries = std::unexpected(onlink::usage_error(std::string(argv[i]) + ": not readable"));
    if (!entries) {
      std::fprintf(stderr, "%s\n", entries.error().context.c_str());
      return 1;
    }
    std::ranges::move(*entries, std::back_inserter(all));
  }
  if (!write_image(argv[1], onlink::pack_oui_image(std::move(all)))) {
    std::fprintf(stderr, "%s: not writable\n", argv[1]);
    return 1;
  }
  return 0;
}
