// The slides' pseudocode for any number of layers: forward h = sigmoid(W h + b) layer by layer,
// then back from the last: dh = W^T dz, dz = dh o sigmoid'(z), dW = dz h^T. Written out by hand,
// beside what the engine's one backward() finds. Next: 15_wrong_program.cpp.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

struct Layers {
  std::vector<Parameter<>> W, b;
};
Layers start(const std::vector<std::int64_t>& sizes) {
  Random random(7);
  Layers net;
  for (std::size_t l = 1; l < sizes.size(); ++l) {
    const auto number = std::to_string(l);
    const Fan fan{sizes[l - 1], sizes[l]};
    net.W.push_back(
        initialised<>("W" + number, {sizes[l], sizes[l - 1]}, glorot_uniform(), fan, random));
    net.b.push_back(initialised<>("b" + number, {sizes[l], 1}, zeros_init(), fan, random));
  }
  return net;
}

Node<> inputs(Tape<>& tape) { return tape.constant("x", {{0, 0, 1, 1}, {0, 1, 0, 1}}); }
Node<> targets(Tape<>& tape) { return tape.constant("y", {{0, 1, 1, 1}}); }

// The pseudocode, on a tape that only computes: nothing here asks the engine for a derivative.
std::vector<Numbers> by_hand(Layers& net) {
  Tape tape(Keep::values);
  const std::size_t L = net.W.size();
  std::vector<Node<>> h{inputs(tape)};  // 1. h[0] = x
  for (std::size_t l = 0; l < L; ++l)   // 2. for l in 1 ... L
    h.push_back(sigmoid(matmul(tape(net.W[l]), h[l]) + tape(net.b[l])));
  const auto slope = [](const Node<>& a) { return a * (1 - a); };
  Node<> dz = (h[L] - targets(tape)) * slope(h[L]);  // 5. the last layer
  std::vector<Numbers> gradients(2 * L);
  for (std::size_t l = L; l-- > 0;) {                        // 7. for l in L ... 1
    gradients[2 * l] = matmul(dz, transpose(h[l])).value();  // dW = dz h^T
    gradients[2 * l + 1] = sum(dz, 1).value();               // db: dz, summed over the examples
    if (l > 0) dz = matmul(transpose(tape(net.W[l])), dz) * slope(h[l]);  // dh = W^T dz, dz
  }
  return gradients;
}

std::vector<Numbers> by_the_engine(Layers& net) {
  Tape tape;
  Node<> h = inputs(tape);
  for (std::size_t l = 0; l < net.W.size(); ++l)
    h = sigmoid(matmul(tape(net.W[l]), h) + tape(net.b[l]));
  tape.backward(sum(square(h - targets(tape))) / 2);
  std::vector<Numbers> gradients;
  for (std::size_t l = 0; l < net.W.size(); ++l) {
    gradients.push_back(tape(net.W[l]).upstream());
    gradients.push_back(tape(net.b[l]).upstream());
  }
  return gradients;
}

int main() {
  on_page("gentle", "Summary: The Pseudocode (generalized for L hidden layers)");
  for (const auto& sizes : {std::vector<std::int64_t>{2, 5, 1}, {2, 4, 3, 1}, {2, 6, 5, 4, 3, 1}}) {
    Layers net = start(sizes);
    const auto hand = by_hand(net), engine = by_the_engine(net);
    double worst = 0;
    std::size_t compared = 0;
    for (std::size_t k = 0; k < hand.size(); ++k)
      for (std::size_t i = 0; i < hand[k].size(); ++i, ++compared)
        worst = std::max(worst, std::abs(hand[k][i] - engine[k][i]));
    std::printf("%zu layers: %zu slopes compared, worst difference %.1e\n", net.W.size(), compared,
                worst);
    claim("the loop and backward agree to 1e-15", worst <= 1e-15);
    if (net.W.size() == 2) {
      row("dW2 of a 2-5-1 network by the loop", "", hand[2], engine[2]);
      row("dW1", "", hand[0], engine[0]);
    }
  }
  wording(
      "the last layer's dz", "dz = yhat - y, since sigmoid'(z) = 1 in our case",
      "dz = (yhat - y) sigmoid'(z)",
      "That is a linear last layer, but step 2 of the same pseudocode has a sigmoid there and the "
      "five equations before it have sigmoid'(z2).");
  wording("the factor of L = 1/n sum (yhat - y)^2", "n = 2 in our case", "1/2 sum (yhat - y)^2",
          "n counts the examples; a 2 that cancels the square's is the 1/2 of the other decks.");
  return failures();
}
