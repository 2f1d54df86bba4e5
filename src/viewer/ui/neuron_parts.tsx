// The circles and links of the neuron view.
import { brief } from "../model/numbers.js";
import { type Columns } from "../model/stack.js";
import { diverge } from "../draw/theme.js";
import * as state from "./state.js";

export const most = 14; // units of a layer that are drawn
const radius = 28;

export type Mode = "weight" | "passed" | "gradient" | "updated";

export interface Place {
  (layer: number, unit: number): { x: number; y: number };
}

/** Drawn twice: the links, then what is written on them. */
export function Links({
  columns,
  layer,
  mode,
  place,
  say,
  labels,
}: {
  columns: Columns[];
  layer: number;
  mode: Mode;
  place: Place;
  say: (text: string) => void;
  labels: boolean;
}) {
  const { weight, gradient, updated, known, sent } = columns[layer]!,
    before = columns[layer - 1]!,
    at = state.at.value,
    theme = state.theme.value;
  const value = (j: number, i: number) =>
    mode === "weight"
      ? weight(j, i)
      : mode === "passed"
        ? weight(j, i) * (before.values[i] ?? 0)
        : mode === "updated"
          ? (updated?.(j, i) ?? NaN)
          : (gradient?.(j, i) ?? NaN);
  const ready =
    mode === "weight" ||
    (mode === "passed"
      ? at >= known
      : mode === "updated"
        ? at === state.model.value.last_step && updated !== undefined
        : at >= sent && gradient !== undefined);
  const units = Math.min(most, columns[layer]!.values.length),
    inputs = Math.min(most, before.values.length);
  let reach = 0;
  for (let j = 0; j < units; ++j)
    for (let i = 0; i < inputs; ++i) reach = Math.max(reach, Math.abs(value(j, i)) || 0);
  return (
    <g>
      {Array.from({ length: units * inputs }, (_, k) => {
        const j = Math.floor(k / inputs),
          i = k % inputs,
          v = value(j, i),
          from = place(layer - 1, i),
          to = place(layer, j),
          share = reach ? Math.abs(v) / reach : 0;
        const d = `M${from.x + radius} ${from.y}L${to.x - radius} ${to.y}`,
          text = `w${j + 1}${i + 1} = ${brief(weight(j, i), 6)}${mode === "passed" ? `, passes ${brief(v, 6)}` : mode === "gradient" ? `, gradient ${brief(v, 6)}` : mode === "updated" ? `, after the update ${brief(v, 6)}` : ""}`;
        const label_at = 0.26 + 0.16 * (i % 4); // apart from those of the neighbouring source
        if (labels)
          return (
            units * inputs <= 16 &&
            inputs <= 4 &&
            ready && (
              <text
                key={k}
                class="on-link"
                x={from.x + (to.x - from.x) * label_at}
                y={from.y + (to.y - from.y) * label_at + 4}
                text-anchor="middle"
              >
                {short(v)}
              </text>
            )
          );
        return (
          <g key={k}>
            <path
              d={d}
              stroke={
                ready
                  ? diverge(theme, v < 0 ? -Math.max(0.45, share) : Math.max(0.45, share), 1)
                  : "var(--line)"
              }
              stroke-width={ready ? 1 + 6 * share : 1}
              stroke-dasharray={ready && v < 0 ? "7 4" : undefined}
              fill="none"
            />
            <path
              d={d}
              stroke="transparent"
              stroke-width="12"
              fill="none"
              onMouseEnter={() => say(text)}
            >
              <title>{text}</title>
            </path>
          </g>
        );
      })}
    </g>
  );
}

/** Five characters or so: there is no room for more beside its neighbours. */
const short = (v: number) =>
  brief(v, 2).length <= 5 ? brief(v, 2) : v.toExponential(0).replaceAll("-", "−").replace("+", "");

export function Units({
  column,
  layer,
  place,
  at,
  say,
  height,
}: {
  column: Columns;
  layer: number;
  place: Place;
  at: number;
  say: (text: string) => void;
  height: number;
}) {
  const { values, upstream, known, reached, name } = column,
    shown = Math.min(values.length, most),
    on = at >= known,
    back = upstream !== undefined && at >= reached;
  const top = place(layer, 0);
  return (
    <g>
      <text x={top.x} y={18} text-anchor="middle" class="layer-name">
        {name}
      </text>
      {Array.from({ length: shown }, (_, j) => {
        const { x, y } = place(layer, j),
          text = `a${j + 1} = ${brief(values[j]!, 6)}${back ? `, upstream ${brief(upstream![j]!, 6)}` : ""}`;
        return (
          <g key={j} onMouseEnter={() => say(text)}>
            <circle
              cx={x}
              cy={y}
              r={radius}
              class={`unit${on ? " on" : ""}${back ? " back" : ""}`}
            />
            <title>{text}</title>
            <text
              x={x}
              y={back ? y - 2 : y + 4}
              text-anchor="middle"
              class={on ? "forward" : "quiet"}
            >
              {on ? brief(values[j]!, 3) : "·"}
            </text>
            {back && (
              <text x={x} y={y + 13} text-anchor="middle" class="backward">
                {brief(upstream![j]!, 2)}
              </text>
            )}
          </g>
        );
      })}
      {values.length > shown && (
        <text x={top.x} y={height - 8} text-anchor="middle">
          ⋮ {values.length - shown} more
        </text>
      )}
    </g>
  );
}
