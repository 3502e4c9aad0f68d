// SPDX-License-Identifier: Apache-2.0
// One line of a script, read word by word. Its failure is sticky, as a Reader's is: what is read behind it is empty,
// and the first error, with file, line, column and what was expected, is asked for once, at the end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/prefix.hpp"
#include "onlink/base/time.hpp"

namespace onlink::differential {

struct Word {
  std::string_view text;
  std::uint32_t column = 1;
};

class ScriptCursor {
 public:
  ScriptCursor(std::string_view line, std::string_view file, std::uint32_t number);

  [[nodiscard]] bool ok() const noexcept { return !error_; }
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }
  [[nodiscard]] bool at_end() const noexcept { return next_ == words_.size(); }
  [[nodiscard]] const Word& peek() const noexcept;               // empty at the end
  [[nodiscard]] std::string_view rest_of_line() const noexcept;  // from the next word on, without a comment
  [[nodiscard]] std::string rest_as_text() const;                // the same, blanks normalised

  Word word(std::string_view expected);
  bool accept(std::string_view keyword);
  void expect_end(std::string_view expected = "nothing more");

  // What is expected is named in the error: "10.0.0.300: expected an address".
  IpAddress ip();
  MacAddress mac();
  Prefix prefix();
  Duration time();
  std::uint32_t number(std::uint32_t max, std::string_view expected = "a number");

  // The same of one word that was read before, as a field's value.
  IpAddress ip(const Word& word);
  MacAddress mac(const Word& word);
  Prefix prefix(const Word& word);
  std::uint32_t number(const Word& word, std::uint32_t max, std::string_view expected = "a number");
  std::vector<std::byte> hex(const Word& word);

  // Marks the word as wrong: "FILE:LINE:COLUMN: 'found': expected WHAT". Only the first is kept.
  void fail(const Word& word, std::string_view expected);

 private:
  std::string_view line_;
  std::string_view file_;
  std::uint32_t number_;
  std::vector<Word> words_;
  Word end_;
  std::size_t next_ = 0;
  std::optional<Error> error_;
};

}  // namespace onlink::differential
