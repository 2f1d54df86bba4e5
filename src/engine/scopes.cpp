// Entering and leaving scopes. A guard leaves one in its destructor, so the memory for that is
// taken when it is made.
#include "glassgrad/engine/scopes.hpp"

#include "glassgrad/array/narrow.hpp"

namespace glassgrad::detail {

void Scopes::go(std::uint32_t first, const Context& context) {
  if (now() == context) return;
  if (!runs_.empty() && runs_.back().first == first) runs_.pop_back();
  if (now() != context) runs_.push_back({first, context});
}

void Scopes::enter(std::uint32_t first, const Context& context) {
  // one for this context, and one for each that is left
  const std::size_t most = runs_.size() + entered_ + 2;
  if (most > runs_.capacity()) runs_.reserve(2 * most);
  ++entered_;
  go(first, context);
}

void Scopes::leave(std::uint32_t first, const Context& context) noexcept {
  --entered_;
  go(first, context);
}

void Scopes::open(std::uint32_t first, std::string_view name) {
  if (scopes_.empty()) scopes_.push_back(tape_itself);
  const auto own = narrow<std::uint32_t>("scope", "the number of scopes", scopes_.size());
  scopes_.push_back({name, now().scope});
  try {
    enter(first, {own, now().origin});
  } catch (...) {
    scopes_.pop_back();
    throw;
  }
}

// Only if it is still open: guards may be destroyed in any order, and after a rewind.
void Scopes::close(std::uint32_t first, bool there, std::uint32_t scope,
                   std::uint32_t outer) noexcept {
  Context next = now();
  std::uint32_t open = there ? next.scope : 0;
  while (open != 0 && open != scope) open = scopes_[open].parent;
  if (open != 0) next.scope = outer;
  leave(first, next);
}

void Scopes::keep_some(std::size_t scopes, std::uint32_t size) {
  Context here = now();
  while (here.scope >= scopes) here.scope = scopes_[here.scope].parent;
  if (scopes < scopes_.size()) scopes_.resize(scopes);
  while (!runs_.empty() && runs_.back().first >= size) runs_.pop_back();
  go(size, here);
}

}  // namespace glassgrad::detail
