// A call of the table held against what PyTorch found: outputs, and vector-Jacobian products by
// `grad` and by `backward`.
#pragma once

#include "cases/torch_table.hpp"

namespace glassgrad::cases {

inline std::string gradients_differ(Call& call, const N& total, const Json& grads,
                                    double tolerance) {
  const std::vector<N> gradients = grad(total, std::span<const N>(call.leaves()));
  if (call.tape().records()[total.index()].active) call.tape().backward(total);
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

// What differs, "" for nothing; throws Skip for a call that is not ours.
inline std::string run(const TorchOp& op, const Json& json, double tolerance = 1e-10) {
  Call call(op.signature(), json);
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
  return gradients_differ(call, total, json.at("grads"), tolerance);
}

// The same call with every argument by position that may have one: what is left out between two is
// filled with its default.
inline Json by_position(const Signature& signature, const Json& json) {
  Json call = json;
  Json &args = call.at("args"), &kwargs = call.at("kwargs");
  const auto& all = signature.arguments();
  const auto given = [&](const Argument& a) {
    return std::find_if(a.names.begin(), a.names.end(),
                        [&](const std::string& name) { return kwargs.contains(name); });
  };
  std::size_t end = args.size();
  for (std::size_t i = end; i < all.size() && !all[i].by_keyword; ++i)
    if (given(all[i]) != all[i].names.end()) end = i + 1;
  for (std::size_t i = args.size(); i < end; ++i) {
    const auto name = given(all[i]);
    args.push_back(name == all[i].names.end() ? all[i].otherwise : kwargs.at(*name));
    if (name != all[i].names.end()) kwargs.erase(*name);
  }
  return call;
}
// And with every argument by keyword.
inline Json by_keyword(const Signature& signature, const Json& json) {
  Json call = json;
  Json named = Json::object();
  const auto& all = signature.arguments();
  const Json& args = json.at("args");
  for (std::size_t i = 0; i < args.size() && i < all.size(); ++i) {
    const bool several = all[i].rest && args[i].is_number();  // as 1, 0 of permute
    named[all[i].names[0]] = several ? args : args[i];
    if (several) break;
  }
  for (auto item = json.at("kwargs").begin(); item != json.at("kwargs").end(); ++item)
    named[item.key()] = item.value();
  call["args"] = Json::array();
  call["kwargs"] = std::move(named);
  return call;
}

}  // namespace glassgrad::cases
