// Lines over the steps of training, drawn as SVG. Not-a-number leaves a gap and a mark ✕ at its step;
// a logarithmic axis leaves out what is not positive. The cursor reads all lines at one step.
import { useState } from "preact/hooks";
import { brief, power } from "../model/numbers.js";

export interface Series {
  name: string;
  values: ArrayLike<number>;
}
interface Props {
  label: string;
  steps: number[];
  series: Series[];
  log?: boolean;
  mark?: number;
  unit: string;
  pick?: (step: number) => void;
}

const size = { w: 560, h: 250, left: 62, right: 24, top: 10, bottom: 34 };
const dashes = ["", "7 4", "2 3", "9 3 2 3"],
  tones = ["var(--accent)", "var(--forward)", "var(--backward)", "var(--problem)", "var(--ink)"];

export function Chart({
  label,
  steps,
  series,
  log: log_at_first = false,
  mark,
  unit,
  pick,
}: Props) {
  const [log, set_log] = useState(log_at_first),
    [cursor, set_cursor] = useState(-1);
  const usable = (value: number) => Number.isFinite(value) && (!log || value > 0),
    scale = (value: number) => (log ? Math.log10(value) : value);
  let low = Infinity,
    high = -Infinity;
  for (const { values } of series)
    for (let i = 0; i < values.length; ++i)
      if (usable(values[i]!))
        [low, high] = [Math.min(low, scale(values[i]!)), Math.max(high, scale(values[i]!))];
  if (!(high >= low)) [low, high] = [0, 1];
  const room = (!log && Math.abs(low) / 4) || 0.5; // around what never changes
  if (high === low) [low, high] = [low - room, high + room];
  const first = steps[0] ?? 0,
    last = steps[steps.length - 1] ?? 1,
    inner = { w: size.w - size.left - size.right, h: size.h - size.top - size.bottom };
  const x = (step: number) =>
      size.left + (last > first ? (step - first) / (last - first) : 0.5) * inner.w,
    y = (value: number) => size.top + (1 - (scale(value) - low) / (high - low)) * inner.h;
  const at = (event: MouseEvent) => {
    const area = (event.currentTarget as Element).getBoundingClientRect(),
      step =
        first +
        ((((event.clientX - area.left) / area.width) * size.w - size.left) / inner.w) *
          (last - first);
    return near(step);
  };
  // the legend says the numbers under the pointer, else those where the slider stands
  const near = (step: number) =>
      steps.reduce(
        (best, other, i) => (Math.abs(other - step) < Math.abs(steps[best]! - step) ? i : best),
        0,
      ),
    read = cursor >= 0 ? cursor : mark === undefined ? steps.length - 1 : near(mark);
  return (
    <figure class="chart">
      <figcaption>
        <b>{label}</b>
        <label>
          <input type="checkbox" checked={log} onChange={() => set_log(!log)} /> log
        </label>
      </figcaption>
      <svg
        viewBox={`0 0 ${size.w} ${size.h}`}
        role="img"
        aria-label={`${label} over ${unit}s ${first} to ${last}: ${series.map((s) => `${s.name} from ${brief(s.values[0] ?? NaN)} to ${brief(s.values[s.values.length - 1] ?? NaN)}`).join(", ")}`}
        onMouseMove={(event) => set_cursor(at(event))}
        onMouseLeave={() => set_cursor(-1)}
        onClick={(event) => pick?.(steps[at(event)]!)}
      >
        {ticks(low, high, log).map((tick) => (
          <g key={tick}>
            <line
              class="grid"
              x1={size.left}
              x2={size.w - size.right}
              y1={size.top + (1 - (tick - low) / (high - low)) * inner.h}
              y2={size.top + (1 - (tick - low) / (high - low)) * inner.h}
            />
            <text
              x={size.left - 6}
              y={size.top + (1 - (tick - low) / (high - low)) * inner.h + 4}
              text-anchor="end"
            >
              {log ? (Number.isInteger(tick) ? power(tick) : brief(10 ** tick, 2)) : brief(tick, 3)}
            </text>
          </g>
        ))}
        {ticks(first, last, false).map((tick) => (
          <text key={tick} x={x(tick)} y={size.h - 16} text-anchor="middle">
            {brief(tick, 6)}
          </text>
        ))}
        <text x={size.left + inner.w / 2} y={size.h - 2} text-anchor="middle">
          {unit}
        </text>
        {mark !== undefined && (
          <line class="mark" x1={x(mark)} x2={x(mark)} y1={size.top} y2={size.top + inner.h} />
        )}
        {series.map((s, k) => (
          <path
            key={s.name}
            d={line(s.values, steps, x, y, usable)}
            fill="none"
            stroke={tones[k % tones.length]}
            stroke-dasharray={dashes[Math.floor(k / tones.length + (k % 4)) % 4]}
            stroke-width="1.8"
          />
        ))}
        {series.flatMap((s, k) =>
          alone(s.values, usable).map((i) => (
            <circle
              key={`${s.name} ${i}`}
              cx={x(steps[i]!)}
              cy={y(s.values[i]!)}
              r="3"
              fill={tones[k % tones.length]}
            />
          )),
        )}
        {series.flatMap((s) =>
          Array.from(s.values)
            .flatMap((value, i) =>
              Number.isNaN(value)
                ? [
                    <text
                      key={`${s.name}${i}`}
                      class="nan"
                      x={x(steps[i]!)}
                      y={size.top + 12}
                      text-anchor="middle"
                    >
                      ✕
                    </text>,
                  ]
                : [],
            )
            .slice(0, 20),
        )}
        {cursor >= 0 && (
          <line
            class="cursor"
            x1={x(steps[cursor]!)}
            x2={x(steps[cursor]!)}
            y1={size.top}
            y2={size.top + inner.h}
          />
        )}
      </svg>
      <p class="keys">
        {steps.length > 0 && (
          <span>
            {unit} {steps[read]}:{" "}
          </span>
        )}
        {series.map((s, k) => (
          <span key={s.name}>
            <svg width="26" height="8" aria-hidden="true">
              <line
                x1="0"
                x2="26"
                y1="4"
                y2="4"
                stroke={tones[k % tones.length]}
                stroke-width="2"
                stroke-dasharray={dashes[Math.floor(k / tones.length + (k % 4)) % 4]}
              />
            </svg>{" "}
            {s.name} <b>{brief(s.values[read] ?? NaN)}</b>
          </span>
        ))}
      </p>
    </figure>
  );
}

/** Points that no line reaches: the only one there is, or one between two gaps. */
function alone(values: ArrayLike<number>, usable: (value: number) => boolean): number[] {
  const there = Array.from(values, usable);
  return there.flatMap((is, i) => (is && !there[i - 1] && !there[i + 1] ? [i] : []));
}

function line(
  values: ArrayLike<number>,
  steps: number[],
  x: (step: number) => number,
  y: (value: number) => number,
  usable: (value: number) => boolean,
) {
  let d = "",
    pen = "M";
  for (let i = 0; i < values.length; ++i) {
    if (!usable(values[i]!)) pen = "M";
    else {
      d += `${pen}${x(steps[i]!).toFixed(1)} ${y(values[i]!).toFixed(1)}`;
      pen = "L";
    }
  }
  return d;
}

/** A few round values; on a logarithmic axis powers of ten, or 1, 2, 5 of each when it is short. */
export function ticks(low: number, high: number, log: boolean): number[] {
  if (log && high - low < 2) {
    const list: number[] = [];
    for (let power = Math.floor(low); power <= high; ++power)
      for (const digit of [1, 2, 5]) list.push(power + Math.log10(digit));
    const inside = list.filter((tick) => tick >= low && tick <= high);
    if (inside.length >= 2) return inside;
  }
  const rough = (high - low) / 5,
    unit = 10 ** Math.floor(Math.log10(rough || 1));
  const round = [1, 2, 5, 10].map((k) => k * unit).find((candidate) => candidate >= rough) ?? rough;
  const step = log && high - low >= 2 ? Math.max(1, Math.ceil((high - low) / 6)) : round;
  const list: number[] = [];
  for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + 1e-9 * step; tick += step)
    list.push(Math.abs(tick) < step * 1e-9 ? 0 : Number(tick.toPrecision(12)));
  return list;
}
