// An epoch that a signal cut short, in the model's file: "training/part" has the batches done and
// the sums over them, "epoch/<name>" parameters and optimizer as the last whole epoch left them, to
// which a run goes back when it diverges. So a resumed run equals an uninterrupted one bit for bit.
#pragma once

#include <string_view>

#include "glassgrad/io/safetensors.hpp"
#include "training.hpp"

namespace glassgrad::cli {

// Adds nothing between epochs.
template <class T>
void put_part(Safetensors& file, Training<T>& training);
// To be called once the parameters are those of the file. Throws DataError when that part is
// damaged.
template <class T>
void get_part(const Safetensors& file, std::string_view source, Training<T>& training);

}  // namespace glassgrad::cli
