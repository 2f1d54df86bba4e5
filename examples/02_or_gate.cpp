// The slides' OR gate on one example, x = (0, 0), y = 0: three boxes z, yhat and L, first without a
// bias (nothing is learnt: both locals of z are 0), then with one, and the forward pass after it.
// Next: 03_or_gate_vectorised.cpp, all four examples at once.
#include <glassgrad/glassgrad.hpp>

#include "check.hpp"
using namespace glassgrad;

int main() {
  Parameter w1("w1", 0.1), w2("w2", 0.6), b("b", 0.0);
  Tape tape;
  {
    auto x1 = tape.constant("x1", 0.0), x2 = tape.constant("x2", 0.0);
    auto y = tape.constant("y", 0.0);
    auto z = name("z", tape(w1) * x1 + tape(w2) * x2);
    auto yhat = name("yhat", sigmoid(z));
    auto L = name("L", square(y - yhat) / 2);
    tape.backward(L);
    print(trace(L));
    expect("yhat", yhat.item(), 0.5);
    expect("L", L.item(), 0.125);
    expect("upstream of yhat", yhat.upstream()[0], 0.5);
    expect("local of sigmoid", yhat.local(0).item(), 0.25);
    expect("upstream of z", z.upstream()[0], 0.125);
    expect("dL/dw1", tape(w1).upstream()[0], 0);
    expect("dL/dw2", tape(w2).upstream()[0], 0);
  }
  for (int pass = 1; pass <= 2; ++pass) {
    tape.clear();
    auto x1 = tape.constant("x1", 0.0), x2 = tape.constant("x2", 0.0);
    auto z = name("z", tape(w1) * x1 + tape(w2) * x2 + tape(b));
    auto yhat = name("yhat", sigmoid(z));
    auto L = name("L", square(0 - yhat) / 2);
    tape.backward(L);
    std::printf("with a bias, pass %d\n", pass);
    expect("yhat", yhat.item(), pass == 1 ? 0.5 : 0.468790626626, 1e-12);
    expect("L", L.item(), pass == 1 ? 0.125 : 0.109882325806, 1e-12);
    if (pass == 2) break;
    expect("dL/db", tape(b).upstream()[0], 0.125);
    b.assign(b.item() - 1.0 * tape(b).upstream()[0]);
  }
  return failures();
}
