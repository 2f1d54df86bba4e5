// One call of PyTorch's op tests, {input, args, kwargs, outputs, cotangents, grads}: its tensors
// are put on a tape, and its arguments read as the op wants them, by position or keyword.
#pragma once

#include <map>

#include "cases/reader.hpp"

namespace glassgrad::cases {

class Call {
 public:
  explicit Call(const Json& json) : json_(json) {
    collect(json.at("input"));
    collect(json.at("args"));
    collect(json.at("kwargs"));
  }
  Tape<>& tape() { return tape_; }
  const Json& json() const { return json_; }
  // Every differentiable tensor, in the order of input, args, kwargs: what `grads` is about.
  const std::vector<N>& leaves() const { return leaves_; }

  N x() { return node(json_.at("input")); }
  std::vector<N> xs() {
    std::vector<N> all;
    for (const Json& item : json_.at("input")) all.push_back(node(item));
    return all;
  }
  // args[position], or kwargs[key]; null when neither is there.
  const Json* find(std::size_t position, const char* key) const {
    const Json *args = &json_.at("args"), *kwargs = &json_.at("kwargs");
    if (position < args->size()) return (*args)[position].is_null() ? nullptr : &(*args)[position];
    if (key && kwargs->contains(key) && !kwargs->at(key).is_null()) return &kwargs->at(key);
    return nullptr;
  }
  const Json& at(std::size_t position, const char* key) const {
    const Json* json = find(position, key);
    if (!json) throw Skip{std::string("without ") + (key ? key : "an argument")};
    return *json;
  }
  N arg(std::size_t position, const char* key = nullptr) { return node(at(position, key)); }
  // PyTorch asks for no gradient to this tensor, such as a running mean.
  void take_as_given(std::size_t position, const char* key) {
    const Json* json = find(position, key);
    const auto known = json ? nodes_.find(json) : nodes_.end();
    if (known == nodes_.end()) return;
    std::erase_if(leaves_, [&](const N& leaf) { return leaf.index() == known->second.index(); });
  }
  bool has(std::size_t position, const char* key) const { return find(position, key); }
  double real(std::size_t position, const char* key, double otherwise) const {
    const Json* json = find(position, key);
    return json ? number(*json) : otherwise;
  }
  int integer(std::size_t position, const char* key, int otherwise) const {
    const Json* json = find(position, key);
    return json ? json->get<int>() : otherwise;
  }
  bool flag(std::size_t position, const char* key, bool otherwise) const {
    const Json* json = find(position, key);
    return json ? json->get<bool>() : otherwise;
  }
  std::vector<std::int64_t> integers(std::size_t position, const char* key) const {
    const Json& json = at(position, key);
    if (json.is_number()) return {json.get<std::int64_t>()};
    return json.get<std::vector<std::int64_t>>();
  }
  // Axes of `x`; none or [] mean all. PyTorch lets a single number have axis 0 and -1.
  Axes axes(const N& x, std::size_t position, const char* key) const {
    const Json* json = find(position, key);
    if (!json || x.shape().rank() == 0) return {};
    if (json->is_number()) return json->get<int>();
    const auto list = json->get<std::vector<int>>();
    return list.empty() ? Axes{} : Axes(std::span<const int>(list));
  }
  Indices<> positions(const Json& json) {
    const Numbers all = numbers(json);
    std::vector<std::int64_t> at;
    for (double position : all.data) at.push_back(std::int64_t(position));
    return tape_.indices({}, at, all.shape);
  }
  // A single number where PyTorch's loss wants one.
  N reduce(const N& each, const std::string& otherwise = "mean") const {
    const Json* how = find(99, "reduction");
    const std::string name = how ? how->get<std::string>() : otherwise;
    return name == "none" ? each : name == "sum" ? sum(each) : mean(each);
  }

 private:
  static bool is_tensor(const Json& json) { return json.is_object() && json.contains("tensor"); }
  void collect(const Json& json) {
    if (is_tensor(json)) {
      const std::string kind = json.at("tensor");
      const bool real = kind == "float64" || kind == "float32";
      const Numbers all = numbers(json);
      const N node = real ? tape_.input(all.view()) : tape_.constant(all.view());
      nodes_[&json] = node;
      if (real) leaves_.push_back(node);
    } else if (json.is_structured()) {
      for (const Json& item : json) collect(item);
    }
  }
  N node(const Json& json) {
    const auto known = nodes_.find(&json);
    if (known != nodes_.end()) return known->second;
    if (json.is_number() || json.is_string() || json.is_boolean()) return number(json);
    throw Skip{"an argument that is no tensor"};
  }

  const Json& json_;
  Tape<> tape_;
  std::map<const Json*, N> nodes_;
  std::vector<N> leaves_;
};

}  // namespace glassgrad::cases
