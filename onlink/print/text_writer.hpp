// SPDX-License-Identifier: Apache-2.0
// Where text goes. A reader that goes away (a closed pipe) is not an error: what follows is dropped and closed() says
// so, so that a long run can end.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "onlink/base/error.hpp"

namespace onlink::inline v0 {

class TextWriter {
 public:
  TextWriter() = default;
  TextWriter(const TextWriter&) = delete;
  TextWriter& operator=(const TextWriter&) = delete;
  virtual ~TextWriter() = default;

  virtual void write(std::string_view text) = 0;
  virtual void flush() {}
  // Nobody reads any more.
  [[nodiscard]] virtual bool closed() const noexcept { return false; }
  // Why text was lost, other than by closed(): a full disk.
  [[nodiscard]] virtual std::optional<Error> error() const { return std::nullopt; }

  template <class... A>
  void print(fmt::format_string<A...> format, A&&... arguments) {
    vprint(format, fmt::make_format_args(arguments...));
  }
  template <class... A>
  void print_line(fmt::format_string<A...> format, A&&... arguments) {
    vprint(format, fmt::make_format_args(arguments...));
    write("\n");
  }

 private:
  void vprint(fmt::string_view format, fmt::format_args arguments);
};

class StringWriter final : public TextWriter {
 public:
  void write(std::string_view text) override { text_ += text; }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  void clear() noexcept { text_.clear(); }

 private:
  std::string text_;
};

}  // namespace onlink::inline v0
