// The output of a two-input model over the plane, with its data: where it decides for one class and
// where for the other. The boundary is the line at `level`, by marching squares.
import { useEffect, useRef } from "preact/hooks";
import { brief, numbers_of } from "../model/numbers.js";
import type { Field } from "../model/snapshot.js";
import { diverge } from "../draw/theme.js";
import { theme } from "./state.js";

const side = 360,
  edge = 44;

export function FieldView({ field, frame, unit }: { field: Field; frame: number; unit: string }) {
  const canvas = useRef<HTMLCanvasElement>(null),
    shown = field.frames[frame],
    colours = theme.value,
    level = field.level ?? 0.5;
  useEffect(() => {
    const g = canvas.current!.getContext("2d")!,
      [columns, rows] = field.size;
    canvas.current!.width = canvas.current!.height = 2 * (side + edge);
    g.scale(2, 2);
    if (!shown) return;
    const values = numbers_of(shown.values),
      w = side / columns,
      h = side / rows;
    const reach = Math.max(...values.map((v) => Math.abs(v - level)), 1e-9);
    values.forEach((value, i) => {
      g.fillStyle = diverge(colours, value - level, reach * 1.25);
      g.fillRect(
        edge + (i % columns) * w,
        side - (Math.floor(i / columns) + 1) * h,
        w + 0.5,
        h + 0.5,
      );
    });
    g.lineWidth = 2;
    g.strokeStyle = colours.ink;
    for (const [x0, y0, x1, y1] of boundary(values, columns, rows, level)) {
      g.beginPath();
      g.moveTo(edge + (x0 + 0.5) * w, side - (y0 + 0.5) * h);
      g.lineTo(edge + (x1 + 0.5) * w, side - (y1 + 0.5) * h);
      g.stroke();
    }
    draw_axes(g, field, colours.ink);
    for (const [x, y, label] of field.points ?? [])
      draw_point(
        g,
        edge + ((x - field.x[0]) / (field.x[1] - field.x[0])) * side,
        side - ((y - field.y[0]) / (field.y[1] - field.y[0])) * side,
        label,
        colours,
      );
  }, [field, frame, colours]);
  return (
    <figure class="field">
      <figcaption>
        <b>Decision boundary</b> <small>{shown ? `${unit} ${shown.step}` : ""}</small>
      </figcaption>
      <canvas
        ref={canvas}
        style={{ width: `${side + edge}px`, height: `${side + edge}px` }}
        role="img"
        aria-label={`Decision boundary at ${unit} ${shown?.step ?? 0} with ${field.points?.length ?? 0} points`}
      />
      <p class="quiet">● label 1, ○ label 0; the line is where the output is {brief(level)}</p>
    </figure>
  );
}

function draw_axes(g: CanvasRenderingContext2D, field: Field, ink: string) {
  g.fillStyle = ink;
  g.font = "12px system-ui, sans-serif";
  g.textAlign = "center";
  for (let i = 0; i <= 4; ++i) {
    const share = i / 4,
      pull = i === 0 ? 8 : i === 4 ? -8 : 0;
    g.fillText(
      brief(field.x[0] + share * (field.x[1] - field.x[0]), 3),
      edge + share * side + pull,
      side + 16,
    );
  }
  g.fillText(field.names?.[0] ?? "x1", edge + side / 2, side + 34);
  g.textAlign = "right";
  for (let i = 0; i <= 4; ++i)
    g.fillText(
      brief(field.y[0] + (i / 4) * (field.y[1] - field.y[0]), 3),
      edge - 6,
      side - (i / 4) * side + (i === 4 ? 10 : i === 0 ? -1 : 4),
    );
  g.save();
  g.translate(11, side / 2 - 26);
  g.rotate(-Math.PI / 2);
  g.textAlign = "center";
  g.fillText(field.names?.[1] ?? "x2", 0, 0);
  g.restore();
}

function draw_point(
  g: CanvasRenderingContext2D,
  x: number,
  y: number,
  label: number,
  { ink, page }: { ink: string; page: string },
) {
  g.beginPath();
  g.arc(x, y, 5, 0, 7);
  g.lineWidth = label > 0.5 ? 1.5 : 2.2;
  g.fillStyle = label > 0.5 ? ink : page;
  g.strokeStyle = label > 0.5 ? page : ink;
  g.fill();
  g.stroke();
}

/** Line pieces, in cells, along which the values cross the level. */
export function boundary(
  values: Float64Array,
  columns: number,
  rows: number,
  level: number,
): [number, number, number, number][] {
  const pieces: [number, number, number, number][] = [],
    value = (i: number, j: number) => values[j * columns + i]! - level;
  for (let j = 0; j + 1 < rows; ++j)
    for (let i = 0; i + 1 < columns; ++i) {
      const corners = [
          [i, j],
          [i + 1, j],
          [i + 1, j + 1],
          [i, j + 1],
        ] as const,
        cuts: [number, number][] = [];
      corners.forEach(([x, y], k) => {
        const [u, v] = corners[(k + 1) % 4]!,
          a = value(x, y),
          b = value(u, v);
        if (a > 0 !== b > 0) cuts.push([x + (u - x) * (a / (a - b)), y + (v - y) * (a / (a - b))]);
      });
      for (let k = 0; k + 1 < cuts.length; k += 2) pieces.push([...cuts[k]!, ...cuts[k + 1]!]);
    }
  return pieces;
}
