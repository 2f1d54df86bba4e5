// Every sentence about a step, in one place: the live line for screen readers, the panel's heading,
// the titles in exported SVG. The tests compare them with the JSON.
import { brief, count } from "./numbers.js";
import type { Model } from "./model.js";
import type { ProblemKind } from "./snapshot.js";
import { step_at, upstream_at } from "./steps.js";
import { summed } from "./stretched.js";
import { brief_tensor, values_of } from "./tensors.js";
import { value_formula } from "./formula.js";
import type { Group } from "./groups.js";
import { scope_box } from "./scope_box.js";

export const problem_marks: Record<ProblemKind, { mark: string; word: string }> = {
  nan: { mark: "✕", word: "NaN" },
  infinity: { mark: "∞", word: "infinite" },
  vanishing: { mark: "▽", word: "vanishing" },
  exploding: { mark: "▲", word: "exploding" },
  dead: { mark: "⊘", word: "dead units" },
  check: { mark: "≠", word: "failed check" },
};

export const kind_words = {
  op: "op",
  input: "input",
  parameter: "parameter",
  constant: "constant",
};

export function step_sentence(model: Model, at: number): string {
  const step = step_at(model, at),
    { node } = step;
  if (step.pass === "start")
    return `Start. ${count(model.forward.length)} forward steps, then ${count(model.backward.length)} backward.`;
  const name = model.symbol(node),
    data = model.node(node);
  if (step.pass === "forward")
    return `Forward step ${count(step.index)} of ${count(step.of)}: ${title(model, node)} = ${value_formula(model, node).symbols} = ${brief_tensor(data.value)}.`;
  if (step.pass === "seed")
    return seeded_with_one(model)
      ? `Backward begins: the upstream of ${name} is 1, for ∂${name}/∂${name} = 1.`
      : `Backward begins here: the upstream of ${name} is ${brief_tensor(data.upstream)}, from what comes after it.`;
  const lines = model.inputs(node).map((input, slot) => {
    const target = model.symbol(input.node);
    if (input.contribution === undefined)
      return `${target} takes nothing: ${no_upstream(model, input.node)}.`;
    const local =
      input.local?.value !== undefined && input.local.kind !== "dense"
        ? `Local to ${target}: ${brief_tensor(input.local.value)}. `
        : "";
    const sum = summed(model, node, input.node, input.local),
      words = sum ? `, ${sum.words},` : "";
    return `${local}Sends ${brief_tensor(input.contribution)}${words} to ${target}${running_total(model, input.node, at, node, slot)}.`;
  });
  return `Backward step ${count(step.index)} of ${count(step.of)}: ${title(model, node)}. Upstream ${brief_tensor(data.upstream)}. ${lines.join(" ")}`;
}

/** Not of a part of a larger run, whose upstream came from elsewhere. */
export function seeded_with_one(model: Model): boolean {
  const { upstream } = model.node(model.cost);
  return upstream === undefined || values_of(upstream)?.every((u) => u === 1) === true;
}

const title = (model: Model, node: number) =>
  model.node(node).name
    ? `${model.symbol(node)} (${model.node(node).op})`
    : `${model.node(node).op} ${model.symbol(node)}`;

/** A closed scope that takes part as one box: its local gradients instead of those of its last op. */
export function box_sentence(model: Model, group: Group, at: number): string {
  const step = step_at(model, at),
    { outputs, inputs } = scope_box(model, group);
  if (outputs.length !== 1 || (step.pass !== "forward" && step.pass !== "backward"))
    return step_sentence(model, at);
  const output = model.node(outputs[0]!),
    head = `${step.pass === "forward" ? "Forward" : "Backward"} step ${count(step.index)} of ${count(step.of)}: box ${group.name}`;
  if (step.pass === "forward")
    return model.forward_step[outputs[0]!]! <= at
      ? `${head} = ${brief_tensor(output.value)}.`
      : step_sentence(model, at);
  const sends = inputs
    .filter((input) => input.contribution !== undefined && input.last_sent <= at)
    .slice(0, 6)
    .map((input) => {
      const target = model.symbol(input.node),
        local =
          input.local === undefined ? "" : `Local to ${target}: ${brief_tensor(input.local)}. `;
      const sum = summed(model, outputs[0]!, input.node, input.of_box),
        words = sum ? `, ${sum.words},` : "";
      return `${local}Sends ${brief_tensor(input.contribution)}${words} to ${target}.`;
    });
  return `${head}. Upstream ${brief_tensor(output.upstream)}. ${sends.join(" ")}`;
}

function running_total(
  model: Model,
  target: number,
  at: number,
  from: number,
  slot: number,
): string {
  const { arrived, expected } = upstream_at(model, target, at);
  if (expected < 2 && model.node(target).elsewhere === undefined) return "";
  const index = arrived.findIndex((arrival) => arrival.node === from && arrival.slot === slot),
    arrival = arrived[index];
  return arrival ? `, total now ${brief_tensor(arrival.total)} (${index + 1} of ${expected})` : "";
}

export function no_upstream(model: Model, node: number): string {
  const { upstream_state, why, kind } = model.node(node);
  if (upstream_state === "not_kept") return "its upstream was not kept";
  if (upstream_state === "pending") return "backward has not run";
  return why ?? (kind === "constant" ? "constant" : "does not lead to the cost");
}

/** The state of a node's upstream in a word or a number; never the same text for two states. */
export function upstream_text(model: Model, node: number, at: number): string {
  const { state, total, arrived, expected } = upstream_at(model, node, at);
  if (state === "none" || state === "not_kept") return "—";
  if (state === "waiting") return "·";
  if (state === "partial") return `${brief_tensor(total)} (${arrived.length}/${expected})`;
  return brief_tensor(total);
}

export const gain_text = (gain: number) => `×${brief(gain, 3)}`;
