// From a scene and a step to shapes: what each box says, which wires have carried what. Forward is a
// solid green wire, ▶, the value on the upper line at the left; backward is a dashed red wire beside
// it, ◀, the upstream on the lower line at the right. Wires are in wires.ts.
import { upstream_at, value_known } from "../model/steps.js";
import type { Model } from "../model/model.js";
import type { GroupTree } from "../model/groups.js";
import { nodes_inside, scope_box } from "../model/scope_box.js";
import { brief_tensor, cells_of, is_scalar, only_number, shape_text, summary_of } from "../model/tensors.js";
import { problem_marks, upstream_text } from "../model/words.js";
import type { Tensor } from "../model/snapshot.js";
import type { Frame, Scene, SceneBox } from "./arrange.js";
import type { DrawList } from "./drawlist.js";
import { fitted, text_width } from "./measure.js";
import { font } from "./sizes.js";
import { heat, type Theme } from "./theme.js";
import { draw_wires } from "./wires.js";

export interface Look {
  model: Model;
  tree: GroupTree;
  at: number;
  active: string | undefined;    // key of the box of this step
  selected: string | undefined;
  path: ReadonlySet<number>;     // nodes on a highlighted path
  theme: Theme;
  detail: "full" | "coarse";
}
export interface Region { left: number; top: number; right: number; bottom: number }

export const everything: Region = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity };

export function draw_scene(scene: Scene, look: Look, region: Region): DrawList {
  const list: DrawList = [];
  const inside = (b: { x: number; y: number; w: number; h: number }) =>
    b.x <= region.right && b.x + b.w >= region.left && b.y <= region.bottom && b.y + b.h >= region.top;
  for (const frame of scene.frames) if (inside(frame)) draw_frame(list, frame, look);
  draw_wires(list, scene, look, region);
  for (const box of scene.boxes) if (inside(box)) draw_box(list, box, look);
  return list;
}

function draw_frame(list: DrawList, frame: Frame, { theme, detail }: Look) {
  const { group, x, y, w, h } = frame, size = detail === "full" ? 12 : 18;
  list.push({ t: "rect", x, y, w, h, r: 10, fill: group.depth % 2 ? theme.frame : theme.page, stroke: theme.line, width: 1 });
  const name = fitted(group.name, size, w - 24, true);
  list.push({ t: "text", x: x + 12, y: y + size + 7, text: name, size, fill: theme.ink, bold: true });
  const used = text_width(name, size, true) + 24, kind = group.kind === group.name ? "" : fitted(group.kind, 11, w - used - 12);
  if (detail === "full" && kind.length > 1) list.push({ t: "text", x: x + w - 12, y: y + size + 7, text: kind, size: 11, fill: theme.muted, anchor: "end" });
}

function draw_box(list: DrawList, box: SceneBox, look: Look) {
  list.push({ t: "open", id: box.key, title: box_title(look.model, box, look.at) });
  draw_outline(list, box, look);
  if (look.detail === "coarse") draw_coarse(list, box, look);
  else if (box.group) draw_group(list, box, look);
  else draw_node(list, box, look);
  draw_problems(list, box, look);
  list.push({ t: "close" });
}

export function box_title(model: Model, box: SceneBox, at: number): string {
  if (box.group) return `${box.group.name}, ${box.group.size} nodes`;
  const { op, value } = model.node(box.node);
  return `${model.symbol(box.node)}, ${op}, value ${value_known(model, box.node, at) ? brief_tensor(value) : "not computed yet"}, upstream ${upstream_text(model, box.node, at)}`;
}

/** The node whose numbers a box shows: itself, or a group's one output. */
export function shown_node(model: Model, box: SceneBox): number {
  if (!box.group) return box.node;
  const { outputs } = scope_box(model, box.group);
  return outputs.length === 1 ? outputs[0]! : -1;
}

function draw_outline(list: DrawList, box: SceneBox, { model, at, active, selected, path, theme }: Look) {
  const { x, y, w, h } = box, node = shown_node(model, box), leaf = !box.group && model.node(box.node).kind !== "op";
  const r = leaf ? 16 : 7, on_path = box.group ? nodes_inside_path(box, path) : path.has(box.node);
  const state = node >= 0 ? upstream_at(model, node, at).state : "none";
  const known = node >= 0 ? value_known(model, node, at) : box.group!.first >= 0 && at >= model.forward.length;
  if (on_path) list.push({ t: "rect", x: x - 7, y: y - 7, w: w + 14, h: h + 14, r: r + 6, fill: theme.problem_tint });
  // A closed group looks like a stack of cards; they stand above it only, for wires leave at the right.
  if (box.group) for (const shift of [9, 4.5]) list.push({ t: "rect", x: x + 1.5 * shift, y: y - shift, w: w - 3 * shift, h: 20, r, fill: theme.frame, stroke: theme.line });
  if (box.key === active) list.push({ t: "rect", x: x - 6, y: y - 6, w: w + 12, h: h + 12, r: r + 5, stroke: at >= model.seed_step ? theme.backward : theme.forward, width: 3 });
  const fill = state === "complete" || state === "partial" ? theme.backward_tint : known && !leaf ? theme.forward_tint : theme.box;
  const constant = !box.group && model.node(box.node).kind === "constant";
  list.push({ t: "rect", x, y, w, h, r, fill, stroke: box.key === selected ? theme.accent : known ? theme.muted : theme.line, width: box.key === selected ? 3 : known ? 1.3 : 1, dash: constant ? [4, 3] : undefined });
}

const nodes_inside_path = (box: SceneBox, path: ReadonlySet<number>) => path.size > 0 && nodes_inside(box.group!).some((node) => path.has(node));

function draw_node(list: DrawList, box: SceneBox, look: Look) {
  const { model, theme } = look, { x, y, w } = box, node = model.node(box.node), kind = node.kind === "op" ? node.op : node.kind;
  const room = w - 20, aside = node.name || node.kind !== "op" ? fitted(kind, font.small, room * 0.6) : "";
  const title = node.name || node.kind !== "op" ? model.symbol(box.node) : node.op;
  const used = aside ? text_width(aside, font.small) + 8 : text_width(`n${box.node}`, font.small) + 8;
  list.push({ t: "text", x: x + 10, y: y + 18, text: fitted(title, font.title, room - used, true), size: font.title, fill: theme.ink, bold: true });
  list.push({ t: "text", x: x + w - 10, y: y + 18, text: aside || `n${box.node}`, size: font.small, fill: theme.muted, anchor: "end" });
  draw_numbers(list, box, box.node, look, box.h / 2 + 8);
}

function draw_group(list: DrawList, box: SceneBox, look: Look) {
  const { model, theme } = look, { x, y, w, group } = box, node = shown_node(model, box);
  list.push({ t: "text", x: x + 10, y: y + 18, text: fitted(`▸ ${group!.name}`, font.title, w - 20, true), size: font.title, fill: theme.ink, bold: true });
  const kind = group!.kind === group!.name ? "" : `${group!.kind}${group!.kind ? ", " : ""}`;
  list.push({ t: "text", x: x + 10, y: y + 34, text: fitted(`${kind}${group!.size} ${group!.size === 1 ? "node" : "nodes"}`, font.small, w - 20), size: font.small, fill: theme.muted });
  if (node >= 0) draw_numbers(list, box, node, look, Math.max(52, box.h / 2 + 13));
}

/** The two lines every box ends in; where a tensor is not a number, its picture stands beside. */
function draw_numbers(list: DrawList, box: SceneBox, node: number, { model, at, theme }: Look, middle: number) {
  const { x, y, w } = box, { value } = model.node(node), known = value_known(model, node, at);
  const upper = y + middle - 1, lower = y + middle + 17, picture = known && only_number(value) === undefined ? 30 : 0;
  const value_text = known ? (is_scalar(value) ? brief_tensor(value) : short_tensor(value)) : "·";
  list.push({ t: "text", x: x + 10, y: upper, text: "v", size: font.small, fill: theme.muted });
  list.push({ t: "text", x: x + 24, y: upper, text: fitted(value_text, font.value, w - 36 - picture), size: font.value, fill: known ? theme.forward : theme.muted, bold: known });
  if (picture) draw_picture(list, value, x + w - 10 - picture, upper - 10, picture, 13, theme);

  const upstream = upstream_at(model, node, at), arrived = upstream.state === "complete" || upstream.state === "partial";
  const total = upstream.total, tile = upstream.state === "complete" && total !== undefined && only_number(total) === undefined ? 30 : 0;
  const text = !arrived || total === undefined ? upstream_text(model, node, at) : short_tensor(total) + (upstream.state === "partial" ? ` (${upstream.arrived.length}/${upstream.expected})` : "");
  if (tile) draw_picture(list, total!, x + 10, lower - 10, tile, 13, theme);
  const shown = fitted(text, font.value, w - 36 - tile);
  list.push({ t: "text", x: x + w - 10, y: lower, text: shown, size: font.value, fill: arrived ? theme.backward : theme.muted, bold: arrived, anchor: "end" });
  list.push({ t: "text", x: x + w - 16 - text_width(shown, font.value, true), y: lower, text: "∂", size: font.small, fill: theme.muted, anchor: "end" });
}

const short_tensor = (t: Tensor) => (only_number(t) !== undefined ? brief_tensor(t) : shape_text(t));

export function draw_picture(list: DrawList, t: Tensor, x: number, y: number, w: number, h: number, theme: Theme) {
  const cells = cells_of(t);
  if (!cells) return;
  const rows = Math.min(cells.rows, 6), columns = Math.min(cells.columns, 12), { min, max } = summary_of(t);
  const colours = Array.from({ length: rows * columns }, (_, i) => {
    const row = Math.floor((Math.floor(i / columns) * cells.rows) / rows), column = Math.floor(((i % columns) * cells.columns) / columns);
    return heat(theme, cells.values[row * cells.columns + column]!, min, max);
  });
  list.push({ t: "cells", x, y, w, h, rows, columns, colours });
  list.push({ t: "rect", x, y, w, h, stroke: theme.line, width: 0.7 });
}

function draw_coarse(list: DrawList, box: SceneBox, { model, theme }: Look) {
  const text = box.group ? box.group.name : model.node(box.node).name || model.node(box.node).op;
  list.push({ t: "text", x: box.x + box.w / 2, y: box.y + box.h / 2 + 9, text: fitted(text, 25, box.w - 8, true), size: 25, fill: theme.ink, bold: true, anchor: "middle" });
}

function draw_problems(list: DrawList, box: SceneBox, { model, theme }: Look) {
  const problems = box.group ? nodes_with_problems(model, box) : (model.problems_at.get(box.node) ?? []);
  let x = box.x + box.w - 8;
  for (const kind of new Set(problems.map((problem) => problem.kind))) {
    const { mark, word } = problem_marks[kind], w = text_width(`${mark} ${word}`, font.small, true) + 12;
    x -= w;
    list.push({ t: "rect", x, y: box.y - 11, w, h: 19, r: 9, fill: theme.problem, stroke: theme.page, width: 1.5 });
    list.push({ t: "text", x: x + w / 2, y: box.y + 2.5, text: `${mark} ${word}`, size: font.small, fill: theme.page, bold: true, anchor: "middle" });
    x -= 4;
  }
}

function nodes_with_problems(model: Model, box: SceneBox) {
  if (model.problems_at.size === 0) return [];
  return nodes_inside(box.group!).flatMap((node) => model.problems_at.get(node) ?? []);
}
