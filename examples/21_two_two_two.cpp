// Two inputs, two hidden units, two outputs: every number of the slides' step-by-step example, node
// by node, then 10,000 updates at rate 0.5. Only the weights learn, the biases are fixed. Next:
// 22_two_two_two_as_printed.cpp, where the slides' last numbers come from.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

// Examples are columns: row k of W leads to unit k, so W1 is w1 w2; w3 w4 and W2 is w5 w6; w7 w8.
Parameter W1("W1", {{0.15, 0.20}, {0.25, 0.30}}), W2("W2", {{0.40, 0.45}, {0.50, 0.55}});

struct Forward {
  Node<> net_h, h, net_o, o, each, E;
};
Forward forward(Tape<>& tape) {
  auto i = tape.constant("i", {{0.05}, {0.10}}), t = tape.constant("t", {{0.01}, {0.99}});
  Forward p;
  p.net_h = name("net_h", matmul(tape(W1), i) + 0.35);
  p.h = name("h", sigmoid(p.net_h));
  p.net_o = name("net_o", matmul(tape(W2), p.h) + 0.60);
  p.o = name("o", sigmoid(p.net_o));
  p.each = name("E_each", square(t - p.o) / 2);
  p.E = name("E", sum(p.each));
  return p;
}

void forward_page(const Forward& p) {
  on_page("structures", "Forward Pass");
  row("net_h1", "0.3775", p.net_h.value()[0], 0.3775);
  row("out_h1, out_h2", "0.593269992 0.596884378", p.h.value(), {0.593269992107, 0.596884378260});
  on_page("structures", "Forward Pass (Continue)");
  row("net_o1", "1.105905967", p.net_o.value()[0], 1.105905967060);
  row("out_o1, out_o2", "0.75136507 0.772928465", p.o.value(), {0.751365069552, 0.772928465321});
  on_page("structures", "Calculating the Total Error");
  row("E_o1, E_o2", "0.274811083 0.023560026", p.each.value(), {0.274811083176, 0.023560025584});
  row("E_total", "0.298371109", p.E.item(), 0.298371108760);
}

void backward_page(Tape<>& tape, const Forward& p) {
  const auto dW1 = tape(W1).upstream(), dW2 = tape(W2).upstream();
  on_page("structures", "Output Layer (Continue)");
  row("dE/do1 = -(t - o)", "0.74136507", p.o.upstream()[0], 0.741365069552);
  row("local o1 (1 - o1)", "0.186815602", p.o.local(0).values()[0], 0.186815601809);
  row("dnet_o1/dw5 = h1", "0.593269992", p.net_o.input(0).local(0).dense()[0], 0.593269992107);
  row("dE/dw5", "0.082167041", dW2[0], 0.082167040564);
  row("dE/dw6, dE/dw7, dE/dw8", "", {dW2[1], dW2[2], dW2[3]},
      {0.082667627848, -0.022602540477, -0.022740242216});
  on_page("structures", "Hidden Layer (Continue)");
  row("dE/dnet_o1", "0.138498562", p.net_o.upstream()[0], 0.138498561629);
  // dE/dh1 is a sum over both outputs: weight times what has arrived at that output.
  const double from1 = p.net_o.upstream()[0] * W2.value()[0];
  const double from2 = p.net_o.upstream()[1] * W2.value()[2];
  row("dnet_o1/dh1 = w5", "0.40", p.net_o.input(0).local(1).dense()[0], 0.40);
  row("dE_o1/dh1", "0.055399425", from1, 0.055399424651);
  slip("dE_o2/dh1", "-0.019049119", from2, -0.019049118258,
       "The slide's last digit is one off; its sum is right again.");
  row("dE/dh1, their sum", "0.036350306", p.h.upstream()[0], 0.036350306393);
  row("local h1 (1 - h1)", "0.241300709", p.h.local(0).values()[0], 0.241300708572);
  row("dnet_h1/dw1 = i1", "0.05", p.net_h.input(0).local(0).dense()[0], 0.05);
  row("dE/dw1", "0.000438568", dW1[0], 0.000438567734);
  row("dE/dw2, dE/dw3, dE/dw4", "", {dW1[1], dW1[2], dW1[3]},
      {0.000877135469, 0.000497712735, 0.000995425471});
  slip("net_h1 as w1 i1 + w3 i2 + b1", "0.3775", W1.value()[0] * 0.05 + W1.value()[2] * 0.10 + 0.35,
       0.3825, "One slide has w3 where w2 belongs; the number it goes on with is the one with w2.");
}

int main() {
  Tape tape;
  Forward p = forward(tape);
  tape.backward(p.E);
  print(trace(p.E, {.digits = 9, .fold = Fold::at_names()}));
  forward_page(p);
  backward_page(tape, p);

  GradientDescent descent(0.5);
  tape.add_to_parameters();
  descent.step(W1, W2);
  on_page("structures", "Complete One Iteration (Forward and Back Propagation)");
  row("w1 ... w4 after one update", "0.149780716 0.19956143 0.24975114 0.29950229", W1.value(),
      {0.149780716133, 0.199561432266, 0.249751143632, 0.299502287265});
  row("w5 ... w8", "0.35891648 0.408666186 0.511301270 0.561370121", W2.value(),
      {0.358916479718, 0.408666186076, 0.511301270239, 0.561370121108});
  for (int update = 1; update <= 10000; ++update) {
    tape.clear();
    p = forward(tape);
    if (update == 1)
      slip("E after one update", "0.291027924", p.E.item(), 0.291027773694,
           "The slide's program takes the hidden gradient from output weights already updated: "
           "example 22 does the same and gets the slide's number.");
    if (update == 10000) break;
    tape.backward(p.E);
    tape.add_to_parameters();
    descent.step(W1, W2);
  }
  slip("E after 10,000 updates", "0.0000351085", p.E.item(), 3.510187783e-05,
       "This fits neither the right program nor the slide's own; see example 22.", 5e-15);
  slip("the two outputs", "0.015912196 0.984065734", p.o.value(), {0.015913620444, 0.984064273515},
       "Of the slide's program, as above.");
  return failures();
}
