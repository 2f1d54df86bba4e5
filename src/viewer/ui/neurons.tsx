// Dense layers as circles a_j and links w_ji: the picture most people know. Width is size, colour and
// dash are sign, by weight, by what passed forward (w a), or by gradient. Steps: forward layer by layer,
// backward layer by layer, update.
import { useState } from "preact/hooks";
import { brief } from "../model/numbers.js";
import { stack_of, type Columns } from "../model/stack.js";
import { diverge } from "../draw/theme.js";
import * as state from "./state.js";
import { EpochSlider } from "./training.js";

type Mode = "weight" | "passed" | "gradient";
const most = 14, gap = { x: 230, y: 84 }, radius = 28;

export function Neurons() {
  const [mode, set_mode] = useState<Mode>("weight"), [example, set_example] = useState(0), [tip, set_tip] = useState("");
  const model = state.model.value, stack = stack_of(model, model.snapshot.stack!, example), at = state.at.value;
  if (!stack) return <p>The layers' numbers are not whole in this file.</p>;
  const { columns, examples } = stack, updated = at === model.last_step ? model.snapshot.update : undefined;
  const tall = Math.max(...columns.map((c) => Math.min(c.values.length, most))), height = Math.max(260, tall * gap.y + 90), width = 120 + (columns.length - 1) * gap.x + 120;
  const place = (layer: number, unit: number) => {
    const n = Math.min(columns[layer]!.values.length, most);
    return { x: 110 + layer * gap.x, y: 34 + (height - 70) / 2 + (unit - (n - 1) / 2) * gap.y };
  };
  return (
    <div class="neuron-view">
      <div class="controls" role="group" aria-label="What the links show">
        {(["weight", "passed", "gradient"] as const).map((m) => <button key={m} aria-pressed={mode === m} onClick={() => set_mode(m)}>{{ weight: "weights w", passed: "passed w · a", gradient: "gradients ∂w" }[m]}</button>)}
        {examples > 1 && <label>example <input type="number" min={1} max={examples} value={example + 1} onInput={(event) => set_example(Math.max(0, Math.min(examples - 1, Number(event.currentTarget.value) - 1)))} /> of {examples}</label>}
        <EpochSlider />
      </div>
      <svg viewBox={`0 0 ${width} ${height}`} style={{ maxHeight: "64vh" }} role="img" aria-label={`Network of ${columns.map((c) => c.values.length).join(", ")} units`}>
        {[false, true].map((labels) => columns.slice(1).map((_, k) => <Links key={`${k}${labels}`} columns={columns} layer={k + 1} mode={mode} place={place} say={set_tip} labels={labels} />))}
        {columns.map((column, layer) => <Units key={layer} column={column} layer={layer} place={place} at={at} say={set_tip} height={height} />)}
      </svg>
      <p class="tip-line" aria-live="polite">{tip || " "}</p>
      {updated && <p><b>Update:</b> {updated.rule}</p>}
      <Parameters columns={columns} />
    </div>
  );
}

interface Place { (layer: number, unit: number): { x: number; y: number } }

/** Drawn twice: the links, then what is written on them. */
function Links({ columns, layer, mode, place, say, labels }: { columns: Columns[]; layer: number; mode: Mode; place: Place; say: (text: string) => void; labels: boolean }) {
  const { weight, gradient, known, sent } = columns[layer]!, before = columns[layer - 1]!, at = state.at.value, theme = state.theme.value;
  const value = (j: number, i: number) => (mode === "weight" ? weight(j, i) : mode === "passed" ? weight(j, i) * (before.values[i] ?? 0) : (gradient?.(j, i) ?? NaN));
  const ready = mode === "weight" || (mode === "passed" ? at >= known : at >= sent && gradient !== undefined);
  const units = Math.min(most, columns[layer]!.values.length), inputs = Math.min(most, before.values.length);
  let reach = 0;
  for (let j = 0; j < units; ++j) for (let i = 0; i < inputs; ++i) reach = Math.max(reach, Math.abs(value(j, i)) || 0);
  return (
    <g>{Array.from({ length: units * inputs }, (_, k) => {
      const j = Math.floor(k / inputs), i = k % inputs, v = value(j, i), from = place(layer - 1, i), to = place(layer, j), share = reach ? Math.abs(v) / reach : 0;
      const d = `M${from.x + radius} ${from.y}L${to.x - radius} ${to.y}`, text = `w${j + 1}${i + 1} = ${brief(weight(j, i), 6)}${mode === "passed" ? `, passes ${brief(v, 6)}` : mode === "gradient" ? `, gradient ${brief(v, 6)}` : ""}`;
      const label_at = 0.26 + 0.16 * (i % 4);  // apart from those of the neighbouring source
      if (labels) return units * inputs <= 16 && inputs <= 4 && ready && <text key={k} class="on-link" x={from.x + (to.x - from.x) * label_at} y={from.y + (to.y - from.y) * label_at + 4} text-anchor="middle">{brief(v, 3)}</text>;
      return (
        <g key={k}>
          <path d={d} stroke={ready ? diverge(theme, v < 0 ? -Math.max(0.45, share) : Math.max(0.45, share), 1) : "var(--line)"} stroke-width={ready ? 1 + 6 * share : 1} stroke-dasharray={ready && v < 0 ? "7 4" : undefined} fill="none" />
          <path d={d} stroke="transparent" stroke-width="12" fill="none" onMouseEnter={() => say(text)}><title>{text}</title></path>
        </g>
      );
    })}</g>
  );
}

function Units({ column, layer, place, at, say, height }: { column: Columns; layer: number; place: Place; at: number; say: (text: string) => void; height: number }) {
  const { values, upstream, known, reached, name } = column, shown = Math.min(values.length, most), on = at >= known, back = upstream !== undefined && at >= reached;
  const top = place(layer, 0);
  return (
    <g>
      <text x={top.x} y={18} text-anchor="middle" class="layer-name">{name}</text>
      {Array.from({ length: shown }, (_, j) => {
        const { x, y } = place(layer, j), text = `a${j + 1} = ${brief(values[j]!, 6)}${back ? `, upstream ${brief(upstream![j]!, 6)}` : ""}`;
        return (
          <g key={j} onMouseEnter={() => say(text)}>
            <circle cx={x} cy={y} r={radius} class={`unit${on ? " on" : ""}${back ? " back" : ""}`} /><title>{text}</title>
            <text x={x} y={back ? y - 2 : y + 4} text-anchor="middle" class={on ? "forward" : "quiet"}>{on ? brief(values[j]!, 3) : "·"}</text>
            {back && <text x={x} y={y + 13} text-anchor="middle" class="backward">{brief(upstream![j]!, 2)}</text>}
          </g>
        );
      })}
      {values.length > shown && <text x={top.x} y={height - 8} text-anchor="middle">⋮ {values.length - shown} more</text>}
    </g>
  );
}

/** Before and after, for networks small enough to list. */
function Parameters({ columns }: { columns: Columns[] }) {
  const model = state.model.value, { update } = model.snapshot, at = state.at.value;
  const rows = columns.flatMap((column, layer) => (layer === 0 ? [] : column.values.length * columns[layer - 1]!.values.length > 12 ? [] :
    Array.from(column.values, (_, j) => Array.from(columns[layer - 1]!.values, (_, i) => ({ name: `${column.name} w${j + 1}${i + 1}`, w: column.weight(j, i), g: at >= column.sent ? column.gradient?.(j, i) : undefined, after: at === model.last_step ? column.updated?.(j, i) : undefined }))).flat()));
  if (!rows.length) return null;
  return (
    <table class="parameters"><caption>Weights</caption>
      <thead><tr><th>weight</th><th>value</th><th>gradient</th>{update && <th>after the update</th>}</tr></thead>
      <tbody>{rows.map(({ name, w, g, after }) => <tr key={name}><th scope="row">{name}</th><td>{brief(w, 6)}</td><td class="backward">{g === undefined ? "·" : brief(g, 6)}</td>{update && <td>{after === undefined ? "·" : brief(after, 6)}</td>}</tr>)}</tbody></table>
  );
}
