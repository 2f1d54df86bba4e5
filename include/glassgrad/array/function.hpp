// Function<R(A...)>: any such callable, held by value; copies share it. What std::function does,
// without the hash tables that <functional> brings into every program.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "glassgrad/array/error.hpp"

namespace glassgrad {

template <class Signature>
class Function;

template <class R, class... A>
class Function<R(A...)> {
 public:
  Function() = default;
  template <class F, class Kept = std::decay_t<F>>  // of a plain function the pointer to it
  requires(!std::is_same_v<Kept, Function> && std::is_invocable_r_v<R, Kept&, A...>)
      Function(F&& f) {
    if (is_empty<Kept>(f)) return;  // a std::function without a target, a null pointer
    kept_ = std::make_shared<Kept>(std::forward<F>(f));
    call_ = &call<Kept>;
  }

  // Throws Error when there is nothing to call.
  R operator()(A... arguments) const {
    if (!call_) throw Error("function", "there is nothing to call", "Give it a function");
    return call_(kept_.get(), std::forward<A>(arguments)...);
  }
  explicit operator bool() const { return call_ != nullptr; }

 private:
  template <class F>
  static bool is_empty(const F& f) {
    if constexpr (std::is_pointer_v<F>)
      return f == nullptr;
    else if constexpr (requires { f.operator bool(); })
      return !f;
    else
      return false;
  }
  template <class F>
  static R call(void* kept, A... arguments) {
    return static_cast<R>((*static_cast<F*>(kept))(std::forward<A>(arguments)...));
  }

  std::shared_ptr<void> kept_;
  R (*call_)(void*, A...) = nullptr;
};

}  // namespace glassgrad
