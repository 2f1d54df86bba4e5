// Where broadcasting stretched an argument, what it is sent is a sum: one product per entry of the
// node, added up to the argument's shape. Every view says so, by what stands here.
import type { Model } from "./model.js";
import type { Local, Tensor } from "./snapshot.js";
import { combine, element_count, shape_of } from "./tensors.js";

export interface Summed {
  over: number; // so many products for each entry of the argument
  products: Tensor | undefined; // where all numbers are there
  words: string; // "summed over the 4 entries to (1, 1)"
}

/** Of an edge from `target` to `node` with one factor per entry; undefined where nothing is summed. */
export function summed(
  model: Model,
  node: number,
  target: number,
  local: Local | undefined,
): Summed | undefined {
  const { value, upstream } = model.node(node),
    to = model.node(target).value,
    whole = element_count(value),
    part = element_count(to);
  if (local?.kind !== "elementwise" || part === 0 || whole <= part) return undefined;
  const over = whole / part,
    what = over === examples(model) ? "examples" : "entries";
  return {
    over,
    products: combine(upstream, local.value, (p, q) => p * q),
    words: `summed over the ${over} ${what} to (${shape_of(to).join(", ")})`,
  };
}

/** How many there are, where the file says which node holds them. */
function examples(model: Model): number | undefined {
  const { stack } = model.snapshot;
  if (!stack) return undefined;
  const shape = shape_of(model.node(stack.input).value);
  return shape.length < 2 ? 1 : stack.examples === "columns" ? shape[1] : shape[0];
}
