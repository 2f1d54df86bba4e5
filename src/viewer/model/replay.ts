// The same graph at another step of training: a snapshot in which every number that changes with
// training is that step's, or said to be not kept. No number of the last step is left in its place.
import type { Input, Local, Node, Replay, ReplayedNode, Scope, Snapshot } from "./snapshot.js";
import { not_kept } from "./tensors.js";

export function replayed(snapshot: Snapshot, replay: Replay): Snapshot {
  const there = new Map(replay.nodes.map((node) => [node.node, node]));
  const locals = new Map(
    (Array.isArray(replay.scopes) ? replay.scopes : []).map((scope) => [scope.scope, scope.inputs]),
  );
  return {
    ...snapshot,
    nodes: snapshot.nodes.map((node, index) => node_at(node, there.get(index))),
    scopes: snapshot.scopes?.map((scope, index) => scope_at(scope, locals.get(index))),
    // what was found, and what the optimizer did, after the last step
    problems: [],
    update: undefined,
  };
}

function node_at(node: Node, other: ReplayedNode | undefined): Node {
  if (!other && node.kind === "constant") return node;
  return {
    ...node,
    value: other?.value ?? not_kept(node.value),
    elsewhere: node.elsewhere && not_kept(node.elsewhere),
    upstream: node.upstream && (other?.upstream ?? not_kept(node.upstream)),
    inputs: node.inputs?.map((input, k) => input_at(input, other?.inputs?.[k])),
    check: undefined,
  };
}

function input_at(
  input: Input,
  other: NonNullable<ReplayedNode["inputs"]>[number] | undefined,
): Input {
  const { contribution } = input;
  return {
    ...input,
    local: input.local && local_at(input.local, other?.local),
    contribution: contribution && (other?.contribution ?? not_kept(contribution)),
  };
}

const local_at = (local: Local, value: Local["value"]): Local => ({
  ...local,
  value: value ?? (local.value !== undefined ? not_kept(local.value) : undefined),
  matrix: undefined,
  gain: undefined,
});

/** Without the box's own locals at that step the page multiplies those inside, where it can. */
function scope_at(scope: Scope, others: { local?: Local["value"] }[] | undefined): Scope {
  if (!others || !scope.inputs) return { ...scope, inputs: undefined };
  return {
    ...scope,
    inputs: scope.inputs.map((input, k) => ({
      ...input,
      local: input.local && local_at(input.local, others?.[k]?.local),
      contribution: undefined,
    })),
  };
}
