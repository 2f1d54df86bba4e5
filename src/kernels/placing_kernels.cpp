// Scatter-add at positions, which may repeat. At most `plain_terms` are added to a place directly;
// then they join that place's compensated sums (kernels/sums.hpp). Few places repeat that
// often: they alone have such sums.
#include <algorithm>
#include <bit>

#include "kernels/linear_sums.hpp"

namespace glassgrad::kernels {
namespace {

// y, as places of `length` numbers, and how many terms each has since it last joined its sums.
template <class T>
class Placing {
 public:
  Placing(std::int64_t places, std::int64_t length, std::int64_t terms, T* y, Pool& pool)
      : length_(length), y_(y), pool_(pool) {
    std::fill_n(y, places * length, T(0));
    if (terms <= most) return;
    // every place here has `most` terms, and at least half of the table is free
    size_ = std::bit_ceil(std::uint64_t(2 * (terms / most)));
    terms_ = static_cast<std::uint8_t*>(pool.take(bytes_of<std::uint8_t>(places)));
    std::fill_n(terms_, places, std::uint8_t(0));
  }
  ~Placing() {
    if (terms_) pool_.release(terms_);
    if (owner_) pool_.release(owner_);
    if (sums_) pool_.release(sums_);
  }
  Placing(const Placing&) = delete;
  Placing& operator=(const Placing&) = delete;

  // f(place, x) adds to one. Members are copied first: the compiler must assume that terms alias
  // them.
  template <bool single>
  auto adder() {
    return [this, y = y_, terms = terms_, length = length_](std::int64_t place, const T* x) {
      const std::int64_t n = single ? 1 : length;
      T* const row = y + place * n;
      for (std::int64_t i = 0; i < n; ++i) row[i] += x[i];
      if (terms && ++terms[place] == most) join_sums(place);
    };
  }
  // Adds the latest terms, then their rounding errors.
  void settle() {
    if (!owner_) return;
    for (std::uint64_t slot = 0; slot < size_; ++slot) {
      if (owner_[slot] < 0) continue;
      T *const row = y_ + owner_[slot] * length_, *const sum = sum_of(slot);
      All::add(row, length_, sum, sum + length_);
      All::settle(length_, sum, sum + length_);
      std::copy_n(sum, length_, row);
    }
  }

 private:
  using All = detail::Totals<xsimd::batch<T, NativeIsa>>;
  static constexpr std::int64_t most = detail::plain_terms;
  static constexpr std::uint64_t golden = 0x9E3779B97F4A7C15u;  // 2^64 / 1.618: its high bits mix

  T* sum_of(std::uint64_t slot) const { return sums_ + std::int64_t(slot) * 2 * length_; }
  [[gnu::noinline]] void join_sums(std::int64_t place) {
    if (!owner_) make_table();
    std::uint64_t slot = std::uint64_t(place) * golden >> (std::countl_zero(size_) + 1);
    while (owner_[slot] >= 0 && owner_[slot] != place) slot = (slot + 1) & (size_ - 1);
    T *const row = y_ + place * length_, *const sum = sum_of(slot);
    if (owner_[slot] < 0) {
      owner_[slot] = place;
      std::fill_n(sum, 2 * length_, T(0));
    }
    All::add(row, length_, sum, sum + length_);
    std::fill_n(row, length_, T(0));
    terms_[place] = 0;
  }
  void make_table() {
    const auto size = std::int64_t(size_);
    sums_ = static_cast<T*>(pool_.take(bytes_of<T>(size * 2 * length_)));
    owner_ = static_cast<std::int64_t*>(pool_.take(bytes_of<std::int64_t>(size)));
    std::fill_n(owner_, size, std::int64_t(-1));
  }

  const std::int64_t length_;
  T* const y_;
  Pool& pool_;
  std::uint8_t* terms_ = nullptr;  // null: no place can have more than `most`
  std::uint64_t size_ = 0;         // of a table of places by hash, made when the first is met
  std::int64_t* owner_ = nullptr;  // the place of every slot, or -1
  T* sums_ = nullptr;              // of every slot the sums, and what they lost
};

}  // namespace

template <class T>
void add_rows(std::string_view op, const T* x, std::int64_t rows, std::int64_t length,
              std::span<const std::int64_t> positions, T* y, Pool& pool) {
  const auto terms = std::int64_t(positions.size());
  const auto make = [&](const T* from, T* to) {
    Placing<T> placing(rows, length, terms, to, pool);
    const auto add_all = [&](const auto& add) {
      for (const std::int64_t position : positions) {
        if (std::uint64_t(position) >= std::uint64_t(rows)) check_positions(op, positions, rows);
        add(position, from);
        from += length;
      }
    };
    length == 1 ? add_all(placing.template adder<true>())
                : add_all(placing.template adder<false>());
    placing.settle();
  };
  const Shape all{terms, length};
  plain_sums(View<const T>{x, &all}, terms, y, rows * length, pool, make);
}

template <class T>
void add_along(std::string_view op, const T* x, const Shape& target, int axis,
               const Positions& positions, T* y, Pool& pool) {
  const Shape& at = positions.shape();
  const auto make = [&](const T* from, T* to) {
    Placing<T> placing(target.count(), 1, at.count(), to, pool);
    each_along(op, target, axis, positions,
               [from, add = placing.template adder<true>()](std::int64_t i, std::int64_t place) {
                 add(place, from + i);
               });
    placing.settle();
  };
  const std::int64_t terms = at.rank() ? at[axis] : 1;  // that can meet at one place
  plain_sums(View<const T>{x, &at}, terms, y, target.count(), pool, make);
}

#define GLASSGRAD_KERNELS(T)                                                                   \
  template void add_rows(std::string_view, const T*, std::int64_t, std::int64_t,               \
                         std::span<const std::int64_t>, T*, Pool&);                            \
  template void add_along(std::string_view, const T*, const Shape&, int, const Positions&, T*, \
                          Pool&);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels
