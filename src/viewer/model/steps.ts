// What is known at a step: which values, which part of an upstream. The drawing, the side panel and
// the sentences all ask here, so they cannot disagree.
import type { Model, Use } from "./model.js";
import type { Tensor } from "./snapshot.js";
import { combine } from "./tensors.js";

export type Pass = "start" | "forward" | "seed" | "backward";
export interface Step {
  pass: Pass;
  node: number;
  index: number;
  of: number;
}

export function step_at(model: Model, at: number): Step {
  const forward = model.forward.length;
  if (at <= 0) return { pass: "start", node: -1, index: 0, of: forward };
  if (at <= forward)
    return { pass: "forward", node: model.forward[at - 1]!, index: at, of: forward };
  if (at === model.seed_step)
    return { pass: "seed", node: model.cost, index: 0, of: model.backward.length };
  const index = at - model.seed_step;
  return { pass: "backward", node: model.backward[index - 1]!, index, of: model.backward.length };
}

export const value_known = (model: Model, node: number, at: number) =>
  model.forward_step[node]! <= at;

export interface Arrival extends Use {
  step: number;
  contribution: Tensor;
  total: Tensor | undefined;
}
export interface Upstream {
  state: "none" | "not_kept" | "waiting" | "partial" | "complete";
  why?: string;
  total: Tensor | undefined; // what has arrived so far, when it can be added up
  arrived: Arrival[];
  expected: number;
}

/** The upstream of a node at a step: how far its sum has grown. */
export function upstream_at(model: Model, node: number, at: number): Upstream {
  const { upstream, upstream_state = "none", why, elsewhere } = model.node(node);
  const nothing = { total: undefined, arrived: [], expected: 0 };
  if (upstream_state === "none") return { state: "none", why, ...nothing };
  if (upstream_state === "pending") return { state: "waiting", ...nothing };
  if (upstream_state === "not_kept") return { state: "not_kept", ...nothing };
  if (node === model.cost) {
    const known = at >= model.seed_step;
    return {
      state: known ? "complete" : "waiting",
      total: known ? upstream : undefined,
      arrived: [],
      expected: 0,
    };
  }
  const senders = model.senders(node),
    arrived: Arrival[] = [];
  for (const use of senders) {
    const step = model.backward_step[use.node]!;
    if (step > at) break;
    const contribution = model.inputs(use.node)[use.slot]!.contribution!;
    const before = arrived.at(-1);
    const sum = before ? before.total : elsewhere;
    const total =
      sum !== undefined || before ? combine(sum, contribution, (p, q) => p + q) : contribution;
    arrived.push({ ...use, step, contribution, total });
  }
  if (arrived.length < senders.length)
    return {
      state: arrived.length ? "partial" : "waiting",
      total: arrived.at(-1)?.total,
      arrived,
      expected: senders.length,
    };
  const complete = senders.length > 0 || at >= model.last_step;
  return {
    state: complete ? "complete" : "waiting",
    total: complete ? upstream : undefined,
    arrived,
    expected: senders.length,
  };
}

/** Whether an edge has sent its contribution. */
export const sent = (model: Model, use: Use, at: number) =>
  model.backward_step[use.node]! > 0 &&
  model.backward_step[use.node]! <= at &&
  model.inputs(use.node)[use.slot]!.contribution !== undefined;
