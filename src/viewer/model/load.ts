// From text to a checked snapshot. The page relies on indexes being in range and inputs being older
// than their consumers; everything else that is odd is shown as it stands.
import type { Snapshot } from "./snapshot.js";

export class BadSnapshot extends Error {}

export function load(text: string): Snapshot {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new BadSnapshot(`This is not JSON: ${(error as Error).message}.`);
  }
  return check(data);
}

function check(data: unknown): Snapshot {
  const snapshot = data as Snapshot;
  const refuse = (message: string): never => {
    throw new BadSnapshot(message);
  };
  if (typeof data !== "object" || data === null || snapshot.format !== "glassgrad.trace")
    refuse('This is not a trace: "format" is not "glassgrad.trace".');
  if (snapshot.version !== 1) refuse(`This page reads version 1; the file says ${String(snapshot.version)}.`);
  const nodes: unknown = snapshot.nodes;
  if (!Array.isArray(nodes)) refuse('"nodes" is missing.');
  const scope_count = snapshot.scopes?.length ?? 0;
  snapshot.scopes?.forEach((scope, index) => {
    if (scope.parent !== undefined && !(scope.parent >= 0 && scope.parent < index))
      refuse(`Scope ${index} has parent ${scope.parent}: a parent comes before its children.`);
  });
  snapshot.nodes.forEach((node, index) => {
    if (node.value === undefined || node.value === null) refuse(`Node ${index} has no value.`);
    if (node.scope !== undefined && !(node.scope >= 0 && node.scope < scope_count)) refuse(`Node ${index} names scope ${node.scope}, which is not there.`);
    for (const input of node.inputs ?? [])
      if (!(input.node >= 0 && input.node < index)) refuse(`Node ${index} reads node ${input.node}: an input comes before its consumer.`);
  });
  const in_range = (list: number[] | undefined) => (list ?? []).every((index) => index >= 0 && index < snapshot.nodes.length);
  if (!in_range(snapshot.forward) || !in_range(snapshot.backward) || !in_range(snapshot.cost === undefined ? [] : [snapshot.cost]))
    refuse("The cost or an order names a node that is not there.");
  snapshot.problems = (snapshot.problems ?? []).filter((problem) => in_range([problem.node, ...(problem.path ?? [])]));
  return snapshot;
}
