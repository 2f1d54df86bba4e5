// Dense layers as circles a_j and links w_ji: the picture most people know. Width is size, colour and
// dash are sign, by weight, by what passed forward (w a), or by gradient. Steps: forward layer by layer,
// backward layer by layer, update.
import { useState } from "preact/hooks";
import { brief } from "../model/numbers.js";
import { stack_of, type Columns } from "../model/stack.js";
import * as state from "./state.js";
import { EpochSlider } from "./training.js";
import { Links, most, Units, type Mode } from "./neuron_parts.js";

const gap = { x: 230, y: 84 };

export function Neurons() {
  const [mode, set_mode] = useState<Mode>("weight"),
    [example, set_example] = useState(0),
    [tip, set_tip] = useState("");
  const model = state.model.value,
    stack = stack_of(model, model.snapshot.stack!, example),
    at = state.at.value;
  if (!stack)
    return (
      <p>
        The layers' numbers are not whole in this file
        {state.epoch.value >= 0 && " at this step of training"}.
      </p>
    );
  const { columns, examples } = stack,
    updated = at === model.last_step ? model.snapshot.update : undefined;
  const tall = Math.max(...columns.map((c) => Math.min(c.values.length, most))),
    height = Math.max(260, tall * gap.y + 90),
    width = 120 + (columns.length - 1) * gap.x + 120;
  const place = (layer: number, unit: number) => {
    const n = Math.min(columns[layer]!.values.length, most);
    return { x: 110 + layer * gap.x, y: 34 + (height - 70) / 2 + (unit - (n - 1) / 2) * gap.y };
  };
  return (
    <div class="neuron-view">
      <div class="controls" role="group" aria-label="What the links show">
        {(["weight", "passed", "gradient", "updated"] as const)
          .filter((m) => m !== "updated" || model.snapshot.update)
          .map((m) => (
            <button key={m} aria-pressed={mode === m} onClick={() => set_mode(m)}>
              {
                {
                  weight: "weights w",
                  passed: "passed w · a",
                  gradient: "gradients ∂w",
                  updated: "after the update",
                }[m]
              }
            </button>
          ))}
        {examples > 1 && (
          <label>
            example{" "}
            <input
              type="number"
              min={1}
              max={examples}
              value={example + 1}
              onInput={(event) =>
                set_example(
                  Math.max(0, Math.min(examples - 1, Number(event.currentTarget.value) - 1)),
                )
              }
            />{" "}
            of {examples}
          </label>
        )}
        <EpochSlider />
      </div>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        style={{ maxHeight: "64vh" }}
        role="img"
        aria-label={`Network of ${columns.map((c) => c.values.length).join(", ")} units`}
      >
        {[false, true].map((labels) =>
          columns
            .slice(1)
            .map((_, k) => (
              <Links
                key={`${k}${labels}`}
                columns={columns}
                layer={k + 1}
                mode={mode}
                place={place}
                say={set_tip}
                labels={labels}
              />
            )),
        )}
        {columns.map((column, layer) => (
          <Units
            key={layer}
            column={column}
            layer={layer}
            place={place}
            at={at}
            say={set_tip}
            height={height}
          />
        ))}
      </svg>
      <p class="tip-line" aria-live="polite">
        {tip || " "}
      </p>
      {mode === "updated" && at < model.last_step && (
        <p>The update comes after the last backward step.</p>
      )}
      {updated && (
        <p>
          <b>Update:</b> {updated.rule}
        </p>
      )}
      <Parameters columns={columns} />
    </div>
  );
}

/** Before and after, for networks small enough to list. */
function Parameters({ columns }: { columns: Columns[] }) {
  const model = state.model.value,
    { update } = model.snapshot,
    at = state.at.value;
  const rows = columns.flatMap((column, layer) =>
    layer === 0
      ? []
      : column.values.length * columns[layer - 1]!.values.length > 12
        ? []
        : Array.from(column.values, (_, j) =>
            Array.from(columns[layer - 1]!.values, (_, i) => ({
              name: `${column.name} w${j + 1}${i + 1}`,
              w: column.weight(j, i),
              g: at >= column.sent ? column.gradient?.(j, i) : undefined,
              after: at === model.last_step ? column.updated?.(j, i) : undefined,
            })),
          ).flat(),
  );
  if (!rows.length) return null;
  return (
    <table class="parameters">
      <caption>Weights</caption>
      <thead>
        <tr>
          <th>weight</th>
          <th>value</th>
          <th>gradient</th>
          {update && <th>after the update</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, w, g, after }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{brief(w, 6)}</td>
            <td class="backward">{g === undefined ? "·" : brief(g, 6)}</td>
            {update && <td>{after === undefined ? "·" : brief(after, 6)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
