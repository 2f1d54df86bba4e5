// A closed scope that takes part in a step as one box.
import { pretty } from "../model/formula.js";
import { value_known } from "../model/steps.js";
import { brief_tensor, only_number } from "../model/tensors.js";
import type { Model } from "../model/model.js";
import { scope_box, type BoxInput } from "../model/scope_box.js";
import { Line, Partial } from "./maths.js";
import * as state from "./state.js";
import { summed } from "../model/stretched.js";
import { bracketed, Products } from "./equations.js";

/** A closed scope as one box: one local gradient per input. */
export function BoxEquations({ model, forward }: { model: Model; forward: boolean }) {
  const group = state.key_to_group(state.active_key.value);
  if (!group) return null;
  const { outputs, inputs } = scope_box(model, group),
    cost = model.symbol(model.cost);
  if (outputs.length !== 1)
    return (
      <p class="quiet">
        {group.name}: {outputs.length} outputs, {inputs.length} inputs. Unfold it to follow each.
      </p>
    );
  const output = model.symbol(outputs[0]!),
    { upstream, value } = model.node(outputs[0]!),
    formula = model.snapshot.scopes?.[group.scope]?.formula;
  return (
    <div class="box">
      <h3>{group.name} as one box</h3>
      {formula && <Line left={output}>{pretty(formula)}</Line>}
      {forward && (
        <Line left={formula ? undefined : output} tone="forward">
          <b>{value_known(model, outputs[0]!, state.at.value) ? brief_tensor(value, 8) : "·"}</b>
        </Line>
      )}
      {forward &&
        inputs
          .filter((input) => input.local !== undefined)
          .slice(0, 8)
          .map((input) => (
            <Line key={input.node} left={<Partial of={output} by={model.symbol(input.node)} />}>
              <b>{brief_tensor(input.local, 6)}</b>
            </Line>
          ))}
      {!forward && (
        <Line left={<Partial of={cost} by={output} />} tone="backward">
          <b>{brief_tensor(upstream, 8)}</b> <small>arrived: the upstream</small>
        </Line>
      )}
      {!forward &&
        inputs
          .filter((input) => input.contribution !== undefined)
          .slice(0, 8)
          .map((input) => (
            <Sent key={input.node} model={model} output={outputs[0]!} input={input} />
          ))}
    </div>
  );
}

/** What a box sends to one of its inputs. */
function Sent({ model, output, input }: { model: Model; output: number; input: BoxInput }) {
  const { local, contribution } = input,
    { upstream } = model.node(output),
    factor = only_number(local),
    sum = summed(model, output, input.node, input.of_box);
  return (
    <div class="sends">
      {local !== undefined && (
        <Line left={<Partial of={model.symbol(output)} by={model.symbol(input.node)} />}>
          <b>{brief_tensor(local, 6)}</b> <small>local to the box</small>
        </Line>
      )}
      {sum && <Products sum={sum} />}
      <Line
        left={<Partial of={model.symbol(model.cost)} by={model.symbol(input.node)} />}
        tone="backward"
      >
        {factor !== undefined ? `${brief_tensor(upstream)} · ${bracketed(factor)} = ` : ""}
        <b>{brief_tensor(contribution, 6)}</b>
        {sum && <small> {sum.words}</small>}
      </Line>
    </div>
  );
}
