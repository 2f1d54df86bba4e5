// Random graphs in random scopes: however they are folded, contributions add up to every upstream,
// and the chains of an input to its upstream.
#include <gtest/gtest.h>

#include <memory>

#include "show/adds_up.hpp"
#include "show/nets.hpp"

namespace glassgrad {
namespace {

using namespace nets;

// Random ops on single numbers and matrices, in scopes that open and close at random.
Node<> random_graph(Tape<>& tape, Random& random, bool matrices) {
  const auto pick = [&](std::size_t n) { return std::size_t(random.uniform() * double(n)); };
  std::vector<Node<>> nodes;
  for (int i = 0; i < 3; ++i) {
    const double a = random.uniform(), b = random.uniform();
    nodes.push_back(matrices ? tape.input("in" + std::to_string(i), {{a, b}, {b, -a}})
                             : tape.input("in" + std::to_string(i), a));
  }
  std::vector<std::unique_ptr<Tape<>::ScopeGuard>> open;
  for (int i = 0; i < 16; ++i) {
    if (open.size() < 3 && pick(3) == 0)
      open.emplace_back(new Tape<>::ScopeGuard(tape.scope("s" + std::to_string(i))));
    const Node<> a = nodes[pick(nodes.size())], b = nodes[nodes.size() - 1 - pick(3)];
    const Node<> made[] = {a + b,
                           a * b,
                           tanh(a) - b,
                           sigmoid(b),
                           matrices ? matmul(a, b) : a / 2,
                           matrices ? sum(a) * b : square(b),
                           clamp(a, -0.5, 9) + b};
    nodes.push_back(made[pick(std::size(made))]);
    if (pick(4) == 0) name("n" + std::to_string(i), nodes.back());
    if (!open.empty() && pick(3) == 0) open.pop_back();
  }
  while (!open.empty()) open.pop_back();
  return name("cost", sum(nodes.back() + nodes[nodes.size() - 2]));
}

TEST(Fold, RandomGraphsAddUpHoweverTheyAreFolded) {
  Random random(11);
  for (int round = 0; round < 16; ++round) {
    Tape tape;
    const Node<> cost = random_graph(tape, random, round % 2 == 0);
    tape.backward(cost);
    for (const Fold& fold :
         {Fold(true), Fold::at_depth(2), Fold::at_depth(3), Fold::at_names(), Fold(false)}) {
      const Snapshot shot = snapshot(cost, {.fold = fold, .boxes = true});
      expect_adds_up(shot);
      for (std::uint32_t i = 0; i < 3; ++i) {
        const Node<> input = tape.records().node(i);
        if (input.upstream_state() != Upstream::computed) continue;
        const Chain paths = chain(cost, input, {.fold = fold, .paths = 30});
        std::vector<double> products(paths.sum.size(), 0);
        for (const auto& product : paths.products)
          for (std::size_t k = 0; k < product.size(); ++k) products[k] += product[k];
        for (std::size_t k = 0; k < products.size(); ++k) {
          const double wanted = input.upstream()[std::int64_t(k)];
          EXPECT_NEAR(paths.sum[k], wanted, 1e-12 * std::max(1.0, std::abs(wanted)));
          if (paths.products.size() < paths.paths) continue;
          EXPECT_NEAR(products[k], wanted, 1e-12 * std::max(1.0, std::abs(wanted)));
        }
      }
    }
  }
}

}  // namespace
}  // namespace glassgrad
