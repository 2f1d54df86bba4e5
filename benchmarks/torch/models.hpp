// The networks with libtorch's own layers: LSTM, TransformerEncoderLayer, Conv2d and Linear. The
// first two have the steps on the first axis, as is their default.
#pragma once

#include <torch/torch.h>

#include "../models.hpp"

namespace bench {

// The numbers of a part as a tensor; with `turned`, of (inputs, outputs) as Linear has them.
inline torch::Tensor part_of(const Network& network, std::size_t p, bool turned = false) {
  auto numbers = network.numbers(p);
  const auto& shape = network.parts[p].shape;
  const torch::Tensor part =
      torch::from_blob(numbers.data(), std::vector<std::int64_t>(shape.begin(), shape.end()));
  return turned ? part.t().clone() : part.clone();
}
inline void fill(const Network& network, torch::nn::LinearImpl& layer, std::size_t first) {
  layer.weight.copy_(part_of(network, first, true));
  layer.bias.copy_(part_of(network, first + 1));
}

struct TorchLstm : torch::nn::Module {
  static const Network& network() { return lstm(); }
  static constexpr bool steps_first = true;
  torch::nn::LSTM layer{LstmSize::units, LstmSize::units};
  TorchLstm() {
    register_module("layer", layer);
    auto all = layer->named_parameters();
    all["weight_ih_l0"].copy_(part_of(network(), 0, true));
    all["weight_hh_l0"].copy_(part_of(network(), 1, true));
    all["bias_ih_l0"].copy_(part_of(network(), 2));
    all["bias_hh_l0"].zero_().requires_grad_(false);  // it has two biases, we have one
  }
  torch::Tensor forward(const torch::Tensor& x) { return std::get<0>(layer->forward(x)); }
};

struct TorchBlock : torch::nn::Module {
  static const Network& network() { return transformer(); }
  static constexpr bool steps_first = true;
  torch::nn::TransformerEncoderLayer layer{
      torch::nn::TransformerEncoderLayerOptions(BlockSize::size, BlockSize::heads)
          .dim_feedforward(BlockSize::wide)
          .dropout(0)};
  TorchBlock() {
    register_module("layer", layer);
    std::vector<torch::Tensor> w, b;  // of query, key and value, which it has as one
    for (const std::size_t p : {0, 2, 4}) {
      w.push_back(part_of(network(), p, true));
      b.push_back(part_of(network(), p + 1));
    }
    layer->self_attn->in_proj_weight.copy_(torch::cat(w));
    layer->self_attn->in_proj_bias.copy_(torch::cat(b));
    fill(network(), *layer->self_attn->out_proj, 6);
    layer->norm1->weight.copy_(part_of(network(), 8)),
        layer->norm1->bias.copy_(part_of(network(), 9));
    layer->norm2->weight.copy_(part_of(network(), 10)),
        layer->norm2->bias.copy_(part_of(network(), 11));
    fill(network(), *layer->linear1, 12);
    fill(network(), *layer->linear2, 14);
  }
  torch::Tensor forward(const torch::Tensor& x) { return layer->forward(x); }
};

struct TorchCnn : torch::nn::Module {
  static const Network& network() { return cnn(); }
  static constexpr bool steps_first = false;
  torch::nn::Conv2d conv1{torch::nn::Conv2dOptions(1, 16, 3).padding(1)};
  torch::nn::Conv2d conv2{torch::nn::Conv2dOptions(16, 32, 3).padding(1)};
  torch::nn::Linear out{32 * 7 * 7, 10};
  TorchCnn() {
    register_module("conv1", conv1), register_module("conv2", conv2), register_module("out", out);
    conv1->weight.copy_(part_of(network(), 0)), conv1->bias.copy_(part_of(network(), 1));
    conv2->weight.copy_(part_of(network(), 2)), conv2->bias.copy_(part_of(network(), 3));
    fill(network(), *out, 4);
  }
  torch::Tensor forward(torch::Tensor x) {
    x = torch::max_pool2d(torch::relu(conv1->forward(x)), 2);
    x = torch::max_pool2d(torch::relu(conv2->forward(x)), 2);
    return out->forward(x.flatten(1));
  }
};

template <class Net>
class TorchNetwork {
 public:
  TorchNetwork() {
    x_ = data(network_.x());
    auto labels = network_.labels();
    y_ = network_.classes ? torch::tensor(labels, torch::kInt64) : data(network_.y());
  }

  // In our layout's shapes or turned; query, key and value apart.
  std::vector<std::vector<float>> parameters() {
    std::vector<std::vector<float>> all;
    for (const torch::Tensor& p : parameters_) {
      const bool three = Net::network().name == "transformer" && p.size(0) == 3 * BlockSize::size;
      for (const torch::Tensor& each : p.detach().chunk(three ? 3 : 1)) {
        const float* const numbers = each.data_ptr<float>();
        all.emplace_back(numbers, numbers + each.numel());
      }
    }
    return all;
  }

  float step() {
    const torch::Tensor predicted = net_->forward(x_);
    const torch::Tensor loss = network_.classes
                                   ? torch::nn::functional::cross_entropy(predicted, y_)
                                   : torch::mse_loss(predicted, y_) * (0.5 * double(y_.size(-1)));
    net_->zero_grad(/*set_to_none=*/true);  // as its performance guide advises
    loss.backward();
    torch::NoGradGuard no_grad;
    for (torch::Tensor& p : parameters_) p.sub_(p.grad(), network_.rate);
    return loss.item<float>();
  }

 private:
  torch::Tensor data(std::vector<float> numbers) const {
    const auto& shape = network_.x_shape;
    const torch::Tensor all =
        torch::from_blob(numbers.data(), std::vector<std::int64_t>(shape.begin(), shape.end()));
    return Net::steps_first ? all.transpose(0, 1).contiguous() : all.clone();
  }
  static std::shared_ptr<Net> made() {
    torch::NoGradGuard no_grad;
    return std::make_shared<Net>();
  }
  std::vector<torch::Tensor> learnt() const {
    std::vector<torch::Tensor> all;
    for (const torch::Tensor& p : net_->parameters())
      if (p.requires_grad()) all.push_back(p);
    return all;
  }

  const Network& network_ = Net::network();
  std::shared_ptr<Net> net_ = made();
  std::vector<torch::Tensor> parameters_ = learnt();
  torch::Tensor x_, y_;
};

}  // namespace bench
