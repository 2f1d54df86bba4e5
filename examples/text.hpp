// A text as numbers, for the examples that learn to go on with one: every character that occurs has
// a number, its place in the alphabet.
#pragma once

#include <algorithm>
#include <cmath>
#include <fstream>
#include <glassgrad/array/random.hpp>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

struct Text {
  std::string alphabet;
  std::vector<std::int64_t> letters;

  explicit Text(const std::string& path) {
    std::ifstream file(path);
    const std::string all{std::istreambuf_iterator<char>(file), {}};
    if (all.empty())
      throw std::runtime_error(path + " cannot be read; run in the repository's root");
    alphabet = all;
    std::sort(alphabet.begin(), alphabet.end());
    alphabet.erase(std::unique(alphabet.begin(), alphabet.end()), alphabet.end());
    for (const char c : all) letters.push_back(std::int64_t(alphabet.find(c)));
  }
  std::int64_t size() const { return std::int64_t(letters.size()); }
  std::int64_t characters() const { return std::int64_t(alphabet.size()); }

  // m pieces of length + 1 characters from random places: what is read and what comes next. Letter
  // t of piece i is number i * length + t.
  struct Pieces {
    std::vector<std::int64_t> read, next;
  };
  Pieces pieces(glassgrad::Random& random, std::int64_t m, std::int64_t length) const {
    Pieces pieces;
    for (std::int64_t i = 0; i < m; ++i) {
      const auto* start = letters.data() + random.below(std::uint64_t(size() - length));
      pieces.read.insert(pieces.read.end(), start, start + length);
      pieces.next.insert(pieces.next.end(), start + 1, start + 1 + length);
    }
    return pieces;
  }

  // Bits per character of a text whose every letter is guessed from the `before` letters in front
  // of it, by how often each came after them in this text: the least any such guess can need.
  double entropy(std::size_t before) const {
    std::map<std::vector<std::int64_t>, double> longer, shorter;
    for (std::size_t i = before; i < letters.size(); ++i) {
      const auto* start = letters.data() + i - before;
      ++longer[{start, start + before + 1}];
      ++shorter[{start, start + before}];
    }
    double bits = 0;
    for (const auto& [read, count] : longer)
      bits -= count * std::log2(count / shorter[{read.begin(), read.end() - 1}]);
    return bits / double(letters.size() - before);
  }
};

// The character to go on with, drawn with the probabilities softmax(scores / temperature).
inline std::int64_t draw(const double* scores, std::int64_t count, double temperature,
                         glassgrad::Random& random) {
  const double most = *std::max_element(scores, scores + count);
  std::vector<double> upto;
  double sum = 0;
  for (std::int64_t i = 0; i < count; ++i)
    upto.push_back(sum += std::exp((scores[i] - most) / temperature));
  const auto place = std::upper_bound(upto.begin(), upto.end() - 1, random.uniform() * sum);
  return place - upto.begin();
}
