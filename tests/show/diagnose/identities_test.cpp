// What every view relies on, held for whole runs: folded, replayed, broadcast, large, not finite;
// and that each fault of the kind, put in on purpose, is found.
#include "glassgrad/show/diagnose/identities.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "glassgrad/show/snapshot/recorder.hpp"
#include "show/nets.hpp"

namespace glassgrad {
namespace {

using namespace nets;

std::string found(const Snapshot& shot) {
  std::string all = to_text(check_identities(shot));
  for (const std::string& line : check_identities(shot).violations) all += line + "\n";
  return all;
}
std::string violations(const Snapshot& shot) {
  std::string all;
  for (const std::string& line : check_identities(shot).violations) all += line + "\n";
  return all;
}

// The OR gate of the slides, four examples at once, trained and recorded; the last epoch is `shot`.
Snapshot trained(int epochs, RecorderOptions options = {.unit = "epoch"}) {
  Parameter<> W("W", {{0.1, 0.6}}), b("b", {{0.0}});
  Recorder recorder(std::move(options));
  Tape tape;
  Snapshot shot;
  for (int epoch = 0; epoch <= epochs; ++epoch) {
    tape.clear();
    const auto X = tape.constant("X", {{0, 0, 1, 1}, {0, 1, 0, 1}});
    const auto Y = tape.constant("Y", {{0, 1, 1, 1}});
    const auto Z = box(tape, "Z", [&] { return name("Z", matmul(tape(W), X) + tape(b)); });
    const auto yhat = box(tape, "Yhat", [&] { return name("Yhat", sigmoid(Z)); });
    const auto C = box(tape, "C", [&] { return name("C", sum(square(Y - yhat)) / 8); });
    tape.backward(C);
    recorder.record(epoch, C);
    shot = snapshot(C, {.boxes = true});
    tape.add_to_parameters();
    GradientDescent(1.0).step(W, b);
  }
  recorder.finish(shot);
  return shot;
}

TEST(Identities, HoldForAFoldAtEveryEpoch) {
  const Snapshot shot = trained(3);
  const std::string says = found(shot),
                    holds = "checked 12 nodes, 11 edges, 5 epochs, 3 folds: all hold\n";
  EXPECT_EQ(says.substr(0, holds.size()), holds);
  const Replay& first = shot.training->replays.front();
  ASSERT_EQ(first.scopes.size(), 3U);
  EXPECT_EQ(shot.scopes[first.scopes[1].scope].name, "Yhat");
  // sigmoid'(z) for z = 0, 0.6, 0.1, 0.7: epoch 0's, not the last one's
  const std::vector<double>& local = first.scopes[1].locals[0]->numbers;
  const double expected[] = {0.25, 0.22878424, 0.24937604, 0.22171287};
  ASSERT_EQ(local.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(local[i], expected[i], 1e-8);
  EXPECT_NE(local, shot.scopes[first.scopes[1].scope].inputs[0].local->numbers);
  // and through JSON and the page
  EXPECT_EQ(found(parse_snapshot(to_json(shot))), found(shot));
  EXPECT_EQ(json_of_page(to_html(shot, "or")), to_json(shot, "or"));
}

// Where the node of this label stands.
std::uint32_t at(const Snapshot& shot, std::string_view label) {
  for (std::uint32_t i = 0; i < shot.nodes.size(); ++i)
    if (shot.nodes[i].label == label) return i;
  ADD_FAILURE() << label;
  return 0;
}

TEST(Identities, FindWhatIsWrong) {
  const auto spoilt = [](const std::function<void(Snapshot&)>& change) {
    Snapshot shot = trained(2);
    change(shot);
    return violations(shot);
  };
  const auto says = [](const std::string& text, const std::string& with) {
    EXPECT_NE(text.find(with), text.npos) << with << "\n" << text;
  };
  // the last epoch's local where epoch 0's should be, of a fold and of a node
  says(spoilt([](Snapshot& shot) {
         shot.training->replays[0].scopes[1].locals[0] = shot.scopes[2].inputs[0].local;
       }),
       "[check] epoch 0: box \"Yhat\" to \"Z/Z\": local x upstream is ");
  says(spoilt([](Snapshot& shot) {
         const std::uint32_t yhat = at(shot, "Yhat");
         shot.training->replays[1].nodes[yhat].inputs[0].local = shot.nodes[yhat].inputs[0].local;
       }),
       "[check] epoch 1: \"Yhat/Yhat\" to \"Z/Z\": local x upstream is ");
  // a lost contribution, a wrong sum, a product that is off by a few last bits
  EXPECT_EQ(
      spoilt([](Snapshot& shot) { shot.nodes[at(shot, "Z")].inputs[0].contribution.reset(); }),
      "[check] \"Z/v1\": there is an upstream, and nothing arrived\n"
      "[check] \"Z/Z\" to \"Z/v1\": there is a local gradient and an upstream, and nothing "
      "was sent\n");
  says(spoilt([](Snapshot& shot) { shot.nodes[at(shot, "b")].upstream->numbers[0] = 3; }),
       "[check] \"Z/b\": the sum of the 1 contribution is -0.0");
  says(spoilt([](Snapshot& shot) {
         SnapshotNode& node = shot.nodes[at(shot, "v3")];
         node.inputs[0].contribution->numbers[0] *= 1 + 1e-14;
       }),
       "[check] \"C/v3\" to \"C/v2\": local x upstream is ");
  // a product of matrices, changed together with the upstream that it is
  says(spoilt([](Snapshot& shot) {
         shot.nodes[at(shot, "v1")].inputs[0].contribution->numbers[0] = 1;
         shot.nodes[at(shot, "W")].upstream->numbers[0] = 1;
       }),
       "[check] \"Z/v1\" to \"Z/W\": upstream . X^T is -0.0");
  says(spoilt([](Snapshot& shot) {
         shot.nodes[at(shot, "b")].upstream.reset();
         shot.nodes[at(shot, "b")].state = Upstream::none;
       }),
       "[check] \"Z/b\": something arrived, and there is no upstream");
}

TEST(Identities, HoldHoweverItIsFoldedAndStretched) {
  Random random(5);
  const auto draw = [&](std::vector<double>& numbers) {
    for (double& x : numbers) x = random.normal(0, 1);
  };
  for (int round = 0; round < 12; ++round) {
    Tape tape;
    std::vector<double> rows(12), row(4), column(3), one(1);
    draw(rows), draw(row), draw(column), draw(one);
    const Shape wide{3, 4}, flat{4}, tall{3, 1}, single{1, 1};
    const auto x = tape.input("x", View<const double>(rows.data(), &wide));
    const auto a = tape.input("a", View<const double>(row.data(), &flat));
    const auto b = tape.input("b", View<const double>(column.data(), &tall));
    const auto c = tape.input("c", View<const double>(one.data(), &single));
    Node<> y;
    {
      const auto scope = tape.scope("outer");
      const auto z = box(tape, "inner", [&] { return tanh(x * a + b) / (2 + square(c)); });
      y = name("y", z * c + softmax(z - a, 1) * b);
    }
    const auto cost = name("cost", mean(square(y - x)) + sum(a * c));
    tape.backward(cost);
    for (const Fold& fold : {Fold(true), Fold::at_depth(2), Fold::at_names(), Fold(false)}) {
      const Snapshot shot = snapshot(cost, {.fold = fold, .boxes = true});
      EXPECT_EQ(violations(shot), "");
      const Identities numbers = check_identities(shot);
      EXPECT_GT(numbers.products, numbers.unchecked_products);
    }
  }
}

TEST(Identities, OfFloatsOfTheInfiniteAndOfLargeArrays) {
  Tape<float> floats;
  const auto x = floats.input("x", {{0.1f, 3e20f, -2}, {7e-30f, 0, 1e-42f}});
  floats.backward(sum(exp(-abs(x)) * x + x / 3));
  EXPECT_EQ(violations(snapshot(floats.records().node(floats.size() - 1))), "");

  Tape tape;
  const auto w = tape.input("w", {-1, 0, 2});
  const auto cost = sum(log(w) * sqrt(w));
  tape.backward(cost);
  Snapshot shot = snapshot(cost);
  EXPECT_EQ(violations(shot), "");
  shot.nodes[0].upstream->numbers[0] = 1;  // where a NaN was sent
  EXPECT_EQ(violations(shot),
            "[check] \"w\", upstream: its max is 0.9521713170536843, its numbers have 1\n"
            "[check] \"w\": the sum of the 2 contributions is nan at (0), not 1 as its upstream\n");

  tape.clear();
  std::vector<double> many(1000);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = std::sin(double(i));
  const Shape shape{10, 100};
  const auto large = tape.input("large", View<const double>(many.data(), &shape));
  const auto all = sum(square(large) + large);
  tape.backward(all);
  shot = snapshot(all);
  EXPECT_EQ(found(shot),
            "checked 4 nodes, 4 edges, 1 epoch, 0 folds: all hold\n4 of 4 products and 3 of 3 sums "
            "by their statistics or not at all: their numbers are not in the file\n");
  shot.nodes[0].upstream->mean *= 1.001;
  EXPECT_EQ(check_identities(shot).violations.size(), 2U);  // its own norm, and the sum
}

TEST(Identities, OfAPartOfARun) {
  // two losses, one of them shown: the rest of x's upstream came from elsewhere, and is said to
  Tape tape;
  const auto x = tape.input("x", 3.0), w = tape.input("w", 2.0);
  Node<> inner;
  const auto first = box(tape, "part", [&] {
    inner = name("inner", x * w);
    return name("first", square(inner));
  });
  tape.backward(first + 5 * x + sigmoid(inner));
  const Snapshot shot = snapshot(first, {.boxes = true});
  EXPECT_EQ(violations(shot), "");
  ASSERT_TRUE(shot.nodes[0].elsewhere.has_value());
  EXPECT_NEAR(shot.nodes[0].elsewhere->numbers[0], 5, 1e-12);
  EXPECT_FALSE(shot.nodes[1].elsewhere.has_value());
  EXPECT_TRUE(shot.scopes[1].inputs.empty());  // what is read inside it makes two outputs
  EXPECT_NE(Trace(shot).text().find(", with 5 from elsewhere, in sum 29"), std::string::npos)
      << Trace(shot).text();
  EXPECT_EQ(to_json(parse_snapshot(to_json(shot))), to_json(shot));
  EXPECT_EQ(violations(snapshot(first, {.fold = true, .boxes = true})), "");
}

TEST(Identities, OfReplaysThatKeepPart) {
  const Snapshot shot = trained(2, {.unit = "epoch", .keep = {"Yhat/*", "Z/Z", "C/*"}});
  EXPECT_EQ(violations(shot), "");
  std::vector<std::string> scopes;
  for (const ReplayedScope& scope : shot.training->replays[0].scopes)
    scopes.push_back(shot.scopes[scope.scope].name);
  EXPECT_EQ(scopes, (std::vector<std::string>{"Yhat", "C"}));  // of Z some ops are not kept
}

}  // namespace
}  // namespace glassgrad
