// An op that says it goes by rows is used on pieces of the first axis
// (src/program/passes/join_rows.cpp): every piece, one row or two, must have the bits that it has
// in the whole, and so must what the op's own kernel contributes to an input. That the check
// notices one that does not is shown last.
#include <gtest/gtest.h>

#include "../../src/program/graph.hpp"
#include "support/op_checks.hpp"

namespace glassgrad {
namespace {

using Numbers = std::vector<double>;

// An op recorded on inputs, and which of these are cut with its result.
class Cut {
 public:
  Cut(const OpCase& op, const std::vector<Slow<double>>& in) : op_(op), in_(in) {
    const auto x = leaves(tape_, op, in);
    y_ = record(tape_, op, x);
    graph_ = program::graph_of(tape_, {y_.index()});
    instruction_ = {op.rule, op.attributes.get(), {}, y_.index()};
    for (const auto& node : x) instruction_.in.push_back(node.index());
  }
  std::int64_t rows() const { return y_.shape().rank() ? y_.shape()[0] : 0; }
  bool goes_by_rows() const { return rows() > 1 && graph_.is_by_rows(instruction_, rows()); }
  bool is_cut(std::size_t k) const {
    return graph_.is_cut(instruction_, instruction_.in[k], rows());
  }
  const Slow<double>& input(std::size_t k) const { return in_[k]; }
  const Node<double>& y() const { return y_; }

  // The op on some rows alone: "" or which number differs.
  std::string check(std::int64_t first, std::int64_t count, const Rule<double>& rule) const {
    std::deque<Shape> shapes;
    std::vector<View<const double>> views;
    const auto piece = [&](const double* numbers, const Shape& shape, bool cut) {
      shapes.push_back(cut ? shape.with(0, count) : shape);
      const std::int64_t row = cut ? shape.count() / shape[0] : 0;
      return View<const double>{numbers + first * row, &shapes.back()};
    };
    for (std::size_t k = 0; k < in_.size(); ++k)
      views.push_back(piece(in_[k].numbers.data(), in_[k].shape, is_cut(k)));
    const View<const double> wanted = piece(y_.value().data, y_.shape(), true);
    Pool pool;
    Numbers got(wanted.size());
    rule.forward(op_.attributes.get(), views, View<double>{got.data(), wanted.sizes}, pool);
    if (!std::equal(got.begin(), got.end(), wanted.begin())) return "the value";
    return rule.gradients && !rule.by_arrays ? check_adjoint(views, wanted, first, count, rule)
                                             : "";
  }

 private:
  std::string check_adjoint(std::span<const View<const double>> pieces, View<const double> y,
                            std::int64_t first, std::int64_t count,
                            const Rule<double>& rule) const {
    Numbers upstream(y_.value().size());
    for (std::size_t i = 0; i < upstream.size(); ++i) upstream[i] = std::sin(double(3 * i + 1));
    std::vector<View<const double>> whole;
    for (const auto& x : in_) whole.push_back(view(x));
    const std::int64_t row = y_.shape().count() / rows();
    Pool pool;
    for (std::size_t k = 0; k < in_.size(); ++k) {
      if (!op_.has_gradient(int(k)) || !is_cut(k)) continue;
      Numbers all(whole[k].size()), got(pieces[k].size());
      const void* const op = op_.attributes.get();
      std::vector<Sink<double>> sinks(in_.size());
      sinks[k].data = all.data();
      rule.pull(op, whole, y_.value(), {upstream.data(), &y_.shape()}, sinks, pool);
      sinks[k].data = got.data();
      rule.pull(op, pieces, y, {upstream.data() + first * row, y.sizes}, sinks, pool);
      const std::int64_t at = first * in_[k].shape.count() / rows();
      if (!std::equal(got.begin(), got.end(), all.begin() + at))
        return "the contribution to input " + std::to_string(k) + " of " + std::to_string(count);
    }
    return "";
  }

  const OpCase& op_;
  std::vector<Slow<double>> in_;
  Tape<double> tape_;
  Node<double> y_;
  program::Graph<double> graph_;
  program::Instruction<double> instruction_;
};

class ByRows : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Ops, ByRows, testing::ValuesIn([] {
                           std::vector<std::string> names;
                           for (const std::string& name : op_names())
                             each_case(name, [&](const OpCase& op) {
                               if (op.rule->by_rows && (names.empty() || names.back() != name))
                                 names.push_back(name);
                             });
                           return names;
                         }()),
                         [](const auto& each) { return each.param; });

TEST_P(ByRows, APieceHasTheBitsOfTheWhole) {
  long tried = 0;
  each_case(GetParam(), [&](const OpCase& op) {
    for (const auto& shapes : shape_sets(op)) {
      SCOPED_TRACE(op.label);
      const Cut cut(op, draw(op, shapes, 3));
      if (!cut.goes_by_rows()) continue;
      ++tried;
      for (std::int64_t first = 0; first < cut.rows(); ++first)
        for (std::int64_t count = 1; count <= std::min<std::int64_t>(2, cut.rows() - first);
             ++count)
          EXPECT_EQ(cut.check(first, count, *op.rule), "") << count << " from " << first;
    }
  });
  EXPECT_GT(tried, 0) << "no sample of this op goes by rows: add one";
}

// Softmax and sums over the first axis say truly that they do not; a rule that says otherwise is
// found out.
TEST(ByRowsCheck, NoticesOneThatDoesNot) {
  long lies = 0;
  for (const std::string name : {"softmax", "sum"})
    each_case(name, [&](const OpCase& op) {
      for (const auto& shapes : shape_sets(op)) {
        const auto in = draw(op, shapes, 3);
        OpCase lying = op;
        Rule<double> rule = *op.rule;
        rule.by_rows = [](const void*, std::span<const Shape* const>) { return true; };
        lying.rule = &rule;
        if (Cut(op, in).goes_by_rows() || !Cut(lying, in).goes_by_rows()) continue;
        ++lies;
        const Cut cut(lying, in);
        bool noticed = false;
        for (std::int64_t i = 0; i < cut.rows(); ++i) noticed |= cut.check(i, 1, rule) != "";
        EXPECT_TRUE(noticed) << op.label;
      }
    });
  EXPECT_GT(lies, 2);
}

}  // namespace
}  // namespace glassgrad
