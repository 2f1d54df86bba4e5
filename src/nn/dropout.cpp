// The layer of dropout.hpp, as ops.
#include "glassgrad/nn/dropout.hpp"

#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/rules/random.hpp"

namespace glassgrad {

template <class T>
Dropout<T>::Dropout(std::string_view name, double probability, Random& random)
    : name_(name),
      draw_name_(join(name, ".draw")),
      mask_name_(join(name, ".mask")),
      probability_(probability),
      seed_(random.bits()) {
  if (!(probability >= 0 && probability < 1))
    throw Error(name, join("the probability is ", probability), "Give a number from 0 to below 1");
}

template <class T>
Node<T> Dropout<T>::operator()(const Node<T>& x) {
  if (!mode_.training || probability_ == 0) return x;
  Tape<T>& tape = detail::tape_of(name_, x);
  if (tape.keep() == Keep::program)
    throw TapeError(name_, "a program would draw one mask, the same in every run",
                    "Feed the number of the draw, layer(x, in.indices(k)), or call eval()");
  const auto scope = tape.scope(name_);
  const Node<T> y = masked(x, tape.indices(draw_name_, std::span(&mode_.draw, 1), Shape{}));
  ++mode_.draw;
  return y;
}

template <class T>
Node<T> Dropout<T>::operator()(const Node<T>& x, const Indices<T>& draw) {
  if (!mode_.training || probability_ == 0) return x;
  const auto scope = detail::tape_of(name_, x).scope(name_);
  return masked(x, draw);
}

template <class T>
Node<T> Dropout<T>::masked(const Node<T>& x, const Indices<T>& draw) {
  return x * glassgrad::name(mask_name_, dropout_mask(draw, x.shape(), probability_, seed_));
}

template class Dropout<float>;
template class Dropout<double>;

}  // namespace glassgrad
