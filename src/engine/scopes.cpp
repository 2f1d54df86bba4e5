#include "glassgrad/engine/scopes.hpp"

#include "glassgrad/array/narrow.hpp"

namespace glassgrad {

std::uint32_t Scopes::open(std::uint32_t first, std::string_view name) {
  const auto own = narrow<std::uint32_t>("scope", "the number of scopes", scopes_.size());
  scopes_.push_back({name, now().scope});
  go(first, {own, now().origin});
  return own;
}

// Only if it is still open: guards may be destroyed in any order, and after a rewind.
void Scopes::close(std::uint32_t first, std::uint32_t scope, std::uint32_t outer) {
  std::uint32_t open = now().scope;
  while (open != 0 && open != scope) open = scopes_[open].parent;
  if (open != 0) go(first, {outer, now().origin});
}

void Scopes::keep(std::size_t scopes, std::uint32_t size) {
  Context here = now();
  while (here.scope >= scopes) here.scope = scopes_[here.scope].parent;
  scopes_.resize(scopes);
  while (runs_.size() > 1 && runs_.back().first >= size) runs_.pop_back();
  go(size, here);
}

}  // namespace glassgrad
