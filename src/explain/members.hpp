// The data members of an op's struct in order, without their names: C++20 can count the members of
// an aggregate (by how many it can be initialised from) and bind them.
#pragma once

#include <type_traits>
#include <utility>

#include "glassgrad/engine/rule.hpp"

namespace glassgrad::explain {
namespace detail {

struct Anything {
  template <class T>
  operator T() const;
};

template <class S, class... A>
constexpr int count_members() {
  if constexpr (requires { S{A{}..., Anything{}}; })
    return count_members<S, A..., Anything>();
  else
    return sizeof...(A);
}

}  // namespace detail

// f(member) for every member; for a member that is a struct itself, for each of its own.
template <class S, class F>
void each_member(S& s, F&& f) {
  constexpr int count = std::is_empty_v<S> ? 0 : detail::count_members<S>();
  static_assert(count <= 5, "an op with more attributes needs a line here");
  const auto visit = [&f](auto& member) {
    using M = std::remove_cvref_t<decltype(member)>;
    if constexpr (std::is_same_v<M, Hint>)
      return;
    else if constexpr (std::is_aggregate_v<M>)
      each_member(member, f);
    else
      f(member);
  };
  if constexpr (count == 1) {
    auto& [a] = s;
    visit(a);
  } else if constexpr (count == 2) {
    auto& [a, b] = s;
    visit(a), visit(b);
  } else if constexpr (count == 3) {
    auto& [a, b, c] = s;
    visit(a), visit(b), visit(c);
  } else if constexpr (count == 4) {
    auto& [a, b, c, d] = s;
    visit(a), visit(b), visit(c), visit(d);
  } else if constexpr (count == 5) {
    auto& [a, b, c, d, e] = s;
    visit(a), visit(b), visit(c), visit(d), visit(e);
  }
}

}  // namespace glassgrad::explain
