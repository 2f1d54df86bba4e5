// One call of PyTorch's op tests, {input, args, kwargs, outputs, cotangents, grads}: its tensors
// are put on a tape, and its arguments bound as PyTorch binds them, by position or keyword. What
// was given and is not read would be a silently wrong value: such a call is not run.
#pragma once

#include <map>
#include <stdexcept>

#include "cases/torch_signature.hpp"

namespace glassgrad::cases {

class Call {
 public:
  // Keeps references to both.
  Call(const Signature& signature, const Json& json) : signature_(signature), json_(json) {
    bind(json.at("args"), json.at("kwargs"));
    collect(json.at("input"));
    collect(json.at("args"));
    collect(json.at("kwargs"));
  }
  Call(const Call&) = delete;
  Tape<>& tape() { return tape_; }
  const Signature& signature() const { return signature_; }
  // Every differentiable tensor, in the order of input, args, kwargs: what `grads` is about.
  const std::vector<N>& leaves() const { return leaves_; }

  N x() { return node("the input", json_.at("input")); }
  std::vector<N> xs() {
    std::vector<N> all;
    for (const Json& item : json_.at("input")) all.push_back(node("the input", item));
    return all;
  }
  // What was given under this name, or what it is when left out; none for None.
  const Json* find(const char* name) const {
    const std::size_t i = known(name);
    read_[i] = true;
    const Json* json = given_[i] ? given_[i] : &signature_.arguments()[i].otherwise;
    return json->is_null() ? nullptr : json;
  }
  const Json& at(const char* name) const {
    if (const Json* json = find(name)) return *json;
    throw Skip{std::string("without ") + name};
  }
  bool has(const char* name) const { return find(name); }
  bool names(const char* name) const { return signature_.place(name) < given_.size(); }
  bool is_tensor(const char* name) const { return has(name) && is_tensor(at(name)); }
  N arg(const char* name) { return node(name, at(name)); }
  N arg_or(const char* name, double otherwise) { return has(name) ? arg(name) : N(otherwise); }
  // PyTorch asks for no gradient to this tensor, such as a running mean.
  void take_as_given(const char* name) {
    const Json* json = find(name);
    const auto known = json ? nodes_.find(json) : nodes_.end();
    if (known == nodes_.end()) return;
    std::erase_if(leaves_, [&](const N& leaf) { return leaf.index() == known->second.index(); });
  }
  double real(const char* name) const { return number(scalar(name)); }
  double real(const char* name, double otherwise) const {
    return has(name) ? real(name) : otherwise;
  }
  int integer(const char* name) const { return scalar(name).get<int>(); }
  bool flag(const char* name) const { return number(scalar(name)) != 0; }
  std::string text(const char* name) const {
    const Json& json = at(name);
    if (!json.is_string()) throw Skip{std::string(name) + " that is no text"};
    return json.get<std::string>();
  }
  std::vector<std::int64_t> integers(const char* name) const {
    const Json& json = at(name);
    if (!json.is_array()) return {scalar(name).get<std::int64_t>()};
    if (std::any_of(json.begin(), json.end(), [](const Json& item) { return !item.is_number(); }))
      throw Skip{std::string(name) + " that is no list of numbers"};
    return json.get<std::vector<std::int64_t>>();
  }
  // Axes of `x`; none or [] mean all. PyTorch lets a single number have axis 0 and -1.
  Axes axes(const N& x, const char* name) const {
    const Json* json = find(name);
    if (!json) return {};
    const auto list = integers(name);
    const std::vector<int> all(list.begin(), list.end());
    if (x.shape().rank() == 0)
      for (int axis : all)
        if (axis != 0 && axis != -1) throw Skip{"an axis that a single number has not"};
    return all.empty() || x.shape().rank() == 0 ? Axes{} : Axes(std::span<const int>(all));
  }
  Indices<> positions(const char* name) { return positions(at(name)); }
  Indices<> positions(const Json& json) {
    const Numbers all = numbers(json);
    std::vector<std::int64_t> at;
    for (double position : all.data) at.push_back(std::int64_t(position));
    return tape_.indices({}, at, all.shape);
  }
  // Once the op is made: was all that was given also read?
  void check() const {
    for (std::size_t i = 0; i < given_.size(); ++i) {
      const Argument& a = signature_.arguments()[i];
      if (given_[i] && !read_[i] && !a.harmless && *given_[i] != a.otherwise)
        throw Skip{"its argument " + a.names[0]};
    }
  }

 private:
  static bool is_tensor(const Json& json) {
    return json.is_object() && json.contains("tensor") && json.contains("data");
  }
  static bool is_real(const Json& tensor) {
    return tensor.at("tensor") == "float64" || tensor.at("tensor") == "float32";
  }
  void bind(const Json& args, const Json& kwargs) {
    const auto& all = signature_.arguments();
    given_.assign(all.size(), nullptr), read_.assign(all.size(), false);
    for (std::size_t i = 0; i < args.size(); ++i) {
      if (i >= all.size() || all[i].by_keyword)
        throw Skip{"more by position than (" + signature_.text() + ")"};
      if (all[i].rest && args[i].is_number()) {  // permute(0, 2, 1)
        given_[i] = &(rest_ = Json::array());
        for (; i < args.size(); ++i) rest_.push_back(args[i]);
      } else {
        given_[i] = &args[i];
      }
    }
    for (auto item = kwargs.begin(); item != kwargs.end(); ++item) {
      const std::size_t i = signature_.place(item.key());
      if (i == all.size()) throw Skip{"its argument " + item.key()};
      if (given_[i]) throw Skip{item.key() + " given twice"};
      given_[i] = &item.value();
    }
  }
  std::size_t known(const char* name) const {
    const std::size_t i = signature_.place(name);
    if (i < given_.size()) return i;
    throw std::logic_error("(" + signature_.text() + ") has no " + name);
  }
  void collect(const Json& json) {
    if (is_tensor(json)) {
      const Numbers all = numbers(json);
      const N node = is_real(json) ? tape_.input(all.view()) : tape_.constant(all.view());
      nodes_[&json] = node;
      if (is_real(json)) leaves_.push_back(node);
    } else if (json.is_structured()) {
      for (const Json& item : json) collect(item);
    }
  }
  // A plain number; also one in a tensor that nothing is differentiated by.
  const Json& scalar(const char* name) const {
    const Json& json = at(name);
    if (is_tensor(json)) {
      if (!is_real(json) && json.at("data").size() == 1) return json.at("data")[0];
      throw Skip{std::string(name) + " that is a tensor"};
    }
    if (json.is_array() && json.size() == 1) return json[0];
    const bool word = json.is_string() && json != "nan" && json != "inf" && json != "-inf";
    if (json.is_structured() || word) throw Skip{std::string(name) + " that is no number"};
    return json;
  }
  N node(const char* name, const Json& json) {
    const auto known = nodes_.find(&json);
    if (known != nodes_.end()) return known->second;
    if (json.is_number() || json.is_string() || json.is_boolean()) return number(json);
    throw Skip{std::string(name) + " that is no tensor"};
  }

  const Signature& signature_;
  const Json& json_;
  Json rest_;
  std::vector<const Json*> given_;  // one per argument of the signature
  mutable std::vector<bool> read_;  // of these, what the op asked for
  Tape<> tape_;
  std::map<const Json*, N> nodes_;
  std::vector<N> leaves_;
};

}  // namespace glassgrad::cases
