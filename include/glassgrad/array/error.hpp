// The one family of exceptions. Every message reads
//   [where] what is wrong, with the values. What to do.
// and leaves the tape, the parameters and the files as they were.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace glassgrad {

class Error : public std::runtime_error {
 public:
  // `problem` and `remedy` are sentences without their final full stops.
  Error(std::string_view where, std::string_view problem, std::string_view remedy)
      : std::runtime_error(text(where, problem, remedy)) {}

  // Says the same of another: `where` is what the caller called, and it uses what threw.
  void speak_of(std::string_view where);

 private:
  static std::string text(std::string_view where, std::string_view problem,
                          std::string_view remedy) {
    std::string message = "[";
    message.append(where).append("] ").append(problem).append(". ").append(remedy).append(".");
    return message;
  }
};

// Shapes, axes and indices that do not fit together.
class ShapeError : public Error {
  using Error::Error;
};

// A node, tape or parameter used when it cannot be: stale, foreign, changed, without a gradient.
class TapeError : public Error {
  using Error::Error;
};

// Out of memory. The call that needed it changed nothing.
class MemoryError : public TapeError {
  using TapeError::TapeError;
};

// A file or its contents that cannot be used.
class DataError : public Error {
  using Error::Error;
};

}  // namespace glassgrad
