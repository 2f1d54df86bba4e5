// What errors say, and in whose name.
#include "glassgrad/array/error.hpp"

#include <new>

#include "glassgrad/array/named.hpp"
#include "glassgrad/array/setting.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad {

void Error::speak_of(std::string_view where) {
  const std::string_view message = what();
  const std::size_t end = message.find("] ");
  static_cast<std::runtime_error&>(*this) =
      std::runtime_error(join("[", where, message.substr(end)));
}

void detail::refuse_outside(std::string_view where, std::string_view what, const std::string& value,
                            const std::string& lowest, const std::string& highest) {
  throw ShapeError(where, join(what, " is ", value, ", outside ", lowest, " to ", highest),
                   "Use one in that range");
}
void detail::refuse_range(std::string_view op, std::string_view parameter, WholeNumber number,
                          Range range) {
  if (range.lowest > range.highest)
    throw ShapeError(op, join(parameter, " is ", number, ", where there are none"),
                     "Give an array that has some");
  const bool half_open = range.highest == Range{}.highest && range.lowest > -range.highest;
  if (!half_open)
    refuse_outside(op, parameter, to_text(number), join(range.lowest), join(range.highest));
  if (number.fits<std::int64_t>())
    throw ShapeError(op, join(parameter, " is ", number), join("Give at least ", range.lowest));
  throw ShapeError(op, join(parameter, " is ", number, ", more than ", range.highest),
                   join("Give at least ", range.lowest, ", and no more than you need"));
}

void detail::rethrow_as(std::string_view name) {
  constexpr std::string_view less = "Use smaller arrays, or give memory back";
  try {
    throw;
  } catch (ShapeError& error) {
    error.speak_of(name);
    throw;
  } catch (TapeError& error) {  // MemoryError among them
    error.speak_of(name);
    throw;
  } catch (const std::bad_alloc&) {
    throw MemoryError(name, "there is not enough memory", less);
  } catch (const std::length_error&) {
    throw MemoryError(name, "this takes more numbers than fit into memory", less);
  }
}
void detail::refuse_room(std::string_view where, std::int64_t count) {
  throw MemoryError(where, join("there is no memory for ", count, " numbers"),
                    "Use fewer, or give memory back: clear tapes and drop what is done with");
}

}  // namespace glassgrad
