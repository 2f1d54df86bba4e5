// The numbers that weights start with. Drawn as double from our own generator and then rounded, so
// that float and double networks of one seed start alike, on every platform.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "glassgrad/array/random.hpp"
#include "glassgrad/engine/parameter.hpp"

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

// How to initialise one parameter; made by the functions below, or from text.
struct Init {
  enum class Kind { constant, normal, glorot_uniform, glorot_normal, he_uniform, he_normal };
  Kind kind = Kind::glorot_uniform;
  double number = 0;  // the constant, or the normal distribution's sigma

  bool operator==(const Init&) const = default;
};

// Fan-in and fan-out: terms per output, and outputs per input.
struct Fan {
  Setting<"fan", "in"> in = 1;
  Setting<"fan", "out"> out = 1;
};

inline Init zeros_init() { return {Init::Kind::constant, 0}; }
inline Init constant_init(double number) { return {Init::Kind::constant, number}; }
// N(0, sigma): the notes start with sigma = 0.1
inline Init normal_init(double sigma) { return {Init::Kind::normal, sigma}; }
// U(-a, a), a = sqrt(6 / (in + out)); N(0, sqrt(2 / (in + out)))   (Glorot, Bengio 2010)
inline Init glorot_uniform() { return {Init::Kind::glorot_uniform}; }
inline Init glorot_normal() { return {Init::Kind::glorot_normal}; }
// U(-a, a), a = sqrt(6 / in); N(0, sqrt(2 / in)): for ReLU   (He, Zhang, Ren, Sun 2015)
inline Init he_uniform() { return {Init::Kind::he_uniform}; }
inline Init he_normal() { return {Init::Kind::he_normal}; }

// "zeros", "constant:0.5", "normal:0.1", "glorot_uniform", ... Throws Error that names the nearest.
Init init_from(std::string_view text);
std::string to_text(const Init& init);

// A parameter of that name and shape; draws from `random` only as many numbers as it needs.
template <class T = double>
Parameter<T> initialised(std::string_view name, const Shape& shape, const Init& init, Fan fan,
                         Random& random);

}  // namespace glassgrad
