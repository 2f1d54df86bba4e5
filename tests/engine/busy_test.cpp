// While the function given to map_batch, checkpoint or compile runs, the tape is busy: every call
// there is right or refused, and what is refused leaves the tape as it was.
#include "engine/expect.hpp"
#include "glassgrad/engine/fed.hpp"
#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;
const std::string held =
    " map_batch is running its function, and what was recorded before cannot be forgotten. Call it "
    "when map_batch has returned.";

// map_batch(x * x) with a call of something else inside; what that says.
struct Mapped {
  Tape<> tape;
  const N before = tape.input({2.0, 3.0}), cost = sum(before * before);
  const Tape<>::Mark mark = tape.mark();  // right before: as many records as map_batch begins with
  const N x = tape.input({{1.0, 2.0}, {3.0, 4.0}});
  const Tape<>::Mark at_once = tape.mark();

  template <class Call>
  std::string said(const Call& call) {
    const std::uint32_t size = tape.size();
    const std::string text = error_of([&] {
      map_batch(
          [&](const N& a) {
            const N y = a * a;
            call(a);
            return y + 0.0;
          },
          x);
    });
    EXPECT_EQ(tape.size(), size);
    works();
    return text;
  }
  void works() {  // the advice: the same call when map_batch has returned, or none
    const N y = map_batch([](const N& a) { return a * a; }, x);
    expect_near(y.value(), {1, 4, 9, 16});
    tape.backward(sum(y));
    expect_near(x.upstream(), {2, 4, 6, 8});
  }
};

TEST(Busy, MapBatchCannotForgetWhatCameBefore) {
  Mapped m;
  EXPECT_EQ(m.said([&](const N&) { m.tape.rewind(m.at_once); }), "[rewind]" + held);
  EXPECT_EQ(m.said([&](const N&) { m.tape.rewind(m.mark); }), "[rewind]" + held);
  EXPECT_EQ(m.said([&](const N&) { m.tape.rewind({}); }), "[rewind]" + held);
  EXPECT_EQ(m.said([&](const N&) { m.tape.clear(); }), "[clear]" + held);
  m.tape.rewind(m.at_once);
  m.works();
  m.tape.clear();
  EXPECT_EQ(m.tape.size(), 0U);
}

TEST(Busy, WhoCatchesTheRefusalGoesOn) {
  Mapped m;
  const N y = map_batch(
      [&](const N& a) {
        EXPECT_THROW(m.tape.rewind(m.at_once), TapeError);
        EXPECT_THROW(m.tape.clear(), TapeError);
        EXPECT_THROW(m.tape.backward(m.cost), TapeError);
        EXPECT_THROW(m.tape.set(a, 0, 9), TapeError);
        return a * a;
      },
      m.x);
  expect_near(y.value(), {1, 4, 9, 16});
}

TEST(Busy, MapBatchCannotSetOrSendBackOneExample) {
  Mapped m;
  const std::string set =
      "[set] map_batch is running its function, and numbers that were recorded before cannot be "
      "set. Call it when map_batch has returned.";
  EXPECT_EQ(m.said([&](const N& a) { m.tape.set(a, 0, 5); }), set);
  EXPECT_EQ(m.said([&](const N&) { m.tape.set(m.before, 0, 5); }), set);
  const std::string backward =
      "[backward] map_batch is running its function, with one example of all. Call it when "
      "map_batch has returned, or record the derivative with grad().";
  EXPECT_EQ(m.said([&](const N& a) { m.tape.backward(sum(a)); }), backward);
  EXPECT_EQ(m.said([&](const N&) { m.tape.backward(m.cost); }), backward);
  EXPECT_EQ(m.said([&](const N& a) { m.tape.backward(a, {1.0, 1.0}); }), backward);
  m.tape.backward(m.cost);
  expect_near(m.before.upstream(), {4, 6});
}

TEST(Busy, MapBatchSeesWhoLooksAtOneExample) {
  Mapped m;
  const std::string looked =
      "[map_batch] the function looked at a number of one example. It is called once for "
      "all examples: choose between nodes by where, or give as an input what depends on numbers.";
  EXPECT_EQ(m.said([](const N& a) { a.value(); }), looked);
  EXPECT_EQ(m.said([](const N& a) { (a * a).local(0).values(); }), looked);
  EXPECT_EQ(m.said([](const N& a) { (a * a).local(0).dense(); }), looked);
  EXPECT_EQ(m.said([](const N& a) { jacobian(a * a, a); }), looked);
  EXPECT_EQ(m.said([](const N& a) { hessian(sum(a * a), a); }), looked);
  EXPECT_EQ(m.said([](const N& a) { to_text(a); }), looked);
}

TEST(Busy, WhatMapBatchAllowsIsRight) {
  Mapped m;
  Parameter<> w("w", {1.0, -1.0});
  const auto loop = [&](const auto& f, std::vector<double> expected) {
    const N y = map_batch(f, m.x);
    expect_near(y.value(), std::move(expected));
  };
  loop(
      [&](const N& a) {  // a rewind to after it began
        const auto inside = m.tape.mark();
        const N gone = exp(a);
        m.tape.rewind(inside);
        EXPECT_THROW(gone.shape(), TapeError);
        return a + 1;
      },
      {2, 3, 4, 5});
  loop([&](const N& a) { return checkpoint([](const N& b) { return exp(b) * 0 + b * b; }, a); },
       {1, 4, 9, 16});
  loop(
      [&](const N& a) {  // a leaf of its own
        const N c = m.tape.constant({1.0, 1.0}), y = a * c;
        m.tape.set(c, 1, 10);
        return y;
      },
      {1, 20, 3, 40});
  loop(
      [&](const N& a) {  // a program of its own, and another tape
        const std::vector<double> two{1, 2};
        auto program =
            compile<double>([](Tape<>&, const Fed<double>& in) { return sum(in[0]); }, {two});
        EXPECT_EQ(program(two), 3);
        Tape<> other;
        const N z = other.input(3.0);
        other.backward(z * z);
        return a * z.upstream()[0];
      },
      {6, 12, 18, 24});
  m.tape.backward(m.cost);
  loop([&](const N& a) { return a * m.before.upstream()[0]; }, {4, 8, 12, 16});
  int seen = 0;
  loop(
      [&](const N& a) {
        m.tape.on_upstream(m.before, [&](View<double>) { ++seen; });
        return a * m.tape(w);
      },
      {1, -2, 3, -4});
  m.tape.backward(m.cost);
  EXPECT_EQ(seen, 1);
}

TEST(Busy, AParameterThatTheFunctionChangesIsNamed) {
  Mapped m;
  Parameter<> w("w", 2.0);
  EXPECT_EQ(error_of([&] {
              map_batch(
                  [&](const N& a) {
                    const N y = a * m.tape(w);
                    w.assign(3.0);
                    return y;
                  },
                  m.x);
            }),
            "[map_batch] parameter \"w\" has changed since it was recorded. Record the computation "
            "again on a cleared tape, or read it before the update.");
  expect_near(map_batch([&](const N& a) { return a * m.tape(w); }, m.x).value(), {3, 6, 9, 12});
}

struct Counting final : Watcher<double> {
  explicit Counting(int& to) : count(to) {}
  void recorded(const N&) override { ++count; }
  void arrived(const N&) override {}
  int& count;
};

TEST(Busy, AWatchedTapeMapsToo) {
  Mapped m;
  int count = 0;
  m.tape.watch(std::make_unique<Counting>(count));
  m.works();
  EXPECT_GT(count, 0);
  EXPECT_EQ(m.said([&](const N& a) { m.tape.on_upstream(a, [](View<double>) {}); }),
            "[map_batch] the function hooks on to one example's upstream. Use on_upstream outside, "
            "on the result or an input.");
}

TEST(Busy, OneMapInAnotherHoldsBoth) {
  Mapped m;
  const N z = m.tape.input({{{1.0, 2.0}}, {{3.0, 4.0}}});
  const N y = map_batch(
      [&](const N& outer) {
        const auto inside = m.tape.mark();
        const N inner = map_batch(
            [&](const N& a) {
              EXPECT_THROW(m.tape.rewind(inside), TapeError);
              EXPECT_THROW(m.tape.on_upstream(outer, [](View<double>) {}), TapeError);
              return a * a;
            },
            outer);
        EXPECT_THROW(m.tape.backward(sum(inner)), TapeError);
        EXPECT_THROW(m.tape.clear(), TapeError);
        return inner + 1;
      },
      z);
  expect_near(y.value(), {2, 5, 10, 17});
}

TEST(Busy, ATapeThatTheFunctionDestroys) {
  auto tape = std::make_unique<Tape<>>();
  const N x = tape->input({1.0, 2.0});
  EXPECT_EQ(error_of([&] {
              map_batch(
                  [&](const N&) {
                    tape.reset();
                    return N(1.0);
                  },
                  x);
            }),
            "[map_batch] the function has destroyed the tape that was calling it. Destroy it when "
            "the call has returned.");
}

TEST(Busy, CheckpointCannotForgetWhatCameBefore) {
  Tape<> tape;
  const N x = tape.input({1.0, 2.0});
  const auto before = tape.mark();
  const std::string open =
      " a checkpoint is running its function, and what was recorded before cannot be forgotten. "
      "Call it when checkpoint has returned.";
  const auto said = [&](const auto& call) {
    const std::string text = error_of([&] {
      checkpoint(
          [&](const N& a) {
            const N y = a * a;
            call();
            return y;
          },
          x);
    });
    EXPECT_EQ(tape.size(), before.size);
    return text;
  };
  EXPECT_EQ(said([&] { tape.rewind(before); }), "[rewind]" + open);
  EXPECT_EQ(said([&] { tape.rewind({}); }), "[rewind]" + open);
  EXPECT_EQ(said([&] { tape.clear(); }), "[clear]" + open);
  const N y = checkpoint(
      [&](const N& a) {
        const auto inside = tape.mark();
        exp(a);
        tape.rewind(inside);
        tape.backward(sum(a * a));  // its values are there
        expect_near(x.upstream(), {2, 4});
        return a * a * a;
      },
      x);
  tape.backward(sum(y));
  expect_near(x.upstream(), {3, 12});
  tape.rewind(before);
  tape.clear();
}

TEST(Busy, CompileCannotForgetWhatItIsFedWith) {
  const std::vector<double> two{1, 2};
  Tape<>::Mark mark;
  const auto said = [&](const auto& call) {
    return error_of([&] {
      compile<double>(
          [&](Tape<>& tape, const Fed<double>& in) {
            call(tape, in);
            return sum(in[0]);
          },
          {two});
    });
  };
  const std::string compiling =
      " compile is recording its function, and what it is fed with cannot be forgotten. Call it "
      "when compile has returned.";
  const std::string set =
      "[set] a program is being recorded, which is fed with its numbers later. Give them when the "
      "constant is made, or call the program with others.";
  EXPECT_EQ(said([&](Tape<>& tape, const auto&) { tape.clear(); }), "[clear]" + compiling);
  EXPECT_EQ(said([&](Tape<>& tape, const auto&) { tape.rewind(mark); }), "[rewind]" + compiling);
  EXPECT_EQ(said([&](Tape<>& tape, const auto&) {
              const N c = tape.constant({1.0, 2.0});
              exp(c);
              tape.set(c, 0, 2.0);
            }),
            set);
  EXPECT_EQ(said([&](Tape<>& tape, const auto&) { tape.set(fed(tape, Shape{2}), 0, 2.0); }), set);
  EXPECT_EQ(said([&](Tape<>& tape, const auto& in) { tape.set(in[0], 0, 2.0); }),
            "[set] compile is recording its function, and numbers that were recorded before cannot "
            "be set. Call it when compile has returned.");
  auto program = compile<double>([](Tape<>&, const Fed<double>& in) { return sum(in[0]); }, {two});
  EXPECT_EQ(program(two), 3);
}

}  // namespace
}  // namespace glassgrad
