// Keeping a model: its parameters by name in a safetensors file, with the architecture (JSON) in
// the metadata and, when wanted, the optimizer's state beside them. From C++:
//   save_model("digits.model", model.parameters(), to_json(architecture));
//   auto model = make_network(architecture_from(saved_architecture("digits.model")), random);
//   load_model("digits.model", model.parameters());
// In Python: safetensors.numpy.load_file("digits.model")["layer1.W"].
// Next: model_parts.hpp, for callers that keep more in the file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/engine/parameter.hpp"

namespace glassgrad {

struct Safetensors;  // io/safetensors.hpp

template <class T>
using Parameters = std::vector<Parameter<T>*>;

// Written whole or not at all. Throws DataError as write_safetensors does, and for a name with a
// slash: those are reserved for what is not a parameter ("optimizer/means/layer1.W").
template <class T>
void save_model(const std::string& path, const Parameters<T>& parameters,
                std::string_view architecture = {});

// Copies the file's numbers into the parameters: every one must be there, in its shape, and the
// file must hold no other; float32 and float64 may be exchanged. When both the file and the caller
// name an architecture they must agree. Throws DataError, before any parameter is changed.
template <class T>
void load_model(const std::string& path, const Parameters<T>& parameters,
                std::string_view architecture = {});

// The architecture that was saved. Throws DataError when the file has none.
std::string saved_architecture(const std::string& path);

}  // namespace glassgrad
