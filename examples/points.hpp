// Points in the plane with one of two labels, as the tutorials at the end of the structures deck
// use them, and a picture of what a model makes of the plane.
#pragma once

#include <glassgrad/glassgrad.hpp>

struct Points {
  std::vector<double> x;  // two numbers a point
  std::vector<double> y;  // 0 or 1
  std::size_t size() const { return y.size(); }
};

// Two round heaps of the same width, n points each, centred at (-1, -1) and (1, 1).
inline Points two_gaussians(int n, std::uint64_t seed) {
  glassgrad::Random random(seed);
  Points points;
  for (int i = 0; i < 2 * n; ++i) {
    const double centre = i < n ? -1 : 1;
    points.x.push_back(random.normal(centre, 0.6));
    points.x.push_back(random.normal(centre, 0.6));
    points.y.push_back(i < n ? 0 : 1);
  }
  return points;
}

// A disc, and a ring around it: no straight line parts them.
inline Points two_circles(int n, std::uint64_t seed) {
  glassgrad::Random random(seed);
  Points points;
  for (int i = 0; i < 2 * n; ++i) {
    const double radius = i < n ? random.uniform(0, 1) : random.uniform(1.5, 2.3);
    const double angle = random.uniform(0, 2 * 3.14159265358979323846);
    points.x.push_back(radius * std::cos(angle));
    points.x.push_back(radius * std::sin(angle));
    points.y.push_back(i < n ? 1 : 0);
  }
  return points;
}

// The chosen points on a tape, as rows [m, 2], and their labels [m, 1].
struct Batch {
  glassgrad::Node<> x, y;
};
inline Batch on_tape(glassgrad::Tape<>& tape, const Points& points,
                     std::span<const std::int64_t> rows) {
  std::vector<double> x, y;
  for (std::int64_t row : rows) {
    x.insert(x.end(), {points.x[std::size_t(2 * row)], points.x[std::size_t(2 * row + 1)]});
    y.push_back(points.y[std::size_t(row)]);
  }
  const glassgrad::Shape shape{std::int64_t(rows.size()), 2}, one{std::int64_t(rows.size()), 1};
  return {reshape(tape.constant(x), shape), reshape(tape.constant(y), one)};
}
inline std::vector<std::int64_t> all_rows(const Points& points) {
  std::vector<std::int64_t> rows(points.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = std::int64_t(i);
  return rows;
}

// The share of points on the right side of z = 0.
inline double accuracy_of(glassgrad::Module<>& model, const Points& points) {
  glassgrad::Tape tape(glassgrad::Keep::values);
  const auto z = model(on_tape(tape, points, all_rows(points)).x).value();
  double right = 0;
  for (std::size_t i = 0; i < points.size(); ++i)
    right += (z[std::int64_t(i)] > 0) == (points.y[i] > 0.5);
  return right / double(points.size());
}

// '#' where the model says 1, '.' where it says 0; x to the right and y upward, from -2.4 to 2.4.
inline void draw(glassgrad::Module<>& model) {
  for (double y = 2.4; y > -2.5; y -= 0.4) {
    Points line;
    for (double x = -2.4; x < 2.45; x += 0.15)
      line.x.insert(line.x.end(), {x, y}), line.y.push_back(0);
    glassgrad::Tape tape(glassgrad::Keep::values);
    std::string text;
    for (double z : model(on_tape(tape, line, all_rows(line)).x).value()) text += z > 0 ? '#' : '.';
    std::printf("  %s\n", text.c_str());
  }
}
