// A tape that has been rewound 2^32 times goes on: its nodes that stayed are known, and none of the
// forgotten ones, though all generations of its life are used up.
#include "engine/expect.hpp"

namespace glassgrad {
namespace {

// Sets what would take hours to count to.
detail::Eras& eras_of(Tape<double>& tape);
template <detail::Eras Records<double>::*member>
struct Reach {
  friend detail::Eras& eras_of(Tape<double>& tape) { return parts_of(tape).records.*member; }
};
template struct Reach<&Records<double>::eras_>;

TEST(Generations, AreNeverMistaken) {
  Parameter<> w("w", 3.0);
  Tape<> tape;
  const Node<> x = tape.input({1.0, 2.0}), p = tape(w), y = x * p;
  const Indices<> at = tape.indices({1});
  const auto mark = tape.mark();
  std::vector<Node<>> forgotten;
  for (int wrap = 0; wrap < 3; ++wrap) {
    eras_of(tape).begin(tape.size(), ~std::uint32_t(0) - 2);
    for (int i = 0; i < 6; ++i) {
      const Node<> z = exp(y * p);
      tape.backward(sum(z) + sum(rows(x, at)));
      EXPECT_EQ(x.upstream().size(), 2u);
      forgotten.push_back(z);
      tape.rewind(mark);
      for (const Node<>& old : forgotten) EXPECT_NE(error_of([&] { old.value(); }), "no error");
      EXPECT_EQ(y.value()[1], 6);
      EXPECT_EQ(p.item(), 3);
      EXPECT_EQ(at.values()[0], 1);
      EXPECT_EQ(tape.records().node(x.index()).value()[1], 2);
      EXPECT_EQ(y.tape(), &tape);
      for (int k = 0; k < 5; ++k) tape.input(1.0);  // at the places of those forgotten
      for (const Node<>& old : forgotten) EXPECT_NE(error_of([&] { old.value(); }), "no error");
      tape.rewind(mark);
    }
  }
  tape.clear();
  for (int k = 0; k < 10; ++k) tape.input({5.0, 6.0});
  for (const Node<>& old : {x, p, y, at.record()})
    EXPECT_EQ(error_of([&] { old.shape(); }),
              "[shape] a node was recorded before the tape was cleared or rewound. Record it again "
              "after clear() or rewind().");
}

// A block whose generations are nearly used up is not taken over.
TEST(Generations, OfABlockAreNeverUsedTwice) {
  std::vector<Node<>> old;
  for (int i = 0; i < 20; ++i) {
    Tape<> tape;
    old.push_back(tape.input(double(i)));
    for (std::size_t k = 0; k < old.size(); ++k)
      EXPECT_EQ(error_of([&] { old[k].item(); }) == "no error", k + 1 == old.size());
    eras_of(tape).begin(tape.size(), i % 2 ? ~std::uint32_t(0) : std::uint32_t(1) << 31);
  }
}

}  // namespace
}  // namespace glassgrad
