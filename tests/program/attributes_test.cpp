// Attributes are the same when their members are, whatever is in the padding between: every op's,
// what passes merge, and a program's updates, which are planned once.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "../../src/program/passes/passes.hpp"
#include "glassgrad/glassgrad.hpp"
#include "program/recorded.hpp"
#include "support/allocations.hpp"

namespace glassgrad {
namespace {

// An op of which a caller sets every member, on memory that held `rubbish`.
template <class Op>
class OnRubbish {
 public:
  explicit OnRubbish(int rubbish) { std::memset(bytes_, rubbish, sizeof bytes_); }
  Op& operator*() { return *reinterpret_cast<Op*>(bytes_); }
  Op* operator->() { return &**this; }

 private:
  alignas(Op) unsigned char bytes_[sizeof(Op)];
};

template <class T>
bool same(const T& a, const T& b) {
  return same_attributes(rule<T, double>(), &a, &b);
}

// The gaps are those that the compiler clears, where it can be asked for that.
template <class Op>
void expect_gaps_of_compiler() {
#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
  if constexpr (!std::is_empty_v<Op>) {
    unsigned char all[sizeof(Op)];
    std::memset(all, 0xFF, sizeof all);
    __builtin_clear_padding(reinterpret_cast<Op*>(all));
    std::vector<char> is_gap(sizeof(Op), 0);
    for (const Gap& gap : gaps_of<Op>()) std::fill_n(&is_gap[gap.from], gap.to - gap.from, 1);
    for (std::size_t i = 0; i < sizeof(Op); ++i)
      EXPECT_EQ(all[i] == 0, is_gap[i] != 0) << Op::name << ", byte " << i;
  }
#endif
#endif
}

// What is no gap is an attribute, and counts bit by bit.
template <class Op>
void expect_that_bytes_count() {
  const Rule<double>& rule = glassgrad::rule<Op, double>();
  const Op op{};
  unsigned char a[sizeof(Op)], b[sizeof(Op)];
  std::memcpy(a, &op, sizeof op), std::memcpy(b, &op, sizeof op);
  std::vector<char> is_gap(sizeof(Op), 0);
  for (const Gap& gap : rule.gaps)
    for (std::size_t i = gap.from; i < gap.to; ++i) is_gap[i] = 1, a[i] = 0xA5, b[i] = 0x5A;
  EXPECT_TRUE(same_attributes(rule, a, b)) << rule.name;
  for (std::size_t i = 0; i < rule.bytes; ++i) {
    b[i] ^= 0x10;
    EXPECT_EQ(same_attributes(rule, a, b), is_gap[i] != 0) << rule.name << ", byte " << i;
    b[i] ^= 0x10;
  }
}
template <class... Op>
void expect_of_all(List<Op...>) {
  (expect_gaps_of_compiler<Op>(), ...);
  (expect_that_bytes_count<Op>(), ...);
}
TEST(Attributes, HaveNoPaddingThatCounts) { expect_of_all(EveryOp{}); }

TEST(Attributes, AreTheirMembers) {
  OnRubbish<BlendSquare> a(0x11), b(0xEE);
  a->beta = b->beta = 0.9, a->least = b->least = 0, a->small = b->small = true;
  EXPECT_NE(std::memcmp(&*a, &*b, sizeof *a), 0);
  EXPECT_TRUE(same(*a, *b));
  b->small = false;
  EXPECT_FALSE(same(*a, *b));
}
TEST(Attributes, AreComparedByTheirBits) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(same(LeakyRelu{nan}, LeakyRelu{nan}));
  EXPECT_FALSE(same(LeakyRelu{0.0}, LeakyRelu{-0.0}));
}

// The same slice twice, from two places of memory that held something else.
TEST(Attributes, OfTheSameInstructionAreMerged) {
  Recorded on;
  OnRubbish<Slice> a(0x11), b(0xEE);
  for (OnRubbish<Slice>* slice : {&a, &b})
    (*slice)->axis = 0, (*slice)->start = 1, (*slice)->count = 2, (*slice)->step = 1;
  auto graph = on.graph({apply(*a, on.x) + apply(*b, on.x)});
  program::merge_common(graph);
  EXPECT_EQ(graph.code.size(), 2u);
}

// w <- w - rate g by an op whose padding is another at every step.
class Restless final : public Optimizer<double> {
 public:
  Restless() : Optimizer<double>(0.1, {}) {}
  std::string_view name() const override { return "restless"; }
  std::span<const std::string_view> slots() const override { return slots_; }

 private:
  void update(const Step& step) override {
    OnRubbish<BlendSquare> op(int(++steps_));
    op->beta = 0.9, op->least = 0, op->small = false;
    run(*op, step.slot(0), step.slot(0), step.g);
    run(Descend{}, step.w, step.w, step.g, step.rate);
  }
  static constexpr std::string_view slots_[] = {"squares"};
  std::int64_t steps_ = 0;
};
TEST(Attributes, ThatStayLetAProgramKeepItsPlan) {
  Parameter<double> w("w", {1.0, 2.0, 3.0});
  Restless restless;
  auto step = compile<double>(
      [&](Tape<double>& tape, const Fed<double>&) { return sum(square(tape(w))); }, {}, restless);
  step();
  const std::size_t before = allocations();
  for (int i = 0; i < 5; ++i) step();
  EXPECT_EQ(allocations(), before);  // a new plan asks for memory
}

}  // namespace
}  // namespace glassgrad
