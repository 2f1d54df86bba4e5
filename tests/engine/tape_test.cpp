// The tape: names and scopes, clear, mark and rewind, what is kept, and that failures leave no
// trace.
#include "engine/expect.hpp"

namespace glassgrad {
namespace {

constexpr const char* stale =
    "a node was recorded before the tape was cleared or rewound. Record it again after clear() or "
    "rewind().";

TEST(Tape, NamesAndNestedScopes) {
  Tape tape;
  const auto x = tape.input("x", 2.0);
  std::uint32_t inner_scope = 0;
  {
    const auto net = tape.scope("net");
    const auto a = name("a", x * 2);
    {
      const auto layer = tape.scope("layer1");
      const auto b = name("b", a + 1);
      inner_scope = tape.records().scope_of(b.index());
    }
    const auto c = square(a);
    EXPECT_EQ(tape.records().scopes()[tape.records().scope_of(c.index())].name, "net");
    EXPECT_EQ(c.name(), "");
    name("c", c);
    EXPECT_EQ(c.name(), "c");
    name("", c);
    EXPECT_EQ(c.name(), "");
  }
  const auto outside = x + 1;
  EXPECT_EQ(tape.records().scope_of(outside.index()), 0u);
  EXPECT_EQ(x.name(), "x");
  ASSERT_EQ(tape.records().scopes().size(), 3u);
  EXPECT_EQ(tape.records().scopes()[inner_scope].name, "layer1");
  EXPECT_EQ(tape.records().scopes()[tape.records().scopes()[inner_scope].parent].name, "net");
  EXPECT_EQ(tape.records().scopes()[tape.records().scopes()[inner_scope].parent].parent, 0u);
  std::string changing = "temporary";
  const auto named = name(changing, x * 3);
  changing = "something else";
  EXPECT_EQ(named.name(), "temporary");
}

TEST(Tape, GradientsAsNodesLieInTheirOriginsScope) {
  Tape tape;
  const auto x = tape.input("x", 2.0);
  Node<> y;
  {
    const auto net = tape.scope("net");
    y = square(x);
  }
  const auto dx = grad(y, x);
  EXPECT_EQ(tape.records().scope_of(dx.index()), tape.records().scope_of(y.index()));
  EXPECT_EQ(tape.records().origin_of(dx.index()), (Origin{y.index(), 0}));
  EXPECT_FALSE(tape.records().origin_of((x + 1).index()).node);
}

TEST(Tape, ClearForgetsEveryNode) {
  Tape tape;
  const auto x = tape.input("x", {1.0, 2.0});
  const auto y = sum(x * x);
  tape.backward(y);
  tape.clear();
  EXPECT_EQ(tape.size(), 0u);
  EXPECT_EQ(error_of([&] { x.value(); }), std::string("[value] ") + stale);
  EXPECT_EQ(error_of([&] { y.item(); }), std::string("[value] ") + stale);
  EXPECT_EQ(error_of([&] { x.upstream(); }), std::string("[upstream] ") + stale);
  EXPECT_EQ(error_of([&] { y.shape(); }), std::string("[shape] ") + stale);
  EXPECT_EQ(error_of([&] { y.local(0); }), std::string("[local] ") + stale);
  EXPECT_EQ(error_of([&] { y.name(); }), std::string("[name] ") + stale);
  EXPECT_EQ(error_of([&] { y.op(); }), std::string("[op] ") + stale);
  EXPECT_EQ(error_of([&] { x + 1; }), std::string("[add] ") + stale);
  EXPECT_EQ(error_of([&] { tape.backward(y); }), std::string("[backward] ") + stale);
  EXPECT_EQ(error_of([&] { grad(y, x); }), std::string("[shape] ") + stale);
  const auto z = tape.input({3.0, 4.0});  // takes x's place, and x stays stale
  EXPECT_EQ(z.index(), x.index());
  EXPECT_EQ(error_of([&] { x.value(); }), std::string("[value] ") + stale);
  EXPECT_EQ(error_of([&] { z* x; }), std::string("[mul] ") + stale);
  EXPECT_EQ(z.upstream_state(), Upstream::pending);
}

TEST(Tape, RewindForgetsWhatCameAfterMark) {
  Parameter W("W", {1.0, 2.0});
  Tape tape;
  const auto w = tape(W), y = name("y", w * w);
  const auto mark = tape.mark();
  for (int round = 0; round < 3; ++round) {
    const auto z = sum(y * tape.input("late", {3.0, 4.0}));
    EXPECT_EQ(z.item(), 19);
    tape.backward(z);
    expect_near(w.upstream(), {6, 16});
    tape.rewind(mark);
    EXPECT_EQ(tape.size(), mark.size);
    EXPECT_EQ(error_of([&] { z.item(); }), std::string("[value] ") + stale);
    expect_near(y, {1, 4});
    EXPECT_EQ(y.name(), "y");
    expect_near(w.upstream(), {6, 16});  // still there to be read
  }
}

TEST(Tape, NodesBeforeTheMarkStayReachableAfterRewind) {
  Parameter W("W", {1.0, 2.0});
  Tape tape;
  const auto w = tape(W), y = sum(w * w);
  const auto mark = tape.mark();
  exp(w);
  tape.rewind(mark);
  EXPECT_EQ(error_of([&] { tape(W).value(); }), "no error");
  EXPECT_EQ(error_of([&] { y.input(0).value(); }), "no error");
  EXPECT_EQ(error_of([&] { tape.records().node(0).value(); }), "no error");
  EXPECT_EQ(error_of([&] { expect_near(grad(y, w), {2, 4}); }), "no error");
  EXPECT_EQ(error_of([&] { jvp(y, w, tape.constant({1.0, 1.0})); }), "no error");
}

TEST(Tape, RewindTakesBackNamesAndScopesGivenSince) {
  Tape tape;
  const auto x = tape.input(2.0), named = tape.input("before", 1.0);
  const auto mark = tape.mark();
  name("X", x);
  name("after", named);
  { const auto scope = tape.scope("gone"); }
  tape.rewind(mark);
  name("other", tape.input(1.0));
  EXPECT_NE(x.name(), "other");
  EXPECT_NE(named.name(), "other");
  EXPECT_EQ(tape.records().scopes().size(), 1u);
}

TEST(Tape, ClearWithinScopes) {
  Tape tape;
  const auto outer = tape.scope("outer");
  {
    const auto inner = tape.scope("inner");
    tape.clear();
  }
  const auto x = tape.input(1.0);
  EXPECT_LT(tape.records().scope_of(x.index()), tape.records().scopes().size());
}

TEST(Tape, KeepParametersFreesTheOthers) {
  Parameter W("W", {{1.0, 2.0}, {3.0, 4.0}});
  Tape tape(Keep::parameters);
  const auto x = tape.input("x", {1.0, 1.0}), c = tape.constant({1.0, 2.0});
  const auto h = tanh(matmul(tape(W), x)), y = sum(h * c);
  tape.backward(y);
  Tape all;
  const auto x2 = all.input({1.0, 1.0});
  all.backward(sum(tanh(matmul(all(W), x2)) * all.constant({1.0, 2.0})));
  expect_near(tape(W).upstream(), numbers(all(W).upstream()), 0);
  expect_near(x.upstream(), numbers(x2.upstream()), 0);
  EXPECT_EQ(h.upstream_state(), Upstream::not_kept);
  EXPECT_EQ(y.upstream_state(), Upstream::not_kept);
  EXPECT_EQ(error_of([&] { h.upstream(); }),
            "[upstream] node 6 (tanh) has no upstream any more: this tape keeps only those of "
            "parameters and inputs. Make the tape with Keep::all.");
  EXPECT_EQ(c.upstream_state(), Upstream::none);
  tape.backward(y, Accumulate::add);
  for (std::int64_t i = 0; i < 4; ++i) EXPECT_EQ(tape(W).upstream()[i], 2 * all(W).upstream()[i]);
}

TEST(Tape, KeepValuesEvaluatesTheSameCode) {
  const auto model = [](Tape<>& tape, Parameter<>& W) {
    return softmax(tanh(matmul(tape(W), tape.input({0.5, -1.0}))));
  };
  Parameter W("W", {{1.0, 2.0}, {3.0, 4.0}});
  Tape tape, evaluating(Keep::values);
  const auto y = model(evaluating, W);
  expect_near(y, numbers(model(tape, W).value()), 0);
  EXPECT_EQ(y.upstream_reason(), "the tape keeps values only");
  EXPECT_EQ(error_of([&] { y.upstream(); }),
            "[upstream] node 6 (softmax) has no upstream: the tape keeps values only. Ask a node "
            "between a parameter or input and the cost.");
}

TEST(Tape, WhyThereIsNoUpstream) {
  Tape tape;
  const auto x = tape.input({1.0, 2.0}), c = tape.constant({1.0, 2.0});
  const auto i = tape.indices({0, 1});
  const auto mask = x > 1.5, unused = x * 3, fixed = c * 2, cost = sum(x * x);
  EXPECT_EQ(error_of([&] { x.upstream(); }),
            "[upstream] node 0 (input) has no upstream yet. Call tape.backward(cost) first.");
  tape.backward(cost);
  const auto later = x + 1;
  EXPECT_EQ(later.upstream_state(), Upstream::pending);
  EXPECT_EQ(c.upstream_reason(), "it is a constant");
  EXPECT_EQ(i.record().upstream_reason(), "positions have no gradient");
  EXPECT_EQ(mask.upstream_reason(), "the op greater has no gradient");
  EXPECT_EQ(unused.upstream_reason(), "the cost does not depend on it");
  EXPECT_EQ(fixed.upstream_reason(), "it depends on no parameter and no input");
  EXPECT_EQ(x.upstream_reason(), "");
  EXPECT_EQ(Node<>(3.0).upstream_reason(), "it is a plain number");
  EXPECT_EQ(error_of([&] { Node<>(3.0).upstream(); }),
            "[upstream] a plain number is on no tape. Use it in a computation first.");
}

TEST(Tape, AnOpThatFailsAppendsNothing) {
  Tape tape, other;
  const auto a = tape.input({1.0, 2.0, 3.0}), b = tape.input({{1.0, 2.0}, {3.0, 4.0}});
  const auto c = tape.input({1.0, 2.0}), y = sum(a * a), none = tape.input(std::vector<double>{});
  const auto at = tape.indices({0, 5}), foreign = other.indices({0});
  const auto z = other.input(1.0);
  const auto m = tape.constant({{{1.0, 2.0}}, {{1.0, 2.0}}});
  const auto n = tape.constant({{{1.0}, {2.0}}, {{1.0}, {2.0}}, {{1.0}, {2.0}}});
  const auto fails = [&](const char* what, const auto& action) {
    const std::uint32_t size = tape.size();
    const std::size_t bytes = tape.bytes();
    EXPECT_NE(error_of(action), "no error") << what;
    EXPECT_EQ(tape.size(), size) << what;
    EXPECT_EQ(tape.bytes(), bytes) << what;
  };
  fails("add", [&] { a + b; });
  fails("another tape", [&] { a + z; });
  fails("where and its numbers", [&] { where(a, 1, b); });
  fails("rows", [&] { rows(a, at); });
  fails("positions of another tape", [&] { rows(a, foreign); });
  fails("matmul", [&] { matmul(c, a); });
  fails("matmul of a batch", [&] { matmul(m, n); });
  fails("reshape", [&] { reshape(a, {2, 2}); });
  fails("sum", [&] { sum(a, 1); });
  fails("sum twice", [&] { sum(b, {0, 0}); });
  fails("max of nothing", [&] { max(none); });
  fails("slice", [&] { slice(a, 0, 0, 2, 0); });
  fails("broadcast_to", [&] { broadcast_to(a, {2}); });
  fails("permute", [&] { permute(b, {0, 0}); });
  fails("concat", [&] { concat({a, b}); });
  fails("stack", [&] { stack({a, c}); });
  fails("grad of another tape", [&] { grad(y, z); });
  fails("grad of an array", [&] { grad(a, a); });
  fails("jvp", [&] { jvp(y, a, c); });
  fails("backward", [&] { tape.backward(a); });
  fails("a leaf of ragged rows", [&] { tape.input({{1.0, 2.0}, {3.0}}); });
  fails("indices", [&] { tape.indices("i", std::vector<std::int64_t>{1, 2}, {3}); });
  expect_near(sum(a * 2), {12});  // and all is well
}

}  // namespace
}  // namespace glassgrad
