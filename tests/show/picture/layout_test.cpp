// The layered layout against the page's: the same boxes and links, the same numbers.
#include "../../../src/show/picture/layout/layered.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "glassgrad/io/file.hpp"
#include "support/paths.hpp"

namespace glassgrad::layout {
namespace {

using Json = nlohmann::json;

void expect_near(const Json& wanted, const std::vector<double>& got, const std::string& what) {
  ASSERT_EQ(wanted.size(), got.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(wanted[i].get<double>(), got[i], 0.00051) << what << " " << i;
}

TEST(Layered, GivesThePagesNumbersToAThousandth) {
  const Json cases =
      Json::parse(read_file(source_folder() + "/src/viewer/fixtures/layout_cases.json"));
  ASSERT_GE(cases.size(), 8u);
  for (const Json& one : cases) {
    const std::string name = one["name"];
    std::vector<Box> boxes;
    for (const Json& box : one["boxes"]) {
      const std::string pin = box.value("pin", "");
      boxes.push_back({box["w"], box["h"], box["ins"], box["outs"],
                       pin == "first"  ? Pin::first
                       : pin == "last" ? Pin::last
                                       : Pin::no,
                       box.value("plain", false) ? std::optional(0.0) : std::nullopt});
    }
    std::vector<Link> links;
    for (const Json& link : one["links"])
      links.push_back({link["from"], link["out"], link["to"], link["in"]});
    const Json& gap = one["spacing"];
    const Layout layout =
        layered(boxes, links, {gap["row"], gap["wire"], gap["lead"], gap["curve"]});
    const Json& wanted = one["layout"];
    EXPECT_NEAR(wanted["width"].get<double>(), layout.width, 0.00051) << name;
    EXPECT_NEAR(wanted["height"].get<double>(), layout.height, 0.00051) << name;
    expect_near(wanted["x"], layout.x, name + " x");
    expect_near(wanted["y"], layout.y, name + " y");
    ASSERT_EQ(wanted["routes"].size(), layout.routes.size()) << name;
    for (std::size_t i = 0; i < layout.routes.size(); ++i)
      expect_near(wanted["routes"][i], layout.routes[i], name + " route");
  }
}

}  // namespace
}  // namespace glassgrad::layout
