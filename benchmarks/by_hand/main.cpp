// bench_by_hand: the fused loops an expert would write. Two threads mean BLAS on two threads; the
// other loops are small beside the products and stay on one.
#include "../harness.hpp"
#include "chain.hpp"
#include "dump.hpp"
#include "gmm_nodes.hpp"
#include "interpreter.hpp"
#include "lstm.hpp"
#include "row_norms.hpp"
#include "scalars.hpp"
#include "step.hpp"
#include "transformer.hpp"
#include "values.hpp"

int main(int argc, char** argv) {
  using namespace bench;
  if (argc == 2 && std::string_view(argv[1]).starts_with("--dump=")) return dump(argv[1] + 7);
  return run(argc, argv,
             {openblas_set_num_threads,
              [] {
                add_steps<HandStep>("by_hand");
                add_forwards<HandStep>("by_hand");
                add_chains<FusedChain>("by_hand_fused");
                add_chains<NodeChain<true>>("by_hand_nodes_all");
                add_chains<NodeChain<false>>("by_hand_nodes_reused");
                add_scalars<HandScalars>("by_hand");
                add_scalars<Interpreter>("interpreter");
                add_values<HandLogsumexp<false>>("logsumexp", logsumexp_sizes, false, "plain");
                add_values<HandLogsumexp<true>>("logsumexp", logsumexp_sizes, false, "by_hand");
                add_values<HandRowNorm<false>>("softmax", row_norm_sizes, false, "by_hand");
                add_values<HandRowNorm<true>>("layernorm", row_norm_sizes, false, "by_hand");
                add_values<HandProduct<false>>("matmul", matmul_sizes, true, "plain");
                add_values<HandProduct<true>>("matmul", matmul_sizes, true, "by_hand");
                add_network<HandLstm>(lstm(), "by_hand_nodes");
                add_network<HandTransformer>(transformer(), "by_hand_nodes");
                add_mixture<HandMixture>("by_hand");
                add_mixture<HandMixtureNodes>("by_hand_nodes");
              },
              [] { measure_memory<HandStep>("by_hand"); }});
}
