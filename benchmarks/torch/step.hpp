// The training steps with libtorch the way its documents write them: modules, functional losses,
// backward(), parameters updated in place under no_grad.
#pragma once

#include <torch/torch.h>

#include "../workloads.hpp"

namespace bench {

// What libtorch's allocator holds, told by itself; counts from when it is made, on this thread.
class TensorBytes : public c10::MemoryReportingInfoBase {
 public:
  void reportMemoryUsage(void*, std::int64_t size, std::int64_t, std::int64_t,
                         c10::Device) override {
    held_ += size;
    peak_ = std::max(peak_, held_);
  }
  bool memoryProfilingEnabled() const override { return true; }
  long peak() const { return peak_; }

 private:
  long held_ = 0, peak_ = 0;
};

struct TorchNetImpl : torch::nn::Module {
  explicit TorchNetImpl(const Step& s) : classes(s.classes) {
    torch::NoGradGuard no_grad;
    for (int l = 0; l < s.layers(); ++l) {
      const int in = s.sizes[l], out = s.sizes[l + 1];
      auto layer = register_module("dense" + std::to_string(l), torch::nn::Linear(in, out));
      auto w = weights(s, l), b = biases(s, l);
      layer->weight.copy_(torch::from_blob(w.data(), {in, out}).t());
      layer->bias.copy_(torch::from_blob(b.data(), {out}));
      layers.push_back(layer);
    }
  }

  torch::Tensor forward(torch::Tensor x) {
    for (std::size_t l = 0; l < layers.size(); ++l) {
      x = layers[l]->forward(x);
      if (l + 1 < layers.size()) x = classes ? torch::relu(x) : torch::tanh(x);
    }
    return classes ? x : torch::sigmoid(x);
  }

  bool classes;
  std::vector<torch::nn::Linear> layers;
};
TORCH_MODULE(TorchNet);

template <bool counted>
class TorchStep {
 public:
  TorchStep(const Step& s, const Data& data)
      : guard_(c10::DebugInfoKind::PROFILER_STATE, counted ? bytes_ : nullptr),
        classes_(s.classes),
        rate_(s.rate),
        net_(s),
        parameters_(net_->parameters()) {
    Data& d = const_cast<Data&>(data);  // from_blob does not write
    x_ = torch::from_blob(d.x.data(), {s.batch, s.sizes.front()});
    y_ = classes_ ? torch::from_blob(d.labels.data(), {s.batch}, torch::kInt32).to(torch::kInt64)
                  : torch::from_blob(d.y.data(), {s.batch, s.sizes.back()});
  }

  float step() {
    const torch::Tensor predicted = net_->forward(x_);
    const torch::Tensor loss = classes_ ? torch::nn::functional::cross_entropy(predicted, y_)
                                        : 0.5 * torch::mse_loss(predicted, y_);
    net_->zero_grad(/*set_to_none=*/true);  // as its performance guide advises
    loss.backward();
    torch::NoGradGuard no_grad;
    for (torch::Tensor& p : parameters_) p.sub_(p.grad(), rate_);
    return loss.item<float>();
  }

  long tensor_bytes() const { return bytes_->peak(); }

 private:
  std::shared_ptr<TensorBytes> bytes_ = std::make_shared<TensorBytes>();
  c10::DebugInfoGuard guard_;
  bool classes_;
  float rate_;
  TorchNet net_;
  std::vector<torch::Tensor> parameters_;
  torch::Tensor x_, y_;
};

}  // namespace bench
