// The tensors of a cut epoch.
#include "part_of_epoch.hpp"

#include <cmath>

#include "glassgrad/array/text.hpp"
#include "glassgrad/io/model_parts.hpp"

namespace glassgrad::cli {
namespace {

constexpr auto part_name = "training/part";
constexpr std::string_view epoch = "epoch/";

PartOfEpoch part_in(const Safetensors& file, std::string_view source, std::int64_t iterations) {
  const auto numbers = numbers_of(file.tensor(part_name));
  const bool whole = numbers.size() == 4 && std::trunc(numbers[0]) == numbers[0] &&
                     numbers[0] >= 1 && numbers[0] < double(iterations);
  if (!whole || !std::isfinite(numbers[1]) || !std::isfinite(numbers[2]) ||
      !std::isfinite(numbers[3]))
    throw DataError("load_model", join(source, " has a damaged \"", part_name, "\""),
                    "Train the model again");
  return {std::int64_t(numbers[0]), numbers[1], numbers[2], numbers[3]};
}

}  // namespace

template <class T>
void put_part(Safetensors& file, Training<T>& training) {
  const PartOfEpoch& part = training.cut;
  if (part.batches == 0) return;
  file.tensors.push_back(
      {part_name,
       {4},
       std::vector<double>{double(part.batches), part.loss, part.score, part.first}});
  training.at_the_last_epoch([&] {
    Safetensors before;
    put_parameters(before, training.model.parameters());
    put_optimizer(before, *training.optimizer);
    for (NamedTensor& tensor : before.tensors) {
      tensor.name = join(epoch, tensor.name);
      file.tensors.push_back(std::move(tensor));
    }
  });
}

template <class T>
void get_part(const Safetensors& file, std::string_view source, Training<T>& training) {
  if (!file.has(part_name)) return;
  const PartOfEpoch part = part_in(file, source, training.batches().iterations());
  const Parameters<T> parameters = training.model.parameters();
  Safetensors before;
  before.metadata = file.metadata;
  for (const NamedTensor& tensor : file.tensors)
    if (tensor.name.starts_with(epoch))
      before.tensors.push_back({tensor.name.substr(epoch.size()), tensor.shape, tensor.data});
  const Kept<T> now(parameters);
  const auto states = training.optimizer->states();
  get_parameters(before, source, parameters);
  get_optimizer(before, source, *training.optimizer);
  training.remember();
  now.restore();
  training.optimizer->restore(states);
  training.cut = part;
}

template void put_part(Safetensors&, Training<float>&);
template void put_part(Safetensors&, Training<double>&);
template void get_part(const Safetensors&, std::string_view, Training<float>&);
template void get_part(const Safetensors&, std::string_view, Training<double>&);

}  // namespace glassgrad::cli
