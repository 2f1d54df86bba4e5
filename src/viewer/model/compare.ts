// Where two runs of the same graph differ, and by how much.
import type { Model } from "./model.js";
import { is_kept, summary_of, values_of } from "./tensors.js";

export interface Difference {
  node: number;
  size: number;
  relative: number;
}

export function differences(a: Model, b: Model, what: "value" | "upstream"): Difference[] {
  const list: Difference[] = [];
  for (let node = 0; node < Math.min(a.nodes.length, b.nodes.length); ++node) {
    const p = a.node(node)[what],
      q = b.node(node)[what];
    if (p === undefined || q === undefined || !is_kept(p) || !is_kept(q)) continue;
    const x = values_of(p),
      y = values_of(q),
      norm = summary_of(p).norm;
    const size =
      x && y && x.length === y.length ? largest(x, y) : Math.abs(norm - summary_of(q).norm);
    if (size > 0 || Number.isNaN(size)) list.push({ node, size, relative: size / (norm || 1) });
  }
  return list.sort(
    (one, two) =>
      (Number.isNaN(two.size) ? 1 : 0) - (Number.isNaN(one.size) ? 1 : 0) ||
      two.size - one.size ||
      one.node - two.node,
  );
}

const largest = (x: Float64Array, y: Float64Array) =>
  x.reduce((most, value, i) => {
    const gap =
      Number.isNaN(value) && Number.isNaN(y[i]!) ? 0 : value === y[i] ? 0 : Math.abs(value - y[i]!);
    return Number.isNaN(gap) ? NaN : Math.max(most, gap);
  }, 0);
