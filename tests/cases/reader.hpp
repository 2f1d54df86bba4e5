// Cases that other people wrote, read from ../shared/cases beside the checkout, or from where the
// variable GLASSGRAD_CASES says. Here: their numbers, how they are compared and counted.
// Next: torch_table.hpp, what stands for each op.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cases/conventions.hpp"
#include "glassgrad/glassgrad.hpp"
#include "support/paths.hpp"

namespace glassgrad::cases {

using Json = nlohmann::ordered_json;  // keyword arguments in the order they were given
using N = Node<double>;

inline std::filesystem::path folder() {
  const char* const elsewhere = std::getenv("GLASSGRAD_CASES");
  return elsewhere ? std::filesystem::path(elsewhere)
                   : std::filesystem::path(source_folder()) / ".." / "shared" / "cases";
}
// The tables are held against the folder beside the checkout; another may have fewer names.
inline bool own_folder() { return std::getenv("GLASSGRAD_CASES") == nullptr; }
#define GLASSGRAD_SKIP_WITHOUT_CASES(what)       \
  if (!std::filesystem::exists(folder() / what)) \
  GTEST_SKIP() << "no " << what << " in " << folder() << "; set GLASSGRAD_CASES"

inline Json read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return Json::parse(file);
}
inline std::vector<std::filesystem::path> files(const std::string& subfolder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder() / subfolder))
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

// A number; those that are not finite are the strings "nan", "inf", "-inf".
inline double number(const Json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (!json.is_string()) return json.get<double>();
  return std::strtod(json.get_ref<const std::string&>().c_str(), nullptr);
}

struct Numbers {
  Shape shape;
  std::vector<double> data;
  View<const double> view() const { return {data.data(), &shape}; }
};

// {shape, data} row-major, or nested lists, or a number.
inline void flatten(const Json& json, int axis, Numbers& numbers) {
  if (!json.is_array()) {
    numbers.data.push_back(number(json));
    return;
  }
  if (numbers.shape.rank() == axis) numbers.shape.push_back(std::int64_t(json.size()));
  for (const Json& item : json) flatten(item, axis + 1, numbers);
}
inline Numbers numbers(const Json& json) {
  Numbers numbers;
  if (json.is_object()) {
    for (const Json& size : json.at("shape")) numbers.shape.push_back(size.get<std::int64_t>());
    for (const Json& entry : json.at("data")) numbers.data.push_back(number(entry));
  } else {
    flatten(json, 0, numbers);
  }
  return numbers;
}

// An op that belongs to a later family, or a form of one that does.
struct Skip {
  std::string reason;
};

// |x - y| / max(1, |x| + |y|); the same infinity or both not a number is 0.
inline double distance(double x, double y) {
  if (x == y || (std::isnan(x) && std::isnan(y))) return 0;
  if (!std::isfinite(x) || !std::isfinite(y)) return std::numeric_limits<double>::infinity();
  return std::abs(x - y) / std::max(1.0, std::abs(x) + std::abs(y));
}
// The largest distance that was accepted since a Tally began.
inline double& worst_accepted() {
  static double worst = 0;
  return worst;
}
// What differs, "" for nothing.
template <class T>
std::string difference(const std::string& what, View<const T> got, const Numbers& wanted,
                       double tolerance) {
  if (got.shape() != wanted.shape)
    return what + " is " + to_text(got.shape()) + ", wanted " + to_text(wanted.shape);
  for (std::int64_t i = 0; i < got.count(); ++i) {
    const double apart = distance(double(got[i]), wanted.data[std::size_t(i)]);
    if (apart > tolerance)
      return what + "[" + std::to_string(i) + "] is " + to_text(double(got[i])) + ", wanted " +
             to_text(wanted.data[std::size_t(i)]);
    worst_accepted() = std::max(worst_accepted(), apart);
  }
  return "";
}

// Counts what a source of cases gave, and says so; with GLASSGRAD_LIST_CASES set also what was left
// out and what differs by convention, with the reasons.
class Tally {
 public:
  explicit Tally(std::string source) : source_(std::move(source)) { worst_accepted() = 0; }
  ~Tally() {
    std::cout << "cases: " << source_ << ": " << run_ << " run, " << passed_ << " passed, "
              << skipped_ << " not run, " << other_ << " by another convention, worst error "
              << to_text(worst_accepted(), 2) << "\n";
    if (std::getenv("GLASSGRAD_LIST_CASES"))
      for (const auto& [what, count] : notes_) std::cout << "  " << count << " x " << what << "\n";
  }
  // `body` gives what differs, or throws Skip.
  template <class Body>
  void run(const std::string& name, int number, const Body& body) {
    std::string problem;
    try {
      problem = body();
    } catch (const Skip& skip) {
      return this->skip(name, 1, skip.reason);
    } catch (const std::exception& error) {
      problem = error.what();
    }
    ++run_;
    if (problem.empty()) ++passed_;
    for (const Convention& known : conventions())
      if (known.source == source_ && known.name == name &&
          (known.number < 0 || known.number == number)) {
        if (!problem.empty())
          ++other_, ++notes_["another convention: " + name + ": " + known.reason];
        return;
      }
    EXPECT_EQ(problem, "") << source_ << ": " << name << ", case " << number;
  }
  void skip(const std::string& name, int how_many, const std::string& reason) {
    skipped_ += how_many;
    notes_["not run: " + name + ": " + reason] += how_many;
  }

 private:
  std::string source_;
  std::map<std::string, int> notes_;
  int run_ = 0, passed_ = 0, skipped_ = 0, other_ = 0;
};

}  // namespace glassgrad::cases
