// How much an edge strengthens or weakens what passes back through it.
import { number_of } from "../model/numbers.js";
import type { Input, Tensor } from "../model/snapshot.js";
import { summary_of } from "../model/tensors.js";

/** norm(contribution) / norm(upstream): as written, or computed. */
export function gain_of(input: Input, upstream: Tensor | undefined): number | undefined {
  if (input.local?.gain !== undefined) return number_of(input.local.gain);
  if (upstream === undefined || input.contribution === undefined) return undefined;
  const norm = summary_of(upstream).norm;
  return norm > 0 ? summary_of(input.contribution).norm / norm : undefined;
}
