// A scope read as one box with one local gradient per input: the product of the local gradients
// inside, summed over the paths. Works where all of them are factors (numbers, or one per element).
import type { Group } from "./groups.js";
import type { Model } from "./model.js";
import type { Local, Tensor } from "./snapshot.js";
import { combine, rebuilt, shape_of, values_of } from "./tensors.js";

export interface BoxInput {
  node: number; // outside, read by the box
  local: Tensor | undefined; // d output / d node through the box
  of_box: Local | undefined; // the same as an op's: whether it is a factor per entry
  contribution: Tensor | undefined; // everything the box sent to it
  last_sent: number; // the step at which the last part was sent
}
export interface ScopeBox {
  outputs: number[];
  inputs: BoxInput[];
}

const largest = 4000;
const known = new WeakMap<Model, Map<string, ScopeBox>>();

export function scope_box(model: Model, group: Group): ScopeBox {
  const boxes = known.get(model) ?? new Map<string, ScopeBox>();
  known.set(model, boxes);
  if (!boxes.has(group.key)) boxes.set(group.key, compute(model, group));
  return boxes.get(group.key)!;
}

export function nodes_inside(group: Group): number[] {
  const list: number[] = [],
    visit = [group];
  for (const g of visit) {
    for (const node of g.nodes) list.push(node);
    visit.push(...g.groups);
  }
  return list.sort((a, b) => a - b);
}

function compute(model: Model, group: Group): ScopeBox {
  const inside = nodes_inside(group),
    members = new Set(inside);
  const outputs = inside.filter(
    (node) =>
      node === model.cost ||
      model.node(node).elsewhere !== undefined ||
      model.uses(node).some((use) => !members.has(use.node)),
  );
  const inputs = new Map<number, BoxInput>();
  for (const node of inside)
    model.inputs(node).forEach((input) => {
      if (members.has(input.node)) return;
      const entry = inputs.get(input.node) ?? {
        node: input.node,
        local: undefined,
        of_box: undefined,
        contribution: undefined,
        last_sent: 0,
      };
      inputs.set(input.node, entry);
      if (input.contribution === undefined) return;
      entry.contribution =
        entry.last_sent === 0
          ? input.contribution
          : combine(entry.contribution, input.contribution, (p, q) => p + q);
      entry.last_sent = Math.max(entry.last_sent, model.backward_step[node]!);
    });
  if (outputs.length === 1 && inside.length <= largest) {
    const written = model.snapshot.scopes?.[group.scope]?.inputs;
    if (written)
      for (const { node, local } of written)
        if (inputs.has(node)) {
          inputs.get(node)!.local = local?.value;
          inputs.get(node)!.of_box = local;
        }
    if (!written) chain(model, inside, outputs[0]!, inputs);
  }
  return { outputs, inputs: [...inputs.values()].sort((a, b) => a.node - b.node) };
}

/** One reverse sweep with an upstream of 1: what leaves the box are its local gradients. */
function chain(model: Model, inside: number[], output: number, inputs: Map<number, BoxInput>) {
  const shape = shape_of(model.node(output).value),
    ones = values_of(model.node(output).value)?.map(() => 1);
  if (!ones) return;
  const factor = new Map<number, Tensor | undefined>([[output, rebuilt(shape, ones)]]);
  for (const node of inside.slice().reverse()) {
    if (!factor.has(node)) continue;
    const here = factor.get(node);
    for (const input of model.inputs(node)) {
      const usable = input.local?.kind === "number" || input.local?.kind === "elementwise";
      const same_shape =
        String(shape_of(model.node(input.node).value)) === String(shape_of(model.node(node).value));
      const term =
        usable && same_shape ? combine(here, input.local!.value, (p, q) => p * q) : undefined;
      const before = factor.get(input.node);
      factor.set(
        input.node,
        factor.has(input.node) ? combine(before, term, (p, q) => p + q) : term,
      );
    }
  }
  for (const entry of inputs.values()) entry.local = factor.get(entry.node);
}
