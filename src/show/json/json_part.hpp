// Part: a value inside a JSON file that knows where it stands, "nodes[3].inputs[0].node", so that
// asking for a number gives a number or an error that names the place.
#pragma once

#include <memory>
#include <optional>

#include "glassgrad/array/text.hpp"
#include "glassgrad/show/snapshot/snapshot.hpp"
#include "show/json/ordered_json.hpp"

namespace glassgrad::detail {

class Part {
 public:
  Part(const Json& json, const std::string& source) : json_(json), source_(source) {}

  std::optional<Part> find(const char* key) const;  // throws unless this is an object
  Part operator[](const char* key) const;           // throws when there is no such key
  Part operator[](std::size_t i) const { return {json_[i], source_, this->copy(), nullptr, i}; }
  std::size_t items() const;  // throws unless this is an array

  bool is_text() const { return json_.is_string(); }
  bool is(int number) const { return json_.is_number_integer() && json_ == number; }
  std::string text() const;
  bool truth() const;
  std::size_t index(std::size_t below) const;  // a whole number from 0 to below - 1
  std::int64_t whole() const;                  // a whole number
  int one_of(std::initializer_list<std::string_view> words) const;
  double number() const;  // or "NaN", "Infinity", "-Infinity"
  std::vector<double> numbers() const;
  SnapshotArray array() const;  // the schema's tensor
  // The keys that are not among these, as a JSON object; "" when there are none.
  std::string others(std::initializer_list<std::string_view> known) const;
  template <class F>
  void each_key(F&& f) const {  // f(key, part) in the order of the keys
    find("");                   // throws unless this is an object
    for (auto at = json_.begin(); at != json_.end(); ++at)
      f(at.key(), Part(at.value(), source_, copy(), at.key().c_str(), 0));
  }
  bool is_packed() const { return json_.is_object(); }
  std::string json() const { return json_.dump(); }  // of a number, true or false
  bool is_number() const { return json_.is_number(); }
  bool is_truth() const { return json_.is_boolean(); }
  std::string brief() const;  // as JSON, at most 40 characters of it

  // "<source>: nodes[3].op <problem>"
  [[noreturn]] void refuse(const std::string& problem) const;
  [[noreturn]] void refuse_whole(const std::string& problem, const std::string& remedy) const;

 private:
  using Parent = std::shared_ptr<const Part>;
  Part(const Json& json, const std::string& source, Parent parent, const char* key, std::size_t at)
      : json_(json), source_(source), parent_(std::move(parent)), key_(key), at_(at) {}
  Parent copy() const { return std::make_shared<const Part>(*this); }
  std::string place() const;
  Shape shape() const;
  static void read_statistics(const Part& stats, SnapshotArray& array);
  std::shared_ptr<const SnapshotPicture> picture() const;

  const Json& json_;
  const std::string& source_;
  Parent parent_;
  const char* key_ = nullptr;
  std::size_t at_ = 0;
};

}  // namespace glassgrad::detail
