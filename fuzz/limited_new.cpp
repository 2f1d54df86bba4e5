// operator new for the targets: what asks for more than 256 MB gets std::bad_alloc, as on a machine
// that is short of memory. Without it AddressSanitizer would end the run instead of throwing.
#include <cstdlib>
#include <new>

namespace {
constexpr std::size_t most = std::size_t(256) << 20;

void* take(std::size_t size, std::size_t aligned) {
  if (size > most) throw std::bad_alloc();
  void* p = nullptr;
  if (posix_memalign(&p, aligned, size ? size : 1) != 0) throw std::bad_alloc();
  return p;
}
// A size that is a multiple of the alignment, as aligned_alloc wants it.
constexpr std::size_t whole(std::size_t size, std::size_t aligned) {
  return (size + aligned) / aligned * aligned;
}
constexpr std::size_t usual = __STDCPP_DEFAULT_NEW_ALIGNMENT__;
}  // namespace

void* operator new(std::size_t size) { return take(size, usual); }
void* operator new[](std::size_t size) { return take(size, usual); }
void* operator new(std::size_t size, std::align_val_t a) { return take(size, std::size_t(a)); }
void* operator new[](std::size_t size, std::align_val_t a) { return take(size, std::size_t(a)); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return size > most ? nullptr : std::malloc(size ? size : 1);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return size > most ? nullptr : std::malloc(size ? size : 1);
}
void* operator new(std::size_t size, std::align_val_t a, const std::nothrow_t&) noexcept {
  return size > most ? nullptr : std::aligned_alloc(std::size_t(a), whole(size, std::size_t(a)));
}
void* operator new[](std::size_t size, std::align_val_t a, const std::nothrow_t&) noexcept {
  return size > most ? nullptr : std::aligned_alloc(std::size_t(a), whole(size, std::size_t(a)));
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
