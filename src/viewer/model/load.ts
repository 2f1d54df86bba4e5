// From text to a checked snapshot. The page relies on types (check.ts), on indexes being in range and
// on inputs being older than their consumers; everything else that is odd is shown as it stands.
import { are_numbers, is_text, node_fault, scope_fault } from "./check.js";
import type { Chart, Snapshot, Stack } from "./snapshot.js";

export class BadSnapshot extends Error {}

const refuse = (message: string): never => {
  throw new BadSnapshot(message);
};

const is_index = (x: unknown, below: number) =>
  Number.isInteger(x) && (x as number) >= 0 && (x as number) < below;

export function load(text: string): Snapshot {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    refuse(`This is not JSON: ${(error as Error).message}.`);
  }
  return check(data);
}

function check(data: unknown): Snapshot {
  const snapshot = data as Snapshot;
  if (typeof data !== "object" || data === null || snapshot.format !== "glassgrad.trace")
    refuse('This is not a trace: "format" is not "glassgrad.trace".');
  if (snapshot.version !== 1)
    refuse(`This page reads version 1; the file says ${String(snapshot.version)}.`);
  if (!Array.isArray(snapshot.nodes) || snapshot.nodes.length === 0) refuse('"nodes" is missing.');
  check_optional_parts(snapshot);
  check_scopes(snapshot);
  check_nodes(snapshot);
  check_orders(snapshot);
  return snapshot;
}

/** A part of the wrong type is left out: the rest of the file is still worth seeing. */
function check_optional_parts(snapshot: Snapshot) {
  const is_object = (x: unknown) => typeof x === "object" && x !== null && !Array.isArray(x);
  for (const part of ["producer", "run", "limits", "stack", "update", "training"] as const)
    if (!is_object(snapshot[part])) delete snapshot[part];
  if (typeof snapshot.title !== "string") delete snapshot.title;
  if (!Array.isArray(snapshot.scopes)) snapshot.scopes = [];
  if (!Array.isArray(snapshot.problems)) snapshot.problems = [];
  if (snapshot.stack && !is_stack(snapshot.stack, snapshot.nodes.length)) delete snapshot.stack;
  if (snapshot.update && !Array.isArray(snapshot.update.parameters)) delete snapshot.update;
  if (!Array.isArray(snapshot.charts)) delete snapshot.charts;
  else snapshot.charts = snapshot.charts.filter(is_chart);
  if (snapshot.training && !Array.isArray(snapshot.training.step)) delete snapshot.training;
}

const are_two = (x: unknown) =>
  Array.isArray(x) && x.length === 2 && x.every((part) => Number.isFinite(part));

function is_chart(chart: Chart): boolean {
  if (typeof chart?.title !== "string" || !Array.isArray(chart.panels)) return false;
  if (!is_text(chart.note)) return false;
  if (chart.size !== undefined && !are_two(chart.size)) return false;
  return chart.panels.every(
    (panel) =>
      are_two(panel?.x) &&
      are_two(panel.y) &&
      [panel.title, panel.x_name, panel.y_name].every(is_text) &&
      [panel.lines ?? [], panel.points ?? []].every(Array.isArray) &&
      (panel.lines ?? []).every(
        (line) => are_numbers(line?.x) && are_numbers(line.y) && is_text(line.name),
      ) &&
      (panel.points ?? []).every(
        (point) => Number.isFinite(point?.x) && Number.isFinite(point.y) && is_text(point.text),
      ) &&
      (!panel.grid || (are_two(panel.grid.size) && are_numbers(panel.grid.values))),
  );
}

function is_stack({ input, layers }: Stack, count: number): boolean {
  return (
    is_index(input, count) &&
    Array.isArray(layers) &&
    layers.every((layer) => is_index(layer?.weight, count) && is_index(layer.output, count))
  );
}

function check_scopes({ scopes = [] }: Snapshot) {
  scopes.forEach((scope, index) => {
    const fault = scope_fault(scope);
    if (fault) refuse(`Scope ${index} ${fault}.`);
    if (scope.parent !== undefined && !is_index(scope.parent, index))
      refuse(`Scope ${index} has parent ${scope.parent}: a parent comes before its children.`);
  });
}

function check_nodes({ nodes, scopes = [] }: Snapshot) {
  nodes.forEach((node, index) => {
    const fault = node_fault(node);
    if (fault) refuse(`Node ${index} ${fault}.`);
    if (node.scope !== undefined && !is_index(node.scope, scopes.length))
      refuse(`Node ${index} names scope ${node.scope}, which is not there.`);
    for (const input of node.inputs ?? [])
      if (input.node >= index)
        refuse(`Node ${index} reads node ${input.node}: an input comes before its consumer.`);
  });
}

function check_orders(snapshot: Snapshot) {
  const { nodes, cost, forward = [], backward = [], problems = [] } = snapshot;
  const there = (list: unknown) =>
    Array.isArray(list) && list.every((index) => is_index(index, nodes.length));
  if (!there(forward) || !there(backward) || (cost !== undefined && !there([cost])))
    refuse("The cost or an order names a node that is not there.");
  const marks = ["nan", "infinity", "vanishing", "exploding", "dead", "check"];
  snapshot.problems = problems.filter(
    (problem) =>
      marks.includes(problem?.kind) &&
      there([problem.node]) &&
      there(problem.path ?? []) &&
      typeof problem.message === "string",
  );
}
