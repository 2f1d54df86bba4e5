// A function's arguments as PyTorch's documentation has them, without the input: "target,
// size_average=None, reduce=None, *, beta=1.0". Where one stands, what it is called and what it is
// when left out are said here once; torch_call.hpp reads them from it.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "cases/reader.hpp"

namespace glassgrad::cases {

struct Argument {
  std::vector<std::string> names;  // "src|value": the first is ours, PyTorch takes the others too
  Json otherwise;                  // null of one that is required, too
  bool required = true;
  bool by_keyword = false;  // after "*"
  bool harmless = false;    // "~momentum": changes no number of the case
  bool rest = false;        // "*dims": also as several numbers instead of one list
};

class Signature {
 public:
  Signature() = default;
  explicit Signature(std::string_view text) : text_(text) {
    bool by_keyword = false;
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t end = std::min(text.find(", ", from), text.size());
      const std::string_view item = text.substr(from, end - from);
      if (item == "*")
        by_keyword = true;
      else
        all_.push_back(argument(item, by_keyword));
      from = end + 2;
    }
  }
  const std::string& text() const { return text_; }
  const std::vector<Argument>& arguments() const { return all_; }
  // Of the argument of this name, size() for none; `axis` and `keepdims` are NumPy's words for two.
  std::size_t place(std::string_view name) const {
    for (std::size_t i = 0; i < all_.size(); ++i)
      for (const std::string& known : all_[i].names)
        if (known == name) return i;
    if (name == "axis") return place("dim");
    if (name == "keepdims") return place("keepdim");
    return all_.size();
  }

 private:
  static Argument argument(std::string_view item, bool by_keyword) {
    Argument a;
    a.by_keyword = by_keyword;
    if (item.starts_with('~')) a.harmless = true, item.remove_prefix(1);
    if (item.starts_with('*')) a.rest = true, item.remove_prefix(1);
    const std::size_t equals = item.find('=');
    a.required = equals == item.npos;
    if (!a.required) a.otherwise = literal(std::string(item.substr(equals + 1)));
    for (std::string_view names = item.substr(0, equals); !names.empty();) {
      const std::size_t bar = std::min(names.find('|'), names.size());
      a.names.emplace_back(names.substr(0, bar));
      names.remove_prefix(std::min(bar + 1, names.size()));
    }
    return a;
  }
  static Json literal(const std::string& text) {  // Python's
    if (text == "None") return nullptr;
    if (text == "True") return true;
    if (text == "False") return false;
    if (text.starts_with('\'')) return text.substr(1, text.size() - 2);
    return Json::parse(text);
  }

  std::string text_;
  std::vector<Argument> all_;
};

}  // namespace glassgrad::cases
