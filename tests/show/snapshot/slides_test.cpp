// Scopes read as one node: the slides' boxes with their very lines and numbers.
#include <gtest/gtest.h>

#include "show/nets.hpp"

namespace glassgrad {
namespace {

using namespace nets;

const SnapshotNode& node_called(const Snapshot& shot, const std::string& label) {
  for (const SnapshotNode& node : shot.nodes)
    if (node.label == label) return node;
  throw std::runtime_error("no node is called " + label);
}
const SnapshotInput& input_of(const Snapshot& shot, const std::string& of,
                              const std::string& from) {
  for (const SnapshotInput& input : node_called(shot, of).inputs)
    if (shot.nodes[input.node].label == from) return input;
  throw std::runtime_error(of + " does not read " + from);
}
void expect_near(const SnapshotArray& found, std::initializer_list<double> wanted) {
  ASSERT_EQ(found.numbers.size(), wanted.size());
  std::size_t i = 0;
  for (double number : wanted) EXPECT_NEAR(found.numbers[i++], number, 1e-12);
}

TEST(FoldedOrGate, IsTheThreeBoxesOfTheSlides) {
  OrGate gate;
  gate.run(false);
  EXPECT_EQ(trace(gate.L, {.fold = true}).text(), R"(forward
  x1 (constant) = 0
  x2 (constant) = 0
  y (constant) = 0
  w1 (parameter) = 0.1
  w2 (parameter) = 0.6
  z = w1 * x1 + w2 * x2 = 0
  yhat = sigmoid(z) = 0.5
  L = (y - yhat)^2 / 2 = 0.125
backward
  L: upstream 1
  L: upstream 1 x local -(y - yhat) = 0.5 -> yhat: 0.5
  yhat: upstream 0.5 x local yhat * (1 - yhat) = 0.25 -> z: 0.125
  z: upstream 0.125 x local x1 = 0 -> w1: 0
  z: upstream 0.125 x local x2 = 0 -> w2: 0
)");
}

TEST(FoldedOrGate, UnfoldedIsThePrimitiveOps) {
  OrGate gate;
  gate.run(false);
  EXPECT_EQ(trace(gate.L).text(), R"(forward
  x1 (constant) = 0
  x2 (constant) = 0
  y (constant) = 0
  z:
    w1 (parameter) = 0.1
    v1 = w1 * x1 = 0
    w2 (parameter) = 0.6
    v2 = w2 * x2 = 0
    v3 = v1 + v2 = 0
  yhat:
    v4 = sigmoid(v3) = 0.5
  L:
    v5 = y - v4 = -0.5
    v6 = v5^2 = 0.25
    v7 = v6 / 2 = 0.125
backward
  v7: upstream 1
    v7 -> v6: upstream 1 x local (1 / 2 = 0.5) = 0.5
    v6 -> v5: upstream 0.5 x local (2 * v5 = -1) = -0.5
    v5 -> v4: upstream -0.5 x local -1 = 0.5
  yhat:
    v4 -> v3: upstream 0.5 x local (v4 * (1 - v4) = 0.25) = 0.125
  z:
    v3 -> v1: upstream 0.125 x local 1 = 0.125
    v3 -> v2: upstream 0.125 x local 1 = 0.125
    v2 -> w2: upstream 0.125 x local (x2 = 0) = 0
    v1 -> w1: upstream 0.125 x local (x1 = 0) = 0
)");
}

TEST(FoldedOrGate, WithABiasLearnsAndRunsAgain) {
  OrGate gate;
  gate.run(true);
  EXPECT_EQ(trace(gate.L, {.fold = true}).text(), R"(forward
  x1 (constant) = 0
  x2 (constant) = 0
  y (constant) = 0
  w1 (parameter) = 0.1
  w2 (parameter) = 0.6
  b (parameter) = 0
  z = w1 * x1 + w2 * x2 + b = 0
  yhat = sigmoid(z) = 0.5
  L = (y - yhat)^2 / 2 = 0.125
backward
  L: upstream 1
  L: upstream 1 x local -(y - yhat) = 0.5 -> yhat: 0.5
  yhat: upstream 0.5 x local yhat * (1 - yhat) = 0.25 -> z: 0.125
  z: upstream 0.125 x local x1 = 0 -> w1: 0
  z: upstream 0.125 x local x2 = 0 -> w2: 0
  z: upstream 0.125 x local 1 -> b: 0.125
)");
  gate.tape.add_to_parameters();
  GradientDescent(1.0).step(gate.w1, gate.w2, gate.b);
  gate.tape.clear();
  gate.run(true);
  EXPECT_EQ(trace(gate.L, {.fold = true}).text(), R"(forward
  x1 (constant) = 0
  x2 (constant) = 0
  y (constant) = 0
  w1 (parameter) = 0.1
  w2 (parameter) = 0.6
  b (parameter) = -0.125
  z = w1 * x1 + w2 * x2 + b = -0.125
  yhat = sigmoid(z) = 0.4688
  L = (y - yhat)^2 / 2 = 0.1099
backward
  L: upstream 1
  L: upstream 1 x local -(y - yhat) = 0.4688 -> yhat: 0.4688
  yhat: upstream 0.4688 x local yhat * (1 - yhat) = 0.249 -> z: 0.1167
  z: upstream 0.1167 x local x1 = 0 -> w1: 0
  z: upstream 0.1167 x local x2 = 0 -> w2: 0
  z: upstream 0.1167 x local 1 -> b: 0.1167
)");
  const Snapshot shot = snapshot(gate.L, {.fold = true});
  expect_near(node_called(shot, "yhat").value, {0.468790626626});
  expect_near(node_called(shot, "L").value, {0.109882325806});
}

TEST(FoldedOrGate, VectorisedTwoPasses) {
  VectorisedOrGate gate;
  gate.run();
  EXPECT_EQ(trace(gate.C, {.decimals = 4, .fold = true}).text(), R"(forward
  X (constant) = [[0 0 1 1]; [0 1 0 1]]
  Y (constant) = [[0 1 1 1]]
  W (parameter) = [[0.1 0.6]]
  b (parameter) = [[0]]
  Z = W . X + b = [[0 0.6 0.1 0.7]]
  Yhat = sigmoid(Z) = [[0.5 0.6457 0.525 0.6682]]
  C = sum((Y - Yhat)^2) / 8 = 0.0889
backward
  C: upstream 1
  C: upstream 1 x local -(Y - Yhat) / 4 = [[0.125 -0.0886 -0.1188 -0.083]] -> Yhat: [[0.125 -0.0886 -0.1188 -0.083]]
  Yhat: upstream [[0.125 -0.0886 -0.1188 -0.083]] x local Yhat * (1 - Yhat) = [[0.25 0.2288 0.2494 0.2217]] -> Z: [[0.0312 -0.0203 -0.0296 -0.0184]]
  Z: upstream [[0.0312 -0.0203 -0.0296 -0.0184]] . local X^T -> W: [[-0.048 -0.0387]]
  Z: upstream [[0.0312 -0.0203 -0.0296 -0.0184]] x local 1, summed to (1, 1) -> b: [[-0.037]]
)");
  Snapshot shot = snapshot(gate.C, {.fold = true});
  expect_near(node_called(shot, "C").value, {0.088912947523});
  expect_near(*input_of(shot, "C", "Yhat").contribution,
              {0.125, -0.088585923444, -0.118755203130, -0.082953056958});
  expect_near(*input_of(shot, "Yhat", "Z").local,
              {0.25, 0.228784240457, 0.249376040193, 0.221712873293});
  expect_near(*input_of(shot, "Yhat", "Z").contribution,
              {0.03125, -0.020267063210, -0.029614702309, -0.018391760607});
  expect_near(*input_of(shot, "Z", "W").contribution, {-0.048006462916, -0.038658823817});
  expect_near(*input_of(shot, "Z", "b").contribution, {-0.037023526126});
  gate.tape.add_to_parameters();
  GradientDescent(1.0).step(gate.W, gate.b);
  gate.tape.clear();
  gate.run();
  EXPECT_EQ(trace(gate.C, {.decimals = 4, .fold = true}).text(), R"(forward
  X (constant) = [[0 0 1 1]; [0 1 0 1]]
  Y (constant) = [[0 1 1 1]]
  W (parameter) = [[0.148 0.6387]]
  b (parameter) = [[0.037]]
  Z = W . X + b = [[0.037 0.6757 0.185 0.8237]]
  Yhat = sigmoid(Z) = [[0.5093 0.6628 0.5461 0.695]]
  C = sum((Y - Yhat)^2) / 8 = 0.084
backward
  C: upstream 1
  C: upstream 1 x local -(Y - Yhat) / 4 = [[0.1273 -0.0843 -0.1135 -0.0762]] -> Yhat: [[0.1273 -0.0843 -0.1135 -0.0762]]
  Yhat: upstream [[0.1273 -0.0843 -0.1135 -0.0762]] x local Yhat * (1 - Yhat) = [[0.2499 0.2235 0.2479 0.212]] -> Z: [[0.0318 -0.0188 -0.0281 -0.0162]]
  Z: upstream [[0.0318 -0.0188 -0.0281 -0.0162]] . local X^T -> W: [[-0.0443 -0.035]]
  Z: upstream [[0.0318 -0.0188 -0.0281 -0.0162]] x local 1, summed to (1, 1) -> b: [[-0.0313]]
)");
  shot = snapshot(gate.C, {.fold = true});
  expect_near(node_called(shot, "C").value, {0.084009595423});
  expect_near(*input_of(shot, "Yhat", "Z").local,
              {0.249914348225, 0.223504506948, 0.247872394475, 0.211967663293});
  expect_near(*input_of(shot, "Z", "W").contribution, {-0.044287247859, -0.035004399952});
  expect_near(*input_of(shot, "Z", "b").contribution, {-0.031312588445});
}

TEST(FoldedSoftmax, ShowsItsJacobianWithSoftmaxCrossEntropy) {
  ThreeOfThree net(false);
  EXPECT_EQ(trace(net.L, {.fold = true}).text(), R"(forward
  x (constant) = [[0.1 0.2 0.7]]
  y (constant) = [[1 0 0]]
  W_ij (parameter) = [[0.1 0.2 0.3]; [0.3 0.2 0.7]; [0.4 0.3 0.9]]
  z1 = x . W_ij + 1 = [[1.35 1.27 1.8]]
  a1 = relu(z1) = [[1.35 1.27 1.8]]
  W_jk (parameter) = [[0.2 0.3 0.5]; [0.3 0.5 0.7]; [0.6 0.4 0.8]]
  z2 = a1 . W_jk + 1 = [[2.731 2.76 4.004]]
  a2 = sigmoid(z2) = [[0.9388 0.9405 0.9821]]
  W_kl (parameter) = [[0.1 0.4 0.8]; [0.3 0.7 0.2]; [0.5 0.2 0.9]]
  z3 = a2 . W_kl + 1 = [[1.867 2.23 2.823]]
  p = softmax(z3, axis -1) = [[0.1984 0.2854 0.5162]]
  L = -sum(y * log(clamp(p, 1e-12, 1))) = 1.617
backward
  L: upstream 1
  L: upstream 1 x local -y / p = [[-5.039 0 0]] -> p: [[-5.039 0 0]]
  p: upstream [[-5.039 0 0]] . local [[0.1591 -0.05663 -0.1024]; [-0.05663 0.2039 -0.1473]; [-0.1024 -0.1473 0.2497]] -> z3: [[-0.8016 0.2854 0.5162]]
  z3: upstream [[-0.8016 0.2854 0.5162]] . local W_kl^T -> a2: [[0.4469 0.06252 0.1209]]
  z3: local a2^T . upstream [[-0.8016 0.2854 0.5162]] -> W_kl: [[-0.7525 0.2679 0.4846]; [-0.7538 0.2684 0.4855]; [-0.7872 0.2802 0.5069]]
  a2: upstream [[0.4469 0.06252 0.1209]] x local a2 * (1 - a2) = [[0.05743 0.05598 0.01759]] -> z2: [[0.02567 0.0035 0.002127]]
  z2: upstream [[0.02567 0.0035 0.002127]] . local W_jk^T -> a1: [[0.007247 0.01094 0.0185]]
  z2: local a1^T . upstream [[0.02567 0.0035 0.002127]] -> W_jk: [[0.03465 0.004725 0.002871]; [0.0326 0.004445 0.002701]; [0.0462 0.0063 0.003828]]
  a1: upstream [[0.007247 0.01094 0.0185]] x local where(z1 > 0, 1, 0) = [[1 1 1]] -> z1: [[0.007247 0.01094 0.0185]]
  z1: local x^T . upstream [[0.007247 0.01094 0.0185]] -> W_ij: [[0.0007247 0.001094 0.00185]; [0.001449 0.002188 0.0037]; [0.005073 0.007657 0.01295]]
)");
  const Snapshot shot = snapshot(net.L, {.fold = true});
  expect_near(*input_of(shot, "p", "z3").jacobian,
              {0.159065724402, -0.056627918765, -0.102437805637, -0.056627918765, 0.203927751681,
               -0.147299832916, -0.102437805637, -0.147299832916, 0.249737638553});
  expect_near(*input_of(shot, "p", "z3").contribution,
              {-0.801553105767, 0.285355530425, 0.516197575342});
  expect_near(*input_of(shot, "z1", "W_ij").contribution,
              {0.000724673340, 0.001093876846, 0.001850145757, 0.001449346680, 0.002187753692,
               0.003700291513, 0.005072713381, 0.007657137922, 0.012951020297});
}

TEST(FoldedSoftmax, AndWithTheSumOverUnits) {
  ThreeOfThree net(true);
  EXPECT_EQ(trace(net.L, {.fold = true}).text(), R"(forward
  x (constant) = [[0.1 0.2 0.7]]
  y (constant) = [[1 0 0]]
  W_ij (parameter) = [[0.1 0.2 0.3]; [0.3 0.2 0.7]; [0.4 0.3 0.9]]
  z1 = x . W_ij + 1 = [[1.35 1.27 1.8]]
  a1 = relu(z1) = [[1.35 1.27 1.8]]
  W_jk (parameter) = [[0.2 0.3 0.5]; [0.3 0.5 0.7]; [0.6 0.4 0.8]]
  z2 = a1 . W_jk + 1 = [[2.731 2.76 4.004]]
  a2 = sigmoid(z2) = [[0.9388 0.9405 0.9821]]
  W_kl (parameter) = [[0.1 0.4 0.8]; [0.3 0.7 0.2]; [0.5 0.2 0.9]]
  z3 = a2 . W_kl + 1 = [[1.867 2.23 2.823]]
  p = softmax(z3, axis -1) = [[0.1984 0.2854 0.5162]]
  L = binary_cross_entropy_sum(y, p) = 2.679
backward
  L: upstream 1
  L: upstream 1 x local (1 - y) / (1 - p) - y / p = [[-5.039 1.399 2.067]] -> p: [[-5.039 1.399 2.067]]
  p: upstream [[-5.039 1.399 2.067]] . local [[0.1591 -0.05663 -0.1024]; [-0.05663 0.2039 -0.1473]; [-0.1024 -0.1473 0.2497]] -> z3: [[-1.093 0.2662 0.8263]]
  z3: upstream [[-1.093 0.2662 0.8263]] . local W_kl^T -> a2: [[0.6583 0.02387 0.2506]]
  z3: local a2^T . upstream [[-1.093 0.2662 0.8263]] -> W_kl: [[-1.026 0.25 0.7757]; [-1.027 0.2504 0.7771]; [-1.073 0.2615 0.8115]]
  a2: upstream [[0.6583 0.02387 0.2506]] x local a2 * (1 - a2) = [[0.05743 0.05598 0.01759]] -> z2: [[0.0378 0.001336 0.00441]]
  z2: upstream [[0.0378 0.001336 0.00441]] . local W_jk^T -> a1: [[0.01017 0.0151 0.02674]]
  z2: local a1^T . upstream [[0.0378 0.001336 0.00441]] -> W_jk: [[0.05103 0.001804 0.005953]; [0.04801 0.001697 0.005601]; [0.06804 0.002405 0.007938]]
  a1: upstream [[0.01017 0.0151 0.02674]] x local where(z1 > 0, 1, 0) = [[1 1 1]] -> z1: [[0.01017 0.0151 0.02674]]
  z1: local x^T . upstream [[0.01017 0.0151 0.02674]] -> W_ij: [[0.001017 0.00151 0.002674]; [0.002033 0.003019 0.005349]; [0.007116 0.01057 0.01872]]
)");
  const Snapshot shot = snapshot(net.L, {.fold = true});
  expect_near(*input_of(shot, "L", "p").local, {-5.039131521138, 1.399297192623, 2.066959463271});
  expect_near(*input_of(shot, "p", "z3").contribution,
              {-1.092527185278, 0.266248277266, 0.826278908011});
}

}  // namespace
}  // namespace glassgrad
