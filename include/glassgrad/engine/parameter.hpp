// Parameter: numbers that are learnt. It outlives tapes; a tape reads it, an optimizer changes it.
// Tapes, programs and optimizers know it by its Home: it may be moved, as a vector that grows does,
// and when it was destroyed they say so.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "glassgrad/array/array.hpp"
#include "glassgrad/array/memory.hpp"

namespace glassgrad {

template <class T = double>
class Parameter {
 public:
  Parameter(std::string_view name, const Input<T>& value);
  // What was moved from is no parameter: to ask for its numbers or its name throws TapeError.
  Parameter(Parameter&& other) noexcept { *this = std::move(other); }
  Parameter& operator=(Parameter&& other) noexcept;
  ~Parameter() { leave_home(); }

  const std::string& name() const { return home()->name; }
  const Shape& shape() const { return home()->shape; }
  View<const T> value() const { return {numbers(value_), &shape()}; }
  T item() const;

  // The numbers, to be written: every tape that has read them will say that they have changed.
  View<T> change() {
    const Shape& sizes = shape();
    return ++version_, View<T>{numbers(value_), &sizes};
  }
  void assign(const Input<T>& value);  // throws ShapeError unless the shape stays
  std::uint32_t version() const { return version_; }

  // What was added up since the last zero_gradient, else zeros. For one thread at a time.
  View<const T> gradient() const;
  // With a lease the first contribution stays where it is instead of being copied.
  void add_gradient(View<const T> contribution, Pool::Lease lease = nullptr);
  void zero_gradient();
  bool has_gradient() const { return has_gradient_; }

  // A frozen parameter is a constant: tapes that read it from now on pass it no upstream, and
  // optimizers leave it as it is.
  void freeze(bool on = true) { frozen_ = on; }
  void unfreeze() { frozen_ = false; }
  bool frozen() const { return frozen_; }

  // What stays at its address when the Parameter is moved. Whoever holds it sees whether, and
  // where, the parameter still is; its name and shape stay as long as its holders do.
  struct Home {
    std::string name;
    Shape shape;
    std::size_t key;  // of the name
    Parameter* self;  // null: it was destroyed, or another one was moved into it
  };
  const std::shared_ptr<Home>& home() const {
    if (!home_) refuse_moved();
    return home_;
  }

 private:
  [[noreturn]] static void refuse_moved();
  void leave_home() {
    if (home_) home_->self = nullptr;
  }
  static T* numbers(const AlignedBytes& bytes) { return reinterpret_cast<T*>(bytes.get()); }
  T* own_gradient() const;
  void give_back();

  std::shared_ptr<Home> home_;
  AlignedBytes value_;
  mutable AlignedBytes gradient_;  // made when a sum or zeros must be kept here
  Pool::Lease lease_;              // holds the numbers `lent_` points to
  const T* lent_ = nullptr;        // the first contribution, still in its tape's pool
  std::uint32_t version_ = 0;
  bool has_gradient_ = false;
  bool frozen_ = false;
  mutable bool zeros_written_ = false;  // zeroing is put off until they are read
};
Parameter(std::string_view, const Input<double>&)->Parameter<double>;

}  // namespace glassgrad
