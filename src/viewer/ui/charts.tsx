// Pictures that came with the file: lines, points and levels in panels, drawn as SVG in the page's own
// colours. The engine writes the same ones as files (src/show/picture/chart_svg.cpp).
import { brief, numbers_of } from "../model/numbers.js";
import type { Chart, ChartGrid, ChartLine, ChartPanel, ChartPoint } from "../model/snapshot.js";
import { visible } from "../model/text.js";
import { diverge } from "../draw/theme.js";
import { text_width } from "../draw/measure.js";
import { ticks } from "./chart.js";
import { boundary } from "./field.js";
import * as state from "./state.js";

const tones = ["accent", "forward", "backward", "problem", "ink", "muted"],
  tone = (n = 0) => `var(--${tones[n % tones.length]})`,
  dashes = ["", "9 5", "2 4", "10 4 2 4"];
const edge = { left: 58, right: 14, top: 8, bottom: 40 };

export function Charts() {
  return (
    <div class="charts" role="region" aria-label="Pictures" tabIndex={0}>
      {(state.snapshot.value.charts ?? []).map((chart, i) => (
        <Figure key={i} chart={chart} />
      ))}
    </div>
  );
}

function Figure({ chart }: { chart: Chart }) {
  const [w, h] = chart.size ?? [560, 320];
  return (
    <figure class="teaching">
      <figcaption>
        <b>{visible(chart.title)}</b>
      </figcaption>
      <div
        class="panels"
        style={{ gridTemplateColumns: `repeat(${chart.columns ?? 1}, minmax(0, max-content))` }}
      >
        {chart.panels.map((panel, i) => (
          <Panel key={i} panel={panel} w={w} h={h} title={chart.title} />
        ))}
      </div>
      {chart.note && <p class="quiet">{visible(chart.note)}</p>}
    </figure>
  );
}

interface Frame {
  x: (value: number) => number;
  y: (value: number) => number;
  left: number;
  top: number;
  w: number;
  h: number;
}

function Panel({ panel, w, h, title }: { panel: ChartPanel; w: number; h: number; title: string }) {
  const axes = panel.axes ?? true,
    { left, right, top, bottom } = axes ? edge : { left: 4, right: 4, top: 4, bottom: 4 };
  const frame: Frame = {
    x: (value) => left + ((value - panel.x[0]) / (panel.x[1] - panel.x[0])) * w,
    y: (value) => top + ((panel.y[1] - value) / (panel.y[1] - panel.y[0])) * h,
    left,
    top,
    w,
    h,
  };
  const lines = panel.lines ?? [],
    points = panel.points ?? [];
  const named = lines.filter((line) => line.name);
  return (
    <div>
      {panel.title && <p class="panel-title">{visible(panel.title)}</p>}
      <svg
        viewBox={`0 0 ${left + w + right} ${top + h + bottom}`}
        width={left + w + right}
        role="img"
        aria-label={`${visible(panel.title ?? title)}: ${named.map((line) => line.name).join(", ")}`}
      >
        {panel.grid?.boundary !== undefined && <Sides grid={panel.grid} frame={frame} />}
        {axes && <Axes panel={panel} frame={frame} shaded={panel.grid?.boundary !== undefined} />}
        <svg
          x={left}
          y={top}
          width={w}
          height={h}
          viewBox={`${left} ${top} ${w} ${h}`}
          overflow="hidden"
        >
          {panel.grid && <Levels grid={panel.grid} frame={frame} />}
          {lines.map((line, i) => (
            <Line key={i} line={line} frame={frame} />
          ))}
        </svg>
        {points.map((point, i) => (
          <Point key={i} point={point} frame={frame} end={left + w} />
        ))}
      </svg>
      {named.length > 0 && (
        <p class="keys">
          {named.map((line, i) => (
            <span key={i}>
              <svg width="28" height="8" aria-hidden="true">
                <line
                  x2="28"
                  y1="4"
                  y2="4"
                  stroke={tone(line.tone)}
                  stroke-width="2"
                  stroke-dasharray={dashes[(line.dash ?? 0) % 4]}
                />
                {line.marks && <circle cx="14" cy="4" r="3" fill={tone(line.tone)} />}
              </svg>{" "}
              {visible(line.name!)}
            </span>
          ))}
        </p>
      )}
    </div>
  );
}

function Axes({ panel, frame, shaded }: { panel: ChartPanel; frame: Frame; shaded: boolean }) {
  const { x, y, w, h } = frame,
    left = x(panel.x[0]),
    top = y(panel.y[1]);
  const few = (list: number[], most: number) =>
    list.length > most ? list.filter((_, i) => i % 2 === 0) : list;
  return (
    <>
      {ticks(panel.y[0], panel.y[1], false).map((tick) => (
        <g key={tick}>
          {!shaded && <line class="grid" x1={left} x2={left + w} y1={y(tick)} y2={y(tick)} />}
          <text x={left - 7} y={y(tick) + 4} text-anchor="end">
            {brief(tick, 4)}
          </text>
        </g>
      ))}
      {few(ticks(panel.x[0], panel.x[1], false), w > 400 ? 9 : 5).map((tick) => (
        <g key={tick}>
          {!shaded && <line class="grid" x1={x(tick)} x2={x(tick)} y1={top} y2={top + h} />}
          <text x={x(tick)} y={top + h + 17} text-anchor="middle">
            {brief(tick, 4)}
          </text>
        </g>
      ))}
      <rect class="border" x={left} y={top} width={w} height={h} />
      {panel.x_name && (
        <text x={left + w / 2} y={top + h + 34} text-anchor="middle">
          {visible(panel.x_name)}
        </text>
      )}
      {panel.y_name && (
        <text transform={`translate(12 ${top + h / 2}) rotate(-90)`} text-anchor="middle">
          {visible(panel.y_name)}
        </text>
      )}
    </>
  );
}

/** Shades on both sides of the boundary, in runs along each row. */
function Sides({ grid, frame }: { grid: ChartGrid; frame: Frame }) {
  const [columns, rows] = grid.size,
    values = numbers_of(grid.values),
    level = grid.boundary!,
    theme = state.theme.value;
  const reach = Math.max(...values.map((v) => Math.abs(v - level)), 1e-9),
    shade = (i: number) => Math.round((8 * (values[i]! - level)) / reach);
  const w = frame.w / columns,
    h = frame.h / rows,
    list = [];
  for (let row = 0; row < rows; ++row)
    for (let i = 0, end = 0; i < columns; i = end) {
      while (end < columns && shade(row * columns + end) === shade(row * columns + i)) ++end;
      list.push(
        <rect
          key={row * columns + i}
          x={frame.left + i * w}
          y={frame.top + frame.h - (row + 1) * h}
          width={(end - i) * w + 0.5}
          height={h + 0.5}
          fill={diverge(theme, shade(row * columns + i), 10)}
        />,
      );
    }
  return <>{list}</>;
}

function Levels({ grid, frame }: { grid: ChartGrid; frame: Frame }) {
  const [columns, rows] = grid.size,
    values = numbers_of(grid.values),
    w = frame.w / columns,
    h = frame.h / rows;
  const d = (level: number) =>
    boundary(values, columns, rows, level)
      .map(
        ([a, b, c, e]) =>
          `M${frame.left + (a + 0.5) * w} ${frame.top + frame.h - (b + 0.5) * h}L${frame.left + (c + 0.5) * w} ${frame.top + frame.h - (e + 0.5) * h}`,
      )
      .join("");
  return (
    <>
      {[...numbers_of(grid.levels ?? [])].map((level) => (
        <path key={level} d={d(level)} fill="none" stroke={tone(5)} stroke-width="1" />
      ))}
      {grid.boundary !== undefined && (
        <path d={d(grid.boundary)} fill="none" stroke={tone(4)} stroke-width="2.2" />
      )}
    </>
  );
}

function Line({ line, frame }: { line: ChartLine; frame: Frame }) {
  const xs = numbers_of(line.x),
    ys = numbers_of(line.y),
    finite = (i: number) => Number.isFinite(xs[i]) && Number.isFinite(ys[i]);
  let d = "",
    pen = "M";
  xs.forEach((x, i) => {
    if (finite(i)) d += `${pen}${frame.x(x).toFixed(1)} ${frame.y(ys[i]!).toFixed(1)}`;
    pen = finite(i) ? "L" : "M";
  });
  return (
    <>
      <path
        d={d}
        fill="none"
        stroke={tone(line.tone)}
        stroke-width={line.width ?? 1.8}
        stroke-dasharray={dashes[(line.dash ?? 0) % 4]}
      />
      {line.marks &&
        [...xs].map(
          (x, i) =>
            finite(i) && (
              <circle key={i} cx={frame.x(x)} cy={frame.y(ys[i]!)} r="3" fill={tone(line.tone)} />
            ),
        )}
    </>
  );
}

function Point({ point, frame, end }: { point: ChartPoint; frame: Frame; end: number }) {
  const { radius = 4, filled = true, text = "" } = point,
    x = frame.x(point.x),
    y = frame.y(point.y),
    colour = tone(point.tone ?? 4);
  const inside = radius === 0 || radius >= 14,
    width = text_width(text, 12),
    to_left = !inside && x + radius + 6 + width > end;
  return (
    <>
      {radius > 0 && (
        <circle
          cx={x}
          cy={y}
          r={radius}
          fill={filled ? colour : "var(--page)"}
          stroke={filled ? "var(--page)" : colour}
          stroke-width={filled ? 1.2 : 2}
        />
      )}
      {radius === 0 && text && (
        <rect x={x - width / 2 - 2} y={y - 8} width={width + 4} height="16" fill="var(--page)" />
      )}
      {text && (
        <text
          class="note"
          x={inside ? x : to_left ? x - radius - 6 : x + radius + 6}
          y={y + 4}
          text-anchor={inside ? "middle" : to_left ? "end" : "start"}
        >
          {visible(text)}
        </text>
      )}
    </>
  );
}
