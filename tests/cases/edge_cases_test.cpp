// Ties, kinks, zeros, infinities, overflows and double backward, each by the name it has in the
// file.
#include <functional>
#include <map>

#include "cases/reader.hpp"

namespace glassgrad::cases {
namespace {

constexpr double tolerance = 1e-10;
using In = const std::vector<N>&;
using EdgeCase = std::function<N(In)>;

N bce_with_logits(const N& z, const std::vector<double>& y) {
  return maximum(z, 0) - z * z.tape()->constant(y) + log1p(exp(-abs(z)));
}

const std::map<std::string, EdgeCase>& table() {
  static const std::map<std::string, EdgeCase> all = {
      {"relu at -1,0,1,-0,nan,inf", [](In x) { return relu(x[0]); }},
      {"abs at -1,0,-0,1,inf,-inf,nan", [](In x) { return abs(x[0]); }},
      {"sqrt at 0", [](In x) { return sqrt(x[0]); }},
      {"log at 0,inf,-1", [](In x) { return log(x[0]); }},
      {"log1p tiny", [](In x) { return log1p(x[0]); }},
      {"x*log(x) naive at 0", [](In x) { return x[0] * log(x[0]); }},
      {"norm2 at 0 vector", [](In x) { return norm(x[0]); }},
      {"norm1.5 at 0", [](In x) { return norm(x[0], 1.5); }},
      {"hypot at (0,0)", [](In x) { return hypot(x[0], x[1]); }},
      {"norm inf tie", [](In x) { return norm(x[0], INFINITY); }},
      {"prod one zero", [](In x) { return prod(x[0]); }},
      {"prod underflow", [](In x) { return prod(x[0]); }},
      {"huber at delta", [](In x) { return huber_loss(x[0], x[0] * 0, 1, Reduction::none); }},
      {"nan_to_num", [](In x) { return nan_to_num(x[0]); }},
      {"sinc at 0", [](In x) { return sinc(x[0]); }},
      {"cosine_similarity zero vector", [](In x) { return cosine_similarity(x[0], x[1]); }},
      {"remainder", [](In x) { return remainder(x[0], x[1]); }},
      {"lgamma at 1,2,0.5", [](In x) { return lgamma(x[0]); }},
      {"max full, ties", [](In x) { return max(x[0]); }},
      {"max dim, ties", [](In x) { return max(x[0], 1); }},
      {"mlx min axes(0,2) ties",
       [](In x) {
         return min(x[0], {0, 2});
       }},
      {"minimum ties", [](In x) { return minimum(x[0], x[1]); }},
      {"maximum nan", [](In x) { return maximum(x[0], x[1]); }},
      {"clamp at bounds", [](In x) { return clamp(x[0], -1, 1); }},
      {"pow x^2 at 0", [](In x) { return pow(x[0], 2); }},
      {"pow x^1 at 0", [](In x) { return pow(x[0], 1); }},
      {"pow x^1.5 at 0", [](In x) { return pow(x[0], 1.5); }},
      {"pow x^-2 at 0,-0", [](In x) { return pow(x[0], -2); }},
      {"pow neg base frac exponent", [](In x) { return pow(x[0], 1.0 / 3); }},
      {"pow neg base tensor exponent", [](In x) { return pow(x[0], x[1]); }},
      {"pow same variable x^x", [](In x) { return pow(x[0], x[0]); }},
      {"reciprocal second", [](In x) { return reciprocal(x[0]); }},
      {"logsumexp all -inf", [](In x) { return logsumexp(x[0]); }},
      {"logsumexp inf", [](In x) { return logsumexp(x[0]); }},
      {"softmax huge", [](In x) { return softmax(x[0]); }},
      {"softmax all -inf", [](In x) { return softmax(x[0]); }},
      {"log_softmax huge", [](In x) { return log_softmax(x[0]); }},
      {"softplus extreme", [](In x) { return softplus(x[0]); }},
      {"bce_with_logits extreme",
       [](In x) {
         return sum(bce_with_logits(x[0], {0, 1, 0, 1}));
       }},
      {"bce logits Keras example",
       [](In x) {
         return mean(bce_with_logits(x[0], {0, 1, 0, 0}));
       }},
      {"tanh extreme", [](In x) { return tanh(x[0]); }},
      {"erf 10", [](In x) { return erf(x[0]); }},
      {"elu at 0 and -1e4,1e4", [](In x) { return elu(x[0]); }},
      {"silu extreme", [](In x) { return silu(x[0]); }},
      {"where trick safe", [](In x) { return where(x[0] > 0, log(where(x[0] > 0, x[0], 1)), 0); }},
      {"var of constant", [](In x) { return var(x[0]); }},
      {"x+x", [](In x) { return sum(x[0] + x[0]); }},
      {"diamond sin(sin x+sin x)", [](In x) { return sin(sin(x[0]) + sin(x[0])); }},
      {"broadcast (3,1)+(1,4)", [](In x) { return sum(x[0] + x[1]); }},
      {"index repeats",
       [](In x) {
         return rows(x[0], x[0].tape()->indices({0, 0, 3}));
       }},
      {"layer_norm constant row",
       [](In x) {
         const N centred = x[0] - mean(x[0], 1, true);
         return centred * rsqrt(mean(square(centred), 1, true) + 1e-5);
       }},
      {"cumprod one zero", [](In x) { return sum(cumprod(x[0], 0)); }},
      {"cummax ties", [](In x) { return sum(cummax(x[0], 0).values); }},
      {"sort vjp", [](In x) { return sort(x[0]).values; }},
      {"gather repeats",
       [](In x) {
         const std::vector<std::int64_t> at{3, 3, 0, 3};
         return gather(x[0], 0, x[0].tape()->indices({}, at, Shape{2, 2}));
       }},
      {"logit at 0,1", [](In x) { return logit(x[0]); }},
      {"acos at 1", [](In x) { return acos(x[0]); }},
      {"comparison product", [](In x) { return sum((x[0] > 0) * x[0]); }},
      {"l1 loss at equality",
       [](In x) {
         return sum(abs(x[0] - x[0].tape()->constant({1, 2})));
       }},
  };
  return all;
}

std::string run(const EdgeCase& f, const Json& json) {
  Tape tape;
  std::vector<N> in;
  for (const Json& input : json.at("inputs")) in.push_back(tape.input(numbers(input).view()));
  const N y = f(in);
  std::string problem = difference("out", y.value(), numbers(json.at("out")), tolerance);
  if (!problem.empty()) return problem;
  const Numbers cotangent = numbers(json.at("cotangent"));
  tape.backward(y, cotangent.view());
  for (std::size_t i = 0; i < in.size(); ++i) {
    problem = difference("grad", in[i].upstream(), numbers(json.at("grads").at(i)), tolerance);
    if (!problem.empty()) return problem;
  }
  if (!json.contains("second_of_sum_grad0")) return "";
  const N first = grad(y, std::span<const N>(in), tape.constant(cotangent.view()))[0];
  return difference("second", grad(sum(first), in[0]).value(),
                    numbers(json.at("second_of_sum_grad0").at(0)), tolerance);
}

TEST(EdgeCases, ByName) {
  GLASSGRAD_SKIP_WITHOUT_CASES("edge_cases.json");
  Tally tally("edge_cases");
  std::size_t known = 0;
  const Json file = read(folder() / "edge_cases.json");
  for (const Json& json : file.at("cases")) {
    const auto f = table().find(json.at("name"));
    if (f == table().end()) {
      tally.skip(json.at("name"), 1, "not written here");
      continue;
    }
    ++known;
    tally.run(f->first, 0, [&] { return run(f->second, json); });
  }
  if (own_folder()) {
    EXPECT_EQ(known, table().size()) << "a line of the table names no case";
  }
}

}  // namespace
}  // namespace glassgrad::cases
