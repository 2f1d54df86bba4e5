// Every kind of exception, most particular first.
#include "boundary.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <stdexcept>
#include <system_error>

#include "glassgrad/array/error.hpp"
#include "glassgrad/explain/syntax.hpp"
#include "terminal.hpp"

namespace glassgrad::cli {
namespace {

constexpr int error_code = 2;

// In pieces, because there may be no memory for the whole line.
void complain_in(std::string_view command, std::string_view text) {
  complain("["), complain(command), complain("] "), complain(text), complain("\n");
}

int explained(std::string_view command, std::string_view problem, std::string_view remedy) {
  complain_in(command, fmt::format("{}. {}.", shown(problem), remedy));
  return error_code;
}

// The one that is being handled.
int said(std::string_view command) {
  try {
    throw;
  } catch (const explain::ExpressionError& error) {
    complain(shown(error.what()) + "\n");
    constexpr std::size_t most = 4000;  // a longer line would hide its place
    if (error.picture().size() <= most) complain(shown_lines(error.picture()) + "\n");
    return error_code;
  } catch (const Error& error) {
    complain(shown(in_options(error.what(), command)) + "\n");
    return error_code;
  } catch (const std::bad_alloc&) {
    complain_in(command, "there is not enough memory. Give less to do at once, or allow more.");
    return error_code;
  } catch (const std::length_error&) {
    complain_in(command, "this takes more numbers than fit into memory. Give less to do at once.");
    return error_code;
  } catch (const std::system_error& error) {  // std::filesystem's among them
    if (error.code() == std::errc::resource_unavailable_try_again)
      return explained(command, "the system gives no further thread",
                       "Set GLASSGRAD_THREADS=1, or allow more (ulimit -u, ulimit -v)");
    return explained(command, error.what(), "Check the paths and their permissions");
  } catch (const std::exception& error) {
    return explained(command, fmt::format("an unexpected error: {}", error.what()),
                     "Please report it with the command and its files");
  } catch (...) {
    return explained(command, "an unexpected error", "Please report it with the command");
  }
}

// An error while reporting one, such as out of memory.
int said_safely(std::string_view command) {
  try {
    return said(command);
  } catch (...) {
    complain_in(command, "there is not enough memory to say what is wrong. Allow more.");
    return error_code;
  }
}

const std::string_view* current_command = nullptr;

[[noreturn]] void on_terminate() {
  const std::string_view command = current_command ? *current_command : "glassgrad";
  if (std::current_exception())
    said_safely(command);
  else
    complain_in(command, "it ended without an error's name. Please report it with the command.");
  std::_Exit(error_code);
}

}  // namespace

int guarded(const std::string_view& command, const std::function<int()>& run) {
  current_command = &command;
  std::set_terminate(on_terminate);
  int code = error_code;
  try {
    code = run();
  } catch (...) {
    code = said_safely(command);
  }
  code = checked(code, command);
  current_command = nullptr;
  return code;
}

}  // namespace glassgrad::cli
