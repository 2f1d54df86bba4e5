// The step in words and formulas: symbols, then numbers, then the result, and every sum as it grows.
import { brief, signed } from "../model/numbers.js";
import { local_formula, pretty, value_formula } from "../model/formula.js";
import { upstream_at, value_known, type Upstream } from "../model/steps.js";
import { brief_tensor, only_number, shape_text } from "../model/tensors.js";
import { gain_text, no_upstream } from "../model/words.js";
import type { Model } from "../model/model.js";
import type { Input, Tensor } from "../model/snapshot.js";
import { closed_around } from "../model/fold.js";
import { scope_box } from "../model/scope_box.js";
import { Line, Partial } from "./maths.js";
import { Cells2D } from "./dense.js";
import { gain_of } from "./gain.js";
import * as state from "./state.js";

export function StepCard() {
  const { pass, node, index, of } = state.step.value, model = state.model.value;
  const heading = { start: "Start", forward: `Forward ${index} of ${of}`, seed: "Backward begins", backward: `Backward ${index} of ${of}` }[pass];
  const box = node < 0 ? undefined : closed_around(state.tree.value.of_node[node]!, state.open.value);
  return (
    <section class={`card step ${pass}`} aria-label="This step">
      <h2>{pass === "backward" || pass === "seed" ? "◀ " : pass === "forward" ? "▶ " : ""}{heading}</h2>
      {pass === "start" && <Beginning model={model} />}
      {pass === "seed" && <Line left={<Partial of={model.symbol(node)} by={model.symbol(node)} />}>1</Line>}
      {box && (pass === "forward" || pass === "backward") ? (
        <>
          <BoxEquations model={model} forward={pass === "forward"} />
          <details><summary>Inside: the last op, {model.symbol(node)}</summary>{pass === "forward" ? <Forward model={model} node={node} /> : <Backward model={model} node={node} />}</details>
        </>
      ) : pass === "forward" ? <Forward model={model} node={node} /> : pass === "backward" ? <Backward model={model} node={node} /> : null}
    </section>
  );
}

function Beginning({ model }: { model: Model }) {
  const leaves = (kind: string) => model.nodes.reduce((n, node) => n + Number(node.kind === kind), 0), parameters = leaves("parameter");
  return (
    <>
      <p>{state.sentence.value} {parameters} parameter{parameters === 1 ? "" : "s"}, {leaves("input")} inputs, {leaves("constant")} constants.</p>
      <ol class="guide">
        <li>Press <kbd>→</kbd> (or <kbd>Space</kbd> to play): <b class="forward">▶ forward</b>, each box gets its value <b>v</b>.</li>
        <li>Above each wire's end appears the local gradient <b>×</b>, known as soon as the value is.</li>
        <li><b class="backward">◀ Backward</b>: what arrived times the local gradient goes back along the wire.</li>
        <li>What arrives from several sides is added: <b>∂</b> in the box, the sum here.</li>
      </ol>
    </>
  );
}

function Forward({ model, node }: { model: Model; node: number }) {
  const { symbols, numbers } = value_formula(model, node), { value } = model.node(node);
  const result = brief_tensor(value, 8);
  return (
    <>
      <Line left={model.symbol(node)}>{symbols}</Line>
      {numbers && numbers !== result && <Line>{numbers}</Line>}
      <Line tone="forward"><b>{result}</b></Line>
      <h3>Local gradients, kept for later</h3>
      {model.inputs(node).map((input, slot) => <LocalLine key={slot} model={model} node={node} slot={slot} input={input} />)}
    </>
  );
}

export function LocalLine({ model, node, slot, input }: { model: Model; node: number; slot: number; input: Input }) {
  const { symbols, numbers } = local_formula(model, node, slot), { local } = input;
  const by = model.symbol(input.node), same = model.inputs(node).filter((other) => other.node === input.node).length > 1;
  const left = <><Partial of={model.symbol(node)} by={by} />{same && <sub> {model.slot_name(node, slot)}</sub>}</>;
  if (!local) return null;
  if (local.kind === "pullback") return <Line left={left} sign=":">upstream ↦ {symbols || "…"} <small>{shape_text(model.node(input.node).value)}</small></Line>;
  const result = local.value !== undefined && local.kind !== "dense" ? brief_tensor(local.value, 8) : undefined;
  const known = [symbols, numbers].filter((text, i, all) => text && all.indexOf(text) === i && text !== result);
  return (
    <>
      {known.length ? <Line left={left}>{known[0]}</Line> : null}
      {known[1] && <Line>{known[1]}</Line>}
      {result !== undefined && <Line left={known.length ? undefined : left}><b>{result}</b></Line>}
      {local.kind === "dense" && local.value !== undefined && <Cells2D tensor={local.value} label={`Jacobian of ${model.symbol(node)}`} />}
    </>
  );
}

/** upstream × local, once per input. */
function Backward({ model, node }: { model: Model; node: number }) {
  const cost = model.symbol(model.cost), name = model.symbol(node), { upstream } = model.node(node);
  return (
    <>
      <Line left={<Partial of={cost} by={name} />} tone="backward"><b>{brief_tensor(upstream, 8)}</b> <small>arrived: the upstream</small></Line>
      {model.inputs(node).map((input, slot) => {
        const target = model.symbol(input.node);
        return (
          <div class="sends" key={slot}>
            <h3>to {target}</h3>
            {input.contribution === undefined ? <p class="quiet">— nothing: {no_upstream(model, input.node)}</p> : (
              <>
                <LocalLine model={model} node={node} slot={slot} input={input} />
                <Product model={model} node={node} input={input} cost={cost} />
                <Sum model={model} target={input.node} from={node} slot={slot} />
              </>
            )}
          </div>
        );
      })}
    </>
  );
}

function Product({ model, node, input, cost }: { model: Model; node: number; input: Input; cost: string }) {
  const name = model.symbol(node), target = model.symbol(input.node), { upstream } = model.node(node), { local, contribution } = input;
  const sole = model.senders(input.node).length === 1, u = only_number(upstream), factor = local?.kind === "number" ? only_number(local.value) : undefined;
  const gain = gain_of(input, upstream);
  return (
    <>
      <Line left={<Partial of={cost} by={target} />} sign={sole ? "=" : "+="}><Partial of={cost} by={name} /> {local?.kind === "elementwise" ? "∘" : "·"} <Partial of={name} by={target} /></Line>
      {u !== undefined && factor !== undefined && <Line>{brief(u)} · {bracketed(factor)}</Line>}
      <Line tone="backward"><b>{brief_tensor(contribution, 8)}</b>{gain !== undefined && only_number(contribution) === undefined && <small> gain {gain_text(gain)}</small>}</Line>
    </>
  );
}

const bracketed = (x: number) => (x < 0 ? `(${brief(x)})` : brief(x));

/** 0 → +1.0 → +0.25 = 1.25, as far as it has grown. */
function Sum({ model, target, from, slot }: { model: Model; target: number; from: number; slot: number }) {
  const upstream = upstream_at(model, target, state.at.value);
  const last = upstream.arrived.findIndex((arrival) => arrival.node === from && arrival.slot === slot), arrived = upstream.arrived.slice(0, last + 1);
  return upstream.expected > 1 ? <RunningSum upstream={{ ...upstream, arrived, total: arrived.at(-1)?.total }} name={model.symbol(target)} /> : null;
}

export function RunningSum({ upstream, name }: { upstream: Upstream; name: string }) {
  const { arrived, expected, total } = upstream, left = expected - arrived.length;
  const term = (t: Tensor) => (only_number(t) !== undefined ? signed(only_number(t)!) : `+ [${shape_text(t)}]`);
  const many = arrived.length > 6, listed = many ? arrived.slice(-5) : arrived;
  return (
    <p class="sum" aria-label={`Sum for ${name}`}>
      <span>Σ {name}:</span> 0 {many && "→ …"} {listed.map((arrival, i) => <span key={i}> → <b class="backward">{term(arrival.contribution)}</b></span>)}
      {left > 0 ? <span class="quiet"> → {left} more to come</span> : null} <span>= <b class="backward">{brief_tensor(total)}</b></span>
    </p>
  );
}

/** A closed scope as one box: one local gradient per input. */
function BoxEquations({ model, forward }: { model: Model; forward: boolean }) {
  const group = state.key_to_group(state.active_key.value);
  if (!group) return null;
  const { outputs, inputs } = scope_box(model, group), cost = model.symbol(model.cost);
  if (outputs.length !== 1) return <p class="quiet">{group.name}: {outputs.length} outputs, {inputs.length} inputs. Unfold it to follow each.</p>;
  const output = model.symbol(outputs[0]!), { upstream, value } = model.node(outputs[0]!), formula = model.snapshot.scopes?.[group.scope]?.formula;
  return (
    <div class="box">
      <h3>{group.name} as one box</h3>
      {formula && <Line left={output}>{pretty(formula)}</Line>}
      {forward && <Line left={formula ? undefined : output} tone="forward"><b>{value_known(model, outputs[0]!, state.at.value) ? brief_tensor(value, 8) : "·"}</b></Line>}
      {forward && inputs.filter((input) => input.local !== undefined).slice(0, 8).map((input) => <Line key={input.node} left={<Partial of={output} by={model.symbol(input.node)} />}><b>{brief_tensor(input.local, 6)}</b></Line>)}
      {!forward && <Line left={<Partial of={cost} by={output} />} tone="backward"><b>{brief_tensor(upstream, 8)}</b> <small>arrived: the upstream</small></Line>}
      {!forward && inputs.filter((input) => input.contribution !== undefined).slice(0, 8).map((input) => (
        <div class="sends" key={input.node}>
          {input.local !== undefined && <Line left={<Partial of={output} by={model.symbol(input.node)} />}><b>{brief_tensor(input.local, 6)}</b> <small>local to the box</small></Line>}
          <Line left={<Partial of={cost} by={model.symbol(input.node)} />} tone="backward">{input.local !== undefined && only_number(input.local) !== undefined ? `${brief_tensor(upstream)} · ${bracketed(only_number(input.local)!)} = ` : ""}<b>{brief_tensor(input.contribution, 6)}</b></Line>
        </div>
      ))}
    </div>
  );
}
