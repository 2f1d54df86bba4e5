// bench_glassgrad: the library, eager with each Keep, and replayed.
#include "../harness.hpp"
#include "chain.hpp"
#include "compile.hpp"
#include "gmm.hpp"
#include "models.hpp"
#include "replay.hpp"
#include "step.hpp"
#include "values.hpp"

template <bool replayed, glassgrad::Keep keep>
static void add_values_of(const std::string& variant) {
  using namespace bench;
  add_values<GlassValue<logsumexp_of, 1, replayed, keep>>("logsumexp", logsumexp_sizes, false,
                                                          variant);
  add_values<GlassValue<softmax_of, 1, replayed, keep>>("softmax", row_norm_sizes, false, variant);
  add_values<GlassValue<layer_norm_of, 1, replayed, keep>>("layernorm", row_norm_sizes, false,
                                                           variant);
  add_values<GlassValue<product_of, 2, replayed, keep>>("matmul", matmul_sizes, true, variant);
}

template <class Net>
static void add_network_of() {
  using namespace bench;
  using glassgrad::Keep;
  const Network& network = Net::network();
  add_network<GlassNetwork<Net, Keep::all>>(network, "glassgrad_all");
  add_network<GlassNetwork<Net, Keep::parameters>>(network, "glassgrad_parameters");
  add_network<ReplayNetwork<Net>>(network, "glassgrad_replayed");
}

int main(int argc, char** argv) {
  using namespace bench;
  using glassgrad::Keep;
  return run(argc, argv,
             {[](int count) { glassgrad::set_threads(count); },
              [] {
                add_steps<GlassStep<Keep::all>>("glassgrad_all");
                add_steps<GlassStep<Keep::parameters>>("glassgrad_parameters");
                add_forwards<GlassStep<Keep::values>>("glassgrad_values");
                add_forwards<ReplayStep>("glassgrad_replayed");
                add_chains<GlassChain<Keep::all>>("glassgrad_all");
                add_chains<GlassChain<Keep::parameters>>("glassgrad_parameters");
                add_scalars<GlassScalars<Keep::all>>("glassgrad_all");
                add_scalars<GlassScalars<Keep::parameters>>("glassgrad_parameters");
                add_steps<ReplayStep>("glassgrad_replayed");
                add_compiles<GlassStep<Keep::all>, ReplayStep>();
                add_chains<ReplayChain>("glassgrad_replayed");
                add_scalars<ReplayScalars>("glassgrad_replayed");
                add_values_of<false, Keep::all>("glassgrad_all");
                add_values_of<false, Keep::parameters>("glassgrad_parameters");
                add_values_of<true, Keep::all>("glassgrad_replayed");
                add_network_of<GlassLstm>();
                add_network_of<GlassBlock>();
                add_network_of<GlassCnn>();
                add_mixture<GlassMixture<false, Keep::all>>("glassgrad_all");
                add_mixture<GlassMixture<false, Keep::parameters>>("glassgrad_parameters");
                add_mixture<GlassMixture<true, Keep::all>>("glassgrad_replayed");
                add_scalars<ReplayOneByOne>("one_by_one", "batch", batch_chain);
                add_scalars<ReplayBatch>("glassgrad_replayed", "batch", batch_chain);
              },
              [] {
                measure_memory<GlassStep<Keep::all>>("glassgrad_all");
                measure_memory<GlassStep<Keep::parameters>>("glassgrad_parameters");
                measure_memory<ReplayStep>("glassgrad_replayed");
              }});
}
