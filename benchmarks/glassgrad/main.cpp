// bench_glassgrad: the library, eager with each Keep, and replayed.
#include "../harness.hpp"
#include "chain.hpp"
#include "replay.hpp"
#include "step.hpp"

int main(int argc, char** argv) {
  using namespace bench;
  using glassgrad::Keep;
  return run(argc, argv,
             {[](int count) { glassgrad::set_threads(count); },
              [] {
                add_steps<GlassStep<Keep::all>>("glassgrad_all");
                add_steps<GlassStep<Keep::parameters>>("glassgrad_parameters");
                add_chains<GlassChain<Keep::all>>("glassgrad_all");
                add_chains<GlassChain<Keep::parameters>>("glassgrad_parameters");
                add_scalars<GlassScalars<Keep::all>>("glassgrad_all");
                add_scalars<GlassScalars<Keep::parameters>>("glassgrad_parameters");
                add_steps<ReplayStep>("glassgrad_replayed");
                add_chains<ReplayChain>("glassgrad_replayed");
                add_scalars<ReplayScalars>("glassgrad_replayed");
              },
              [] {
                measure_memory<GlassStep<Keep::all>>("glassgrad_all");
                measure_memory<GlassStep<Keep::parameters>>("glassgrad_parameters");
                measure_memory<ReplayStep>("glassgrad_replayed");
              }});
}
