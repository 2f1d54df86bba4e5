// Prints arrays with <glassgrad/format.hpp>, for arrays_test.py: of each a line "f8 2 3" with type
// and sizes on standard input, then its bytes; on standard output how many bytes the text has, and
// it.
#include <fmt/core.h>
#include <cstdint>
#include <glassgrad/format.hpp>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace {

template <class T>
void print(const glassgrad::Shape& shape) {
  std::vector<T> numbers(std::size_t(shape.count()));
  std::cin.read(reinterpret_cast<char*>(numbers.data()),
                std::streamsize(numbers.size() * sizeof(T)));
  const auto text = fmt::format("{}", glassgrad::View<const T>(numbers.data(), &shape));
  std::cout << text.size() << '\n' << text;
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string type;
    words >> type;
    glassgrad::Shape shape;
    for (std::int64_t size = 0; words >> size;) shape.push_back(size);
    if (type == "f4")
      print<float>(shape);
    else if (type == "f8")
      print<double>(shape);
    else
      print<std::int64_t>(shape);
  }
}
