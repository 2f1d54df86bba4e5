// Random numbers that are the same bits on every platform and for every number of threads.
// The generator is counter-based: number `position` of stream `stream` of seed `seed` is a pure
// function of those three, so a kernel may ask for any of them in any order (`uniform_at`), and a
// training run resumes from three integers (`Random::state`). Not for cryptography.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

// Philox4x32-10: 128 random bits from a counter and a key, ten rounds of multiply and exclusive or.
// Salmon, Moraes, Dror, Shaw: "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
constexpr std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                              std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t left = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t right = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<std::uint32_t>(right >> 32) ^ counter[1] ^ key[0],
               static_cast<std::uint32_t>(right),
               static_cast<std::uint32_t>(left >> 32) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(left)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

// Draws number 2 * block and 2 * block + 1 of Random(seed, stream).
// key = seed, counter = (block, stream), low words first.
constexpr std::array<std::uint64_t, 2> random_block(std::uint64_t seed, std::uint64_t stream,
                                                    std::uint64_t block) {
  const auto low = [](std::uint64_t bits) { return static_cast<std::uint32_t>(bits); };
  const auto words = philox({low(block), low(block >> 32), low(stream), low(stream >> 32)},
                            {low(seed), low(seed >> 32)});
  return {words[0] | std::uint64_t{words[1]} << 32, words[2] | std::uint64_t{words[3]} << 32};
}

// The 64 bits that Random(seed, stream) gives as its draw number `position`, counted from 0.
constexpr std::uint64_t random_at(std::uint64_t seed, std::uint64_t stream,
                                  std::uint64_t position) {
  return random_block(seed, stream, position / 2)[position % 2];
}

// k / 2^53 for the integer k in the top 53 bits: evenly spaced in [0, 1), no rounding anywhere.
constexpr double uniform_from(std::uint64_t bits) {
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

// The number z with Phi(z) = (k + 1/2) / 2^52 for the integer k in the top 52 bits: standard
// normal, |z| < 8.21. Only + - * / and sqrt; relative error below 1e-15. One draw, one number.
// Wichura: "Algorithm AS241: The Percentage Points of the Normal Distribution", 1988.
double normal_from(std::uint64_t bits);

constexpr double uniform_at(std::uint64_t seed, std::uint64_t stream, std::uint64_t position) {
  return uniform_from(random_at(seed, stream, position));
}

inline double normal_at(std::uint64_t seed, std::uint64_t stream, std::uint64_t position) {
  return normal_from(random_at(seed, stream, position));
}

namespace detail {
// How many programs are being recorded on this thread, nested.
inline thread_local int programs_being_recorded = 0;
}  // namespace detail

// A seed has 2^64 streams; a stream has 2^64 draws. Streams share no draw.
class Random {
 public:
  explicit Random(Seed<"random"> seed, Setting<"random", "stream", std::uint64_t> stream = 0)
      : state_{seed, stream, 0} {}

  // 64 fair bits. Every function below is a function of draws of bits(). Throws TapeError while a
  // program is recorded on this thread (program/program.hpp): it would be the same bits in every
  // run.
  std::uint64_t bits();

  double uniform() { return uniform_from(bits()); }  // [0, 1)
  double uniform(double low, double high);           // [low, high); throws unless low <= high
  double normal() { return normal_from(bits()); }    // mean 0, standard deviation 1
  double normal(double mean, double deviation);

  // 0, 1, ..., n - 1, each exactly as likely (draws again in the uneven rest). Throws when n = 0.
  std::uint64_t below(Setting<"below", "n", std::uint64_t> n);

  // Every order exactly as likely (Fisher and Yates).
  void shuffle(std::span<std::int64_t> numbers);
  std::vector<std::int64_t> permutation(Integer n);  // 0, ..., n - 1 shuffled

  // The whole state: Random(state) continues where the other stood.
  struct State {
    std::uint64_t seed = 0;
    std::uint64_t stream = 0;
    std::uint64_t position = 0;
    bool operator==(const State&) const = default;
  };
  explicit Random(const State& state) : state_(state) {}
  const State& state() const { return state_; }

 private:
  State state_;
  std::array<std::uint64_t, 2> block_{};  // the two draws of the current counter
  bool filled_ = false;
};

}  // namespace glassgrad
