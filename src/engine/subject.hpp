// How errors name the node that they are about: node "layer1/Z" (add), or node 12 (add) when it has
// no name of its own.
#pragma once

#include <string>

#include "glassgrad/engine/tape.hpp"

namespace glassgrad {

// "sigmoid"; "constant", "input", "parameter" or "indices" for a leaf.
template <class T>
std::string_view op_of(const Record<T>& record);

// `index` is one of the tape's records.
template <class T>
std::string subject(const Tape<T>& tape, std::uint32_t index);
// The same; "a plain number", and "a node" where its record is forgotten or its tape gone.
template <class T>
std::string subject(const Node<T>& node);
// Throws ShapeError, in the name of `op`, unless the node's op has an input k.
template <class T>
void check_input(std::string_view op, const Node<T>& node, int k);

}  // namespace glassgrad
