// A transformer that writes (Vaswani et al. 2017, with the normalisation before each part as in
// Xiong et al. 2020): letters and their places as vectors, two blocks of causal attention and a
// dense part, each added to what it was given. That no letter sees a later one is checked to the
// bit, the gradients of a tiny one by differences. Run it in the repository's root.
#include <glassgrad/glassgrad.hpp>

#include "check.hpp"
#include "model_check.hpp"
#include "text.hpp"
using namespace glassgrad;

//   x <- x + attention(norm1(x));  x <- x + narrow(gelu(wide(norm2(x))))
struct Block : Module<> {
  LayerNorm<> norm1, norm2;
  MultiHeadAttention<> attention;
  Dense<> wide, narrow;
  Block(const std::string& name, std::int64_t size, std::int64_t heads, Random& random)
      : norm1(name + ".norm1", size),
        norm2(name + ".norm2", size),
        attention(name + ".attention", size, heads, random, {.causal = true}),
        wide(name + ".wide", size, 4 * size, random),
        narrow(name + ".narrow", 4 * size, size, random) {}
  Node<> operator()(const Node<>& x) override {
    const auto seen = x + attention(norm1(x));
    return seen + narrow(gelu(wide(norm2(seen))));
  }
  void each_parameter(const Visit& visit) override {
    visit(norm1), visit(attention), visit(norm2), visit(wide), visit(narrow);
  }
};

// positions [m, steps] -> a score for every letter that could come next [m, steps, characters]
struct Transformer : Module<> {
  Embedding<> letters, places;
  Block first, second;
  LayerNorm<> norm;
  Dense<> out;
  Transformer(std::int64_t characters, std::int64_t length, std::int64_t size, std::int64_t heads,
              Random& random)
      : letters("letters", characters, size, random, normal_init(0.3)),
        places("places", length, size, random, normal_init(0.3)),
        first("first", size, heads, random),
        second("second", size, heads, random),
        norm("norm", size),
        out("out", size, characters, random) {}
  Node<> operator()(const Node<>& read) override {
    std::vector<std::int64_t> order(std::size_t(read.shape()[1]));
    for (std::size_t t = 0; t < order.size(); ++t) order[t] = std::int64_t(t);
    const auto x = letters(read) + places(read.tape()->indices(order));
    return out(norm(second(first(x))));
  }
  void each_parameter(const Visit& visit) override {
    visit(letters), visit(places), visit(first), visit(second), visit(norm), visit(out);
  }

  Node<> cost(Tape<>& tape, const Text::Pieces& pieces, std::int64_t m) {
    const Shape shape{m, std::int64_t(pieces.read.size()) / m};
    const auto scores = (*this)(tape.indices("read", pieces.read, shape).record());
    return softmax_cross_entropy(flatten(scores, 0, 1), tape.indices(pieces.next));
  }
};

// Scores after each of these letters.
std::vector<double> scores(Transformer& model, const std::vector<std::int64_t>& read) {
  Tape tape(Keep::values);
  const auto y = model(tape.indices("read", read, Shape{1, std::int64_t(read.size())}).record());
  return {y.value().begin(), y.value().end()};
}

// For every place of a piece: another letter there changes no score before it, to the bit, and
// those after it from then on.
void check_causality(Transformer& model, const Text& text, std::vector<std::int64_t> read) {
  const auto before = scores(model, read);
  const std::size_t characters = std::size_t(text.characters());
  bool earlier_same = true, later_other = true;
  for (std::size_t t = 0; t < read.size(); ++t) {
    auto other = read;
    other[t] = (other[t] + 1) % text.characters();
    const auto after = scores(model, other);
    for (std::size_t i = 0; i < before.size(); i += characters) {
      const auto at = std::ptrdiff_t(i);
      const bool same = std::equal(before.begin() + at, before.begin() + at + text.characters(),
                                   after.begin() + at);
      (i / characters < t ? earlier_same : later_other) &= same == (i / characters < t);
    }
  }
  claim("no letter changes what was said before it", earlier_same);
  claim("every letter changes what is said from then on", later_other);
}

std::string sample(Transformer& model, const Text& text, std::size_t count, std::size_t length,
                   Random& random) {
  std::vector<std::int64_t> read{std::int64_t(text.alphabet.find('T'))};
  while (read.size() < count) {
    const auto shown = std::ptrdiff_t(std::min(read.size(), length));
    const auto all = scores(model, {read.end() - shown, read.end()});
    read.push_back(draw(&*(all.end() - text.characters()), text.characters(), 0.7, random));
  }
  std::string written;
  for (const auto letter : read) written += text.alphabet[std::size_t(letter)];
  return written;
}

int main() {
  const Text text("examples/data/river.txt");
  Random random(1);
  {
    Transformer tiny(text.characters(), 4, 4, 2, random);
    const auto pieces = text.pieces(random, 2, 4);
    const auto report = check_parameters(tiny, [&](Tape<>& t) { return tiny.cost(t, pieces, 2); });
    std::printf("%s", report.text().c_str());
    claim("every gradient is that of the differences", report.ok);
    const auto block = check_gradients([&](const Node<>& x) { return tiny.first(x); },
                                       {{{0.3, -1, 0.5, 2}, {1, 0.2, -0.4, -1}, {0, 1, 3, -2}}});
    claim("a block's Jacobian too, in three ways", block.ok);
  }

  constexpr std::int64_t length = 32, m = 8;
  Transformer model(text.characters(), length, 32, 4, random);
  std::printf("%d parameters\n", int(model.parameter_count()));
  const auto piece = text.pieces(random, 1, length).read;
  check_causality(model, text, piece);

  const auto parameters = model.parameters();
  AdamW adam(0.007);
  Tape tape(Keep::parameters);
  double recent = 0;  // a running mean of the last losses
  for (int step = 1; step <= 450; ++step) {
    tape.clear();
    const auto cost = model.cost(tape, text.pieces(random, m, length), m);
    tape.backward(cost);
    tape.add_to_parameters();
    adam.step(parameters);
    recent += (cost.item() / std::log(2.0) - recent) / std::min(step, 20);
    if (step % 50 == 0) std::printf("step %d: %.3f bits per letter\n", step, recent);
  }
  check_causality(model, text, piece);
  std::printf("--\n%s\n--\n", sample(model, text, 200, length, random).c_str());
  std::printf("seeing two letters back: %.3f bits\n", text.entropy(2));
  claim("fewer bits than by the two letters before", recent < text.entropy(2));
  return failures();
}
