// The README's program (glassgrad.cpp) with libtorch.
#include <torch/torch.h>

#include <iostream>

int main() {
  const auto kind = torch::dtype(torch::kFloat64);
  torch::Tensor W = torch::tensor({{0.1, 0.6}}, kind.requires_grad(true));
  torch::Tensor b = torch::tensor({{0.0}}, kind.requires_grad(true));
  const torch::Tensor X = torch::tensor({{0, 0, 1, 1}, {0, 1, 0, 1}}, torch::kFloat64);
  const torch::Tensor Y = torch::tensor({{0, 1, 1, 1}}, torch::kFloat64);
  const torch::Tensor Yhat = torch::sigmoid(torch::matmul(W, X) + b);
  const torch::Tensor C = (Y - Yhat).square().sum() / 8;
  C.backward();
  std::cout << C << '\n' << W.grad() << '\n' << b.grad() << '\n';
  torch::NoGradGuard no_grad;
  W -= 1.0 * W.grad();
  b -= 1.0 * b.grad();
}
