// How much an edge strengthens or weakens what passes back through it.
import { number_of } from "../model/numbers.js";
import type { Input, Tensor } from "../model/snapshot.js";
import { is_kept, summary_of } from "../model/tensors.js";

/** norm(contribution) / norm(upstream): as written, or computed. */
export function gain_of(input: Input, upstream: Tensor | undefined): number | undefined {
  if (input.local?.gain !== undefined) return number_of(input.local.gain);
  const { contribution } = input;
  if (upstream === undefined || contribution === undefined) return undefined;
  if (!is_kept(upstream) || !is_kept(contribution)) return undefined;
  const before = summary_of(upstream),
    after = summary_of(contribution);
  if (before.nan + before.inf + after.nan + after.inf > 0) return undefined;
  return before.norm > 0 ? after.norm / before.norm : undefined;
}
