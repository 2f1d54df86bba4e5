// Function<R(A...)>: anything that can be called so, kept by value; copies share it. What
// std::function does, without the hash tables that <functional> brings into every program.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace glassgrad {

template <class Signature>
class Function;

template <class R, class... A>
class Function<R(A...)> {
 public:
  Function() = default;
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, Function> &&
           std::is_invocable_r_v<R, std::remove_cvref_t<F>&, A...>) Function(F&& f)
      : kept_(std::make_shared<std::remove_cvref_t<F>>(std::forward<F>(f))),
        call_(&call<std::remove_cvref_t<F>>) {}

  // Only when there is something to call.
  R operator()(A... arguments) const { return call_(kept_.get(), std::forward<A>(arguments)...); }
  explicit operator bool() const { return call_ != nullptr; }

 private:
  template <class F>
  static R call(void* kept, A... arguments) {
    return static_cast<R>((*static_cast<F*>(kept))(std::forward<A>(arguments)...));
  }

  std::shared_ptr<void> kept_;
  R (*call_)(void*, A...) = nullptr;
};

}  // namespace glassgrad
