// The two lines every box ends in, value above and upstream below, with small pictures of tensors.
import { upstream_at, value_known } from "../model/steps.js";
import {
  brief_tensor,
  cells_of,
  is_kept,
  is_scalar,
  number_or_shape,
  only_number,
  summary_of,
} from "../model/tensors.js";
import { upstream_text } from "../model/words.js";
import type { Tensor } from "../model/snapshot.js";
import type { SceneBox } from "./scene_types.js";
import type { DrawList } from "./drawlist.js";
import { fitted, text_width } from "./measure.js";
import { font } from "./sizes.js";
import { heat, type Theme } from "./theme.js";
import type { Look } from "./scene.js";

/** The two lines every box ends in; where a tensor is not a number, its picture stands beside. */
export function draw_numbers(
  list: DrawList,
  box: SceneBox,
  node: number,
  { model, at, theme }: Look,
  middle: number,
) {
  const { x, y, w } = box,
    { value } = model.node(node),
    known = value_known(model, node, at);
  const upper = y + middle - 1,
    lower = y + middle + 17,
    picture = known && is_kept(value) && only_number(value) === undefined ? 30 : 0;
  const value_text = known ? (is_scalar(value) ? brief_tensor(value) : short_tensor(value)) : "·";
  list.push({ t: "text", x: x + 10, y: upper, text: "v", size: font.small, fill: theme.muted });
  list.push({
    t: "text",
    x: x + 24,
    y: upper,
    text: fitted(value_text, font.value, w - 36 - picture),
    size: font.value,
    fill: known ? theme.forward : theme.muted,
    bold: known,
  });
  if (picture) draw_picture(list, value, x + w - 10 - picture, upper - 10, picture, 13, theme);

  const upstream = upstream_at(model, node, at),
    arrived = upstream.state === "complete" || upstream.state === "partial";
  const total = upstream.total,
    tile =
      upstream.state === "complete" &&
      total !== undefined &&
      is_kept(total) &&
      only_number(total) === undefined
        ? 30
        : 0;
  const text =
    !arrived || total === undefined
      ? upstream_text(model, node, at)
      : short_tensor(total) +
        (upstream.state === "partial" ? ` (${upstream.arrived.length}/${upstream.expected})` : "");
  if (tile) draw_picture(list, total!, x + 10, lower - 10, tile, 13, theme);
  const shown = fitted(text, font.value, w - 36 - tile);
  list.push({
    t: "text",
    x: x + w - 10,
    y: lower,
    text: shown,
    size: font.value,
    fill: arrived ? theme.backward : theme.muted,
    bold: arrived,
    anchor: "end",
  });
  list.push({
    t: "text",
    x: x + w - 16 - text_width(shown, font.value, true),
    y: lower,
    text: "∂",
    size: font.small,
    fill: theme.muted,
    anchor: "end",
  });
}

const short_tensor = (t: Tensor) => number_or_shape(t);

export function draw_picture(
  list: DrawList,
  t: Tensor,
  x: number,
  y: number,
  w: number,
  h: number,
  theme: Theme,
) {
  const cells = cells_of(t);
  if (!cells) return;
  const rows = Math.min(cells.rows, 6),
    columns = Math.min(cells.columns, 12),
    { min, max } = summary_of(t);
  const colours = Array.from({ length: rows * columns }, (_, i) => {
    const row = Math.floor((Math.floor(i / columns) * cells.rows) / rows),
      column = Math.floor(((i % columns) * cells.columns) / columns);
    return heat(theme, cells.values[row * cells.columns + column]!, min, max);
  });
  list.push({ t: "cells", x, y, w, h, rows, columns, colours });
  list.push({ t: "rect", x, y, w, h, stroke: theme.line, width: 0.7 });
}
