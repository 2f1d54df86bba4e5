// Arena: numbers that live until the tape is cleared. Pool: buffers that come and go during a
// sweep, counted so that two nodes may share one. Both keep their memory: once warm, no allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace glassgrad {

inline constexpr std::size_t alignment = 64;  // a cache line, and the widest vector

struct FreeAligned {
  void operator()(std::byte* p) const { ::operator delete(p, std::align_val_t(alignment)); }
};
using AlignedBytes = std::unique_ptr<std::byte[], FreeAligned>;
AlignedBytes allocate_aligned(std::size_t bytes);

class Arena {
 public:
  struct Mark {
    std::size_t chunk = 0, used = 0;
  };
  void* take(std::size_t bytes) {
    bytes = (bytes + alignment - 1) & ~(alignment - 1);
    if (at_.chunk < chunks_.size() && chunks_[at_.chunk].size - at_.used >= bytes) {
      std::byte* p = chunks_[at_.chunk].bytes.get() + at_.used;
      at_.used += bytes;
      return p;
    }
    return take_from_next_chunk(bytes);
  }
  // Small plain data (attributes, shapes) packed closer than a cache line.
  void* take_small(std::size_t bytes) {
    bytes = (bytes + 15) & ~std::size_t(15);
    if (bytes > small_left_) {
      small_left_ = 4096;
      small_ = static_cast<std::byte*>(take(small_left_));
    }
    std::byte* p = small_;
    small_ += bytes;
    small_left_ -= bytes;
    return p;
  }
  Mark mark() const { return at_; }
  void rewind(Mark mark) { at_ = mark, small_left_ = 0; }
  std::size_t bytes() const;  // held, used or not

 private:
  struct Chunk {
    AlignedBytes bytes;
    std::size_t size;
  };
  void* take_from_next_chunk(std::size_t bytes);

  std::vector<Chunk> chunks_;
  Mark at_;
  std::byte* small_ = nullptr;
  std::size_t small_left_ = 0;
};

class Pool {
 public:
  Pool() = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void* take(std::size_t bytes);  // one holder
  static void hold(void* p) { ++header(p)->holders; }
  static bool shared(void* p) { return header(p)->holders > 1; }
  void release(void* p) {
    Header* h = header(p);
    if (--h->holders == 0) h->next = free_[h->list].first, free_[h->list].first = h;
  }
  void reset();  // forget every holder; the memory stays
  std::size_t bytes() const { return arena_.bytes(); }

 private:
  struct alignas(alignment) Header {
    Header* next;
    std::uint32_t holders, list;
  };
  struct FreeList {
    std::size_t bytes;
    Header* first;
  };
  static Header* header(void* p) { return static_cast<Header*>(p) - 1; }

  Arena arena_;
  std::vector<FreeList> free_;  // a training step uses a few sizes only: a linear search will do
};

}  // namespace glassgrad
