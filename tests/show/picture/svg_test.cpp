// The SVG picture as a reader sees it: parsed back, its boxes and texts measured, its numbers held
// to the snapshot's.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <regex>

#include "glassgrad/io/file.hpp"
#include "glassgrad/show/picture/svg.hpp"
#include "show/nets.hpp"

namespace glassgrad {
namespace {

using namespace nets;

struct Rect {
  std::string what;
  double x, y, w, h;
};
bool overlap(const Rect& a, const Rect& b) {
  return a.x + a.w > b.x && b.x + b.w > a.x && a.y + a.h > b.y && b.y + b.h > a.y;
}
bool inside(const Rect& a, const Rect& b) {
  return a.x >= b.x && a.y >= b.y && a.x + a.w <= b.x + b.w && a.y + a.h <= b.y + b.h;
}

std::string plain(std::string text) {
  const std::pair<const char*, const char*> marks[] = {
      {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}};
  for (const auto& [mark, letter] : marks)
    for (std::size_t at; (at = text.find(mark)) != text.npos;)
      text.replace(at, std::string_view(mark).size(), letter);
  return text;
}
std::size_t letters(const std::string& text) {
  std::size_t count = 0;
  for (const char c : text) count += (c & 0xC0) != 0x80;
  return count;
}

struct Picture {
  std::vector<Rect> boxes, texts, page;
  std::map<std::string, std::vector<std::string>> lines;  // of each box, by its id
  std::vector<std::size_t> box_of_text;                   // boxes.size(): none

  explicit Picture(const std::string& svg) {
    const std::regex part(
        R"re(<g id="(n\d+)"|</g>|<rect class="([^"]*)" x="([^"]*)" y="([^"]*)" width="([^"]*)" height="([^"]*)"|<text class="([^"]*)" x="([^"]*)" y="([^"]*)">([^<]*)</text>)re");
    std::string id;
    for (std::sregex_iterator at(svg.begin(), svg.end(), part), end; at != end; ++at) {
      const std::smatch& m = *at;
      if (m[1].matched) {
        id = m[1];
      } else if (m[2].matched) {
        const Rect rect{id, std::stod(m[3]), std::stod(m[4]), std::stod(m[5]), std::stod(m[6])};
        if (m[2].str().starts_with("box")) boxes.push_back(rect);
        if (m[2] == "page") page.push_back(rect);
      } else if (m[7].matched) {
        add_text(m[7], std::stod(m[8]), std::stod(m[9]), plain(m[10]), id);
      } else {
        id.clear();
      }
    }
  }

  // 0.6 of the size is a letter's width in every common monospaced font.
  void add_text(const std::string& style, double x, double y, const std::string& text,
                const std::string& id) {
    const bool small = style.starts_with("label") || style.starts_with("sent") || style == "aside";
    const double size = style == "title" ? 13 : small ? 11 : 12;
    const double w = 0.605 * size * double(letters(text));
    texts.push_back({text, small ? x - w : x, y - 0.75 * size, w, 0.95 * size});
    box_of_text.push_back(id.empty() ? ~std::size_t(0) : boxes.size() - 1);
    if (!id.empty()) lines[id].push_back(text);
  }

  void expect_readable() const {
    ASSERT_FALSE(boxes.empty());
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      EXPECT_TRUE(inside(boxes[i], page[0])) << boxes[i].what;
      for (std::size_t j = 0; j < i; ++j)
        EXPECT_FALSE(overlap(boxes[i], boxes[j])) << boxes[i].what << " and " << boxes[j].what;
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
      EXPECT_TRUE(inside(texts[i], page[0])) << texts[i].what;
      for (std::size_t j = 0; j < i; ++j)
        EXPECT_FALSE(overlap(texts[i], texts[j])) << texts[i].what << " and " << texts[j].what;
      for (std::size_t j = 0; j < boxes.size(); ++j) {
        if (box_of_text[i] == j)
          EXPECT_TRUE(inside(texts[i], boxes[j])) << texts[i].what << " leaves its box";
        else
          EXPECT_FALSE(overlap(texts[i], boxes[j])) << texts[i].what << " on " << boxes[j].what;
      }
    }
  }
};

// Every node that is a box says its value and its upstream as the snapshot has them.
void expect_numbers(const Snapshot& shot, const Picture& picture) {
  for (std::size_t i = 0; i < shot.nodes.size(); ++i) {
    const SnapshotNode& node = shot.nodes[i];
    const auto found = picture.lines.find("n" + std::to_string(i));
    if (found == picture.lines.end()) {
      EXPECT_EQ(node.kind, SnapshotKind::constant);
      continue;
    }
    const auto& lines = found->second;
    const auto says = [&](const std::string& line) {
      return std::find(lines.begin(), lines.end(), line) != lines.end();
    };
    EXPECT_EQ(lines[0], node.label);
    if (node.value.shape.count() > 1) continue;
    const auto numbers = [](const SnapshotArray& array) {
      const std::string all = to_text(array.numbers[0], 4);
      return std::string(std::size_t(array.shape.rank()), '[') + all +
             std::string(std::size_t(array.shape.rank()), ']');
    };
    EXPECT_TRUE(says("value " + numbers(node.value))) << node.label;
    if (node.upstream) {
      EXPECT_TRUE(says("upstream " + numbers(*node.upstream))) << node.label;
    }
  }
}

template <class T>
void expect_good(const Node<T>& cost) {
  for (const bool fold : {false, true}) {
    const Snapshot shot = snapshot(cost, {.limit = 16, .fold = fold});
    const std::string svg = to_svg(shot);
    const Picture picture(svg);
    picture.expect_readable();
    expect_numbers(shot, picture);
    EXPECT_EQ(to_svg(parse_snapshot(to_json(shot))), svg);  // and so from the file
  }
}

TEST(Svg, OfTheSlidesNetworksCanBeRead) {
  OrGate gate;
  gate.run(true);
  expect_good(gate.L);
  VectorisedOrGate vectorised;
  vectorised.run();
  expect_good(vectorised.C);
  expect_good(TwoTwoTwo().E);
  expect_good(ThreeOfThree(false).L);
  expect_good(Notes().L);
}

TEST(Svg, SaysValueLocalUpstreamAndWhatIsSentBack) {
  OrGate gate;
  gate.run(true);
  const std::string svg = to_svg(snapshot(gate.L, {.fold = true}));
  for (const char* text :
       {">local -(y - yhat) = 0.5<", ">sends back 0.5<", ">local yhat * (1 - yhat) = 0.25<",
        ">= w1 * x1 + w2 * x2 + b<", ">value 0.125<", ">upstream 0.125<",
        "<title>yhat to L: local -(y - yhat) = 0.5, sends back 0.5</title>",
        "@media (prefers-color-scheme: dark)", "class=\"backward\" d=\"M"})
    EXPECT_NE(svg.find(text), std::string::npos) << text;
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_EQ(svg.find("http", svg.find("2000/svg")), std::string::npos);  // asks for nothing
}

TEST(Svg, KeepsBothWiresOfASquare) {
  Tape tape;
  const auto x = tape.input("x", 3.0), y = x * x;
  tape.backward(y);
  const std::string svg = to_svg(snapshot(y));
  std::size_t wires = 0;
  for (std::size_t at = 0; (at = svg.find("<path class=\"forward\"", at)) != svg.npos; ++at)
    ++wires;
  EXPECT_EQ(wires, 2u);
  Picture(svg).expect_readable();
}

TEST(Svg, TellsComputedFromPendingAndFromNone) {
  Tape tape;
  const auto x = tape.input("x", 3.0), c = tape.constant("c", 2.0), y = x * c;
  EXPECT_NE(to_svg(snapshot(y)).find(">upstream: not computed yet<"), std::string::npos);
  EXPECT_NE(to_svg(snapshot(y)).find(">no upstream: it is a constant<"), std::string::npos);
}

TEST(Svg, SummarisesWhatIsLarge) {
  Tape tape;
  const std::vector<double> many(1000, 0.25);
  const auto x = tape.input("x", many), cost = sum(x * x);
  tape.backward(cost);
  const Picture picture(to_svg(snapshot(cost, 16)));
  picture.expect_readable();
  EXPECT_EQ(picture.lines.at("n0"),
            (std::vector<std::string>{"x", "input", "value (1000) mean 0.25, min 0.25, max 0.25",
                                      "upstream (1000) mean 0.5, min 0.5, max 0.5"}));
}

// A name may hold anything; the picture stays one and its texts stay apart.
Node<> hostile(Tape<>& tape) {
  const auto a = tape.input("</text><script>alert(1)</script>&\"'", 1.0);
  const auto b = tape.input(std::string("\x01\x1f\0]]>\n\t\xff\xc3\xed\xa0\x80", 14), 2.0);
  const auto c = tape.input(std::string(500, 'w') + "\u65e5\u672c\u8a9e", 3.0);
  const auto guard = tape.scope("<rect/>" + std::string(300, '&'));
  const auto cost = name("--><svg>", a * b + exp(c) * c);
  tape.backward(cost);
  return cost;
}
TEST(Svg, TakesNamesAsText) {
  Tape tape;
  const std::string svg = to_svg(snapshot(hostile(tape)));
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_EQ(svg.find('\x01'), std::string::npos);
  Picture(svg).expect_readable();
}

TEST(Svg, IsWellFormed) {
  if (std::system("python3 -c 'import xml.dom.minidom' 2> /dev/null") != 0)
    GTEST_SKIP() << "there is no python3 here to parse XML with";
  Tape tape;
  OrGate gate;
  gate.run(true);
  const std::string path =
      (std::filesystem::temp_directory_path() / "glassgrad-svg-test.svg").string();
  for (const Node<>& cost : {hostile(tape), gate.L}) {
    write_svg(cost, path);
    EXPECT_EQ(
        std::system(("python3 -c 'import sys, xml.dom.minidom as x; x.parse(sys.argv[1])' " + path)
                        .c_str()),
        0);
  }
  std::filesystem::remove(path);
}

TEST(Svg, RefusesWhatNobodyCouldRead) {
  Tape tape;
  Node<> x = tape.input("x", 0.5);
  for (int i = 0; i < 2000; ++i) x = sin(x);
  try {
    to_svg(snapshot(x));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "[write_svg] the picture would have 2001 boxes, more than 2000. "
                 "Fold scopes, or use write_html, whose page folds by itself.");
  }
  EXPECT_FALSE(to_svg(snapshot(x), {.boxes = 3000}).empty());
}

}  // namespace
}  // namespace glassgrad
