// The tape that a step is recorded on.
#pragma once

#include <exception>
#include <memory>
#include <utility>

#include "glassgrad/array/random.hpp"
#include "glassgrad/engine/tape.hpp"

namespace glassgrad::program {

// Its memory is reused by the thread's next compile, unless large or after an exception: allocating
// it takes longer than recording a small step.
template <class T>
class Recording {
 public:
  Recording() : tape_(std::move(spare())) {
    if (!tape_) tape_ = std::make_unique<Tape<T>>(Keep::program);
    ++detail::programs_being_recorded;
  }
  ~Recording() {
    --detail::programs_being_recorded;
    constexpr std::size_t much = std::size_t(1) << 17;
    if (std::uncaught_exceptions() != thrown_ || parts_of(*tape_).observers.watched() ||
        tape_->size() > much / sizeof(Entry<T>) || tape_->bytes() > much)
      return;
    tape_->clear();
    parts_of(*tape_).observers.value_was_read = false;
    spare() = std::move(tape_);
  }
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;
  Tape<T>& operator*() const { return *tape_; }

 private:
  static std::unique_ptr<Tape<T>>& spare() {
    static thread_local std::unique_ptr<Tape<T>> tape;
    return tape;
  }
  std::unique_ptr<Tape<T>> tape_;
  int thrown_ = std::uncaught_exceptions();
};

}  // namespace glassgrad::program
