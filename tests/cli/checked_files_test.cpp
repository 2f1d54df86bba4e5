// `glassgrad check` reads what `view` reads, and shows names as every command does.
#include "command.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;

TEST_F(Command, CheckReadsGzipAndPages) {
  ASSERT_EQ(run("explain 'y = w*x; L = y*y' w=0.5 x=3 --json a.json --html b.html").code, 0);
  ASSERT_EQ(std::system(("cd '" + folder.string() + "' && gzip -k a.json b.html").c_str()), 0);
  for (const char* file : {"a.json.gz", "b.html.gz", "- < a.json", "- < a.json.gz"}) {
    const auto outcome = run(std::string("check ") + file);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_TRUE(outcome.out.ends_with(": all hold\n")) << outcome.out;
  }
}

TEST_F(Command, CheckShowsNamesSafely) {
  ASSERT_EQ(run("explain 'y = w*x; L = y*y' w=0.5 x=3 --json a.json").code, 0);
  // a control byte; what turns the direction; what has no width
  const std::string name = "\x1b[31m\xE2\x80\xAE\xE2\x80\x8Bz.json";
  write(name, text("a.json"));
  const auto outcome = run("check a.json '" + name + "'");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("\n\\x1b[31m\\u{202e}\\u{200b}z.json: checked "), outcome.out.npos)
      << outcome.out;
  EXPECT_EQ(outcome.out.find('\x1b'), outcome.out.npos);
  EXPECT_EQ(run("check '\xE0\x80\xAF\xEF\xBB\xBF'").err,
            "[check] \\xe0\\x80\\xaf\\u{feff} does not exist. Check the path.\n");
}

}  // namespace
}  // namespace glassgrad
