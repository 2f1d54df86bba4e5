// Replaces this program's operator new by one that counts. In a file of its own, so that it cannot
// be inlined.
#include "support/allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::size_t> count = 0, held = 0;
std::atomic<std::size_t> until_failure = 0;
std::atomic<bool> failed = false;

bool fails() {
  std::size_t left = until_failure;
  while (left && !until_failure.compare_exchange_weak(left, left - 1)) {
  }
  if (left == 1) failed = true;
  return left == 1;
}

void* counted(std::size_t bytes, std::size_t align) {
  ++count;
  const std::size_t size = (bytes + align - 1) / align * align;
  void* const p = fails() ? nullptr : std::aligned_alloc(align, size ? size : align);
  if (p) ++held;
  return p;
}
void* counted_or_throw(std::size_t bytes, std::size_t align) {
  if (void* const p = counted(bytes, align)) return p;
  throw std::bad_alloc();
}
void give_back(void* p) {
  if (p) --held;
  std::free(p);
}
}  // namespace

std::size_t allocations() { return count; }
std::size_t allocations_held() { return held; }
void fail_allocation(std::size_t n) { failed = false, until_failure = n; }
bool allocation_failed() { return failed; }

void* operator new(std::size_t bytes) { return counted_or_throw(bytes, alignof(std::max_align_t)); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {  // std::stable_sort's
  return counted(bytes, alignof(std::max_align_t));
}
void* operator new(std::size_t bytes, std::align_val_t align) {
  return counted_or_throw(bytes, std::size_t(align));
}
// libstdc++ has this one call the one above, AddressSanitizer does not
void* operator new(std::size_t bytes, std::align_val_t align, const std::nothrow_t&) noexcept {
  return counted(bytes, std::size_t(align));
}
void operator delete(void* p) noexcept { give_back(p); }
void operator delete(void* p, std::size_t) noexcept { give_back(p); }
void operator delete(void* p, std::align_val_t) noexcept { give_back(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { give_back(p); }
