// Nodes, views, shapes, parameters and snapshots for fmt::print, std::format (where there is one)
// and
// <<. It is not part of glassgrad.hpp: it includes fmt, whose CMake target comes with glassgrad's.
//
//   fmt::print("{}\n", W);     an array as NumPy's print(W) writes it, a single number as 3.0
//   fmt::print("{:#}\n", Z);   node "layer1/Z" (add) of shape (1, 4), and its numbers below
//
// A stale node throws TapeError, as its value() does. Positions are whole numbers. A snapshot is
// one line that says what it holds, with # its trace (show/text/trace.hpp).
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <version>
#if defined(__cpp_lib_format)
#include <format>
#endif

#include "glassgrad/engine/node.hpp"
#include "glassgrad/engine/parameter.hpp"

namespace glassgrad {

struct Snapshot;

namespace detail {

// The text of {}, and with `described` of {:#}.
std::string formatted(const Shape& shape, bool described);
std::string formatted(const Snapshot& snapshot, bool described);
template <class T>
std::string formatted(const Node<T>& node, bool described);
template <class T>
std::string formatted(const Indices<T>& indices, bool described);
template <class T>
std::string formatted(const Parameter<T>& parameter, bool described);
template <class T>  // float, double or std::int64_t
std::string formatted(View<const T> array, bool described);
template <class T>
std::string formatted(View<T> array, bool described) {
  return formatted(View<const T>(array), described);
}

void write(std::ostream& out, const std::string& text);

constexpr const char* known_formats =
    "[format] only {} and {:#} are known. Pad the text they give.";
struct RefuseByFmt {
  [[noreturn]] void operator()() const;  // throws fmt::format_error
};
#if defined(__cpp_lib_format)
struct RefuseByStd {
  [[noreturn]] void operator()() const { throw std::format_error(known_formats); }
};
#endif

// A formatter for any library, but for the error it throws.
template <class What, class Refuse>
struct Formatter {
  bool described = false;

  constexpr auto parse(auto& context) {
    auto at = context.begin();
    if (at != context.end() && *at == '#') described = true, ++at;
    if (at != context.end() && *at != '}') Refuse{}();
    return at;
  }
  auto format(const What& what, auto& context) const {
    const std::string text = formatted(what, described);
    return std::copy(text.begin(), text.end(), context.out());
  }
};

template <class>
inline constexpr bool is_formatted = false;

}  // namespace detail

// What {} gives. A template, so that nothing is converted on its way here.
template <class What>
requires detail::is_formatted<What> std::ostream& operator<<(std::ostream& out, const What& what) {
  detail::write(out, detail::formatted(what, false));
  return out;
}

}  // namespace glassgrad

// Whole specializations: fmt and the standard library have partial ones for all that has a begin().
#define GLASSGRAD_FORMATTED_BY_FMT(...)                                                 \
  template <>                                                                           \
  inline constexpr bool glassgrad::detail::is_formatted<glassgrad::__VA_ARGS__> = true; \
  template <>                                                                           \
  struct fmt::formatter<glassgrad::__VA_ARGS__>                                         \
      : glassgrad::detail::Formatter<glassgrad::__VA_ARGS__, glassgrad::detail::RefuseByFmt> {};
#if defined(__cpp_lib_format)
#define GLASSGRAD_FORMATTED(...)                \
  GLASSGRAD_FORMATTED_BY_FMT(__VA_ARGS__)       \
  template <>                                   \
  struct std::formatter<glassgrad::__VA_ARGS__> \
      : glassgrad::detail::Formatter<glassgrad::__VA_ARGS__, glassgrad::detail::RefuseByStd> {};
#else
#define GLASSGRAD_FORMATTED GLASSGRAD_FORMATTED_BY_FMT
#endif

GLASSGRAD_FORMATTED(Shape)
GLASSGRAD_FORMATTED(Snapshot)
GLASSGRAD_FORMATTED(Node<float>)
GLASSGRAD_FORMATTED(Node<double>)
GLASSGRAD_FORMATTED(Indices<float>)
GLASSGRAD_FORMATTED(Indices<double>)
GLASSGRAD_FORMATTED(Parameter<float>)
GLASSGRAD_FORMATTED(Parameter<double>)
GLASSGRAD_FORMATTED(View<float>)
GLASSGRAD_FORMATTED(View<const float>)
GLASSGRAD_FORMATTED(View<double>)
GLASSGRAD_FORMATTED(View<const double>)
GLASSGRAD_FORMATTED(View<std::int64_t>)
GLASSGRAD_FORMATTED(View<const std::int64_t>)

#undef GLASSGRAD_FORMATTED
#undef GLASSGRAD_FORMATTED_BY_FMT
