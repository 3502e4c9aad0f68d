// SPDX-License-Identifier: Apache-2.0
// As much of JSON Schema (draft 2020-12) as docs/schema.json uses: type, const, enum, pattern, minimum, maximum,
// required, properties, unevaluatedProperties: false, items, $ref within the document, allOf, oneOf. An unknown keyword
// is an error.
#pragma once

#include <string>
#include <string_view>

namespace onlink::inline v0::test {

// Empty when `json` fits the schema; else where it does not and why, or what is wrong with the texts.
[[nodiscard]] std::string schema_violation(std::string_view schema, std::string_view json);

[[nodiscard]] std::string read_text_file(const std::string& path);

}  // namespace onlink::inline v0::test
