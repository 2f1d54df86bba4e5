// bench_by_hand --dump=FOLDER writes the data of the workloads for contenders that are not written
// in C++: each array as .npy (NumPy's own description of the format, version 1.0), the rest, rates
// and sizes, as workloads.json.
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <type_traits>

#include "../models.hpp"

namespace bench {

class Dump {
 public:
  explicit Dump(const std::string& folder) : folder_(folder) {
    std::filesystem::create_directories(folder_);
  }

  // Magic, length of the header, the header filled up with blanks to a multiple of 64, the numbers.
  template <class T>
  void array(const std::string& name, const std::vector<T>& x,
             const std::vector<int>& shape) const {
    constexpr char kind = std::is_integral_v<T> ? 'i' : 'f';
    std::string head = std::string("{'descr': '<") + kind + std::to_string(sizeof(T)) +
                       "', 'fortran_order': False, 'shape': (";
    for (const int n : shape) head += std::to_string(n) + ",";
    head += ")}";
    head.resize((head.size() + 11 + 63) / 64 * 64 - 11, ' ');
    head += '\n';
    std::ofstream file = open(name + ".npy");
    file << "\x93NUMPY" << '\1' << '\0' << char(head.size() % 256) << char(head.size() / 256)
         << head;
    file.write(reinterpret_cast<const char*>(x.data()), std::streamsize(x.size() * sizeof(T)));
    if (!file.flush()) throw std::runtime_error("[dump] cannot write " + name + ".npy.");
  }

  std::ofstream open(const std::string& name) const {
    return std::ofstream(folder_ / name, std::ios::binary);
  }

 private:
  std::filesystem::path folder_;
};

// x, y, labels, W0, b0, W1, ... in files of its own, and its entry of workloads.json.
inline std::string dump_step(const Dump& to, const Step& s, const std::string& files) {
  const Data data(s);
  to.array(files + "_x", data.x, {s.batch, s.sizes.front()});
  to.array(files + "_y", data.y, {s.batch, 1});
  to.array(files + "_labels", data.labels, {s.batch});
  for (int l = 0; l < s.layers(); ++l) {
    const std::size_t k = std::size_t(l);
    to.array(files + "_W" + std::to_string(l), weights(s, l), {s.sizes[k], s.sizes[k + 1]});
    to.array(files + "_b" + std::to_string(l), biases(s, l), {s.sizes[k + 1]});
  }
  return "{\"name\": \"" + s.name + "\", \"files\": \"" + files +
         "\", \"layers\": " + std::to_string(s.layers()) +
         ", \"classes\": " + std::to_string(s.classes) + ", \"rate\": " + std::to_string(s.rate) +
         ", \"checked_steps\": " + std::to_string(s.checked_steps) + "}";
}

inline std::string dump_network(const Dump& to, const Network& network) {
  to.array(network.name + "_x", network.x(), network.x_shape);
  to.array(network.name + "_y", network.y(), network.x_shape);
  to.array(network.name + "_labels", network.labels(), {network.x_shape[0]});
  for (std::size_t p = 0; p < network.parts.size(); ++p)
    to.array(network.name + "_" + std::to_string(p), network.numbers(p), network.parts[p].shape);
  return "{\"name\": \"" + network.name + "\", \"parts\": " + std::to_string(network.parts.size()) +
         ", \"classes\": " + std::to_string(network.classes) +
         ", \"rate\": " + std::to_string(network.rate) +
         ", \"checked_steps\": " + std::to_string(network.checked_steps) + "}";
}

// With the weights of its gradient's checksum, and the part of it that depends on no parameter.
inline void dump_mixture(const Dump& to) {
  const Mixture m;
  to.array("gmm_alpha", m.alpha, {Mixture::k});
  to.array("gmm_mu", m.mu, {Mixture::k, Mixture::d});
  to.array("gmm_icf", m.icf, {Mixture::k, Mixture::icf_columns});
  to.array("gmm_x", m.x, {Mixture::n, Mixture::d});
  std::vector<double> checked;
  for (std::size_t i = 0; i < m.alpha.size() + m.mu.size() + m.icf.size(); ++i)
    checked.push_back(uniform(54, i));
  to.array("gmm_checked", checked, {int(checked.size())});
  to.array("gmm_constant", std::vector<double>{Mixture::constant()}, {1});
}

inline int dump(const std::string& folder) {
  const Dump to(folder);
  const auto list = [](const std::vector<std::string>& entries) {
    std::string text;
    for (const std::string& entry : entries) text += (text.empty() ? "" : ",\n  ") + entry;
    return "[" + text + "]";
  };
  std::vector<std::string> of_steps, of_models, of_chain, of_logsumexp, of_matmul;
  for (const Step& s : steps())
    of_steps.push_back(dump_step(to, s, "step" + std::to_string(of_steps.size())));
  for (const Network* network : {&lstm(), &transformer(), &cnn()})
    of_models.push_back(dump_network(to, *network));
  for (const int n : chain_sizes) {
    of_chain.push_back(std::to_string(n));
    to.array("chain" + of_chain.back(), chain_inputs(n), {n});
  }
  for (const int n : logsumexp_sizes) {
    of_logsumexp.push_back(std::to_string(n));
    to.array("logsumexp" + of_logsumexp.back(), doubles(31, std::size_t(n)), {n});
  }
  for (const int n : matmul_sizes) {
    of_matmul.push_back(std::to_string(n));
    to.array("matmul" + of_matmul.back(), doubles(31, 2 * std::size_t(n) * n), {2, n, n});
  }
  dump_mixture(to);
  to.open("workloads.json") << "{\"step\": " << list(of_steps)
                            << ",\n \"model\": " << list(of_models)
                            << ",\n \"chain\": " << list(of_chain)
                            << ",\n \"logsumexp\": " << list(of_logsumexp)
                            << ",\n \"matmul\": " << list(of_matmul) << ",\n \"gmm\": ["
                            << Mixture::n << "]}\n";
  return 0;
}

}  // namespace bench
