// A picture that would be too large: each piece of advice is in the command's own words, and works.
#include "command.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;

TEST_F(Command, APictureTooLargeIsFoldedOrAPage) {
  std::string sum = "x";
  for (int i = 0; i < 2100; ++i) sum += "+x";
  const std::string problem = " the picture would have 2101 boxes, more than 2000. ";
  expect_refused("explain '" + sum + "' x=1 --svg a.svg",
                 "[explain]" + problem +
                     "Name its parts and give --fold, or --html in place of --svg: the page folds "
                     "by itself.");
  EXPECT_EQ(run("explain 'y = " + sum + "; L = 2*y' x=1 --fold --svg a.svg").code, 0);
  EXPECT_EQ(run("explain '" + sum + "' x=1 --html a.html --json a.json").code, 0);
  expect_refused(
      "view a.json -o b.svg",
      "[view]" + problem + "Give -o a name that ends in .html: the page folds by itself.");
  EXPECT_EQ(run("view a.json -o b.html").code, 0);
}

}  // namespace
}  // namespace glassgrad
