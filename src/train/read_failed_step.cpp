// A failed step's file, read and checked. What it holds: failed_step_file.hpp.
#include <nlohmann/json.hpp>

#include "array/json_limits.hpp"
#include "array/read_number.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/train/failed_step.hpp"
#include "train/failed_step_file.hpp"

namespace glassgrad {
namespace {

using Json = nlohmann::json;

const std::string& text_in(const Safetensors& file, const std::string& source, const char* key) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end())
    detail::refuse_replay(join(source, " is damaged: it has no \"", key, "\""),
                          "Keep the step again");
  return found->second;
}

}  // namespace

FailedStep read_failed_step(const std::string& path) {
  FailedStep failed;
  failed.file = read_safetensors(path);
  failed.source = path;
  const auto format = failed.file.metadata.find("format");
  if (format == failed.file.metadata.end() || format->second != detail::failed_step_format)
    detail::refuse_replay(path + " holds no failed step",
                          "Give a file that StepGuard or glassgrad train --stop-nonfinite wrote");
  const std::string& type = text_in(failed.file, path, "type");
  if (type != "float32" && type != "float64")
    detail::refuse_replay(join(path, " is damaged: its type is \"", type.substr(0, 40), "\""),
                          "Keep the step again");
  failed.single = type == "float32";
  const std::string& rate = text_in(failed.file, path, "rate");
  const auto read = detail::read_number(rate.data(), rate.data() + rate.size(), failed.rate);
  const std::string& text = text_in(failed.file, path, "facts");
  if (const std::string beyond = detail::beyond_json_limits(text); !beyond.empty())
    detail::refuse_replay(path + " is damaged: what it says of the step " + beyond,
                          "Keep the step again");
  const Json facts = Json::parse(text, nullptr, false);
  if (read.ec != std::errc{} || read.ptr != rate.data() + rate.size() || !facts.is_object())
    detail::refuse_replay(path + " is damaged: its metadata cannot be read", "Keep the step again");
  for (const auto& [name, value] : facts.items()) {
    if (!value.is_string())
      detail::refuse_replay(join(path, " is damaged: its fact \"", name, "\" is no text"),
                            "Keep the step again");
    failed.facts[name] = value.get<std::string>();
  }
  failed.explanation = text_in(failed.file, path, "explanation");
  failed.snapshot = text_in(failed.file, path, "snapshot");
  for (NamedTensor tensor : failed.file.tensors)
    if (tensor.name.starts_with(detail::batch_prefix)) {
      tensor.name.erase(0, detail::batch_prefix.size());
      failed.batch.push_back(std::move(tensor));
    }
  return failed;
}

}  // namespace glassgrad
