// The lines of a step: a local gradient, upstream times local, a sum as it grows.
import { brief, signed } from "../model/numbers.js";
import { local_formula } from "../model/formula.js";
import { upstream_at, type Upstream } from "../model/steps.js";
import {
  brief_tensor,
  number_or_shape,
  only_number,
  shape_text,
  values_of,
} from "../model/tensors.js";
import { gain_text } from "../model/words.js";
import type { Model } from "../model/model.js";
import type { Input, Tensor } from "../model/snapshot.js";
import { summed, type Summed } from "../model/stretched.js";
import { Line, Partial } from "./maths.js";
import { Cells2D } from "./dense.js";
import { gain_of } from "./gain.js";
import * as state from "./state.js";

export function LocalLine({
  model,
  node,
  slot,
  input,
}: {
  model: Model;
  node: number;
  slot: number;
  input: Input;
}) {
  const { symbols, numbers } = local_formula(model, node, slot),
    { local } = input;
  const by = model.symbol(input.node),
    same = model.inputs(node).filter((other) => other.node === input.node).length > 1;
  const left = (
    <>
      <Partial of={model.symbol(node)} by={by} />
      {same && <sub> {model.slot_name(node, slot)}</sub>}
    </>
  );
  if (!local) return null;
  if (local.kind === "pullback")
    return (
      <>
        <Line left={left} sign=":">
          upstream ḡ ↦ {symbols || "…"} <small>{shape_text(model.node(input.node).value)}</small>
        </Line>
        {local.matrix !== undefined && (
          <>
            <p class="quiet">as a matrix: {matrix_words(model, node, local.matrix)}</p>
            <Cells2D tensor={local.matrix} label={`Jacobian of ${model.symbol(node)}`} />
          </>
        )}
      </>
    );
  const result =
    local.value !== undefined && local.kind !== "dense" ? brief_tensor(local.value, 8) : undefined;
  const known = [symbols, numbers].filter(
    (text, i, all) => text && all.indexOf(text) === i && text !== result,
  );
  return (
    <>
      {known.length ? <Line left={left}>{known[0]}</Line> : null}
      {known[1] && <Line>{known[1]}</Line>}
      {result !== undefined && (
        <Line left={known.length ? undefined : left}>
          <b>{result}</b>
        </Line>
      )}
      {local.kind === "dense" && local.value !== undefined && (
        <Cells2D tensor={local.value} label={`Jacobian of ${model.symbol(node)}`} />
      )}
    </>
  );
}

/** Softmax's is known by its numbers: diag(p) − p · pᵀ. */
function matrix_words(model: Model, node: number, matrix: Tensor): string {
  const p = values_of(model.node(node).value),
    entries = values_of(matrix),
    name = model.symbol(node),
    n = p?.length ?? 0;
  const is_softmax =
    p &&
    entries?.length === n * n &&
    entries.every((entry, at) => {
      const i = Math.floor(at / n),
        j = at % n;
      return Math.abs(entry - ((i === j ? p[i]! : 0) - p[i]! * p[j]!)) < 1e-12;
    });
  return is_softmax ? `diag(${name}) − ${name} · ${name}ᵀ` : shape_text(matrix);
}

export function Product({
  model,
  node,
  input,
  cost,
}: {
  model: Model;
  node: number;
  input: Input;
  cost: string;
}) {
  const name = model.symbol(node),
    target = model.symbol(input.node),
    { upstream } = model.node(node),
    { local, contribution } = input;
  const sole = model.senders(input.node).length === 1,
    u = only_number(upstream),
    factor = local?.kind === "number" ? only_number(local.value) : undefined;
  const gain = gain_of(input, upstream),
    sum = summed(model, node, input.node, local);
  return (
    <>
      <Line left={<Partial of={cost} by={target} />} sign={sole ? "=" : "+="}>
        <Partial of={cost} by={name} /> {local?.kind === "elementwise" ? "∘" : "·"}{" "}
        <Partial of={name} by={target} />
      </Line>
      {u !== undefined && factor !== undefined && (
        <Line>
          {brief(u)} · {bracketed(factor)}
        </Line>
      )}
      {sum && <Products sum={sum} />}
      <Line tone="backward">
        <b>{brief_tensor(contribution, 8)}</b>
        {sum && <small> {sum.words}</small>}
        {gain !== undefined && only_number(contribution) === undefined && (
          <small> gain {gain_text(gain)}</small>
        )}
      </Line>
    </>
  );
}

/** The products before they are added up, where broadcasting stretched the argument. */
export const Products = ({ sum }: { sum: Summed }) =>
  sum.products === undefined ? null : (
    <Line>
      {brief_tensor(sum.products, 8)} <small>one per entry</small>
    </Line>
  );

const bracketed_shape = (t: Tensor) => number_or_shape(t).replace(/^[^[].*$/, "[$&]");
export const bracketed = (x: number) => (x < 0 ? `(${brief(x)})` : brief(x));

/** 0 → +1.0 → +0.25 = 1.25, as far as it has grown. */
export function Sum({
  model,
  target,
  from,
  slot,
}: {
  model: Model;
  target: number;
  from: number;
  slot: number;
}) {
  const upstream = upstream_at(model, target, state.at.value);
  const last = upstream.arrived.findIndex(
      (arrival) => arrival.node === from && arrival.slot === slot,
    ),
    arrived = upstream.arrived.slice(0, last + 1),
    { elsewhere } = model.node(target);
  return upstream.expected > 1 || elsewhere !== undefined ? (
    <RunningSum
      upstream={{ ...upstream, arrived, total: arrived.at(-1)?.total }}
      name={model.symbol(target)}
      elsewhere={elsewhere}
    />
  ) : null;
}

export function RunningSum({
  upstream,
  name,
  elsewhere,
}: {
  upstream: Upstream;
  name: string;
  elsewhere: Tensor | undefined;
}) {
  const { arrived, expected, total } = upstream,
    left = expected - arrived.length;
  const term = (t: Tensor) =>
    only_number(t) !== undefined ? signed(only_number(t)!) : `+ ${bracketed_shape(t)}`;
  const many = arrived.length > 6,
    listed = many ? arrived.slice(-5) : arrived;
  return (
    <p class="sum" aria-label={`Sum for ${name}`}>
      <span>Σ {name}:</span>{" "}
      {elsewhere === undefined ? "0" : `${number_or_shape(elsewhere)} from elsewhere`}{" "}
      {many && "→ …"}{" "}
      {listed.map((arrival, i) => (
        <span key={i}>
          {" "}
          → <b class="backward">{term(arrival.contribution)}</b>
        </span>
      ))}
      {left > 0 ? <span class="quiet"> → {left} more to come</span> : null}{" "}
      <span>
        = <b class="backward">{brief_tensor(total)}</b>
      </span>
    </p>
  );
}
