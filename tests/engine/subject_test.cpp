// Errors say which node they are about: by its name with its scopes, or its number, and its op.
#include "engine/expect.hpp"

namespace glassgrad {
namespace {

using N = Node<>;

TEST(Subject, AnUpstreamThatIsNotThereYet) {
  Tape tape;
  Parameter W("W", {{0.1, 0.6}}), b("b", {{0.0}});
  const N z = name("Z", matmul(tape(W), tape.constant({{1.0}, {2.0}})) + tape(b));
  EXPECT_EQ(error_of([&] { z.upstream(); }),
            "[upstream] node \"Z\" (add) has no upstream yet. Call tape.backward(cost) first.");
  const N cost = sum(z);
  tape.backward(cost);  // the advice
  expect_near(z.upstream(), {1});
  EXPECT_EQ(error_of([&] { name("late", z * 2).upstream(); }),
            "[upstream] node \"late\" (mul) has no upstream yet. Call tape.backward(cost) first.");
}

TEST(Subject, ItsScopesItsNumberOrNone) {
  Tape tape, other;
  const auto net = tape.scope("net");
  const N x = tape.input("x", {1.0, 2.0}), y = [&] {
    const auto layer = tape.scope("layer1");
    return name("Z", x + 1);
  }();
  EXPECT_EQ(error_of([&] { (void)y.item(); }),
            "[item] node \"net/layer1/Z\" (add) is (2), not a single number. Read it with "
            "value().");
  const N unnamed = exp(x);
  EXPECT_EQ(error_of([&] { (void)unnamed.item(); }),
            join("[item] node ", unnamed.index(), " (exp) is (2), not a single number. Read it ",
                 "with value()."));
  // a name is any bytes of any length
  EXPECT_EQ(error_of([&] { (void)name("a\n\x1b[31m", exp(x)).item(); }),
            "[item] node \"net/a\\n\\x1b[31m\" (exp) is (2), not a single number. Read it with "
            "value().");
  EXPECT_LT(error_of([&] { (void)name(std::string(100'000, 'n'), exp(x)).item(); }).size(), 400U);
}

TEST(Subject, OfAnotherTape) {
  Tape tape, other;
  const N x = tape.input("x", 2.0), b = other.input("b", 3.0);
  EXPECT_EQ(error_of([&] { x* b; }),
            "[mul] node \"b\" (input) belongs to another tape. Record everything on one tape.");
  EXPECT_EQ((x * tape.input("b", 3.0)).item(), 6);  // the advice
  other.clear();                                    // what it was is forgotten
  EXPECT_EQ(error_of([&] { x* b; }),
            "[mul] a node belongs to another tape. Record everything on one tape.");
}

// One named node, and everything that may be wrong with it.
TEST(Subject, IsNamedByAllWhoRefuseIt) {
  Tape tape, small(Keep::parameters), values(Keep::values);
  const N x = tape.input("x", {1.0, 2.0}), z = name("Z", x * x), c = tape.constant("c", {1.0, 2.0});
  const Indices<> at = tape.indices("at", std::array{std::int64_t(1)}, {1});
  const N kept = small.input("x", 2.0), freed = name("h", kept * kept), v = values.input("v", 2.0);
  small.backward(square(freed));
  const N cost = name("C", sum(z));
  tape.backward(cost);
  const std::pair<std::string, std::string> said[] = {
      {error_of([&] { freed.upstream(); }), "node \"h\" (mul) has no upstream any more: this tape"},
      {error_of([&] { c.upstream(); }), "node \"c\" (constant) has no upstream: it is a constant."},
      {error_of([&] { v.upstream(); }), "node \"v\" (input) has no upstream: the tape keeps"},
      {error_of([&] { tape.set(z, 0, 1); }), "node \"Z\" (mul) is not a constant or an input."},
      {error_of([&] { tape.set(x, 2, 1); }),
       "position 2 is outside (2), the shape of node \"x\" ("},
      {error_of([&] { tape.backward(z); }), "the cost, node \"Z\" (mul), is (2), not a single"},
      {error_of([&] { grad(z, x); }), "y, node \"Z\" (mul), is (2), not a single number."},
      {error_of([&] { hessian(z, x); }), "y, node \"Z\" (mul), is (2), not a single number."},
      {error_of([&] { jvp(z, x, cost); }), "the tangent is (), node \"x\" (input) is (2)."},
      {error_of([&] { x.local(0); }), "node \"x\" (input) is a leaf and has no local gradient."},
      {error_of([&] { cost.local(0).values(); }), "the local gradient of node \"C\" (sum) is not"},
      {error_of([&] { z.local(0).item(); }),
       "the local gradient of node \"Z\" (mul) has 2 factors"},
      {error_of([&] { z.input(2); }), "there is no input 2 of node \"Z\" (mul)."},
      {error_of([&] { z* at.record(); }), "input 1, node \"at\" (indices), holds positions,"},
      {error_of([&] { apply(Rows{}, x, z); }), "input 1, node \"Z\" (mul), holds numbers, where"},
      {error_of([&] { Indices<>{z}; }), "node \"Z\" (mul) holds numbers, not positions."},
  };
  for (const auto& [text, subject] : said)
    EXPECT_NE(text.find("] " + subject), std::string::npos) << text;
}

}  // namespace
}  // namespace glassgrad
