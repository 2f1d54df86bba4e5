// bench_by_hand --dump=FOLDER writes the data of the workloads for contenders that are not written
// in C++: each array as .npy (NumPy's own description of the format, version 1.0), the rest, rates
// and sizes, as workloads.json.
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <type_traits>

#include "../workloads.hpp"

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

  // x, y or labels, W0, b0, W1, ... of each step, each in files of its own.
  void step(const Step& s, const std::string& name) const {
    const Data data(s);
    array(name + "_x", data.x, {s.batch, s.sizes.front()});
    array(name + "_y", data.y, {s.batch, 1});
    array(name + "_labels", data.labels, {s.batch});
    for (int l = 0; l < s.layers(); ++l) {
      const std::size_t k = std::size_t(l);
      array(name + "_W" + std::to_string(l), weights(s, l), {s.sizes[k], s.sizes[k + 1]});
      array(name + "_b" + std::to_string(l), biases(s, l), {s.sizes[k + 1]});
    }
  }

  std::ofstream open(const std::string& name) const {
    return std::ofstream(folder_ / name, std::ios::binary);
  }

 private:
  std::filesystem::path folder_;
};

inline int dump(const std::string& folder) {
  const Dump to(folder);
  std::string said;
  for (std::size_t i = 0; i < steps().size(); ++i) {
    const Step& s = steps()[i];
    const std::string name = "step" + std::to_string(i);
    to.step(s, name);
    said += std::string(i ? ",\n" : "") + "  {\"name\": \"" + s.name + "\", \"files\": \"" + name +
            "\", \"layers\": " + std::to_string(s.layers()) +
            ", \"classes\": " + (s.classes ? "true" : "false") +
            ", \"rate\": " + std::to_string(s.rate) +
            ", \"checked_steps\": " + std::to_string(s.checked_steps) + "}";
  }
  const auto list = [](const auto& sizes) {
    std::string text;
    for (const int n : sizes) text += (text.empty() ? "" : ", ") + std::to_string(n);
    return "[" + text + "]";
  };
  for (const int n : chain_sizes) to.array("chain" + std::to_string(n), chain_inputs(n), {n});
  for (const int n : logsumexp_sizes)
    to.array("logsumexp" + std::to_string(n), doubles(31, std::size_t(n)), {n});
  to.open("workloads.json") << "{\"steps\": [\n"
                            << said << "],\n \"chain\": " << list(chain_sizes)
                            << ", \"logsumexp\": " << list(logsumexp_sizes) << "}\n";
  return 0;
}

}  // namespace bench
