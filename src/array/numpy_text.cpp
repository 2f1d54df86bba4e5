// After NumPy's arrayprint.py: a first pass over all numbers shown decides on the columns, then
// each is written to fit (number_text.cpp).
#include "numpy_text.hpp"

#include "number_text.hpp"

namespace glassgrad::detail {
namespace {

constexpr std::int64_t shown_whole =
    1000;  // numbers of an array; of larger ones the edges are shown
constexpr std::int64_t edge = 3;
constexpr std::size_t line_width = 75;

// Which of the positions along an axis are shown: all, or [0, edge) and the last `edge`.
struct Shown {
  std::int64_t size;
  bool gap;
  std::int64_t count() const { return gap ? 2 * edge : size; }
  std::int64_t operator[](std::int64_t i) const {
    return gap && i >= edge ? size - 2 * edge + i : i;
  }
};

template <class T>
class Writer {
 public:
  explicit Writer(View<const T> array) : array_(array), summary_(array.count() > shown_whole) {
    std::vector<T> shown;
    collect(0, 0, shown);
    column_ = Column<T>(shown);
  }
  std::string text() {
    write(0, 0, line_width);
    return std::move(text_);
  }

 private:
  Shown shown(int axis) const {
    const std::int64_t size = array_.shape()[axis];
    return {size, summary_ && size > 2 * edge};
  }

  void collect(int axis, std::int64_t at, std::vector<T>& numbers) const {
    if (axis == array_.rank()) return numbers.push_back(array_[at]);
    const Shown places = shown(axis);
    for (std::int64_t i = 0; i < places.count(); ++i)
      collect(axis + 1, at * places.size + places[i], numbers);
  }

  // The part of the array at these positions of the axes before `axis`. `width` is what a line may
  // have, less the brackets that end it.
  void write(int axis, std::int64_t at, std::size_t width) {
    text_ += '[';
    const bool row = axis + 1 == array_.rank();
    const std::string indent(std::size_t(axis) + 1, ' ');
    std::size_t begin = text_.size();  // of the line, but for its indent
    const Shown places = shown(axis);
    for (std::int64_t i = 0; i < places.count(); ++i) {
      if (row) {
        if (places.gap && i == edge) add(begin, "...", indent, width);
        add(begin, column_.text(array_[at * places.size + places[i]]), indent, width);
        continue;
      }
      const std::string between = std::string(std::size_t(array_.rank() - axis - 1), '\n') + indent;
      if (i > 0) text_ += between;
      if (places.gap && i == edge) text_ += "..." + between;
      write(axis + 1, at * places.size + places[i], width - 1);
    }
    text_ += ']';
  }

  // Appends a word to the line that begins at `begin`, or to a new one if that would be too long.
  void add(std::size_t& begin, const std::string& word, const std::string& indent,
           std::size_t width) {
    const std::size_t written = text_.size() - begin;
    if (written > 0 && indent.size() + written + 1 + word.size() > width - 1) {
      text_.erase(text_.find_last_not_of(' ') + 1);
      text_ += '\n' + indent;
      begin = text_.size();
    } else if (written > 0) {
      text_ += ' ';
    }
    text_ += word;
  }

  View<const T> array_;
  bool summary_;
  Column<T> column_;
  std::string text_;
};

}  // namespace

template <class T>
std::string numpy_text(View<const T> array) {
  if (array.count() == 0) return "[]";
  return array.rank() == 0 ? scalar_text(array[0]) : Writer<T>(array).text();
}
template std::string numpy_text(View<const float>);
template std::string numpy_text(View<const double>);
template std::string numpy_text(View<const std::int64_t>);

}  // namespace glassgrad::detail
