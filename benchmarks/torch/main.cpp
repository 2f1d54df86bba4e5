// bench_torch: the peer, libtorch.
#include <cblas.h>

#include "../harness.hpp"
#include "chain.hpp"
#include "gmm.hpp"
#include "models.hpp"
#include "step.hpp"
#include "values.hpp"

// libtorch knows nothing of the threads of the BLAS under it: left alone, "one thread" would be
// two.
static void set_threads(int n) {
  at::set_num_threads(n);
  openblas_set_num_threads(n);
}

int main(int argc, char** argv) {
  using namespace bench;
  return run(
      argc, argv,
      {set_threads,
       [] {
         add_steps<TorchStep<false>>("torch");
         add_chains<TorchChain>("torch");
         add_scalars<TorchScalars>("torch");
         add_values<TorchValue<TorchOf::logsumexp>>("logsumexp", logsumexp_sizes, false, "torch");
         add_values<TorchValue<TorchOf::softmax>>("softmax", row_norm_sizes, false, "torch");
         add_values<TorchValue<TorchOf::layer_norm>>("layernorm", row_norm_sizes, false, "torch");
         add_values<TorchValue<TorchOf::product>>("matmul", matmul_sizes, true, "torch");
         add_network<TorchNetwork<TorchLstm>>(lstm(), "torch");
         add_network<TorchNetwork<TorchBlock>>(transformer(), "torch");
         add_network<TorchNetwork<TorchCnn>>(cnn(), "torch");
         add_mixture<TorchMixture>("torch");
       },
       [] { measure_memory<TorchStep<true>>("torch"); }});
}
