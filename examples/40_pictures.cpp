// The pictures of a lecture on gradient descent, drawn from runs of the engine and written as SVG
// that opens anywhere, dark and light: `example_40_pictures FOLDER` (without one, into ./pictures).
// Next: 41_gallery.cpp, the same beside the graphs they come from.
#include <filesystem>

#include "charts.hpp"
#include "check.hpp"
#include "network_charts.hpp"
using namespace glassgrad;

int main(int count, char** arguments) {
  const std::string folder = count > 1 ? arguments[1] : "pictures";
  std::filesystem::create_directories(folder);
  const auto keep = [&](const char* name, const Chart& chart) {
    const std::string path = folder + "/" + name + ".svg";
    write_svg(chart, path);
    std::printf("wrote %s: %s\n", path.c_str(), chart.title.c_str());
  };

  const Chart cost = pictures::cost_along_weight();
  keep("cost_along_weight", cost);
  const auto& tangent = cost.panels[0].lines[1];
  expect("slope of the tangent", (tangent.y[1] - tangent.y[0]) / 4, -0.048006462916);

  const Chart rates = pictures::three_rates();
  keep("three_rates", rates);
  expect("theta after 10 steps at 0.01", rates.panels[0].lines[1].x[10], -3.268291227550);
  expect("theta after 10 steps at 0.1", rates.panels[1].lines[1].x[10], -0.4294967296);
  expect("theta after 3 steps at 1.5", rates.panels[2].lines[1].x[3], 32);

  const Chart walks = pictures::trajectories();
  keep("trajectories", walks);
  for (const ChartPanel& panel : walks.panels) {
    const ChartLine& walk = panel.lines[0];
    std::printf("%s ends at a = %.3f, b = %.3f\n", panel.title.c_str(), walk.x.back(),
                walk.y.back());
    claim("near 1.5 and -0.5, of which the points were made",
          std::abs(walk.x.back() - 1.5) < 0.35 && std::abs(walk.y.back() + 0.5) < 0.35);
  }

  const Chart nine = pictures::activations();
  keep("activations", nine);
  expect("the logistic's slope at 0", nine.panels[2].lines[1].y[80], 0.25);

  Random random(3);
  auto model = make_network<>({.inputs = 2, .layers = layers_from("8,tanh,1")}, random);
  const Points circles = two_circles(60, 2);
  keep("boundaries",
       pictures::boundaries("A disc in a ring: the decision boundary over epochs", model, circles,
                            {0, 20, 50, 100, 200, 400}, 1.0, -2.5, 2.5));
  claim("all points are on their side", accuracy_of(model, circles) == 1);

  keep("topology",
       pictures::topology("The 2-2-2 network of the slides",
                          {{"i1", "i2"}, {"h1", "h2"}, {"o1", "o2"}},
                          {{{0.15, 0.20}, {0.25, 0.30}}, {{0.40, 0.45}, {0.50, 0.55}}}));
  return failures();
}
