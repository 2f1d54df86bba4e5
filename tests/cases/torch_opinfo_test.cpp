// PyTorch's own op tests: values and vector-Jacobian products in float64, for every op of the
// table; and the same calls with their arguments given the other way.
#include "cases/torch_by_hand.hpp"

namespace glassgrad::cases {
namespace {

// f(name, op, case, number) for each case of an op of the table; the others are `unknown`.
template <class F, class G>
void each_call(const F& f, const G& unknown) {
  for (const auto& path : files("torch_opinfo")) {
    const Json file = read(path);
    const std::string name = path.stem().string();
    const auto op = torch_table().find(name);
    if (op == torch_table().end()) {
      unknown(name, int(file.at("cases").size()));
      continue;
    }
    int number = 0;
    for (const Json& json : file.at("cases")) f(name, op->second, json, number++);
  }
}

TEST(TorchOpinfo, EveryOpOfTheTable) {
  GLASSGRAD_SKIP_WITHOUT_CASES("torch_opinfo");
  Tally tally("torch_opinfo");
  std::size_t known = 0;
  each_call(
      [&](const std::string& name, const TorchOp& op, const Json& json, int number) {
        known += number == 0;
        tally.run(name, number, [&] { return run(op, json); });
      },
      [&](const std::string& name, int count) { tally.skip(name, count, "no such op here"); });
  if (own_folder()) {
    EXPECT_EQ(known, torch_table().size()) << "a line of the table names no file";
  }
}

TEST(TorchOpinfo, IsTheSameByPositionAndByKeyword) {
  GLASSGRAD_SKIP_WITHOUT_CASES("torch_opinfo");
  int moved = 0;
  each_call(
      [&](const std::string& name, const TorchOp& op, const Json& json, int number) {
        const std::string wanted = outcome(op, json);
        for (const Json& other :
             {by_position(op.signature(), json), by_keyword(op.signature(), json)}) {
          if (other == json) continue;
          ++moved;
          EXPECT_EQ(outcome(op, other), wanted) << name << ", case " << number;
        }
      },
      [](const std::string&, int) {});
  if (own_folder()) {
    EXPECT_GT(moved, 500);
  }
}

}  // namespace
}  // namespace glassgrad::cases
