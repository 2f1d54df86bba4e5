// Distributions of starting weights.
#include "glassgrad/nn/init.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "array/read_number.hpp"
#include "glassgrad/array/named.hpp"
#include "glassgrad/array/names.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad {
namespace {

// In the order of Init::Kind; "zeros" stands for constant:0.
constexpr std::array<std::string_view, 7> init_names{
    "constant", "normal", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "zeros"};

double draw(const Init& init, Fan fan, Random& random) {
  const double in = double(fan.in), both = in + double(fan.out);
  const auto uniform = [&](double a) { return a * (2 * random.uniform() - 1); };
  switch (init.kind) {
    case Init::Kind::constant:
      return init.number;
    case Init::Kind::normal:
      return init.number * random.normal();
    case Init::Kind::glorot_uniform:
      return uniform(std::sqrt(6 / both));
    case Init::Kind::glorot_normal:
      return std::sqrt(2 / both) * random.normal();
    case Init::Kind::he_uniform:
      return uniform(std::sqrt(6 / in));
    case Init::Kind::he_normal:
      return std::sqrt(2 / in) * random.normal();
  }
  return 0;
}

bool takes_number(Init::Kind kind) {
  return kind == Init::Kind::constant || kind == Init::Kind::normal;
}

}  // namespace

Init init_from(std::string_view text) {
  if (text == "zeros") return zeros_init();
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  Init init;
  for (std::size_t k = 0; k + 1 < init_names.size() && name != init_names[std::size_t(init.kind)];
       ++k)
    init.kind = Init::Kind(k);
  if (name == "zeros")
    throw Error("init", join("\"", text, "\" takes no number"), "Write zeros, or constant:0.5");
  if (name != init_names[std::size_t(init.kind)])
    throw unknown_name("init", "init", name, init_names);
  if (takes_number(init.kind) != (colon != text.npos))
    throw Error("init",
                join("\"", text, "\" ", colon == text.npos ? "lacks a" : "takes no", " number"),
                "Write constant:0.5 or normal:0.1; the others stand alone");
  if (!takes_number(init.kind)) return init;
  const std::string_view number = text.substr(colon + 1);
  const auto read = detail::read_number(number.data(), number.data() + number.size(), init.number);
  if (read.ec != std::errc{} || read.ptr != number.data() + number.size() ||
      !std::isfinite(init.number))
    throw Error("init", join("\"", number, "\" is no number"), join("Write ", name, ":0.1"));
  if (init.kind == Init::Kind::normal && init.number < 0)
    throw Error("init", join("the deviation of \"", text, "\" is negative"), "Write normal:0.1");
  return init;
}

std::string to_text(const Init& init) {
  if (init == zeros_init()) return "zeros";
  const std::string_view name = init_names[std::size_t(init.kind)];
  return takes_number(init.kind) ? join(name, ":", init.number) : std::string(name);
}

template <class T>
Parameter<T> initialised(std::string_view name, const Shape& shape, const Init& init, Fan fan,
                         Random& random) {
  std::vector<double> numbers = room_for<double>(name, shape.count());
  for (double& number : numbers) number = draw(init, fan, random);
  return Parameter<T>(name, View<const double>{numbers.data(), &shape});
}
template Parameter<float> initialised(std::string_view, const Shape&, const Init&, Fan, Random&);
template Parameter<double> initialised(std::string_view, const Shape&, const Init&, Fan, Random&);

}  // namespace glassgrad
