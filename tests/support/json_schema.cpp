// SPDX-License-Identifier: Apache-2.0
#include "tests/support/json_schema.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>

namespace onlink::inline v0::test {
namespace {

namespace json = boost::json;

class Validator {
 public:
  explicit Validator(const json::object& root) : root_(root) {}

  // Names of properties that the schema, or those it refers to, said something about.
  using Evaluated = std::set<std::string>;

  std::string check(const json::value& value, const json::object& schema, const std::string& path,
                    Evaluated& evaluated) const {
    for (const auto& [key, rule] : schema) {
      const std::string failure = check_keyword(value, key, rule, path, evaluated);
      if (!failure.empty()) return failure;
    }
    const json::value* rest = schema.if_contains("unevaluatedProperties");
    if (rest == nullptr || !value.is_object()) return {};
    for (const auto& [name, member] : value.get_object()) {
      if (!evaluated.contains(std::string{name})) return path + ": \"" + std::string{name} + "\" is not described";
    }
    return {};
  }

 private:
  std::string check_keyword(const json::value& value, std::string_view key, const json::value& rule,
                            const std::string& path, Evaluated& evaluated) const {
    const auto fail = [&](const std::string& why) { return path + ": " + why + ": " + json::serialize(value); };
    if (key == "$schema" || key == "title" || key == "description" || key == "$defs" || key == "unevaluatedProperties")
      return {};
    if (key == "$ref") return check(value, definition(rule), path, evaluated);
    if (key == "type") return has_type(value, rule.as_string()) ? "" : fail("is no " + std::string{rule.as_string()});
    if (key == "const") return value == rule ? "" : fail("is not " + json::serialize(rule));
    if (key == "enum")
      return std::ranges::find(rule.as_array(), value) != rule.as_array().end() ? "" : fail("is not in the list");
    if (key == "minimum") return value.to_number<double>() >= rule.to_number<double>() ? "" : fail("is too small");
    if (key == "maximum") return value.to_number<double>() <= rule.to_number<double>() ? "" : fail("is too large");
    if (key == "minItems") {
      const bool enough = !value.is_array() || value.get_array().size() >= rule.to_number<std::size_t>();
      return enough ? "" : fail("has too few items");
    }
    if (key == "pattern") return matches(value, rule) ? "" : fail("does not match " + std::string{rule.as_string()});
    if (key == "required") return check_required(value, rule, path);
    if (key == "properties") return check_properties(value, rule.as_object(), path, evaluated);
    if (key == "items") return check_items(value, rule.as_object(), path);
    if (key == "allOf") return check_all(value, rule.as_array(), path, evaluated);
    if (key == "oneOf") return check_one(value, rule.as_array(), path, evaluated);
    throw std::runtime_error("schema keyword not known: " + std::string{key});
  }

  const json::object& definition(const json::value& reference) const {
    constexpr std::string_view prefix = "#/$defs/";
    const std::string_view target = reference.as_string();
    if (!target.starts_with(prefix)) throw std::runtime_error("reference not known: " + std::string{target});
    return root_.at("$defs").as_object().at(target.substr(prefix.size())).as_object();
  }

  static bool has_type(const json::value& value, std::string_view type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_bool();
    if (type == "number") return value.is_number();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    throw std::runtime_error("type not known: " + std::string{type});
  }

  static bool matches(const json::value& value, const json::value& pattern) {
    return value.is_string() &&
           std::regex_search(std::string{value.get_string()}, std::regex{std::string{pattern.as_string()}});
  }

  static std::string check_required(const json::value& value, const json::value& names, const std::string& path) {
    for (const json::value& name : names.as_array()) {
      if (!value.as_object().contains(name.as_string()))
        return path + ": \"" + std::string{name.as_string()} + "\" is missing";
    }
    return {};
  }

  std::string check_properties(const json::value& value, const json::object& schemas, const std::string& path,
                               Evaluated& evaluated) const {
    for (const auto& [name, member] : value.as_object()) {
      const json::value* schema = schemas.if_contains(name);
      if (schema == nullptr) continue;
      evaluated.insert(std::string{name});
      Evaluated inner;
      const std::string failure = check(member, schema->as_object(), path + "." + std::string{name}, inner);
      if (!failure.empty()) return failure;
    }
    return {};
  }

  std::string check_items(const json::value& value, const json::object& schema, const std::string& path) const {
    for (const json::value& item : value.as_array()) {
      Evaluated inner;
      const std::string failure = check(item, schema, path + "[]", inner);
      if (!failure.empty()) return failure;
    }
    return {};
  }

  std::string check_all(const json::value& value, const json::array& schemas, const std::string& path,
                        Evaluated& evaluated) const {
    for (const json::value& schema : schemas) {
      const std::string failure = check(value, schema.as_object(), path, evaluated);
      if (!failure.empty()) return failure;
    }
    return {};
  }

  // The failure told is that of the alternative whose "kind" fits, as all others fail for their kind.
  std::string check_one(const json::value& value, const json::array& schemas, const std::string& path,
                        Evaluated& evaluated) const {
    std::size_t fitting = 0;
    std::string why = path + ": fits no alternative";
    for (const json::value& schema : schemas) {
      Evaluated inner;
      const std::string failure = check(value, schema.as_object(), path, inner);
      if (failure.empty()) {
        ++fitting;
        evaluated.merge(inner);
      } else if (failure.find(".kind: is not") == std::string::npos) {
        why = failure;
      }
    }
    if (fitting > 1) return path + ": fits several alternatives";
    return fitting == 1 ? std::string{} : why;
  }

  const json::object& root_;
};

}  // namespace

std::string schema_violation(std::string_view schema, std::string_view text) {
  try {
    const json::value root = json::parse(json::string_view{schema.data(), schema.size()});
    const json::value value = json::parse(json::string_view{text.data(), text.size()});
    Validator::Evaluated evaluated;
    return Validator{root.as_object()}.check(value, root.as_object(), "$", evaluated);
  } catch (const std::exception& error) {
    return error.what();
  }
}

std::string read_text_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) throw std::runtime_error(path + ": cannot be opened");
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

}  // namespace onlink::inline v0::test
