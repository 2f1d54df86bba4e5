// bench_arena: the same nodes on the bare arena tape of arena_tape.hpp.
#include "../harness.hpp"
#include "chain.hpp"
#include "open_step.hpp"
#include "open_tape.hpp"
#include "step.hpp"

int main(int argc, char** argv) {
  using namespace bench;
  return run(argc, argv,
             {openblas_set_num_threads,
              [] {
                add_steps<ArenaStep>("arena");
                add_steps<open::OpenStep>("arena_open", std::span(steps()).first(1));
                add_forwards<ArenaStep>("arena");
                add_chains<ArenaChain>("arena");
                add_scalars<ArenaScalars>("arena");
                add_scalars<OpenScalars>("arena_open");
              },
              [] { measure_memory<ArenaStep>("arena"); }});
}
