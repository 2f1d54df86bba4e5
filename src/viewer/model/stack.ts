// The numbers of a chain of dense layers, unit by unit, for one example.
import type { Model } from "./model.js";
import type { Stack, Tensor } from "./snapshot.js";
import { shape_of, values_of } from "./tensors.js";

export interface Columns {
  name: string;
  values: Float64Array; // a_j
  upstream: Float64Array | undefined; // d cost / d a_j
  weight: (j: number, i: number) => number; // w_ji: to unit j from unit i of the layer before
  gradient: ((j: number, i: number) => number) | undefined;
  updated: ((j: number, i: number) => number) | undefined;
  known: number; // step at which the values are there
  reached: number; // step at which their upstream is complete
  sent: number; // step at which the weights have their gradient
}

export function stack_of(
  model: Model,
  stack: Stack,
  example: number,
): { columns: Columns[]; examples: number } | undefined {
  const by_row = stack.examples !== "columns";
  const one = (node: number, t: Tensor | undefined): Float64Array | undefined => {
    const all = values_of(t),
      shape = shape_of(model.node(node).value);
    if (!all) return undefined;
    if (shape.length < 2) return all;
    const [rows, columns] = shape as [number, number];
    return by_row
      ? all.slice(example * columns, (example + 1) * columns)
      : Float64Array.from({ length: rows }, (_, i) => all[i * columns + example]!);
  };
  const shape = shape_of(model.node(stack.input).value),
    examples = shape.length < 2 ? 1 : by_row ? shape[0]! : shape[1]!;
  const entry = (t: Tensor | undefined, node: number) => {
    const all = values_of(t),
      columns = shape_of(model.node(node).value)[1]!;
    return (
      all && ((j: number, i: number) => (by_row ? all[i * columns + j]! : all[j * columns + i]!))
    );
  };
  /** When the last contribution to a node was sent. */
  const complete = (node: number) =>
    model
      .senders(node)
      .reduce((last, use) => Math.max(last, model.backward_step[use.node]!), model.seed_step);
  const column = (name: string, node: number) => ({
    name,
    values: one(node, model.node(node).value),
    upstream: one(node, model.node(node).upstream),
    known: model.forward_step[node]!,
    reached: complete(node),
  });
  const columns = [
    {
      ...column(model.symbol(stack.input), stack.input),
      weight: () => 0,
      gradient: undefined,
      updated: undefined,
      sent: 0,
    },
    ...stack.layers.map((layer, index) => {
      const update = model.snapshot.update?.parameters.find(
        (parameter) => parameter.node === layer.weight,
      );
      return {
        ...column(layer.name ?? `layer ${index + 1}`, layer.output),
        weight: entry(model.node(layer.weight).value, layer.weight) ?? (() => NaN),
        gradient: entry(model.node(layer.weight).upstream, layer.weight),
        updated: entry(update?.value, layer.weight),
        sent: complete(layer.weight),
      };
    }),
  ];
  return columns.every((c) => c.values) ? { columns: columns as Columns[], examples } : undefined;
}
