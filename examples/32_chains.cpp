// The chain rule in one line: every path from a weight to the cost as a product of local gradients,
// symbols first, then numbers, and their sum. For w1 of the 2-2-2 network the slides' very line;
// for matrices the notes' five factors, in the order in which they multiply.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

// The 2-2-2 network of example 21 with a number for each weight; every named node is a box.
struct Numbered {
  Tape<> tape;
  std::vector<Node<>> w;
  Node<> E;

  Numbered() {
    const double start[] = {0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55};
    for (int k = 0; k < 8; ++k) w.push_back(tape.input("w" + std::to_string(k + 1), start[k]));
    auto i1 = tape.constant("i1", 0.05), i2 = tape.constant("i2", 0.10);
    auto h1 = unit("h1", w[0] * i1 + w[1] * i2 + 0.35),
         h2 = unit("h2", w[2] * i1 + w[3] * i2 + 0.35);
    auto o1 = unit("o1", w[4] * h1 + w[5] * h2 + 0.60),
         o2 = unit("o2", w[6] * h1 + w[7] * h2 + 0.60);
    E = name("E", name("E1", square(0.01 - o1) / 2) + name("E2", square(0.99 - o2) / 2));
  }
  static Node<> unit(const std::string& what, const Node<>& net) {
    return name(what, sigmoid(name("net_" + what, net)));
  }
};

int main() {
  Numbered net;
  const ChainOptions boxes{.fold = Fold::at_names()};
  const Chain w1 = chain(net.E, net.w[0], boxes), w5 = chain(net.E, net.w[4], boxes);
  print(w5);
  std::printf("== chain ==\n");
  print(w1);
  std::printf("== in numbers ==\n");
  on_page("structures", "Hidden Layer (Continue)");
  row("dE/dw1 by its two paths: through o1, through o2", "", {w1.products[0][0], w1.products[1][0]},
      {0.055399424651 * 0.241300708572 * 0.05, -0.019049118258 * 0.241300708572 * 0.05});
  row("their sum", "0.000438568", w1.sum[0], 0.000438567734);
  claim("there are two paths to w1 and one to w5", w1.paths == 2 && w5.paths == 1);

  on_page("notes", "dL/dW2 by the chain rule");
  Tape tape;
  auto W1 = tape.input("W1", {{0.1, -0.2}, {0.3, 0.4}, {-0.5, 0.2}});
  auto W2 = tape.input("W2", {{0.2, 0.1, -0.3}, {0.4, -0.1, 0.2}}),
       W3 = tape.input("W3", {{0.3, -0.6}});
  auto a1 = name("a1", sigmoid(name("z1", matmul(W1, tape.constant("x", {{0.5}, {-1.0}})))));
  auto a2 = name("a2", sigmoid(name("z2", matmul(W2, a1))));
  auto a3 = name("a3", sigmoid(name("z3", matmul(W3, a2))));
  auto L = name("L", binary_cross_entropy(a3, tape.constant("y", {{1.0}})));
  const Chain by_paths = chain(L, W2, {.fold = Fold::at_names()});
  print(by_paths);
  tape.backward(L);
  row("dW2 by its chain, and by backward", "", by_paths.sum, W2.upstream());
  return failures();
}
