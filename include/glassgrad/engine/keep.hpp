// What a tape keeps of a backward, and what a second one does to it.
#pragma once

namespace glassgrad {

// Which upstream gradients stay readable after backward.
enum class Keep {
  all,         // every node's
  parameters,  // parameters' and inputs' only; the others are freed as soon as they are used
  values,      // none: the tape evaluates only, backward is refused
  program      // none, and of values only the constants: what compile records with
};
// What a second backward does to the upstreams of the first.
enum class Accumulate { replace, add };

}  // namespace glassgrad
