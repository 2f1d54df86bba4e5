// What every module can do with its parameters, and the table of its parts.
#include "glassgrad/nn/module.hpp"

#include <algorithm>

#include "glassgrad/array/text.hpp"
#include "glassgrad/nn/names.hpp"

namespace glassgrad {

template <class T>
std::vector<Parameter<T>*> Module<T>::parameters() {
  std::vector<Parameter<T>*> all;
  each_parameter([&](Parameter<T>& parameter) {
    if (std::find(all.begin(), all.end(), &parameter) == all.end()) all.push_back(&parameter);
  });
  return all;
}

template <class T>
Parameter<T>& Module<T>::parameter(std::string_view name) {
  std::vector<std::string_view> names;
  for (Parameter<T>* parameter : parameters()) {
    if (parameter->name() == name) return *parameter;
    names.push_back(parameter->name());
  }
  if (names.empty())
    throw Error("parameter", join("\"", name, "\" does not exist, nor does any other"),
                "Ask a module that has parameters");
  throw unknown_name("parameter", "parameter", name, names);
}

template <class T>
std::int64_t Module<T>::parameter_count() {
  std::int64_t count = 0;
  for (const Parameter<T>* parameter : parameters()) count += parameter->shape().count();
  return count;
}

template <class T>
void Module<T>::train(bool on) {
  each_parameter([on](Mode& mode) { mode.training = on; });
}

template <class T>
void Module<T>::seek(Setting<"seek", "draw", std::int64_t, 0> draw) {
  each_parameter([draw](Mode& mode) { mode.draw = draw; });
}

template <class T>
void Module<T>::freeze(bool on) {
  each_parameter([on](Parameter<T>& parameter) { parameter.freeze(on); });
}

template class Module<float>;
template class Module<double>;

template <class T>
Evaluating<T>::Evaluating(Module<T>& module) {
  module.each_parameter([this](Mode& mode) {
    before_.emplace_back(&mode, mode.training);
    mode.training = false;
  });
}

template <class T>
Evaluating<T>::~Evaluating() {
  // in reverse order, so that a module met twice gets its original mode
  for (auto each = before_.rbegin(); each != before_.rend(); ++each)
    each->first->training = each->second;
}

template class Evaluating<float>;
template class Evaluating<double>;

namespace {

struct Line {
  std::string label, shape, count;
};

std::string table_of(const std::vector<Line>& lines) {
  std::size_t label = 0, shape = 0, count = 0;
  for (const Line& line : lines) {
    label = std::max(label, line.label.size());
    shape = std::max(shape, line.shape.size());
    count = std::max(count, line.count.size());
  }
  std::string text;
  for (const Line& line : lines) {
    text += line.label + std::string(label - line.label.size() + 2, ' ');
    text += line.shape + std::string(shape - line.shape.size() + 2, ' ');
    text += std::string(count - line.count.size(), ' ') + line.count + '\n';
  }
  return text;
}

}  // namespace

template <class T>
std::string summary(Module<T>& module, const Shape& x) {
  Tape<T> tape(Keep::values);
  const Evaluating evaluating(module);
  std::vector<Module<T>*> parts = module.parts();
  if (parts.empty()) parts.push_back(&module);
  std::vector<Line> lines{{"layer", "output", "parameters"}, {"input", to_text(x), ""}};
  std::vector<const Parameter<T>*> counted;
  std::int64_t total = 0;
  Node<T> y = tape.zeros(x);
  for (Module<T>* part : parts) {
    std::int64_t count = 0;
    for (const Parameter<T>* parameter : part->parameters()) {
      if (std::find(counted.begin(), counted.end(), parameter) != counted.end()) continue;
      counted.push_back(parameter);
      count += parameter->shape().count();
    }
    y = (*part)(y);
    lines.push_back({part->label(), to_text(y.shape()), std::to_string(count)});
    total += count;
  }
  lines.push_back({"total", "", std::to_string(total)});
  return table_of(lines);
}
template std::string summary(Module<float>&, const Shape&);
template std::string summary(Module<double>&, const Shape&);

}  // namespace glassgrad
