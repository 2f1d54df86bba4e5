// Where the tape's memory comes from, and how it is kept for the next step.
#include "glassgrad/array/memory.hpp"

#include <algorithm>
#include <new>

#include "glassgrad/array/shape.hpp"
#include "glassgrad/array/text.hpp"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace glassgrad {

namespace {
AlignedBytes allocate(std::size_t bytes, std::size_t aligned) {
  void* const p = ::operator new(bytes, std::align_val_t(aligned), std::nothrow);
  if (!p) refuse_bytes(bytes);
  return AlignedBytes(static_cast<std::byte*>(p), FreeAligned{std::align_val_t(aligned)});
}
constexpr std::string_view less =
    "Use smaller arrays, or give memory back: clear tapes and drop programs that are done with";
}  // namespace

void refuse_bytes(std::size_t bytes) {
  throw MemoryError("memory", join("there are no ", bytes, " bytes"), less);
}
void refuse_numbers(std::int64_t count, std::size_t size) {
  throw MemoryError(
      "memory", join(count, " numbers of ", size, " bytes are more than can be addressed"), less);
}
void refuse_memory(std::string_view op, std::string_view what, const Shape& shape) {
  throw MemoryError(
      op,
      join("there is no memory for ", what, " of shape ", shape, ", ", shape.count(), " numbers"),
      less);
}

AlignedBytes allocate_aligned(std::size_t bytes) {
  if (bytes > most_bytes) refuse_bytes(bytes);
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  constexpr std::size_t page = std::size_t(1) << 21;
  std::size_t paged = (bytes + page - 1) / page * page;
  if (paged - bytes > bytes / 8) paged -= page;  // its tail stays in small pages
  if (paged) {
    AlignedBytes memory = allocate(std::max(bytes, paged), page);
    madvise(memory.get(), paged, MADV_HUGEPAGE);  // advice only: without huge pages nothing changes
    return memory;
  }
#endif
  return allocate(std::max<std::size_t>(bytes, 1), alignment);
}

void* Arena::take_from_next_chunk(std::size_t bytes) {
  constexpr std::size_t largest = std::size_t(64) << 20;
  if (bytes > most_bytes) refuse_bytes(bytes);
  bytes = whole_lines(bytes);
  std::size_t next = chunks_.empty() ? 0 : at_.chunk + 1;
  while (next < chunks_.size() && chunks_[next].size < bytes) ++next;
  if (next >= chunks_.size()) {
    next = chunks_.size();
    const std::size_t doubled =
        chunks_.empty() ? first_ : std::min(2 * chunks_.back().size, largest);
    const std::size_t size = std::max(bytes, doubled);
    chunks_.push_back({allocate_aligned(size), size});
    taken_back(chunks_[next].bytes.get(), size);
  }
  at_ = {next, bytes};
  given_out(chunks_[next].bytes.get(), bytes);
  return chunks_[next].bytes.get();
}

void Arena::take_back(Mark since) const {
  for (std::size_t i = since.chunk; i <= at_.chunk && i < chunks_.size(); ++i) {
    const std::size_t used = i == since.chunk ? since.used : 0;
    taken_back(chunks_[i].bytes.get() + used, chunks_[i].size - used);
  }
}

std::size_t Arena::bytes() const {
  std::size_t total = 0;
  for (const Chunk& chunk : chunks_) total += chunk.size;
  return total;
}

Arena& Scratch::arena() {
  static thread_local Arena arena;
  return arena;
}
Scratch::Scratch(std::size_t bytes) {
  constexpr std::size_t most_kept = std::size_t(8) << 20;
  if (bytes == 0) return;
  if (bytes > most_kept) {
    own_ = allocate_aligned(bytes);
    bytes_ = own_.get();
    return;
  }
  mark_ = arena().mark();
  bytes_ = static_cast<std::byte*>(arena().take(bytes));
}
void Scratch::give_back() const { arena().rewind(mark_); }

void* Pool::take(std::size_t bytes) {
  if (bytes > most_bytes) refuse_bytes(bytes);
  bytes = std::max<std::size_t>((bytes + alignment - 1) & ~(alignment - 1), alignment);
  std::size_t list = 0;
  while (list < free_.size() && free_[list].bytes != bytes) ++list;
  if (list == free_.size()) free_.push_back({bytes, nullptr});
  Header* h = free_[list].first;
  if (h) {
    free_[list].first = h->next;
  } else {
    h = bytes >= large_bytes ? new_large(bytes)
                             : new (arena_.take(sizeof(Header) + bytes)) Header{};
    h->list = std::uint32_t(list);  // fits: a list is of buffers that exist, of 64 bytes or more
  }
  h->next = nullptr;
  h->holders = 1;
  given_out(h + 1, bytes);
  return h + 1;
}

Pool::Header* Pool::new_large(std::size_t bytes) {
  AlignedBytes memory = allocate_aligned(sizeof(Header) + bytes);
  Header* h = new (memory.get()) Header{};
  const FreeAligned free = memory.get_deleter();
  h->large = std::uint32_t(large_.size());  // fits: they have 4096 bytes or more
  large_.push_back({Lease(memory.release(), free), sizeof(Header) + bytes});
  return h;
}

Pool::Lease Pool::lend(void* p) const {
  const Header& h = *header(p);
  return h.large ? large_[*h.large].memory : nullptr;
}

void Pool::reset() {
  for (FreeList& list : free_) list.first = nullptr;
  arena_.rewind({});
  for (const Large& large : large_) {
    if (large.memory.use_count() > 1) continue;
    Header* h = reinterpret_cast<Header*>(large.memory.get());
    put_by(h);
  }
}

std::size_t Pool::bytes() const {
  std::size_t total = arena_.bytes();
  for (const Large& large : large_) total += large.bytes;
  return total;
}

}  // namespace glassgrad
