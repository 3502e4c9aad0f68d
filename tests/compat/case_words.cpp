// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/case_words.hpp"

#include <algorithm>
#include <stdexcept>

#include "onlink/base/text.hpp"

namespace onlink::compat_diff {
namespace {

class Splitter {
 public:
  explicit Splitter(std::string_view line) : rest_(line) {}

  std::vector<std::string> words() {
    std::vector<std::string> found;
    while (skip_blanks()) found.push_back(word());
    return found;
  }

 private:
  static bool is_blank(char c) { return c == ' ' || c == '\t'; }

  bool skip_blanks() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
    return !rest_.empty();
  }

  char take() {
    if (rest_.empty()) throw std::runtime_error("a quote without end");
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string word() {
    std::string text;
    while (!rest_.empty() && !is_blank(rest_.front())) {
      const char c = take();
      if (c == '\'') {
        literal(text);
      } else if (c == '"') {
        escaped(text);
      } else {
        text += c;
      }
    }
    return text;
  }

  void literal(std::string& text) {
    for (char c = take(); c != '\''; c = take()) text += c;
  }

  void escaped(std::string& text) {
    for (char c = take(); c != '"'; c = take()) text += c == '\\' ? escape() : c;
  }

  char escape() {
    constexpr std::string_view names = "ntr0\\\"";
    constexpr std::string_view meanings{"\n\t\r\0\\\"", 6};
    const char c = take();
    if (c == 'x') return octet();
    const std::size_t at = names.find(c);
    if (at == std::string_view::npos) throw std::runtime_error(std::string{"unknown escape \\"} + c);
    return meanings[at];
  }

  char octet() {
    const std::string digits{take(), take()};
    const auto value = parse_hex(digits, 2);
    if (!value) throw std::runtime_error("\\x" + digits + " is not hexadecimal");
    return static_cast<char>(*value);
  }

  std::string_view rest_;
};

}  // namespace

std::vector<std::string> split_words(std::string_view line) { return Splitter(line).words(); }

}  // namespace onlink::compat_diff
