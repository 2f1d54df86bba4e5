// The slides' own numbers for the three layers of three, made again step by step: which formula
// gives 0.2698, where 0.985 comes from, what a sign and a diagonal do. Each slip is computed, and
// beside it what the formula should have been. Next: 25_activations.cpp.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

// z3 of the network, as example 23 builds it.
Node<> logits(const Node<>& x) {
  Tape<>& tape = *x.tape();
  auto a1 = relu(matmul(x, tape.constant({{.1, .2, .3}, {.3, .2, .7}, {.4, .3, .9}})) + 1);
  auto a2 = sigmoid(matmul(a1, tape.constant({{.2, .3, .5}, {.3, .5, .7}, {.6, .4, .8}})) + 1);
  return matmul(a2, tape.constant({{.1, .4, .8}, {.3, .7, .2}, {.5, .2, .9}})) + 1;
}

int main() {
  Tape tape;
  on_page("structures", "Forward Propagation: Layer-1");
  auto x = tape.constant("x", {{0.1, 0.2, 0.7}});
  auto printed = tape.constant("W", {{.1, .4, .3}, {.3, .7, .7}, {.5, .2, .9}});
  slip("x W_ij + 1 with the W_ij multiplied with", "1.35 1.27 1.8",
       (matmul(x, printed) + 1).value(), {1.42, 1.32, 1.8},
       "This matrix is another than the one the network starts with; the result "
       "printed is that of the first.");

  on_page("structures", "Forward Propagation: Layer-3");
  auto z3 = tape.constant("z3", {{1.8658, 2.2292, 2.8204}});  // as printed
  const Numbers shares = (z3 / sum(z3)).value();
  row("z3 / sum(z3) of the printed z3, the first and the third", "0.2698 0.4078",
      {shares[0], shares[2]}, {}, "So the exponentials were forgotten.");
  slip("the second", "0.3223", shares[1], {}, "Cut off: 0.3224 rounded.");
  slip("softmax of the same", "0.2698 0.3223 0.4078", softmax(z3).value(), {},
       "What the formula on the slide says.");

  on_page("structures", "Cross Entropy");
  const double p1 = 0.2698, q2 = 1 - 0.3223, q3 = 1 - 0.4078;
  slip("-log 0.2698, -log 0.6777, -log 0.5922", "0.569858 0.16886 0.22753",
       {-std::log(p1), -std::log(q2), -std::log(q3)}, {}, "The slide takes logarithms to base 10.");
  slip("the same with log10", "0.569858 0.16886 0.22753",
       {-std::log10(p1), -std::log10(q2), -std::log10(q3)}, {},
       "And with log10 the first two are 0.568958 and 0.168962: digits have changed places.");
  slip("0.569858 + 0.16886 + 0.22753", "0.985", 0.569858 + 0.16886 + 0.22753, 0.966248,
       "The three terms do not add up to what is printed.");
  auto p = tape.input("p", softmax(logits(x)).value());
  auto y = tape.constant("y", {{1, 0, 0}});
  auto E = binary_cross_entropy_sum(p, y);
  slip("the sum, with the right p and the natural logarithm", "0.985", E.item(), 2.679282524430,
       "All three terms, -ln p1 - ln(1 - p2) - ln(1 - p3).");
  slip("with the formula's 1/n", "0.985", binary_cross_entropy(p, y).item(), 0.893094174810,
       "The slide's formula has -(1/n), its example drops it.");

  on_page("structures", "Back Propagation: Layer-2 - Output");
  tape.backward(E);
  row("dE/dp = -y/p + (1-y)/(1-p)", "", p.upstream(),
      {-5.039131521138, 1.399297192623, 2.066959463271});
  auto as_printed = -1 * (y * (1 / p) + (1 - y) * (1 / (1 - p)));
  wording("dE/dO", "-(y/O + (1 - y)/(1 - O))", "-(y/O - (1 - y)/(1 - O))",
          "The slide has the other sign before the second term; the next row is what that gives.");
  row("dE/dO as printed", "", as_printed.value(),
      {-5.039131521138, -1.399297192623, -2.066959463271}, "Two of the three point the wrong way.",
      1e-9);

  on_page("structures", "Matrix of Derivative of softmax wrt output layer input");
  auto z = tape.input("z", logits(x).value());
  auto out = softmax(z);
  auto diagonal = out * (1 - out);
  row("the slide's derivative of softmax: the diagonal alone", "", diagonal.value(),
      {0.159065724402, 0.203927751681, 0.249737638553});
  row("dE/dz3 from the diagonal alone, sign mended", "",
      (tape.constant(p.upstream()) * diagonal).value(),
      {-0.801553105767, 0.285355530425, 0.516197575342},
      "Happens to be p - y, the gradient of softmax cross-entropy, not of this loss.");
  auto loss = binary_cross_entropy_sum(out, y);
  row("dE/dz3 with all of softmax's derivative", "", grad(loss, z).value(),
      {-1.092527185278, 0.266248277266, 0.826278908011});

  on_page("structures", "Back Propagation: Layer-2 - Output (Continue)");
  wording("dO_in1/dW_k1l1", "of h2_out1 W_j1k1 + ...", "of h2_out1 W_k1l1 + ...",
          "The weights of another layer; the result, h2_out1, is right.");
  on_page("structures", "Back Propagation: Layer-1 - Layer 2");
  wording("dE_total/dh2_out1", "(dE1/dO_out1 dO_in1/dh2_out1 dO_in1/dh2_out1) + ...",
          "(dE1/dO_out1 dO_out1/dO_in1 dO_in1/dh2_out1) + ...",
          "The middle factor is that of softmax; the pages after have it right.");
  return failures();
}
