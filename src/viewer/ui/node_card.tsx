// Everything about one box: its numbers, its edges in and out, where it came from, what is wrong.
import { brief, number_of } from "../model/numbers.js";
import { local_formula } from "../model/formula.js";
import { node_latex } from "../model/latex.js";
import { path_text } from "../model/groups.js";
import type { Model } from "../model/model.js";
import { summed } from "../model/stretched.js";
import { sent, upstream_at, value_known } from "../model/steps.js";
import { only_number } from "../model/tensors.js";
import { gain_text, no_upstream, problem_marks } from "../model/words.js";
import { copy } from "./exports.js";
import { gain_of } from "./gain.js";
import { PathsToCost } from "./paths_card.js";
import { RunningSum } from "./equations.js";
import { TensorView } from "./tensor_view.js";
import * as state from "./state.js";
import { GroupCard } from "./group_card.js";
import { brief_or_kind, sent_text } from "./texts.js";

export function NodeCard() {
  const key = state.shown.value,
    group = state.key_to_group(key),
    node = state.key_to_node(key);
  if (group) return <GroupCard group={group} />;
  return node >= 0 && node < state.model.value.nodes.length ? <OneNode node={node} /> : null;
}

function OneNode({ node }: { node: number }) {
  const model = state.model.value,
    at = state.at.value,
    data = model.node(node),
    known = value_known(model, node, at);
  const upstream = upstream_at(model, node, at),
    where = path_text(state.tree.value.of_node[node]);
  const attributes = Object.entries(data.attributes ?? {})
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
    .join(", ");
  return (
    <section class="card node" aria-label="Selected node">
      <h2>
        {model.symbol(node)}{" "}
        <small>
          {data.kind === "op" ? data.op : data.kind}
          {attributes && `, ${attributes}`}
        </small>
      </h2>
      {where && <p class="quiet">in {where}</p>}
      {(model.problems_at.get(node) ?? []).map((problem, i) => (
        <p class="problem" key={i}>
          <b>
            {problem_marks[problem.kind].mark} {problem_marks[problem.kind].word}
          </b>{" "}
          {problem.message}. {problem.fix && `To mend it: ${problem.fix}.`}
          {problem.path && (
            <button onClick={() => (state.path.value = new Set(problem.path))}>
              Show its path
            </button>
          )}
        </p>
      ))}
      {known ? (
        <TensorView label="value" tensor={data.value} tone="forward" />
      ) : (
        <p class="quiet">value · not computed yet</p>
      )}
      {(upstream.state === "complete" || upstream.state === "partial") &&
      upstream.total !== undefined ? (
        <TensorView
          label={
            upstream.state === "partial"
              ? `upstream so far, ${upstream.arrived.length} of ${upstream.expected}`
              : "upstream"
          }
          tensor={upstream.total}
          tone="backward"
        />
      ) : upstream.state === "waiting" ? (
        <p class="quiet">upstream · not computed yet</p>
      ) : (
        <p class="quiet">no upstream —: {no_upstream(model, node)}</p>
      )}
      {upstream.arrived.length > 0 && (upstream.expected > 1 || data.elsewhere !== undefined) && (
        <RunningSum upstream={upstream} name={model.symbol(node)} elsewhere={data.elsewhere} />
      )}
      <Edges model={model} node={node} />
      <Facts model={model} node={node} />
      {only_number(data.value) !== undefined &&
        data.upstream !== undefined &&
        node !== model.cost && <PathsToCost model={model} node={node} />}
      <p class="buttons">
        <button onClick={() => copy(JSON.stringify(data, undefined, 1), "The node")}>
          Copy JSON
        </button>
        {node_latex(model, node) && (
          <button onClick={() => copy(node_latex(model, node), "The formula")}>Copy LaTeX</button>
        )}
        {data.source?.file && (
          <button
            onClick={() => copy(`${data.source!.file}:${data.source!.line ?? 1}`, "The place")}
          >
            Copy place
          </button>
        )}
      </p>
    </section>
  );
}

function Edges({ model, node }: { model: Model; node: number }) {
  const inputs = model.inputs(node),
    uses = model.uses(node),
    at = state.at.value;
  const go = (target: number) => (
    <button class="link" onClick={() => state.select_node(target)}>
      {model.symbol(target)}
    </button>
  );
  return (
    <>
      {inputs.length > 0 && (
        <table>
          <caption>Inputs</caption>
          <thead>
            <tr>
              <th>from</th>
              <th>local</th>
              <th>sent</th>
              <th>gain</th>
            </tr>
          </thead>
          <tbody>
            {inputs.slice(0, 40).map((input, slot) => {
              const done = sent(model, { node, slot }, at),
                gain = done ? gain_of(input, model.node(node).upstream) : undefined;
              const local = !value_known(model, node, at)
                ? "·"
                : input.local?.value !== undefined
                  ? brief_or_kind(input.local.value)
                  : local_formula(model, node, slot).symbols || "·";
              const sum = summed(model, node, input.node, input.local);
              return (
                <tr key={slot}>
                  <th scope="row">{go(input.node)}</th>
                  <td class="local">{local}</td>
                  <td class="backward" title={sum?.words}>
                    {done && sum && "Σ "}
                    {sent_text(input.contribution, done)}
                  </td>
                  <td>{gain === undefined ? "" : gain_text(gain)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <Notes model={model} node={node} />
      {uses.length > 0 && (
        <table>
          <caption>Used by {uses.length > 12 && `${uses.length}, the first 12:`}</caption>
          <tbody>
            {uses.slice(0, 12).map((use) => {
              const { contribution } = model.inputs(use.node)[use.slot]!;
              return (
                <tr key={`${use.node}.${use.slot}`}>
                  <th scope="row">{go(use.node)}</th>
                  <td>
                    {model.node(use.node).op} {model.slot_name(use.node, use.slot)}
                  </td>
                  <td class="backward">{sent_text(contribution, sent(model, use, at))}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </>
  );
}

/** What the table's short signs mean, where it has any. */
function Notes({ model, node }: { model: Model; node: number }) {
  const inputs = model.inputs(node).slice(0, 40),
    known = value_known(model, node, state.at.value);
  const formulas = inputs.map((input, slot) =>
      input.local && input.local.value === undefined
        ? local_formula(model, node, slot).symbols
        : "",
    ),
    sums = inputs.map((input, slot) =>
      sent(model, { node, slot }, state.at.value)
        ? summed(model, node, input.node, input.local)
        : undefined,
    );
  return (
    <>
      {known && formulas.some((text) => text.includes("ḡ")) && (
        <p class="quiet">
          ḡ is the upstream of {model.symbol(node)}, ∂{model.symbol(model.cost)}/∂
          {model.symbol(node)}.
        </p>
      )}
      {sums.map(
        (sum, slot) =>
          sum && (
            <p class="quiet" key={slot}>
              Σ to {model.symbol(inputs[slot]!.node)}: {sum.words}.
            </p>
          ),
      )}
    </>
  );
}

function Facts({ model, node }: { model: Model; node: number }) {
  const { source, nanoseconds, check } = model.node(node);
  return (
    <>
      {source?.file && (
        <p class="quiet">
          {source.file}:{source.line}
          {source.function && ` in ${source.function}`}
        </p>
      )}
      {nanoseconds && (
        <p class="quiet">
          forward {brief((nanoseconds.forward ?? 0) / 1000, 3)} µs, backward{" "}
          {brief((nanoseconds.backward ?? 0) / 1000, 3)} µs
        </p>
      )}
      {check && (
        <p class={check.ok ? "quiet" : "problem"}>
          {check.ok ? "✓ agrees with finite differences" : "≠ differs from finite differences"}
          {check.error !== undefined && `, error ${brief(number_of(check.error), 2)}`}
        </p>
      )}
    </>
  );
}
