// Linked into an example around the sweep of Tape::backward (cmake/ReplayedExamples.cmake): every
// backward pass, the example's own and those the library runs for it, is compiled to a program as
// well and run with the same numbers. Values must have the same bits, gradients agree to 1e-12
// (float: 1e-5). Next: of_tape.hpp, how.
#include <cstdio>
#include <cstdlib>

#include "of_tape.hpp"

namespace glassgrad {
namespace {

using program::Start;

struct Tally {
  long passes = 0, compared = 0, hooked = 0, reordered = 0, different = 0;
  double worst[2] = {};  // of double and of float
} tally;
bool comparing = false;

// The first passes, then fewer and fewer: those of a loop are much alike.
bool is_compared() {
  static const char* const first = std::getenv("GLASSGRAD_COMPARE_FIRST");
  const long at = tally.passes++;
  return at < (first ? std::atol(first) : 20) || (at & (at - 1)) == 0;
}

// A hook may write what follows from no rule; a watcher's marks are no hooks.
template <class T>
bool has_hooks(Tape<T>& tape) {
  for (std::uint32_t i = 0; !parts_of(tape).observers.watched() && i < tape.size(); ++i)
    if (tape.records()[i].hooked) return true;
  return false;
}

template <class T, class Backward>
void compare(std::vector<Start<T>> starts, bool add, const Backward& backward) {
  if (comparing) return backward();
  Tape<T>* const tape = starts.empty() ? nullptr : starts[0].node.tape();
  std::vector<std::vector<T>> before;
  if (tape && add) before = program::upstreams_of_leaves(*tape);
  backward();  // what it throws is the example's own affair
  if (!tape || !is_compared()) return;
  if (has_hooks(*tape)) return void(++tally.hooked);
  comparing = true;
  try {
    // half of them with their data fed, half with data that is constant
    program::OfTape<T> program(*tape, starts, ++tally.compared % 2);
    double& worst = tally.worst[sizeof(T) == 4];
    worst = std::max(worst, program.difference(before));
    tally.reordered += program.reordered();
  } catch (const std::exception& error) {
    ++tally.different;
    std::fprintf(stderr, "backward pass %ld: %s\n", tally.passes, error.what());
  }
  comparing = false;
}

template <class T>
Start<T> start(const Node<T>& node, const Input<T>& upstream) {
  Start<T> copied{node, std::vector<T>(std::size_t(upstream.shape().count()))};
  upstream.copy_to(copied.upstream.data());
  return copied;
}

int report(int result) {
  std::fflush(stdout);
  std::fprintf(stderr,
               "%ld of %ld backward passes compared with programs, %ld left out for their hooks, "
               "%ld values with a large sum in another order; worst difference %.1e in double, "
               "%.1e in float\n",
               tally.compared, tally.passes, tally.hooked, tally.reordered, tally.worst[0],
               tally.worst[1]);
  if (result != 0) return result;
  const bool expected = !std::getenv("GLASSGRAD_NO_BACKWARD");
  if (expected == (tally.compared > 0) && expected == (tally.passes > 0))
    return tally.different == 0 ? 0 : 1;
  std::fprintf(stderr, expected ? "nothing was compared\n" : "it does run backward: compare it\n");
  return 1;
}

}  // namespace

// With --wrap=X the linker puts __wrap_X where X is called; __real_X is X itself.
#define GLASSGRAD_NAMED(prefix, letter, arguments) \
  __asm__("__" prefix "__ZN9glassgrad6detail5SweepI" letter "E4fromE" arguments "b")
#define GLASSGRAD_ONE(letter) "RKNS_4NodeI" letter "EE"
#define GLASSGRAD_MANY(letter) "St4spanIKNS_4RootI" letter "EELm18446744073709551615EE"
#define GLASSGRAD_COMPARED(T, letter)                                                    \
  void real(detail::Sweep<T>&, const Node<T>&, bool)                                     \
      GLASSGRAD_NAMED("real", letter, GLASSGRAD_ONE(letter));                            \
  void real(detail::Sweep<T>&, std::span<const Root<T>>, bool)                           \
      GLASSGRAD_NAMED("real", letter, GLASSGRAD_MANY(letter));                           \
  void wrap(detail::Sweep<T>&, const Node<T>&, bool)                                     \
      GLASSGRAD_NAMED("wrap", letter, GLASSGRAD_ONE(letter));                            \
  void wrap(detail::Sweep<T>&, std::span<const Root<T>>, bool)                           \
      GLASSGRAD_NAMED("wrap", letter, GLASSGRAD_MANY(letter));                           \
  void wrap(detail::Sweep<T>& sweep, const Node<T>& cost, bool add) {                    \
    compare<T>({{cost, {}}}, add, [&] { real(sweep, cost, add); });                      \
  }                                                                                      \
  void wrap(detail::Sweep<T>& sweep, std::span<const Root<T>> roots, bool add) {         \
    std::vector<Start<T>> starts;                                                        \
    for (const Root<T>& root : roots) starts.push_back(start(root.node, root.upstream)); \
    compare<T>(std::move(starts), add, [&] { real(sweep, roots, add); });                \
  }
GLASSGRAD_COMPARED(float, "f")
GLASSGRAD_COMPARED(double, "d")

int real_main(int, char**) __asm__("__real_main");
int wrap_main(int, char**) __asm__("__wrap_main");
int wrap_main(int count, char** arguments) { return report(real_main(count, arguments)); }

}  // namespace glassgrad
