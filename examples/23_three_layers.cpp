// Three layers of three, ReLU, logistic and softmax, examples as rows, with both losses: the sum
// over units of binary cross-entropy, as the slides have it, and the softmax's own cross-entropy.
// Every gradient of every weight. Next: 24_three_layers_slips.cpp, what the slides print instead.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

struct Wanted {
  double E;
  Numbers dp, dz3, dW_kl, da2, dW_jk, dW_ij;
};
const Wanted binary{
    2.679282524430,
    {-5.039131521138, 1.399297192623, 2.066959463271},
    {-1.092527185278, 0.266248277266, 0.826278908011},
    {-1.025698706153, 0.249962213469, 0.775736492684, -1.027495197262, 0.250400017370,
     0.777095179892, -1.072953801242, 0.261478254286, 0.811475546956},
    {0.658269718788, 0.023871420105, 0.250637080025},
    {0.051033402745, 0.001804074014, 0.005953351513, 0.048009201100, 0.001697165924, 0.005600560313,
     0.068044536993, 0.002405432018, 0.007937802018},
    {0.001016635445, 0.001509585473, 0.002674396479, 0.002033270890, 0.003019170947, 0.005348792957,
     0.007116448116, 0.010567098313, 0.018720775351}};
const Wanted categorical{
    1.617233750000,
    {-5.039131521138, 0, 0},
    {-0.801553105767, 0.285355530425, 0.516197575342},
    {-0.752523135879, 0.267900700591, 0.484622435288, -0.753841165350, 0.268369923399,
     0.485471241951, -0.787192724648, 0.280243187722, 0.506949536926},
    {0.446944961867, 0.062522454636, 0.120872371009},
    {0.034650116195, 0.004725112087, 0.002871066455, 0.032596775976, 0.004445105445, 0.002700929184,
     0.046200154927, 0.006300149449, 0.003828088607},
    {0.000724673340, 0.001093876846, 0.001850145757, 0.001449346680, 0.002187753692, 0.003700291513,
     0.005072713381, 0.007657137922, 0.012951020297}};

Dense<> layer(const char* name, const Input<double>& W) { return {name, W, {1, 1, 1}}; }

void forward_pages(const Node<>& z1, const Node<>& z2, const Node<>& a2, const Node<>& z3,
                   const Node<>& p) {
  on_page("structures", "Forward Propagation: Layer-1");
  row("z1 = relu(z1)", "1.35 1.27 1.8", z1.value(), {1.35, 1.27, 1.8});
  on_page("structures", "Forward Propagation: Layer-2");
  slip("z2", "2.73 2.76 4.001", z2.value(), {2.731, 2.76, 4.004}, "4.001 should be 4.004.");
  slip("a2", "0.938 0.94 0.98", a2.value(), {0.938831289487, 0.940475634023, 0.982084304812},
       "0.938 is cut off: 0.939 rounded.");
  on_page("structures", "Forward Propagation: Layer-3");
  slip("z3", "1.8658 2.2292 2.8204", z3.value(), {1.867067971562, 2.230282320574, 2.823036032725},
       "From the shortened a2.");
  slip("p = softmax(z3)", "0.2698 0.3223 0.4078", p.value(),
       {0.198446894233, 0.285355530425, 0.516197575342},
       "The slide divides z3 by its sum and forgets the exponentials: example 24.");
  on_page("structures", "Matrix of Derivative of softmax wrt output layer input");
  row("all of softmax's local gradient: diag(p) - p p^T", "", p.local(0).dense(),
      {0.159065724402, -0.056627918765, -0.102437805637, -0.056627918765, 0.203927751681,
       -0.147299832916, -0.102437805637, -0.147299832916, 0.249737638553});
}

void pass(bool is_binary, const Wanted& wanted) {
  auto ij = layer("ij", {{.1, .2, .3}, {.3, .2, .7}, {.4, .3, .9}});
  auto jk = layer("jk", {{.2, .3, .5}, {.3, .5, .7}, {.6, .4, .8}});
  auto kl = layer("kl", {{.1, .4, .8}, {.3, .7, .2}, {.5, .2, .9}});
  Tape tape;
  auto y = tape.constant("y", {{1, 0, 0}});
  auto z1 = ij(tape.constant("x", {{0.1, 0.2, 0.7}})), a1 = name("a1", relu(z1));
  auto z2 = jk(a1), a2 = name("a2", sigmoid(z2));
  auto z3 = kl(a2), p = name("p", softmax(z3));
  auto E = name("E", is_binary ? binary_cross_entropy_sum(p, y) : cross_entropy(p, y));
  tape.backward(E);
  if (is_binary) {
    print(trace(E));
    forward_pages(z1, z2, a2, z3, p);
  }
  on_page("structures", is_binary ? "Back Propagation: Layer-2 - Output"
                                  : "Cross Entropy with softmax (Loss Function, Continue)");
  row("E", "", E.item(), wanted.E);
  row("dE/dp", "", p.upstream(), wanted.dp);
  row("dE/dz3", "", z3.upstream(), wanted.dz3);
  row("dW_kl", "", tape(kl.W).upstream(), wanted.dW_kl);
  if (is_binary) on_page("structures", "Back Propagation: Layer-1 - Layer 2");
  row("dE/da2, the slides' dE/dh2_out", "", a2.upstream(), wanted.da2);
  row("dW_jk", "", tape(jk.W).upstream(), wanted.dW_jk);
  row("dW_ij", "", tape(ij.W).upstream(), wanted.dW_ij);
  if (is_binary) return;
  Tape other;
  row("the same E from z3 at once, for one-hot and for a label", "",
      {softmax_cross_entropy(other.constant(z3.value()), other.constant({{1, 0, 0}})).item(),
       softmax_cross_entropy(other.constant(z3.value()), other.indices({0})).item()},
      {wanted.E, wanted.E});
}

int main() {
  pass(true, binary);
  pass(false, categorical);
  return failures();
}
