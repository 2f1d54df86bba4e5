// Plain numbers, which are on no tape, given to functions that make positions: refused in a
// sentence, whose advice helps.
#include <gtest/gtest.h>

#include <functional>

#include "glassgrad/glassgrad.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;
struct Chooser {
  const char* name;
  std::function<void(const N&)> f;
};
const Chooser choosers[] = {
    {"argmax", [](const N& x) { argmax(x, 0); }},
    {"argmin", [](const N& x) { argmin(x, 0); }},
    {"argsort", [](const N& x) { argsort(x, 0); }},
    {"argmax, from the end", [](const N& x) { argmax(x, -1); }},
    {"sort", [](const N& x) { sort(x, 0); }},
    {"topk", [](const N& x) { topk(x, 1, 0); }},
    {"kthvalue", [](const N& x) { kthvalue(x, 1, 0); }},
    {"cummax", [](const N& x) { cummax(x, 0); }},
    {"cummin", [](const N& x) { cummin(x, 0); }},
};

TEST(PlainNumbers, AreRefusedWherePositionsAreMade) {
  Tape tape;
  for (const Chooser& of : choosers) {
    EXPECT_NE(error_of([&] { of.f(N(2.0)); }), "no error") << of.name;
    EXPECT_EQ(error_of([&] { of.f(tape.constant(2.0)); }), "no error") << of.name;
  }
  for (const Chooser& of : {choosers[0], choosers[1], choosers[2], choosers[3]})
    EXPECT_EQ(error_of([&] { of.f(N(2.0)); }),
              std::string(std::string_view(of.name) == "argsort" ? "[argsort" : "[node") +
                  "] a plain number is on no tape. Put it on one: tape.constant(...).")
        << of.name;
}

}  // namespace
}  // namespace glassgrad
