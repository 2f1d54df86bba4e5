// Published examples that were worked by hand, recomputed to 15 digits: each written here as its
// source has it, and held against the numbers of the file by their names.
#include <functional>
#include <map>

#include "cases/reader.hpp"

namespace glassgrad::cases {
namespace {

constexpr double tolerance = 1e-10;
using Results = std::map<std::string, double>;
using Example = std::function<Results(Tape<>&)>;

// The value of a function of several numbers, and its slopes by name.
Results slopes(Tape<>& tape, const char* value, const std::vector<const char*>& names,
               const std::vector<double>& at, N (*f)(const std::vector<N>&)) {
  std::vector<N> x;
  for (double number : at) x.push_back(tape.input(number));
  const N y = f(x);
  tape.backward(y);
  Results results{{value, y.item()}};
  for (std::size_t i = 0; i < names.size(); ++i) results[names[i]] = x[i].upstream()[0];
  return results;
}
using X = const std::vector<N>&;

Results mazur(Tape<>& tape) {
  Parameter W1("W1", {{.15, .20}, {.25, .30}}), W2("W2", {{.40, .45}, {.50, .55}});
  Results r;
  N h, o, net, each, E;
  const auto forward = [&] {
    tape.clear();
    h = sigmoid(matmul(tape(W1), tape.constant({{0.05}, {0.10}})) + 0.35);
    net = matmul(tape(W2), h) + 0.60;
    o = sigmoid(net);
    each = square(tape.constant({{0.01}, {0.99}}) - o) / 2;
    E = sum(each);
  };
  const auto step = [&] {
    tape.backward(E);
    for (auto* W : {&W1, &W2}) {
      const auto g = tape(*W).upstream();
      const std::vector<double> copy(g.begin(), g.end());
      const auto to = W->change();
      for (std::size_t i = 0; i < 4; ++i) to.data[i] -= 0.5 * copy[i];
    }
  };
  forward();
  r["out_h1"] = h.value()[0], r["out_h2"] = h.value()[1], r["net_o1"] = net.value()[0];
  r["out_o1"] = o.value()[0], r["out_o2"] = o.value()[1];
  r["E_o1"] = each.value()[0], r["E_o2"] = each.value()[1], r["E_total"] = E.item();
  step();
  tape.clear();
  forward();
  r["E after 1 update"] = E.item();
  for (int i = 0; i < 4; ++i) {
    r["w" + std::to_string(i + 1) + "+"] = W1.value()[i];
    r["w" + std::to_string(i + 5) + "+"] = W2.value()[i];
  }
  for (int i = 1; i < 10000; ++i) step(), forward();
  r["E after 10000 (weights only)"] = E.item();
  r["out_o1 after 10000"] = o.value()[0], r["out_o2 after 10000"] = o.value()[1];
  return r;
}

// Karpathy's readme: reuse in place, relu at -2 and 6.
N micrograd(X in) {
  const N &a = in[0], &b = in[1];
  N c = a + b, d = a * b + pow(b, 3);
  c += c + 1;
  c += 1 + c + (-a);
  d += d * 2 + relu(b + a);
  d += 3 * d + relu(b - a);
  const N e = c - d, f = pow(e, 2);
  N g = f / 2.0;
  g += 10.0 / f;
  return g;
}
N micrograd_sanity(X in) {
  const N& x = in[0];
  const N z = 2 * x + 2 + x, q = relu(z) + z * x, h = relu(z * z);
  return h + q + q * x;
}

Results logistic(Tape<>& tape, bool tanh_form) {
  Parameter w("w", {0.0, 0.0, 0.0});
  Results r;
  for (int step = 0; step <= 100; ++step) {
    tape.clear();
    const N x =
        tape.constant({{.52, 1.12, .77}, {.88, -1.08, .15}, {.52, .06, -1.30}, {.74, -2.49, 1.39}});
    const N z = matmul(x, tape(w)), y = tape.constant({1, 1, 0, 1});
    const N p = tanh_form ? 0.5 * (tanh(z) + 1) : 0.5 * (tanh(z / 2) + 1);
    const N loss = -sum(log(p * y + (1 - p) * (1 - y)));
    tape.backward(loss);
    const auto g = tape(w).upstream();
    if (step == 0) {
      r["initial loss"] = loss.item();
      for (int i = 0; i < 3; ++i) r["grad0[" + std::to_string(i) + "]"] = g[i];
    }
    if (step == 100) r["trained loss"] = loss.item();
    if (step == 100) break;
    const std::vector<double> copy(g.begin(), g.end());
    const auto to = w.change();
    for (std::size_t i = 0; i < 3; ++i) to.data[i] -= 0.01 * copy[i];
  }
  for (int i = 0; i < 3; ++i) r["w[" + std::to_string(i) + "] after 100"] = w.value()[i];
  return r;
}

const std::map<std::string, Example>& table() {
  static const std::map<std::string, Example> all = {
      {"mazur", mazur},
      {"micrograd_readme",
       [](auto& t) {
         return slopes(t, "g", {"dg/da", "dg/db"}, {-4, 2}, micrograd);
       }},
      {"micrograd_sanity",
       [](auto& t) { return slopes(t, "y", {"dy/dx"}, {-4}, micrograd_sanity); }},
      {"micrograd_lecture_neuron",
       [](auto& t) {
         return slopes(t, "o", {"do/dx1", "do/dx2", "do/dw1", "do/dw2"},
                       {2, 0, -3, 1, 6.8813735870195432},
                       [](X x) { return tanh(x[0] * x[2] + x[1] * x[3] + x[4]); });
       }},
      {"micrograd_exercise",
       [](auto& t) {
         return slopes(t, "f", {"df/da", "df/db", "df/dc"}, {2, 3, 4}, [](X x) {
           return -pow(x[0], 3) + sin(3 * x[1]) - 1 / x[2] + pow(x[1], 2.5) - pow(x[0], 0.5);
         });
       }},
      {"micrograd_exercise_softmax",
       [](auto& t) {
         return slopes(
             t, "loss", {"dlogit0", "dlogit1", "dlogit2", "dlogit3"}, {0, 3, -2, 1}, [](X x) {
               return -slice(log_softmax(stack(std::span<const N>(x))), 0, 3) * 1 + 0 * x[0];
             });
       }},
      {"micrograd_lecture_L",
       [](auto& t) {
         return slopes(t, "L", {"dL/da", "dL/db", "dL/dc", "dL/df"}, {2, -3, 10, -2},
                       [](X x) { return (x[0] * x[1] + x[2]) * x[3]; });
       }},
      {"cs231n_xyz",
       [](auto& t) {
         return slopes(t, "f", {"dx", "dy", "dz"}, {-2, 5, -4},
                       [](X x) { return (x[0] + x[1]) * x[2]; });
       }},
      {"cs231n_sigmoid",
       [](auto& t) {
         return slopes(t, "f", {"dw0", "dw1", "dw2", "dx0", "dx1"}, {2, -3, -3, -1, -2},
                       [](X x) { return sigmoid(x[0] * x[3] + x[1] * x[4] + x[2]); });
       }},
      {"cs231n_staged",
       [](auto& t) {
         return slopes(t, "f", {"dx", "dy"}, {3, -4}, [](X x) {
           return (x[0] + sigmoid(x[1])) / (sigmoid(x[0]) + square(x[0] + x[1]));
         });
       }},
      {"cs231n_max",
       [](auto& t) {
         return slopes(t, "f", {"dx", "dy", "dz", "dw"}, {3, -4, 2, -1},
                       [](X x) { return 2 * (x[0] * x[1] + maximum(x[2], x[3])); });
       }},
      {"baydin",
       [](auto& t) {
         return slopes(t, "y", {"dy/dx1", "dy/dx2"}, {2, 5},
                       [](X x) { return log(x[0]) + x[0] * x[1] - sin(x[1]); });
       }},
      {"autograd_readme_tanh",
       [](auto& t) {
         return slopes(t, "", {"grad"}, {1}, [](X x) {
           const N y = exp(-2 * x[0]);
           return (1 - y) / (1 + y);
         });
       }},
      {"jax_cookbook_tanh",
       [](auto& t) {
         const N x = t.input(2), d1 = grad(tanh(x), x), d2 = grad(d1, x), d3 = grad(d2, x);
         return Results{{"tanh'", d1.item()}, {"tanh''", d2.item()}, {"tanh'''", d3.item()}};
       }},
      {"autograd_tutorial_logistic", [](auto& t) { return logistic(t, false); }},
      {"autograd_example_logistic_tanhx", [](auto& t) { return logistic(t, true); }},
      {"torch_blitz",
       [](auto& t) {
         const N a = t.input({2, 3}), b = t.input({6, 4});
         t.backward(3 * pow(a, 3) - pow(b, 2), {1, 1});
         return Results{{"a.grad[0]", a.upstream()[0]},
                        {"a.grad[1]", a.upstream()[1]},
                        {"b.grad[0]", b.upstream()[0]},
                        {"b.grad[1]", b.upstream()[1]}};
       }},
      {"torch_old_tutorial",
       [](auto& t) {
         const N x = t.input({{1, 1}, {1, 1}}), y = mean(3 * square(x + 2));
         t.backward(y);
         return Results{{"out", y.item()}, {"grad each", x.upstream()[3]}};
       }},
      {"d2l_autograd",
       [](auto& t) {
         const N x = t.input({0, 1, 2, 3}), y = 2 * matmul(x, x);
         t.backward(y);
         return Results{{"y", y.item()},
                        {"grad[1]", x.upstream()[1]},
                        {"grad[2]", x.upstream()[2]},
                        {"grad[3]", x.upstream()[3]}};
       }},
      {"rosenbrock",
       [](auto& t) {
         const N x = t.input(-1.2), y = t.input(1.0);
         const N f = 100 * square(y - x * x) + square(1 - x), fx = grad(f, x), fy = grad(f, y);
         return Results{{"f", f.item()},
                        {"df/dx", fx.item()},
                        {"df/dy", fy.item()},
                        {"Hxx", grad(fx, x).item()},
                        {"Hxy", grad(fx, y).item()},
                        {"Hyy", grad(fy, y).item()}};
       }},
      {"jax_reciprocal_6th",
       [](auto& t) {
         const N x = t.input(4);
         N y = 1 / x;
         for (int i = 0; i < 6; ++i) y = grad(y, x);
         return Results{{"value", y.item()}};
       }},
      {"jax_pow_second",
       [](auto& t) {
         const N x = t.input(4), y = t.input(0), f = pow(x, y), fx = grad(f, x), fy = grad(f, y);
         return Results{
             {"xx", grad(fx, x).item()}, {"xy", grad(fy, x).item()}, {"yy", grad(fy, y).item()}};
       }},
      {"tinygrad_implicit_broadcast",
       [](auto& t) {
         const N p = t.input(0.5);
         t.backward(sum(t.constant({1, 2, 3}) * sin(p)) + sin(p));
         return Results{{"dz/dp", p.upstream()[0]}};
       }},
      {"jax_logsumexp_where",
       [](auto& t) {
         const N x = t.input({0, 0, 0, 0, 100});
         t.backward(logsumexp(where(t.constant({1, 1, 1, 1, 0}), x, -INFINITY)));
         return Results{{"grad[0..3]", x.upstream()[0]}, {"grad[4]", x.upstream()[4]}};
       }},
      {"jax_sinc0",
       [](auto& t) {
         const N x = t.input(0), d1 = grad(sinc(x), x), d2 = grad(d1, x), d3 = grad(d2, x);
         return Results{
             {"d1", d1.item()}, {"d2", d2.item()}, {"d3", d3.item()}, {"d4", grad(d3, x).item()}};
       }},
      {"keras_bce_logits",
       [](auto& t) {
         const N z = t.input({{-18.6, 0.51}, {2.94, -12.8}}), y = t.constant({{0, 1}, {0, 0}});
         BinaryLoss<double> loss;
         Results r{{"mean", binary_cross_entropy_from_logits(z, y, loss).item()}};
         loss.reduction = Reduction::none;
         const N rows = mean(binary_cross_entropy_from_logits(z, y, loss), 1);
         r["sum of row means"] = sum(rows).item();
         r["sample_weight [.8,.2] on 2x2"] = mean(rows * t.constant({0.8, 0.2})).item();
         return r;
       }},
      {"keras_bce_prob",
       [](auto& t) {
         const N p = t.input({{.6, .4}, {.4, .6}}), y = t.constant({{0, 1}, {0, 0}});
         const N each = binary_cross_entropy(p, y, BinaryLoss<double>{1, 1, Reduction::none});
         const N rows = mean(each, 1);
         return Results{
             {"mean", mean(rows).item()}, {"row0", rows.value()[0]}, {"row1", rows.value()[1]}};
       }},
      {"keras_huber",
       [](auto& t) {
         const N p = t.input({{.6, .4}, {.4, .6}}), y = t.constant({{0, 1}, {0, 0}});
         const N rows = mean(huber_loss(p, y, 1, Reduction::none), 1);
         return Results{{"mean", mean(rows).item()}, {"sum", sum(rows).item()}};
       }},
      {"keras_hinge",
       [](auto& t) {
         const N p = t.input({{.6, .4}, {.4, .6}}), y = t.constant({{-1, 1}, {-1, -1}});
         const N each = hinge_loss(p, y, Reduction::none);
         return Results{{"hinge mean", mean(each).item()},
                        {"squared hinge mean", mean(square(each)).item()}};
       }},
      {"keras_kld",
       [](auto& t) {
         const N p = t.input({{.6, .4}, {.4, .6}}), y = t.constant({{0, 1}, {0, 0}});
         const N held = clamp(y, 1e-7, 1);  // as Keras does
         return Results{
             {"mean of row sums", kl_divergence(log(p), held, Reduction::batch_mean).item()}};
       }},
      {"goodfellow_xor",
       [](auto& t) {
         Results r;
         for (double a : {0.0, 1.0})
           for (double b : {0.0, 1.0}) {
             const N h = relu(matmul(t.constant({a, b}), t.constant({{1, 1}, {1, 1}})) +
                              t.constant({0, -1}));
             r["f" + std::string(a != 0 ? "1.0" : "0.0") + (b != 0 ? "1.0" : "0.0")] =
                 matmul(h, t.constant({1, -2})).item();
           }
         return r;
       }},
  };
  return all;
}

TEST(WorkedExamples, ByName) {
  GLASSGRAD_SKIP_WITHOUT_CASES("worked_examples.json");
  Tally tally("worked_examples");
  const Json file = read(folder() / "worked_examples.json");
  std::size_t known = 0;
  for (const auto& [name, json] : file.items()) {
    const auto example = table().find(name);
    const int numbers_given = int(json.at("values").size());
    if (example == table().end()) {
      tally.skip(name, numbers_given, "not written here");
      continue;
    }
    ++known;
    Tape tape;
    const Results results = example->second(tape);
    int number = 0;
    for (const Json& value : json.at("values")) {
      tally.run(name, number++, [&]() -> std::string {
        const std::string what = value.at("what");
        const auto found = results.find(what);
        if (found == results.end()) throw Skip{"not computed here"};
        const double wanted = std::stod(value.at("computed").get<std::string>());
        const double apart = distance(found->second, wanted);
        if (apart <= tolerance) return worst_accepted() = std::max(worst_accepted(), apart), "";
        return what + " is " + to_text(found->second) + ", wanted " + to_text(wanted);
      });
    }
  }
  if (own_folder()) {
    EXPECT_EQ(known, table().size()) << "a line of the table names no example";
  }
}

}  // namespace
}  // namespace glassgrad::cases
