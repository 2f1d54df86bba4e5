// PyTorch's own op tests: values and vector-Jacobian products in float64, for every op of the
// table.
#include "cases/torch_layout.hpp"

namespace glassgrad::cases {
namespace {

constexpr double tolerance = 1e-10;

std::string run(const TorchOp& op, const Json& json) {
  Call call(json);
  const std::vector<N> outputs = op(call);
  const Json &wanted = json.at("outputs"), &cotangents = json.at("cotangents");
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const std::string problem =
        difference("output", outputs[i].value(), numbers(wanted.at(i)), tolerance);
    if (!problem.empty()) return problem;
  }
  if (outputs.size() != cotangents.size()) throw Skip{"outputs without cotangents"};
  // <u, outputs> has the vector-Jacobian product as its gradient
  N total = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    total += sum(outputs[i] * call.tape().constant(numbers(cotangents[i]).view()));
  const std::vector<N> gradients = grad(total, std::span<const N>(call.leaves()));
  if (call.tape().record(total.index()).active) call.tape().backward(total);
  const Json& grads = json.at("grads");
  for (std::size_t i = 0; i < grads.size(); ++i) {
    if (grads[i].is_null()) continue;
    const Numbers expected = numbers(grads[i]);
    std::string problem = difference("grad", gradients.at(i).value(), expected, tolerance);
    const N& leaf = call.leaves()[i];
    if (problem.empty() && leaf.upstream_state() == Upstream::computed)
      problem = difference("upstream", leaf.upstream(), expected, tolerance);
    if (!problem.empty()) return problem + " (input " + std::to_string(i) + ")";
  }
  return "";
}

TEST(TorchOpinfo, EveryOpOfTheTable) {
  GLASSGRAD_SKIP_WITHOUT_CASES("torch_opinfo");
  Tally tally("torch_opinfo");
  std::size_t known = 0;
  for (const auto& path : files("torch_opinfo")) {
    const Json file = read(path);
    const std::string name = path.stem().string();
    const auto op = torch_table().find(name);
    if (op == torch_table().end()) {
      tally.skip(name, int(file.at("cases").size()), "no such op here");
      continue;
    }
    ++known;
    int number = 0;
    for (const Json& json : file.at("cases")) {
      tally.run(name, number, [&] { return run(op->second, json); });
      ++number;
    }
  }
  if (own_folder()) {
    EXPECT_EQ(known, torch_table().size()) << "a line of the table names no file";
  }
}

}  // namespace

}  // namespace glassgrad::cases
