// A character model: two LSTMs on top of each other read a short story letter by letter and say how
// probable each letter is to come next. What it needs for a letter, in bits, falls below what
// anyone needs who sees three letters back, so it has learnt to look further; then it is let write.
// Run it in the repository's root. Next: 62_convolution.cpp.
#include <glassgrad/glassgrad.hpp>

#include "check.hpp"
#include "text.hpp"
using namespace glassgrad;

constexpr std::int64_t length = 40, pieces_at_once = 16, hidden = 64;

// Letters as vectors, two LSTMs, a score for every letter that could come next.
struct CharacterModel : Module<> {
  Embedding<> letters;
  Lstm<> first, second;
  Dense<> out;
  CharacterModel(std::int64_t characters, Random& random)
      : letters("letters", characters, 16, random),
        first("first", 16, hidden, random),
        second("second", hidden, hidden, random),
        out("out", hidden, characters, random) {}

  // positions [m, steps] -> scores [m, steps, characters]
  Node<> operator()(const Node<>& positions) override {
    return out(second(first(letters(positions))));
  }
  void each_parameter(const Visit& visit) override {
    visit(letters), visit(first), visit(second), visit(out);
  }

  // One letter, going on from the states and leaving them there: scores [1, characters]
  struct States {
    LstmState<> first, second;
  };
  States start(Tape<>& tape) { return {first.cell.start(tape, 1), second.cell.start(tape, 1)}; }
  Node<> step(Tape<>& tape, std::int64_t letter, States& states) {
    states.first = first.cell.step(letters(tape.indices({letter})), states.first);
    states.second = second.cell.step(states.first.h, states.second);
    return out(states.second.h);
  }
};

// Bits per letter of the whole text, read from its beginning to its end.
double bits(CharacterModel& model, const Text& text) {
  Tape tape(Keep::values);
  auto states = model.start(tape);
  double sum = 0;
  for (std::int64_t t = 0; t + 1 < text.size(); ++t) {
    const auto scores = model.step(tape, text.letters[std::size_t(t)], states);
    sum -= log_softmax(scores).value()(0, text.letters[std::size_t(t + 1)]);
  }
  return sum / double(text.size() - 1) / std::log(2.0);
}

std::string sample(CharacterModel& model, const Text& text, std::int64_t count, Random& random) {
  Tape tape(Keep::values);
  auto states = model.start(tape);
  auto letter = std::int64_t(text.alphabet.find('T'));
  std::string written;
  for (std::int64_t i = 0; i < count; ++i) {
    written += text.alphabet[std::size_t(letter)];
    const auto scores = model.step(tape, letter, states);
    letter = draw(scores.value().data, text.characters(), 0.7, random);
  }
  return written;
}

int main() {
  const Text text("examples/data/river.txt");
  Random random(1);
  CharacterModel model(text.characters(), random);
  std::printf("%d letters of %d kinds, %d parameters\n", int(text.size()), int(text.characters()),
              int(model.parameter_count()));
  const double untrained = bits(model, text), three_back = text.entropy(3);
  std::printf("bits per letter: %.3f if all are alike, ", std::log2(double(text.characters())));
  for (std::size_t before = 0; before < 4; ++before)
    std::printf("%.3f%s", text.entropy(before), before < 3 ? ", " : "");
  std::printf(" seeing 0, 1, 2, 3 letters back\n");

  const auto parameters = model.parameters();
  Adam adam(0.01, {}, {.clip_norm = 1});
  Tape tape(Keep::parameters);
  for (int step = 1; step <= 180; ++step) {
    tape.clear();
    const auto batch = text.pieces(random, pieces_at_once, length);
    const auto read = tape.indices("read", batch.read, Shape{pieces_at_once, length});
    const auto scores = model(read.record());
    const auto cost = softmax_cross_entropy(flatten(scores, 0, 1), tape.indices(batch.next));
    tape.backward(cost);
    tape.add_to_parameters();
    adam.step(parameters);
    if (step % 30 == 0) std::printf("step %d: %.3f bits\n", step, cost.item() / std::log(2.0));
  }

  const double trained = bits(model, text);
  std::printf("the whole text: %.3f bits per letter, %.3f untrained\n", trained, untrained);
  std::printf("--\n%s\n--\n", sample(model, text, 300, random).c_str());
  claim("untrained it knows no letter from another",
        std::abs(untrained - std::log2(double(text.characters()))) < 0.5);
  claim("fewer bits than by the three letters before", trained < three_back);
  return failures();
}
