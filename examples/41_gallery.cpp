// The gallery: pages and pictures of whole computations, for readers who want to see before
// building. `example_41_gallery FOLDER` (without one, into ./gallery); scripts/make-gallery keeps
// docs/gallery so. Each page opens by itself, without network; each picture in any viewer. Next:
// docs/gallery.
#include <glassgrad/data/csv.hpp>
#include <glassgrad/data/metrics.hpp>
#include <glassgrad/io/file.hpp>
#include <glassgrad/show/diagnose/problems.hpp>
#include <glassgrad/show/snapshot/recorder.hpp>

#include <filesystem>

#include "charts.hpp"
#include "check.hpp"
#include "network_charts.hpp"
using namespace glassgrad;

std::string folder = "gallery";

// The square that the boundary is drawn in, with its points.
Field field_of(const Points& points, double low, double high) {
  Field field;
  field.x_low = field.y_low = low;
  field.x_high = field.y_high = high;
  for (std::size_t i = 0; i < points.size(); ++i)
    field.points.push_back({points.x[2 * i], points.x[2 * i + 1], int(points.y[i])});
  return field;
}

// The page, its graph with the scopes folded or not, what was recorded, and the charts beside it.
void keep(const std::string& name, const std::string& title, const Node<>& cost, const Fold& fold,
          std::vector<Chart> charts = {}, const Recorder* recorder = nullptr) {
  const std::string path = folder + "/" + name;
  Snapshot shot = snapshot(cost, {.boxes = true});
  if (recorder) recorder->finish(shot);
  shot.stack = find_stack(shot);
  add_problems(shot);
  write_file(path + ".html", to_html(shot, title, charts));
  Snapshot picture = snapshot(cost, {.limit = 16, .fold = fold});
  add_problems(picture);
  write_svg(picture, path + ".svg");
  std::printf("wrote %s.html and .svg: %s\n", path.c_str(), title.c_str());
}

// Of the four examples of the OR gate: Z, Yhat and C, a box each.
Node<> or_gate_cost(Tape<>& tape, Parameter<>& W, Parameter<>& b) {
  auto X = tape.constant("X", {{0, 0, 1, 1}, {0, 1, 0, 1}}), Y = tape.constant("Y", {{0, 1, 1, 1}});
  Node<> Z, Yhat;
  {
    auto scope = tape.scope("Z");
    Z = name("Z", matmul(tape(W), X) + tape(b));
  }
  {
    auto scope = tape.scope("Yhat");
    Yhat = name("Yhat", sigmoid(Z));
  }
  auto scope = tape.scope("C");
  return name("C", sum(square(Y - Yhat)) / 8);
}

// From the slides' weights through 5000 epochs: curves, the boundary, every number at some epochs.
void or_gate() {
  const Points inputs{{0, 0, 0, 1, 1, 0, 1, 1}, {0, 1, 1, 1}};
  Recorder recorder({.unit = "epoch", .every = 10});
  recorder.set_field(field_of(inputs, -0.5, 1.5));
  Parameter W("W", {{0.1, 0.6}}), b("b", {{0.0}});
  GradientDescent descent(1.0);
  Tape tape;
  Node<> C;
  for (int epoch = 0; epoch <= 5000; ++epoch) {
    tape.clear();
    C = or_gate_cost(tape, W, b);
    tape.backward(C);
    if (recorder.wants_replay(epoch)) {
      Dense<> gate("gate", {{W.value()[0]}, {W.value()[1]}}, {b.item()});
      recorder.frame(epoch, pictures::plane_of(gate, -0.5, 1.5, 48).values);
    }
    recorder.record(epoch, C);
    if (epoch == 5000) break;
    tape.add_to_parameters();
    descent.step(W, b);
  }
  expect("OR gate: C after 5000 epochs", C.item(), 0.000527569180, 5e-13);
  keep("or_gate", "OR gate, 5000 epochs", C, true,
       {pictures::cost_along_weight(), pictures::three_rates()}, &recorder);
}

// Every weight a node of its own, so that each path of the chain rule can be walked.
void two_two_two() {
  Tape tape;
  std::vector<Node<>> w;
  const double start[] = {0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55};
  for (int i = 0; i < 8; ++i) w.push_back(tape.input("w" + std::to_string(i + 1), start[i]));
  const auto i1 = tape.constant("i1", 0.05), i2 = tape.constant("i2", 0.10);
  const auto unit = [&](const std::string& which, const Node<>& u, const Node<>& a, const Node<>& v,
                        const Node<>& b, double bias) {
    auto scope = tape.scope(which);
    return name(which, sigmoid(name("net_" + which, u * a + v * b + bias)));
  };
  const auto h1 = unit("h1", w[0], i1, w[1], i2, 0.35), h2 = unit("h2", w[2], i1, w[3], i2, 0.35);
  const auto o1 = unit("o1", w[4], h1, w[5], h2, 0.60), o2 = unit("o2", w[6], h1, w[7], h2, 0.60);
  auto scope = tape.scope("E");
  const auto E = name("E", square(0.01 - o1) / 2 + square(0.99 - o2) / 2);
  tape.backward(E);
  expect("2-2-2: dE/dw1", w[0].upstream()[0], 0.000438567734, 5e-13);
  keep("two_two_two", "The 2-2-2 network, every weight a node", E, true,
       {pictures::topology("The 2-2-2 network of the slides",
                           {{"i1", "i2"}, {"h1", "h2"}, {"o1", "o2"}},
                           {{{0.15, 0.20}, {0.25, 0.30}}, {{0.40, 0.45}, {0.50, 0.55}}}),
        pictures::trajectories()});
}

void three_layers() {
  Dense<> ij("ij", {{.1, .2, .3}, {.3, .2, .7}, {.4, .3, .9}}, {1, 1, 1});
  Dense<> jk("jk", {{.2, .3, .5}, {.3, .5, .7}, {.6, .4, .8}}, {1, 1, 1});
  Dense<> kl("kl", {{.1, .4, .8}, {.3, .7, .2}, {.5, .2, .9}}, {1, 1, 1});
  Tape tape;
  const auto x = tape.constant("x", {{0.1, 0.2, 0.7}}), y = tape.constant("y", {{1, 0, 0}});
  const auto a1 = name("a1", relu(ij(x))), a2 = name("a2", sigmoid(jk(a1)));
  const auto p = name("p", softmax(kl(a2)));
  const auto E = name("E", cross_entropy(p, y));
  tape.backward(E);
  expect("3-3-3-3: E", E.item(), 1.617233750000, 5e-13);
  keep("three_layers", "3-3-3-3: ReLU, logistic, softmax", E, true, {pictures::activations()});
}

void circles() {
  const Points points = two_circles(60, 2);
  Random random(3);
  auto model = make_network<>({.inputs = 2, .layers = layers_from("8,tanh,1")}, random);
  Recorder recorder({.unit = "epoch", .every = 10, .replays = 9});
  recorder.set_field(field_of(points, -2.5, 2.5));
  GradientDescent descent(1.0);
  const auto parameters = model.parameters();
  Tape tape;
  Node<> cost;
  for (int epoch = 0; epoch <= 400; ++epoch) {
    tape.clear();
    const Batch batch = on_tape(tape, points, all_rows(points));
    cost = name("C", binary_cross_entropy_from_logits(model(batch.x), batch.y));
    tape.backward(cost);
    if (recorder.wants_replay(epoch))
      recorder.frame(epoch, pictures::plane_of(model, -2.5, 2.5, 48).values);
    recorder.record(epoch, cost);
    if (epoch == 400) break;
    tape.add_to_parameters();
    descent.step(parameters);
  }
  claim("circles: every point on its side", accuracy_of(model, points) == 1);
  keep("circles", "A disc in a ring, 400 epochs", cost, true, {}, &recorder);
}

Node<> normal(Tape<>& tape, bool learnt, const std::string& called, std::int64_t rows,
              std::int64_t columns, double width, Random& random) {
  std::vector<double> numbers;
  for (std::int64_t i = 0; i < rows * columns; ++i) numbers.push_back(random.normal(0, width));
  const Shape shape{rows, columns};
  const View<const double> matrix(numbers.data(), &shape);
  return learnt ? tape.input(called, matrix) : tape.constant(called, matrix);
}

// One head of attention (Vaswani et al. 2017) and two dense layers, both beside a residual path.
Node<> block(Tape<>& tape, const std::string& n, const Node<>& x, Random& random) {
  const auto weight = [&](const std::string& what, std::int64_t from, std::int64_t to) {
    return normal(tape, true, what + n, from, to, 1 / std::sqrt(double(from)), random);
  };
  auto outer = tape.scope("block" + n);
  Node<> seen;
  {
    auto scope = tape.scope("attention");
    const auto Q = name("Q" + n, matmul(x, weight("W_Q", 8, 8)));
    const auto K = name("K" + n, matmul(x, weight("W_K", 8, 8)));
    const auto V = name("V" + n, matmul(x, weight("W_V", 8, 8)));
    const auto A = name("A" + n, softmax(matmul(Q, transpose(K)) / std::sqrt(8.0)));
    seen = name("seen" + n, x + matmul(A, V));
  }
  auto scope = tape.scope("dense");
  return name("out" + n,
              seen + matmul(gelu(matmul(seen, weight("W_1", 8, 16))), weight("W_2", 16, 8)));
}

void attention() {
  Random random(7);
  Tape tape;
  auto x = normal(tape, false, "tokens", 4, 8, 1, random);
  for (int i = 1; i <= 3; ++i) x = block(tape, std::to_string(i), x, random);
  auto scope = tape.scope("cost");
  const auto L = name("L", mean(square(x)));
  tape.backward(L);
  const auto report = check_nodes(tape);
  claim("attention: local gradients agree with differences", report.ok);
  keep("attention", "Three blocks of attention over four tokens", L, true);
}

// log of what may become negative: the first NaN, and everything after it.
void a_nan() {
  Tape tape;
  const auto x = tape.constant("x", {0.5, 1.0, 2.0}), w = tape.input("w", {1.0, -0.2, 0.4});
  const auto p = name("p", w * x), l = name("log p", log(p)), L = name("L", sum(square(l)));
  tape.backward(L);
  claim("a NaN: at the second number of log p",
        std::isnan(l.value()[1]) && !std::isnan(l.value()[0]));
  keep("nan", "A NaN, and where it began", L, false);
}

// 64 pixels, 16 units, ten classes, after three epochs: a batch of 32 as the fourth would see it.
void digits() {
  const Dataset data = read_labelled_csv("examples/data/digits.csv");
  Random random(1);
  Sequential<> model;
  model.add(Dense<>("layer1", 64, 16, random, {.weights = he_normal()}))
      .add("relu")
      .add(Dense<>("layer2", 16, 10, random));
  Adam adam(0.003);
  Batches batches(data.size(), 32, 1);
  const auto parameters = model.parameters();
  Tape tape;
  Node<> cost;
  std::vector<std::int64_t> labels, said;
  double right = 0;
  for (int epoch = 0; epoch < 4; ++epoch)
    for (std::int64_t i = 0; i < (epoch < 3 ? batches.iterations() : 1); ++i) {
      tape.clear();
      const Dataset batch = take(data, batches.rows(epoch, i));
      std::vector<double> pixels;
      for (double pixel : batch.x.numbers) pixels.push_back(pixel / 16);
      const Shape shape{batch.size(), 64};
      const auto z = model(tape.constant("pixels", View<const double>(pixels.data(), &shape)));
      cost = name("cost", softmax_cross_entropy(z, tape.indices(batch.labels)));
      tape.backward(cost);
      if (epoch == 3) {
        const auto scores = z.value();
        right = accuracy(batch.labels,
                         argmax_rows(Matrix(batch.size(), 10, {scores.begin(), scores.end()})));
        break;
      }
      tape.add_to_parameters();
      adam.step(parameters);
    }
  std::printf("digits: cost %.4f, %.1f %% of the batch right\n", cost.item(), 100 * right);
  claim("digits: nine of ten in the batch are right", right > 0.9);
  keep("digits", "Handwritten digits: a batch of 32 after three epochs", cost, true);
  write_svg(cost, folder + "/digits_unfolded.svg");
}

int main(int count, char** arguments) {
  if (count > 1) folder = arguments[1];
  std::filesystem::create_directories(folder);
  or_gate();
  two_two_two();
  three_layers();
  circles();
  attention();
  a_nan();
  digits();
  return failures();
}
