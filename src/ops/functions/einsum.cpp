// einsum: letters are parsed, diagonals taken, and arrays contracted from left to right, each pair
// as one batched matrix product.
#include <algorithm>
#include <map>
#include <string>

#include "glassgrad/array/named.hpp"
#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/functions/products.hpp"
#include "glassgrad/ops/functions/rearrange.hpp"

namespace glassgrad {
namespace {

// An array and the letter of each of its axes; axes of size 1 are dropped.
template <class T>
struct Term {
  Node<T> x;
  std::string letters;
};
bool has(const std::string& letters, char letter) {
  return letters.find(letter) != std::string::npos;
}
[[noreturn]] void refuse(const std::string& problem, const std::string& remedy) {
  throw ShapeError("einsum", problem, remedy);
}

// The letters of one array; those of "..." are '0', '1', ... counted from its last axis.
std::string letters_of(std::string_view text, int rank) {
  std::string letters;
  const auto dots = text.find("...");
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == dots) {
      const int open = rank - (int(text.size()) - 3);
      // fits: below the rank
      for (int k = open - 1; k >= 0; --k) letters += char('0' + k);
      i += 2;
    } else if (std::isalpha(static_cast<unsigned char>(text[i]))) {
      letters += text[i];
    } else {
      refuse(join("\"", shown_name(text), "\" has '", printable(text.substr(i, 1)), "'"),
             "Use letters, commas, ... and one ->");
    }
  }
  return letters;
}

// The letters are summed over.
template <class T>
void sum_over(Term<T>& term, const std::string& gone) {
  std::vector<int> axes;
  std::string rest;
  for (std::size_t i = 0; i < term.letters.size(); ++i)
    if (has(gone, term.letters[i]))
      axes.push_back(int(i));
    else
      rest += term.letters[i];
  if (!axes.empty()) term.x = sum(term.x, Axes(std::span<const int>(axes)));
  term.letters = rest;
}
// The axes in the order of `letters`, all of the term's.
template <class T>
Node<T> ordered(const Term<T>& term, const std::string& letters) {
  std::vector<int> order;
  for (char letter : letters) order.push_back(int(term.letters.find(letter)));
  if (std::is_sorted(order.begin(), order.end())) return term.x;
  return transpose(term.x, Axes(std::span<const int>(order)));
}
std::string only(const std::string& letters, const std::string& in, bool inside) {
  std::string result;
  for (char letter : letters)
    if (has(in, letter) == inside) result += letter;
  return result;
}

// The product of two terms, summed over what neither the result nor a later term needs.
template <class T>
Term<T> contracted(Term<T> a, Term<T> b, const std::string& needed,
                   const std::map<char, std::int64_t>& sizes) {
  sum_over(a, only(only(a.letters, b.letters, false), needed, false));
  sum_over(b, only(only(b.letters, a.letters, false), needed, false));
  const std::string shared = only(a.letters, b.letters, true);
  const std::string batch = only(shared, needed, true), summed = only(shared, needed, false);
  const std::string rows = only(a.letters, shared, false), columns = only(b.letters, shared, false);
  const auto count = [&](const std::string& letters) {
    std::int64_t n = 1;
    for (char letter : letters) n *= sizes.at(letter);
    return n;
  };
  const Node<T> left =
      reshape(ordered(a, batch + rows + summed), Shape{count(batch), count(rows), count(summed)});
  const Node<T> right = reshape(ordered(b, batch + summed + columns),
                                Shape{count(batch), count(summed), count(columns)});
  Shape shape;
  for (char letter : batch + rows + columns) shape.push_back(sizes.at(letter));
  return {reshape(matmul(left, right), shape), batch + rows + columns};
}

}  // namespace

template <class T>
Node<T> einsum(std::string_view equation, std::span<const Node<T>> arrays) try {
  std::string text;
  for (char c : equation)
    if (c != ' ') text += c;
  const auto arrow = text.find("->");
  std::vector<std::string> parts(1);
  for (char c : text.substr(0, arrow)) {
    if (c == ',')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  if (parts.size() != arrays.size())
    refuse(join("\"", shown_name(equation), "\" names ", parts.size(), " arrays, ", arrays.size(),
                " are given"),
           "Separate the letters of each array by a comma");

  std::map<char, std::int64_t> sizes, seen;
  std::vector<std::string> letters;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const Shape& shape = arrays[k].shape();
    letters.push_back(letters_of(parts[k], shape.rank()));
    if (int(letters[k].size()) != shape.rank())
      refuse(join("\"", shown_name(parts[k]), "\" does not name the axes of ", shape),
             "Give one letter for each axis, or three dots");
    for (int i = 0; i < shape.rank(); ++i) {
      const char letter = letters[k][std::size_t(i)];
      ++seen[letter];
      std::int64_t& size = sizes.try_emplace(letter, 1).first->second;
      if (shape[i] != 1 && size != 1 && size != shape[i])
        refuse(join("letter ", std::string(1, letter), " is ", size, " and ", shape[i]),
               "A letter stands for one size, or 1");
      if (shape[i] != 1) size = shape[i];
    }
  }
  std::string result;
  if (arrow == std::string::npos) {
    for (const auto& [letter, times] : seen)
      if (std::isdigit(letter)) result.insert(result.begin(), letter);
    for (const auto& [letter, times] : seen)
      if (!std::isdigit(letter) && times == 1) result += letter;
  } else {
    int open = 0;
    for (const auto& [letter, times] : seen) open += std::isdigit(letter) != 0;
    const std::string wanted = text.substr(arrow + 2);
    const bool dots = wanted.find("...") != std::string::npos;
    result = letters_of(wanted, int(wanted.size()) - 3 * dots + (dots ? open : 0));
    for (char letter : result)
      if (!seen.count(letter) || std::count(result.begin(), result.end(), letter) > 1)
        refuse(join("letter ", std::string(1, letter), " of the result is ",
                    seen.count(letter) ? "there twice" : "in no array"),
               "Name each letter of the result once");
  }

  std::vector<Term<T>> terms;
  for (std::size_t k = 0; k < arrays.size(); ++k) {
    Term<T> term{arrays[k], letters[k]};
    for (std::size_t i = 0; i < term.letters.size(); ++i) {
      const auto again = term.letters.find(term.letters[i], i + 1);
      if (again == std::string::npos) continue;
      const Shape& shape = term.x.shape();
      if (shape[int(i)] != shape[int(again)])
        refuse(join("letter ", std::string(1, term.letters[i]), " is ", shape[int(i)], " and ",
                    shape[int(again)]),
               "A letter stands for one size, or 1");
      const char letter = term.letters[i];
      term.x = diagonal(term.x, 0, int(i), int(again));
      term.letters.erase(again, 1), term.letters.erase(i, 1), term.letters += letter;
      i = std::size_t(-1);
    }
    std::string rest;
    Shape shape;
    for (std::size_t i = 0; i < term.letters.size(); ++i)
      if (term.x.shape()[int(i)] != 1)
        rest += term.letters[i], shape.push_back(term.x.shape()[int(i)]);
    terms.push_back({reshape(term.x, shape), rest});
  }
  while (terms.size() > 1) {
    std::string needed = result;
    for (std::size_t k = 2; k < terms.size(); ++k) needed += terms[k].letters;
    const Term<T> first = contracted(terms[0], terms[1], needed, sizes);
    terms.erase(terms.begin());
    terms[0] = first;
  }
  sum_over(terms[0], only(terms[0].letters, result, false));
  const Node<T> y = ordered(terms[0], only(result, terms[0].letters, true));
  Shape shape;
  for (char letter : result) shape.push_back(sizes.at(letter));
  return reshape(y, shape);
} catch (...) {
  detail::rethrow_as("einsum");
}
template Node<float> einsum(std::string_view, std::span<const Node<float>>);
template Node<double> einsum(std::string_view, std::span<const Node<double>>);

}  // namespace glassgrad
