// SPDX-License-Identifier: Apache-2.0
// stdout and stderr as TextWriters, and what is known about the terminal behind them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "onlink/print/text_writer.hpp"

namespace onlink::inline v0::cli {

// Buffers until flush(), or until 64 KiB are waiting. A closed pipe ends in silence: SIGPIPE keeps its meaning, and
// where something holds it off the rest is dropped.
class FileWriter final : public TextWriter {
 public:
  enum class Buffering : std::uint8_t { full, none };
  FileWriter(int fd, std::string_view name, Buffering buffering) : fd_(fd), name_(name), buffering_(buffering) {}
  ~FileWriter() override { drain(); }

  void write(std::string_view text) override;
  void flush() override { drain(); }
  [[nodiscard]] bool closed() const noexcept override { return closed_; }
  [[nodiscard]] std::optional<Error> error() const override { return error_; }

 private:
  void drain();

  int fd_;
  std::string_view name_;
  Buffering buffering_;
  std::string waiting_;
  bool closed_ = false;
  std::optional<Error> error_;
};

[[nodiscard]] bool is_terminal(int fd) noexcept;
// Whether to colour under --color auto: a terminal that can, and no NO_COLOR (https://no-color.org).
[[nodiscard]] bool wants_color(int fd) noexcept;
// Columns, from COLUMNS or the terminal; 80 when neither knows.
[[nodiscard]] unsigned terminal_width() noexcept;

}  // namespace onlink::inline v0::cli
