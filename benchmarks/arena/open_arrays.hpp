// The open tape (open_tape.hpp) for arrays: what an engine cannot leave out when its users add ops,
// give arrays of any rank and get told what is wrong. An op is data; shapes are found and checked
// when it is recorded; records stay where they are and hold name, scope and origin; a node is a
// checked handle. Nothing else: no watchers, no hooks, no regions, no buffers that are shared.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include "../kernels.hpp"
#include "open_records.hpp"

namespace bench::open {

struct Sizes {
  int rank = 0;
  std::array<std::int64_t, 8> at{};
  std::int64_t count() const {
    std::int64_t all = 1;
    for (int i = 0; i < rank; ++i) all *= at[std::size_t(i)];
    return all;
  }
  bool operator==(const Sizes& other) const {
    return rank == other.rank && std::equal(at.begin(), at.begin() + rank, other.at.begin());
  }
};
struct Numbers {
  float* data;
  const Sizes* sizes;
  int count() const { return int(sizes->count()); }
};
struct Share {  // where a contribution goes; null: nobody wants it
  float* to;
  bool add;
};
struct Op {
  const char* name;
  std::size_t bytes;  // of its attributes
  Sizes (*shape)(const void* attributes, std::span<const Sizes* const> in);
  void (*forward)(const void* attributes, std::span<const Numbers> in, Numbers out);
  void (*backward)(const void* attributes, std::span<const Numbers> in, Numbers out,
                   Numbers upstream, std::span<const Share> shares);
};

class Memory {
 public:
  explicit Memory(std::size_t bytes) : all_(new (line) std::byte[bytes]) {}
  void* take(std::size_t bytes) {
    void* const p = all_.get() + used_;
    used_ += (bytes + 63) / 64 * 64;
    return p;
  }
  void clear() { used_ = 0; }

 private:
  static constexpr std::align_val_t line{64};
  struct Free {
    void operator()(std::byte* p) const { ::operator delete[](p, line); }
  };
  std::unique_ptr<std::byte[], Free> all_;  // pages come as they are touched
  std::size_t used_ = 0;
};

class Tape {
  struct Record : Head {
    const Op* op;
    const void* attributes;
    const Sizes* sizes;
    float *value, *upstream;
    std::uint32_t inputs[2];
  };
  using Records = open::Records<Record, Tape>;

 public:
  using Node = Records::Node;

  Tape() : numbers_(std::size_t{1} << 28), upstreams_(std::size_t{1} << 28) {}
  void clear() { records_.clear(), numbers_.clear(); }
  const float* value(const Node& node) const { return records_.at(node.index).value; }
  const float* upstream(const Node& node) const { return records_.at(node.index).upstream; }

  Node leaf(float* value, const Sizes& sizes, bool active) {
    Record& y = records_.next();
    y.leaf = true, y.active = active;
    y.value = value, y.sizes = &sizes;
    return records_.node(this);
  }
  [[gnu::noinline]] Node push(const Op& op, const void* attributes, std::span<const Node> inputs) {
    const std::size_t n = inputs.size();
    const Sizes* sizes[2];
    Numbers in[2];
    Record& y = records_.next();
    y.op = &op;
    y.arity = std::uint16_t(n);
    for (std::size_t k = 0; k < n; ++k) {
      const Record& x = records_.checked(this, inputs[k]);
      in[k] = {x.value, sizes[k] = x.sizes};
      y.active |= x.active;
      y.inputs[k] = inputs[k].index;
    }
    y.attributes = op.bytes ? std::memcpy(numbers_.take(op.bytes), attributes, op.bytes) : nullptr;
    y.sizes = kept(op.shape(attributes, std::span(sizes, n)), std::span(sizes, n));
    y.value = static_cast<float*>(numbers_.take(std::size_t(y.sizes->count()) * sizeof(float)));
    op.forward(attributes, std::span<const Numbers>(in, n), {y.value, y.sizes});
    return records_.node(this);
  }
  [[gnu::noinline]] void backward(const Node& root) {
    ++sweep_, upstreams_.clear();
    *share_of(records_.at(root.index)).to = 1;
    for (std::uint32_t i = root.index + 1; i-- > 0;) {
      Record& y = records_.at(i);
      if (y.sweep != sweep_ || y.leaf) continue;
      Numbers in[2];
      Share shares[2];
      for (std::size_t k = 0; k < y.arity; ++k) {
        Record& x = records_.at(y.inputs[k]);
        in[k] = {x.value, x.sizes};
        shares[k] = x.active ? share_of(x) : Share{nullptr, false};
      }
      y.op->backward(y.attributes, std::span<const Numbers>(in, y.arity), {y.value, y.sizes},
                     {y.upstream, y.sizes}, std::span<const Share>(shares, y.arity));
    }
  }

 private:
  // A shape that an input has is that input's.
  const Sizes* kept(const Sizes& sizes, std::span<const Sizes* const> in) {
    for (const Sizes* known : in)
      if (*known == sizes) return known;
    return new (numbers_.take(sizeof(Sizes))) Sizes(sizes);
  }
  Share share_of(Record& x) {
    const bool first = x.sweep != sweep_;
    if (first) {
      x.upstream =
          static_cast<float*>(upstreams_.take(std::size_t(x.sizes->count()) * sizeof(float)));
      x.sweep = sweep_;
    }
    return {x.upstream, !first};
  }

  Records records_;
  Memory numbers_, upstreams_;
  std::uint32_t sweep_ = 0;
};

}  // namespace bench::open
