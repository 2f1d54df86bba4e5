// Everything about one scope, open or closed.
import { type Group } from "../model/groups.js";
import { scope_box } from "../model/scope_box.js";
import { value_known } from "../model/steps.js";
import { TensorView } from "./tensor_view.js";
import * as state from "./state.js";
import { brief_or_kind, sent_text } from "./texts.js";

export function GroupCard({ group }: { group: Group }) {
  const model = state.model.value,
    { outputs, inputs } = scope_box(model, group),
    isOpen = state.open.value.has(group.key);
  const formula = model.snapshot.scopes?.[group.scope]?.formula;
  return (
    <section class="card node" aria-label="Selected scope">
      <h2>
        {group.name} <small>{group.kind}</small>
      </h2>
      <p class="quiet">
        {group.size} nodes, {group.groups.length} scopes
        {formula && (
          <>
            : <code>{formula}</code>
          </>
        )}
      </p>
      <p class="buttons">
        <button onClick={() => state.toggle_group(group)}>{isOpen ? "Fold" : "Unfold"}</button>
      </p>
      {inputs.length > 0 && (
        <table>
          <caption>
            As one box: {outputs.length} output{outputs.length === 1 ? "" : "s"}
          </caption>
          <thead>
            <tr>
              <th>input</th>
              <th>local</th>
              <th>sent</th>
            </tr>
          </thead>
          <tbody>
            {inputs.slice(0, 30).map((input) => (
              <tr key={input.node}>
                <th scope="row">
                  <button class="link" onClick={() => state.select_node(input.node)}>
                    {model.symbol(input.node)}
                  </button>
                </th>
                <td>{input.local === undefined ? "" : brief_or_kind(input.local)}</td>
                <td class="backward">
                  {sent_text(input.contribution, input.last_sent <= state.at.value)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {outputs
        .slice(0, 4)
        .map(
          (output) =>
            value_known(model, output, state.at.value) && (
              <TensorView
                key={output}
                label={model.symbol(output)}
                tensor={model.node(output).value}
                tone="forward"
              />
            ),
        )}
    </section>
  );
}
