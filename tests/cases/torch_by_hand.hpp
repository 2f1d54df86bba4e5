// Calls in the form of PyTorch's op tests, written by hand, and what comes of one in words.
#pragma once

#include "cases/torch_layout.hpp"
#include "cases/torch_run.hpp"

namespace glassgrad::cases {

inline Json tensor(const char* type, const Json& shape, const Json& data) {
  return {{"tensor", type}, {"shape", shape}, {"data", data}};
}
inline Json reals(std::initializer_list<int> shape, std::initializer_list<double> data) {
  return tensor("float64", std::vector<int>(shape), std::vector<double>(data));
}
inline Json wholes(std::initializer_list<int> shape, std::initializer_list<int> data) {
  return tensor("int64", std::vector<int>(shape), std::vector<int>(data));
}
template <class... Items>
Json list(const Items&... items) {
  Json all = Json::array();
  (all.push_back(items), ...);
  return all;
}

struct ByHand {
  std::string op;
  Json input, args, kwargs;  // kwargs null for none
  Json output, grads;        // of an upstream of ones, or of `upstream`; grads in the cases' order
  Json upstream = nullptr;
};
inline Json call_of(const ByHand& hand) {
  Json ones = hand.output;
  for (Json& entry : ones.at("data")) entry = 1;
  return {{"input", hand.input},
          {"args", hand.args},
          {"kwargs", hand.kwargs.is_null() ? Json::object() : hand.kwargs},
          {"outputs", list(hand.output)},
          {"cotangents", list(hand.upstream.is_null() ? ones : hand.upstream)},
          {"grads", hand.grads}};
}
// "" where all is right, what differs, or "not run: " and why.
inline std::string outcome(const TorchOp& op, const Json& json) {
  try {
    return run(op, json);
  } catch (const Skip& skip) {
    return "not run: " + skip.reason;
  } catch (const std::exception& error) {
    return error.what();
  }
}
inline std::string outcome(const ByHand& hand) {
  return outcome(torch_table().at(hand.op), call_of(hand));
}
// Right as it is written, and with its arguments given the other way.
inline void expect_right(const ByHand& hand) {
  const TorchOp& op = torch_table().at(hand.op);
  const Json call = call_of(hand);
  const std::string what = hand.op + " of " + hand.args.dump() + ", " + hand.kwargs.dump();
  EXPECT_EQ(outcome(op, call), "") << what;
  EXPECT_EQ(outcome(op, by_position(op.signature(), call)), "") << what << " by position";
  EXPECT_EQ(outcome(op, by_keyword(op.signature(), call)), "") << what << " by keyword";
}

}  // namespace glassgrad::cases
