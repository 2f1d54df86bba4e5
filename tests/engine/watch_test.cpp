// A watcher is shown everything in order, ends what it throws in, and leaves the tape usable.
#include <gtest/gtest.h>

#include <cmath>

#include "glassgrad/glassgrad.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

struct Halt : Error {
  Halt() : Error("halt", "it was asked for", "Go on") {}
};

struct Seen final : Watcher<double> {
  Seen(std::vector<std::string>& to, std::string stop = {}) : log(to), at(std::move(stop)) {}
  void add(std::string text) {
    log.push_back(text);
    if (text == at) throw Halt();
  }
  void recorded(const Node<>& node) override {
    add(join("value ", node.index(), " ", node.op(), " ", node.value().size()));
  }
  void arrived(const Node<>& node) override {
    add(join("upstream ", node.index(), " ", node.upstream()[0]));
  }
  std::vector<std::string>& log;
  std::string at;
};
using Log = std::vector<std::string>;

TEST(Watch, ShowsValuesThenUpstreamsInTheOrderOfTheirWork) {
  Tape tape(Keep::parameters);
  Log log;
  const auto before = tape.input("before", 3.0);
  tape.watch(std::make_unique<Seen>(log));
  Parameter<> w("w", {1.0, 2.0});
  const auto x = tape(w) * before;
  tape.on_upstream(x, [](View<double> u) { u[0] = 5; });
  const auto cost = sum(x) * 2;
  tape.backward(cost);
  EXPECT_EQ(log, (Log{"value 1 parameter 2", "value 2 mul 2", "value 3 sum 1", "value 4 constant 1",
                      "value 5 mul 1", "upstream 5 1", "upstream 3 2", "upstream 2 5",
                      "upstream 1 15", "upstream 0 9"}));
  EXPECT_EQ(x.upstream()[0], 5);  // kept while the tape is watched
  EXPECT_FALSE(parts_of(tape).observers.value_was_read);
  tape.watch(nullptr);
  tape.backward(cost);
  EXPECT_EQ(log.size(), 10U);
  EXPECT_EQ(x.upstream_state(), Upstream::not_kept);
}

TEST(Watch, WhatItEndsRecordsNothing) {
  Tape tape;
  Log log;
  const auto x = tape.input("x", {1.0, 2.0, 3.0});
  const auto cost = sum(x * x);
  const auto size = tape.size();
  EXPECT_EQ(size, 3U);
  const auto refused = [&](const char* stop, auto&& record) {
    tape.watch(std::make_unique<Seen>(log, stop));
    EXPECT_EQ(error_of(record), "[halt] it was asked for. Go on.") << stop;
    EXPECT_EQ(tape.size(), size) << stop;
    tape.watch(nullptr);
  };
  Parameter<> p("p", {1.0});
  refused("value 3 exp 3", [&] { exp(x); });
  refused("value 3 constant 1", [&] { x * 2 + 1; });
  refused("value 3 input 2", [&] { tape.input({1.0, 2.0}); });
  refused("value 3 indices 2", [&] { tape.indices({0, 1}); });
  refused("value 3 parameter 1", [&] { tape(p); });
  EXPECT_TRUE(tape.records().parameters().empty());
  EXPECT_EQ(sum(where(x, x, x) + tape(p)).item(), 9);
  tape.backward(cost);
  EXPECT_EQ(x.upstream()[2], 6);
}

TEST(Watch, ABackwardThatWasEndedSaysSo) {
  Tape tape;
  Log log;
  Parameter<> w("w", 2.0);
  const auto x = tape(w), y = x * 3, z = y * x, cost = z * 5;
  const Log states = [&] {
    tape.watch(std::make_unique<Seen>(log, "upstream 2 10"));
    EXPECT_EQ(error_of([&] { tape.backward(cost); }), "[halt] it was asked for. Go on.")
        << log.back();
    tape.watch(nullptr);
    Log all;
    for (std::uint32_t i = 0; i < tape.size(); ++i)
      all.push_back(tape.upstreams().state(i) == Upstream::computed ? "computed"
                                                                    : tape.upstreams().reason(i));
    return all;
  }();
  EXPECT_EQ(states[0], "backward was ended before it was reached");
  EXPECT_EQ(states.back(), "computed");
  EXPECT_EQ(error_of([&] { tape.add_to_parameters(); }),
            "[add_to_parameters] the last backward was ended before it was through. Call backward "
            "again.");
  EXPECT_FALSE(w.has_gradient());
  tape.backward(cost);
  tape.add_to_parameters();
  EXPECT_EQ(w.gradient()[0], 60);  // d 15 w^2 / dw
}

TEST(Watch, EndsABackwardInsideACheckpoint) {
  Tape tape;
  Log log;
  const auto x = tape.input("x", {1.0, 2.0});
  const auto y = checkpoint([](const Node<>& a) { return exp(sin(a)); }, x);
  const auto cost = sum(y);
  tape.watch(std::make_unique<Seen>(log, "upstream 2 1"));
  EXPECT_EQ(error_of([&] { tape.backward(cost); }), "[halt] it was asked for. Go on.");
  tape.watch(nullptr);
  for (int i = 0; i < 2; ++i) {
    tape.backward(cost);
    EXPECT_DOUBLE_EQ(x.upstream()[1], std::cos(2.0) * std::exp(std::sin(2.0)));
  }
}

}  // namespace
}  // namespace glassgrad
