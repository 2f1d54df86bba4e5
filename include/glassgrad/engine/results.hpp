// What a function of nodes may return: a Node, or a vector, array, pair or tuple of them, nested as
// one likes. checkpoint and map_batch look into it.
#pragma once

#include <tuple>
#include <vector>

#include "glassgrad/engine/tape.hpp"

namespace glassgrad::detail {

template <class R>
concept TupleLike = requires {
  std::tuple_size<R>::value;
};
template <class>
inline constexpr bool unknown_result = false;

// f(node) for every node in the result, in order.
template <class R, class F>
void each_node(R& result, const F& f) {
  using Plain = std::remove_const_t<R>;
  if constexpr (requires { f(result); }) {
    f(result);
  } else if constexpr (TupleLike<Plain>) {
    std::apply([&](auto&... item) { (each_node(item, f), ...); }, result);
  } else if constexpr (requires { result.begin(); }) {
    for (auto& item : result) each_node(item, f);
  } else {
    static_assert(unknown_result<Plain>,
                  "the function returns a Node, or a vector, array, pair or tuple of them");
  }
}

// The number type of the arguments' nodes, and the tape of the first that is on one (null: none);
// arguments may be anything else as well.
template <class... X>
struct FirstNumber;
template <class A, class... Rest>
struct FirstNumber<A, Rest...> : FirstNumber<Rest...> {};
template <class T, class... Rest>
struct FirstNumber<Node<T>, Rest...> : std::type_identity<T> {};
template <class T, class... Rest>
struct FirstNumber<Indices<T>, Rest...> : std::type_identity<T> {};

template <class... X>
struct FirstMapped;  // the same for map_batch: a Node, or a vector of them
template <class A, class... Rest>
struct FirstMapped<A, Rest...> : FirstMapped<Rest...> {};
template <class T, class... Rest>
struct FirstMapped<Node<T>, Rest...> : std::type_identity<T> {};
template <class T, class... Rest>
struct FirstMapped<std::vector<Node<T>>, Rest...> : std::type_identity<T> {};

template <class T, class... X>
Tape<T>* tape_among(const X&... arguments) {
  Tape<T>* tape = nullptr;
  const auto look = [&](const auto& x) {
    if constexpr (std::is_same_v<decltype(x), const Node<T>&>)
      tape = tape ? tape : x.tape();
    else if constexpr (std::is_same_v<decltype(x), const Indices<T>&>)
      tape = tape ? tape : x.record().tape();
  };
  (look(arguments), ...);
  return tape;
}

}  // namespace glassgrad::detail
