// A tensor looked at closely: heatmap with exact values on hover or by arrow keys, histogram, facts.
import { useEffect, useRef, useState } from "preact/hooks";
import { brief, exact } from "../model/numbers.js";
import {
  cells_of,
  bad_text,
  histogram_of,
  is_kept,
  not_kept_words,
  only_number,
  shape_of,
  shape_text,
  summary_of,
  type Cells,
} from "../model/tensors.js";
import type { Histogram, Tensor } from "../model/snapshot.js";
import { heat } from "../draw/theme.js";
import { theme } from "./state.js";

export function TensorView({
  label,
  tensor,
  tone,
}: {
  label: string;
  tensor: Tensor;
  tone: "forward" | "backward" | "plain";
}) {
  const number = only_number(tensor);
  if (number !== undefined)
    return (
      <p class="one-number">
        <span>{label}</span>{" "}
        <b class={tone} title={exact(number)}>
          {brief(number, 6)}
        </b>
      </p>
    );
  if (!is_kept(tensor))
    return (
      <p class="one-number">
        <span>{label}</span> <b class="quiet">{not_kept_words} at this step of training</b>
      </p>
    );
  if (shape_of(tensor).includes(0))
    return (
      <p class="one-number">
        <span>{label}</span> <b class={tone}>empty, {shape_text(tensor)}</b>
      </p>
    );
  const facts = summary_of(tensor),
    cells = cells_of(tensor),
    histogram = histogram_of(tensor);
  const bad = facts.nan + facts.inf;
  return (
    <figure class="tensor">
      <figcaption>
        <span>{label}</span> <b class={tone}>{shape_text(tensor)}</b>
      </figcaption>
      {cells && <Heatmap cells={cells} low={facts.min} high={facts.max} label={label} />}
      {histogram && facts.count > 8 && <HistogramView histogram={histogram} label={label} />}
      <p class="facts">
        {bad > 0 && (
          <>
            <strong class="bad">✕ {bad_text(facts.nan, facts.inf)}</strong>
            {bad < facts.count && "; of the others "}
          </>
        )}
        {bad < facts.count && (
          <>
            {facts.min === facts.max
              ? `all ${brief(facts.min)}`
              : `${brief(facts.min)} to ${brief(facts.max)}, mean ${brief(facts.mean)}`}
            , norm {brief(facts.norm)}
            {facts.zeros > 0 && `, ${facts.zeros} zero`}
          </>
        )}
      </p>
    </figure>
  );
}

export function Heatmap({
  cells,
  low,
  high,
  label,
  reach = 300,
  row_height,
}: {
  cells: Cells;
  low: number;
  high: number;
  label: string;
  reach?: number;
  row_height?: number;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [cell, set_cell] = useState(-1);
  const { rows, columns, values } = cells,
    colours = theme.value;
  const size = Math.max(2, Math.min(46, Math.floor(reach / columns), Math.floor(220 / rows))),
    width = row_height ? reach : Math.min(reach, size * columns),
    height = row_height ? row_height * rows : Math.min(300, size * rows);
  const written = size >= 34 && values.length <= 64;
  useEffect(() => {
    const g = canvas.current!.getContext("2d")!,
      ratio = 2,
      w = width / columns,
      h = height / rows;
    canvas.current!.width = width * ratio;
    canvas.current!.height = height * ratio;
    g.scale(ratio, ratio);
    values.forEach((value, i) => {
      g.fillStyle = heat(colours, value, low, high);
      g.fillRect((i % columns) * w, Math.floor(i / columns) * h, w + 0.5, h + 0.5);
    });
    if (written) write_values(g, values, columns, w, h, (value) => heat(colours, value, low, high));
    if (cell >= 0) {
      g.lineWidth = 2;
      g.strokeStyle = colours.accent;
      g.strokeRect((cell % columns) * w + 1, Math.floor(cell / columns) * h + 1, w - 2, h - 2);
    }
  });
  const point = (event: MouseEvent) => {
    const area = canvas.current!.getBoundingClientRect();
    const column = Math.min(
        columns - 1,
        Math.floor(((event.clientX - area.left) / area.width) * columns),
      ),
      row = Math.min(rows - 1, Math.floor(((event.clientY - area.top) / area.height) * rows));
    set_cell(Math.max(0, row) * columns + Math.max(0, column));
  };
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    set_cell(Math.max(0, Math.min(values.length - 1, (cell < 0 ? -step : cell) + step)));
  };
  return (
    <div class="heatmap">
      <canvas
        ref={canvas}
        style={{ width: `${width}px`, height: `${height}px` }}
        role="img"
        tabIndex={0}
        aria-label={`${label}: heatmap, ${rows} rows, ${columns} columns; arrow keys read the cells`}
        onMouseMove={point}
        onMouseLeave={() => set_cell(-1)}
        onKeyDown={keys}
        onBlur={() => set_cell(-1)}
      />
      <output aria-live="polite">
        {cell >= 0
          ? `[${Math.floor(cell / columns)}, ${cell % columns}] = ${exact(values[cell]!)}${cells.exact ? "" : " (mean of a patch)"}`
          : cells.exact
            ? " "
            : `${rows}×${columns} patches`}
      </output>
    </div>
  );
}

function write_values(
  g: CanvasRenderingContext2D,
  values: Float64Array,
  columns: number,
  w: number,
  h: number,
  colour: (value: number) => string,
) {
  g.font = "10.5px system-ui, sans-serif";
  g.textAlign = "center";
  values.forEach((value, i) => {
    const [r, gr, b] = [1, 3, 5].map((at) => parseInt(colour(value).slice(at, at + 2), 16));
    g.fillStyle = 0.3 * r! + 0.59 * gr! + 0.11 * b! > 140 ? "#000" : "#fff";
    g.fillText(
      brief(value, 3),
      ((i % columns) + 0.5) * w,
      (Math.floor(i / columns) + 0.5) * h + 4,
      w - 2,
    );
  });
}

export function HistogramView({ histogram, label }: { histogram: Histogram; label: string }) {
  const { counts, low, high } = histogram,
    most = Math.max(...counts, 1),
    width = 280,
    bar = width / counts.length;
  const zero =
    low < 0 && high > 0 && histogram.scale !== "symlog" ? (-low / (high - low)) * width : -1;
  return (
    <svg
      class="histogram"
      viewBox={`0 0 ${width} 62`}
      role="img"
      aria-label={`${label}: histogram from ${brief(low)} to ${brief(high)}`}
    >
      {counts.map((n, i) => (
        <rect
          key={i}
          x={i * bar + 0.5}
          y={46 - (44 * n) / most}
          width={bar - 1}
          height={(44 * n) / most}
        >
          <title>{`${n} in bin ${i + 1} of ${counts.length}`}</title>
        </rect>
      ))}
      {zero > 0 && <line x1={zero} x2={zero} y1={0} y2={48} class="zero" />}
      <text x={0} y={59}>
        {brief(low, 3)}
      </text>
      <text x={width} y={59} text-anchor="end">
        {brief(high, 3)}
      </text>
    </svg>
  );
}
