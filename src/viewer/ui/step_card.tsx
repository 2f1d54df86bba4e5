// The step in words and formulas: symbols, then numbers, then the result, and every sum as it grows.
import { value_formula } from "../model/formula.js";
import { brief_tensor } from "../model/tensors.js";
import { no_upstream, seeded_with_one } from "../model/words.js";
import type { Model } from "../model/model.js";
import { closed_around } from "../model/fold.js";
import { Line, Partial } from "./maths.js";
import * as state from "./state.js";
import { LocalLine, Product, Sum } from "./equations.js";
import { BoxEquations } from "./box_card.js";

export function StepCard() {
  const { pass, node, index, of } = state.step.value,
    model = state.model.value;
  const heading = {
    start: "Start",
    forward: `Forward ${index} of ${of}`,
    seed: "Backward begins",
    backward: `Backward ${index} of ${of}`,
  }[pass];
  const box =
    node < 0 ? undefined : closed_around(state.tree.value.of_node[node]!, state.open.value);
  return (
    <section class={`card step ${pass}`} aria-label="This step">
      <h2>
        {pass === "backward" || pass === "seed" ? "◀ " : pass === "forward" ? "▶ " : ""}
        {heading}
      </h2>
      {pass === "start" && <Beginning model={model} />}
      {pass === "seed" && (
        <Line
          left={
            seeded_with_one(model) ? (
              <Partial of={model.symbol(node)} by={model.symbol(node)} />
            ) : (
              `upstream of ${model.symbol(node)}`
            )
          }
        >
          {brief_tensor(model.node(node).upstream, 8)}
        </Line>
      )}
      {box && (pass === "forward" || pass === "backward") ? (
        <>
          <BoxEquations model={model} forward={pass === "forward"} />
          <details>
            <summary>Inside: the last op, {model.symbol(node)}</summary>
            {pass === "forward" ? (
              <Forward model={model} node={node} />
            ) : (
              <Backward model={model} node={node} />
            )}
          </details>
        </>
      ) : pass === "forward" ? (
        <Forward model={model} node={node} />
      ) : pass === "backward" ? (
        <Backward model={model} node={node} />
      ) : null}
    </section>
  );
}

function Beginning({ model }: { model: Model }) {
  const leaves = (kind: string) =>
      model.nodes.reduce((n, node) => n + Number(node.kind === kind), 0),
    parameters = leaves("parameter");
  return (
    <>
      <p>
        {state.sentence.value} {parameters} parameter{parameters === 1 ? "" : "s"},{" "}
        {leaves("input")} inputs, {leaves("constant")} constants.
      </p>
      <ol class="guide">
        <li>
          Press <kbd>→</kbd> (or <kbd>Space</kbd> to play): <b class="forward">▶ forward</b>, each
          box gets its value <b>v</b>.
        </li>
        <li>
          Above each wire's end appears the local gradient <b>×</b>, known as soon as the value is.
        </li>
        <li>
          <b class="backward">◀ Backward</b>: what arrived times the local gradient goes back along
          the wire.
        </li>
        <li>
          What arrives from several sides is added: <b>∂</b> in the box, the sum here.
        </li>
      </ol>
    </>
  );
}

function Forward({ model, node }: { model: Model; node: number }) {
  const { symbols, numbers } = value_formula(model, node),
    { value } = model.node(node);
  const result = brief_tensor(value, 8);
  return (
    <>
      <Line left={model.symbol(node)}>{symbols}</Line>
      {numbers && numbers !== result && <Line>{numbers}</Line>}
      <Line tone="forward">
        <b>{result}</b>
      </Line>
      <h3>Local gradients, kept for later</h3>
      {model.inputs(node).map((input, slot) => (
        <LocalLine key={slot} model={model} node={node} slot={slot} input={input} />
      ))}
    </>
  );
}

/** upstream × local, once per input. */
function Backward({ model, node }: { model: Model; node: number }) {
  const cost = model.symbol(model.cost),
    name = model.symbol(node),
    { upstream } = model.node(node);
  return (
    <>
      <Line left={<Partial of={cost} by={name} />} tone="backward">
        <b>{brief_tensor(upstream, 8)}</b> <small>arrived: the upstream</small>
      </Line>
      {model.inputs(node).map((input, slot) => {
        const target = model.symbol(input.node);
        return (
          <div class="sends" key={slot}>
            <h3>to {target}</h3>
            {input.contribution === undefined ? (
              <p class="quiet">— nothing: {no_upstream(model, input.node)}</p>
            ) : (
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
