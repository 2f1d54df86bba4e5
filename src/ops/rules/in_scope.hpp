// For compositions: a scope of the composition's name.
#pragma once

#include "glassgrad/array/named.hpp"
#include "glassgrad/engine/tape.hpp"

namespace glassgrad {

// formula(), in a scope of that name, a trace shows it as one box, and what it throws is named so.
template <class T, class Formula>
auto in_scope(std::string_view name, const Node<T>& node, const Formula& formula) {
  return in_the_name_of(name, [&] {
    if (!node.tape()) return formula();
    const auto scope = node.tape()->scope(name);
    return formula();
  });
}

}  // namespace glassgrad
