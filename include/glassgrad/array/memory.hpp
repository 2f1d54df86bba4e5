// Arena: numbers that live until the tape is cleared. Pool: buffers that come and go during a
// sweep, counted so that two nodes may share one. Both keep their memory: once warm, no allocation.
// A large buffer of a pool can be lent: it then outlives the sweep, and the pool, until returned.
// Memory not in use is poisoned: a sanitizer reports a read of forgotten numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "glassgrad/array/optional_index.hpp"
#include "glassgrad/array/poison.hpp"

namespace glassgrad {

class Shape;

inline constexpr std::size_t alignment = 64;  // a cache line, and the widest vector

struct FreeAligned {
  std::align_val_t aligned = std::align_val_t(alignment);
  void operator()(std::byte* p) const { ::operator delete(p, aligned); }
};
using AlignedBytes = std::unique_ptr<std::byte[], FreeAligned>;
// Megabytes lie in huge pages where the system has them: streaming through an array then costs a
// page fault and a TLB miss every 2 MB instead of every 4 KB.
// Throws MemoryError when the system has none.
AlignedBytes allocate_aligned(std::size_t bytes);

// No larger request is made, so that sums of byte counts cannot wrap.
inline constexpr std::size_t most_bytes = std::size_t(1) << 62;
[[noreturn]] void refuse_bytes(std::size_t bytes);
[[noreturn]] void refuse_numbers(std::int64_t count, std::size_t size);
// "[op] there is no memory for WHAT of shape (..), .. numbers."
[[noreturn]] void refuse_memory(std::string_view op, std::string_view what, const Shape& shape);
// The bytes of so many X. Throws MemoryError when they are more than most_bytes.
template <class X>
std::size_t bytes_of(std::int64_t count) {
  if (std::uint64_t(count) > most_bytes / sizeof(X)) refuse_numbers(count, sizeof(X));
  return std::size_t(count) * sizeof(X);
}

class Arena {
 public:
  // Its first piece of memory has so many bytes, each further one twice as many as the last.
  explicit Arena(std::size_t first = std::size_t(64) << 10) : first_(whole_lines(first)) {}
  struct Mark {
    std::size_t chunk = 0, used = 0;
  };
  void* take(std::size_t bytes) {
    // the rest is whole lines too: what fits, fits rounded up
    const Chunk* const chunk = chunks_.data() + at_.chunk;
    if (chunk < chunks_.data() + chunks_.size() && chunk->size - at_.used >= bytes) {
      std::byte* p = chunk->bytes.get() + at_.used;
      at_.used += whole_lines(bytes);
      given_out(p, whole_lines(bytes));
      return p;
    }
    return take_from_next_chunk(bytes);
  }
  // Small plain data (attributes, shapes) packed closer than a cache line. What is as large as a
  // block, a long name or an op's table, is allocated by itself.
  void* take_small(std::size_t bytes) {
    if (bytes > small_block) return take(bytes);
    bytes = (bytes + 15) & ~std::size_t(15);
    if (bytes > small_left_) {
      small_ = static_cast<std::byte*>(take(small_block));
      small_left_ = small_block;  // not before: take() may throw
    }
    std::byte* p = small_;
    small_ += bytes;
    small_left_ -= bytes;
    return p;
  }
  void give_back_small(std::size_t bytes) {  // of what take_small gave last
    if (bytes > small_block) return;         // it comes back with everything else
    bytes = (bytes + 15) & ~std::size_t(15);
    small_ -= bytes;
    small_left_ += bytes;
  }
  Mark mark() const { return at_; }
  void rewind(Mark mark) {
    if constexpr (poisons) take_back(mark);
    at_ = mark, small_left_ = 0;
  }
  std::size_t bytes() const;  // held, used or not

 private:
  struct Chunk {
    AlignedBytes bytes;
    std::size_t size;
  };
  static constexpr std::size_t small_block = 4096;
  static constexpr std::size_t whole_lines(std::size_t bytes) {
    return (bytes + alignment - 1) & ~(alignment - 1);
  }
  void* take_from_next_chunk(std::size_t bytes);
  void take_back(Mark since) const;

  std::size_t first_;
  std::vector<Chunk> chunks_;
  Mark at_;
  std::byte* small_ = nullptr;
  std::size_t small_left_ = 0;
};

// Bytes that a kernel needs while it runs, of its thread's own arena: once warm, no allocation.
// What was taken last goes first. Of megabytes, which no thread should keep for good, they are its
// own.
class Scratch {
 public:
  explicit Scratch(std::size_t bytes);  // 0: none, no memory is touched
  ~Scratch() {
    if (bytes_ && !own_) give_back();
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  template <class T>
  T* of() const {
    return reinterpret_cast<T*>(bytes_);
  }

 private:
  static Arena& arena();
  void give_back() const;
  Arena::Mark mark_;
  AlignedBytes own_;
  std::byte* bytes_ = nullptr;
};

class Pool {
 public:
  Pool() = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  using Lease = std::shared_ptr<std::byte>;

  void* take(std::size_t bytes);  // one holder
  static void hold(void* p) { ++header(p)->holders; }
  static bool shared(void* p) { return header(p)->holders > 1; }
  void release(void* p) {
    Header* h = header(p);
    if (--h->holders == 0 && !lent(*h)) put_by(h);
  }
  // Keeps the buffer's numbers in place until the lease is dropped, even after reset() and after
  // the pool itself. Null for a small buffer: copy its numbers.
  Lease lend(void* p) const;
  void reset();  // forget every holder; the memory stays, and what is lent stays as it is
  std::size_t bytes() const;

 private:
  struct alignas(alignment) Header {
    Header* next;
    std::uint32_t holders, list;
    OptionalIndex large;  // the place in large_; none: a small buffer
  };
  struct FreeList {
    std::size_t bytes;
    Header* first;
  };
  struct Large {
    Lease memory;  // header and numbers
    std::size_t bytes;
  };
  static constexpr std::size_t large_bytes = 4096;
  static Header* header(void* p) { return static_cast<Header*>(p) - 1; }
  bool lent(const Header& h) const { return h.large && large_[*h.large].memory.use_count() > 1; }
  Header* new_large(std::size_t bytes);
  void put_by(Header* h) {
    FreeList& list = free_[h->list];
    h->next = std::exchange(list.first, h);
    taken_back(h + 1, list.bytes);
  }

  Arena arena_;
  std::vector<FreeList> free_;  // a training step uses a few sizes only: a linear search will do
  std::vector<Large> large_;
};

}  // namespace glassgrad
