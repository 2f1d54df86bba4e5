// All paths from a node to the cost, as products of local gradients: the chain rule written out.
import type { Model } from "./model.js";
import { only_number } from "./tensors.js";

export interface Path {
  nodes: number[];
  factors: number[];
  product: number;
}
export interface Paths {
  count: number;
  listed: Path[];
  total: number | undefined;
}

const list_up_to = 24,
  look_at_most = 20000;

export function paths_to_cost(model: Model, from: number): Paths {
  const count = path_count(model, from),
    listed: Path[] = [];
  let looked = 0;
  const walk = (nodes: number[], factors: number[]) => {
    if (listed.length >= list_up_to || ++looked > look_at_most) return;
    const here = nodes[nodes.length - 1]!;
    if (here === model.cost) {
      listed.push({
        nodes: nodes.slice(),
        factors: factors.slice(),
        product: factors.reduce((p, f) => p * f, 1),
      });
      return;
    }
    for (const use of model.uses(here)) {
      const input = model.inputs(use.node)[use.slot]!;
      if (input.contribution === undefined) continue;
      const factor = input.local?.kind === "number" ? only_number(input.local.value) : undefined;
      if (factor === undefined || nodes.length > 400) continue;
      walk([...nodes, use.node], [...factors, factor]);
    }
  };
  walk([from], []);
  const complete = listed.length === count;
  return {
    count,
    listed,
    total: complete ? listed.reduce((sum, path) => sum + path.product, 0) : undefined,
  };
}

/** How many there are, without walking them: one sweep back from the cost. */
function path_count(model: Model, from: number): number {
  const ways = new Map<number, number>([[model.cost, 1]]);
  for (let node = model.cost; node > from; --node) {
    const here = ways.get(node);
    if (!here) continue;
    for (const input of model.inputs(node))
      if (input.contribution !== undefined)
        ways.set(input.node, (ways.get(input.node) ?? 0) + here);
  }
  return ways.get(from) ?? 0;
}
