// Names of any bytes, in every form: none of them is markup, none moves a cursor, none ends a text;
// and other people's readers (Graphviz, an XML parser, Python's json) read what we write.
#include <gtest/gtest.h>

#include <unistd.h>
#include <cstdlib>

#include <filesystem>

#include "glassgrad/glassgrad.hpp"
#include "glassgrad/io/file.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

std::vector<std::string> hostile_names() {
  return {std::string("nul\0nul", 7),
          "line\nline\ttab\rback",
          "\x1b[31mred\x7f",
          "\xff\xfe\xc3(\xed\xa0\x80 no UTF-8",
          "</script><script>alert(1)</script>",
          "<!-- -- --> ]]> <TABLE> & &lt; &amp; \"quoted\" 'single' \\N \\",
          "\u202eright to left\u2066\u2028\u2029\ufeff\u0085",
          "__proto__",
          "constructor",
          "{ \"json\": [1] } ; digraph } ]",
          "\u65e5\u672c\u8a9e \U0001f600",
          "  ",
          std::string(5000, 'n')};
}

// Every name on an input, on an op and on a scope.
Node<> hostile(Tape<>& tape, bool with_long_one = true) {
  Node<> sum = tape.input("plain", 1.0);
  for (const std::string& text : hostile_names()) {
    if (text.size() > 1000 && !with_long_one) continue;
    const auto guard = tape.scope(text);
    sum = name(text + "!", sum * tape.input(text, 2.0));
  }
  tape.backward(sum);
  return sum;
}

// Which bytes of a text may not be shown as they are.
std::string forbidden(const std::string& text) {
  std::string found;
  for (std::size_t at = 0; at < text.size();) {
    const Character one = character_at(text, at);
    at += one.bytes.size();
    const bool control = one.code < 0x20 && one.code != '\n';
    const bool turns = (one.code >= 0x2028 && one.code <= 0x202e) ||
                       (one.code >= 0x2066 && one.code <= 0x2069) || one.code == 0xfeff ||
                       (one.code >= 0x7f && one.code < 0xa0);
    if (!one.valid || control || turns) found += one.bytes;
  }
  return found;
}

TEST(Hostile, PrintableSaysWhichBytesThereWere) {
  EXPECT_EQ(printable(std::string("a\0b\n\t\r\x1b\x7f", 8)), "a\\x00b\\n\\t\\r\\x1b\\x7f");
  EXPECT_EQ(printable("\xff\xc3(\xed\xa0\x80\xc0\xaf\xf5\xe2\x82"),
            "\\xff\\xc3(\\xed\\xa0\\x80\\xc0\\xaf\\xf5\\xe2\\x82");
  EXPECT_EQ(printable("\u202ea\u2028\u0085\ufeff\u00ad\uffff"),
            "\\u{202e}a\\u{2028}\\u{85}\\u{feff}\\u{ad}\\u{ffff}");
  EXPECT_EQ(printable("h\u00e9 \u65e5 \U0001f600 \u200d C:\\x"),
            "h\u00e9 \u65e5 \U0001f600 \u200d C:\\x");
  for (const std::string& text : hostile_names()) {
    EXPECT_EQ(forbidden(printable(text)), "");
    EXPECT_EQ(printable(printable(text)), printable(text));
  }
}

TEST(Hostile, ShortenedCutsBetweenCharacters) {
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("abcd", 3), "abc... and 1 more bytes");
  EXPECT_EQ(shortened("a\u65e5\u672c", 3), "a... and 6 more bytes");
  EXPECT_EQ(shortened("\x80\x80\x80\x80", 2), "\x80\x80... and 2 more bytes");
  const std::vector<std::string> words{"a", "b", "c", "d", "e", "f"};
  EXPECT_EQ(joined_names(words, " -> ", 4), "a -> b -> ... 2 more ... -> e -> f");
  EXPECT_EQ(joined_names(words, ", ", 6), "a, b, c, d, e, f");
  const std::vector<std::string_view> views(words.begin(), words.end());
  EXPECT_EQ(listed_names(views, 2), "a, b and 4 more");
  EXPECT_EQ(listed_names(views, 6), "a, b, c, d, e, f");
}

TEST(Hostile, EveryTextIsFitToBeShown) {
  Tape tape;
  const Node<> cost = hostile(tape);
  Snapshot shot = snapshot(cost, {.boxes = true});
  add_problems(shot);
  const std::string trace = Trace(shot).text();
  EXPECT_EQ(forbidden(trace), "");
  EXPECT_NE(trace.find("  nul\\x00nul (input) = 2\n"), std::string::npos) << trace;
  EXPECT_NE(trace.find("    line\\nline\\ttab\\rback (input) = 2\n"), std::string::npos);
  EXPECT_NE(trace.find("n... and 4800 more bytes (input) = 2\n"), std::string::npos);
  EXPECT_EQ(forbidden(to_dot(shot)), "");
  EXPECT_NE(to_dot(shot).find("tooltip=\"nul\\\\\u200cx00nul: input\""), std::string::npos);
  EXPECT_EQ(forbidden(to_svg(shot)), "");
  EXPECT_EQ(to_svg(shot).find("<script"), std::string::npos);
  EXPECT_EQ(to_svg(shot).find("<!--"), std::string::npos);
  EXPECT_EQ(forbidden(chain(cost, tape.records().node(0), {.fold = false}).text), "");
  // The page: its own script ends where it ends.
  const std::string page = to_html(shot);
  const std::size_t data = page.find("id=\"snapshot\">");
  ASSERT_NE(data, std::string::npos);
  const std::string inside = page.substr(data + 14, page.find("</script>", data) - data - 14);
  EXPECT_EQ(parse_snapshot(inside).nodes.size(), shot.nodes.size());
  EXPECT_EQ(to_json(parse_snapshot(to_json(shot))), to_json(shot));
}

// Graphviz puts the node's name for \N and the graph's for \G, in tables and tooltips alike:
// doubled backslashes keep them. scripts/round-trips asks Graphviz itself.
TEST(Hostile, NoNameIsAnEscapeOfGraphviz) {
  Tape tape;
  const Node<> cost = tape.input("\\N\\\\G", 2.0) * 3.0;
  tape.backward(cost);
  const std::string dot = to_dot(snapshot(cost));
  EXPECT_NE(dot.find("\"LEFT\">\\\\N\\\\\\\\G (input)<"), std::string::npos) << dot;
  EXPECT_NE(dot.find("tooltip=\"\\\\\u200cN\\\\\u200c\\\\\u200cG: input\""), std::string::npos)
      << dot;
}

TEST(Hostile, ErrorsAreOneShortLine) {
  Tape tape;
  const std::string name = "bad\n\x1b[31m" + std::string(50000, 'x');
  const Node<> x = tape.input(name.substr(0, 4000), {0.0, 1.0});
  const Node<> cost = sum(log(x));
  tape.backward(cost);
  const auto found = find_nonfinite(tape);
  ASSERT_TRUE(found);
  EXPECT_LT(found->text().size(), 3000u);
  EXPECT_EQ(forbidden(found->text()), "");
  const std::string what = NonFiniteError(*found).what();
  EXPECT_EQ(what.find('\n'), what.npos);
  EXPECT_LT(what.size(), 3000u);
  std::vector<std::string> columns;
  for (int i = 0; i < 100000; ++i) columns.push_back("column" + std::to_string(i));
  const std::vector<std::string_view> valid(columns.begin(), columns.end());
  const std::string unknown = unknown_name("train", "column", name, valid).what();
  EXPECT_LT(unknown.size(), 1000u);
  EXPECT_TRUE(
      unknown.ends_with(" There are 100000, the nearest column31, column310, column311, "
                        "column312, column313, column314, column315, column316."))
      << unknown;
  EXPECT_EQ(forbidden(unknown), "");
}

TEST(Hostile, TheTextOfALongChainThatIsNotFiniteIsShort) {
  Tape tape;
  Node<> y = log(tape.input("x", 0.0));
  for (int i = 0; i < 20000; ++i) y = y + 1;
  tape.backward(y);
  const auto found = find_nonfinite(tape);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->path.size(), 20001u);
  EXPECT_LT(found->text().size(), 1500u);
  EXPECT_NE(found->text().find(" -> ... 19969 more ... -> "), std::string::npos) << found->text();
}

// ---- Other people's readers ------------------------------------------------------------------

bool there_is(const std::string& command) {
  return std::system((command + " > /dev/null 2>&1").c_str()) == 0;
}
class OtherReaders : public testing::Test {
 protected:
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() /
             ("glassgrad-hostile-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  int run(const std::string& command) const {
    return std::system(("cd '" + folder.string() + "' && " + command).c_str());
  }
  std::filesystem::path folder;
};

TEST_F(OtherReaders, GraphvizDrawsEveryNode) {
  if (!there_is("dot -V")) GTEST_SKIP() << "there is no dot here: it is in the package graphviz";
  Tape tape;
  const Snapshot shot = snapshot(hostile(tape));
  write_dot(shot, (folder / "t.dot").string());
  ASSERT_EQ(run("dot -Tsvg t.dot -o t.svg 2> err"), 0);
  EXPECT_EQ(read_file(folder / "err").find("rror"), std::string::npos) << read_file(folder / "err");
  const std::string svg = read_file(folder / "t.svg");
  for (std::size_t i = 0; i < shot.nodes.size(); ++i)
    EXPECT_NE(svg.find("id=\"n" + std::to_string(i) + "\""), std::string::npos) << i;
  EXPECT_NE(svg.find("nul\\x00nul"), std::string::npos);
  EXPECT_EQ(svg.find("<script"), std::string::npos);
}

TEST_F(OtherReaders, AnXmlParserAndPythonsJsonReadThem) {
  if (!there_is("python3 -c 'import xml.dom.minidom, json'"))
    GTEST_SKIP() << "there is no python3 here";
  Tape tape;
  const Snapshot shot = snapshot(hostile(tape), {.boxes = true});
  write_svg(shot, (folder / "t.svg").string());
  write_json(shot, (folder / "t.json").string());
  EXPECT_EQ(run("python3 -c 'import xml.dom.minidom as x; x.parse(\"t.svg\")'"), 0);
  EXPECT_EQ(run("python3 -c 'import json; s = json.load(open(\"t.json\", encoding=\"utf-8\")); "
                "assert s[\"nodes\"][1][\"name\"] == \"nul\\0nul\"'"),
            0);
}

}  // namespace
}  // namespace glassgrad
